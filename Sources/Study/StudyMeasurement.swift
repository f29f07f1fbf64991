internal import Foundation
internal import Plotting
package import RunLogs
internal import StatisticalInference
internal import Tasks
internal import Training
internal import Transformer
internal import WeightChanges

/// What is measured of a seed's runs when they are trained.
package struct StudyMeasurement {
  private let plan: StudyPlan
  private let seed: UInt64
  private let folder: String
  private let provenance: Provenance
  private let evaluation: StudyEvaluation

  /// All parts given; nothing is read yet.
  ///
  /// - Parameters:
  ///   - plan: the runs.
  ///   - seed: whose runs.
  ///   - folder: the study's, where `seed-S/NAME` are the runs.
  ///   - provenance: for the logs.
  ///   - evaluation: how much is asked and scored.
  package init(
    plan: StudyPlan, seed: UInt64, folder: String, provenance: Provenance,
    evaluation: StudyEvaluation = StudyEvaluation()
  ) {
    (self.plan, self.seed, self.folder) = (plan, seed, folder)
    (self.provenance, self.evaluation) = (provenance, evaluation)
  }

  private var studyTexts: StudyTexts {
    StudyTexts(plan: plan, seed: seed, folder: folder, evaluation: evaluation)
  }

  /// Measures runs: what each answers, what its training cost, and how far it is from base.
  ///
  /// Answers of each run go to `seed-S/NAME-texts.jsonl`, what they score to `NAME-texts.h5` beside it:
  /// base's under all runs, every other run's under base and itself.
  ///
  /// - Parameters:
  ///   - stages: finished runs, the base of each among them; nil for all of the plan.
  ///   - known: runs that were measured before, under the same settings. Only base's texts are scored anew,
  ///     so that their log holds all runs.
  ///   - note: takes a line for people about what is done now.
  /// - Returns: a run for each stage, in their order.
  /// - Throws: an error of the part that is wrong.
  package func runs(
    of stages: [StudyPlan.Stage]? = nil, keeping known: [StudyRun] = [],
    note: (String) -> Void = { _ in }
  ) throws -> [StudyRun] {
    let stages = stages ?? plan.stages
    let open = stages.filter { stage in
      !known.contains { $0.name == stage.name && $0.seed == seed }
    }
    var runs = try open.map { stage in
      note("seed \(seed): asking \(stage.name)")
      return try measured(stage)
    }
    if !open.isEmpty { note("seed \(seed): scoring texts") }
    try TextMeasurement(plan: plan, texts: studyTexts, provenance: provenance)
      .measure(open, among: stages, into: &runs)
    return stages.compactMap { stage in
      runs.first { $0.name == stage.name }
        ?? known.first { $0.name == stage.name && $0.seed == seed }
    }
  }

  private func measured(_ stage: StudyPlan.Stage) throws -> StudyRun {
    var run = StudyRun(name: stage.name, seed: seed)
    run.parent = stage.parent
    try TrainingLedger(of: stage, plan, seed, folder).write(to: &run)
    let line = plan.line(of: stage)
    let chain = try line.dropLast().map { try TrainingLedger(of: $0, plan, seed, folder) }
    run[.chainTokens] = chain.reduce(run[.tokens]) { $0 + $1.tokens }
    run[.chainTotalTokens] = chain.reduce(run[.totalTokens]) { $0 + $1.totalTokens }
    run.base = line.last?.name
    try ask(stage, &run)
    try compareWeights(stage, &run)
    return run
  }

  private func ask(_ stage: StudyPlan.Stage, _ run: inout StudyRun) throws {
    let start = try StartingModel(directory: StudyPlan.model(stage.name, seed, folder))
    run[.parameters] = Double(ParameterLayout(start.model.configuration).parameterCount)
    let task = try studyTexts.task()
    for split in task.splits where split != .pretraining && split != .train {
      let isTest = split == .test
      var settings = HeldOutAccuracy.Settings()
      settings.split = split
      settings.problems = isTest ? evaluation.problems : evaluation.otherProblems
      settings.samples = isTest ? evaluation.samples : evaluation.otherSamples
      settings.includesGreedy = isTest
      settings.seed = seed
      settings.source = stage.name
      // As long as the context allows, for every run alike: another delimiter may need more tokens.
      let heldOut = try HeldOutAccuracy(task, settings).fillingContext(of: start)
      var answers = KeptAnswers(evaluation, source: stage.name)
      let result = try heldOut.measure(start) { _ in
      } write: {
        if isTest { answers.add($0) }
      }
      guard let sampled = result.sampled else { continue }
      run.splits[split.description] = SplitAnswers(sampled, greedy: result.greedy)
      guard isTest else { continue }
      try studyTexts.write(answers.lines, stage.name)
      run.setAccuracies(sampled, greedy: result.greedy)
      run[.stoppedShare] = sampled.stoppedShare.value
      run[.answerEntropy] = sampled.meanEntropy
    }
  }

  private func compareWeights(_ stage: StudyPlan.Stage, _ run: inout StudyRun) throws {
    guard let parent = stage.parent, let base = run.base else { return }
    func totals(since name: String) throws -> WeightTotals {
      try WeightChanges(
        before: StudyPlan.model(name, seed, folder),
        after: StudyPlan.model(stage.name, seed, folder)
      ).whole.totals
    }
    let fromBase = try totals(since: base)
    run[.changedWeightShare] = fromBase.changedShare ?? .nan
    run[.coarselyChangedWeightShare] = fromBase.shareOfBFloat16Steps ?? .nan
    run[.relativeWeightChange] = fromBase.relativeChange ?? .nan
    let fromStart = parent == base ? fromBase : try totals(since: parent)
    run[.coarselyChangedWeightShareFromStart] = fromStart.shareOfBFloat16Steps ?? .nan
  }
}

extension StudyPlan {
  /// The runs that a run goes on from: its parent first, last the one from random weights, its base.
  ///
  /// A variant of base with other sizes is the base of what starts from it.
  func line(of stage: Stage) -> [Stage] {
    var line: [Stage] = []
    var name = stage.parent
    while let next = stages.first(where: { $0.name == name }) {
      line.append(next)
      name = next.parent
    }
    return line
  }
}

/// The answers to the test split that are kept as texts to be scored.
private struct KeptAnswers {
  private let evaluation: StudyEvaluation
  private let source: String
  private var problems: Set<String> = []
  private(set) var lines: [String] = []

  init(_ evaluation: StudyEvaluation, source: String) {
    (self.evaluation, self.source) = (evaluation, source)
  }

  /// Takes in a response if it is a sampled one, of the first problems and of the first samples.
  mutating func add(_ line: RolloutLine) {
    guard line.source == source, line.rollout.sample < evaluation.textSamples,
      problems.contains(line.promptID) || problems.count < evaluation.textProblems
    else { return }
    problems.insert(line.promptID)
    lines.append(line.text)
  }
}

extension StudyRun {
  /// Takes in how often held-out problems were solved, and how long answers are.
  mutating func setAccuracies(_ sampled: HeldOutResult.Grades, greedy: HeldOutResult.Grades?) {
    self[.accuracy] = sampled.accuracy.value
    if sampled.samples >= 8 { self[.passAt8] = sampled.pass(at: 8).value }
    self[.greedyAccuracy] = greedy?.accuracy.value ?? .nan
    self[.responseLength] = sampled.responseLength.value
  }
}

extension SplitAnswers {
  /// What an evaluation found.
  init(_ sampled: HeldOutResult.Grades, greedy: HeldOutResult.Grades?) {
    self.init(
      samples: sampled.samples, correct: sampled.correct, greedy: greedy?.correct,
      responseLength: sampled.responseLength.value, stoppedShare: sampled.stoppedShare.value,
      entropy: sampled.meanEntropy.isFinite ? sampled.meanEntropy : nil)
  }
}
