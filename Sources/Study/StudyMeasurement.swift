internal import Analysis
internal import Foundation
internal import RunLogs
internal import Scoring
internal import StatisticalInference
internal import Tasks
internal import Training
internal import Transformer

/// What is measured of a seed's runs when all of them are trained.
struct StudyMeasurement {
  let plan: StudyPlan
  let seed: UInt64
  let folder: String
  let provenance: Provenance
  var evaluation = StudyEvaluation()

  private var studyTexts: StudyTexts {
    StudyTexts(plan: plan, seed: seed, folder: folder, evaluation: evaluation)
  }

  /// Measures all runs, in the plan's order.
  ///
  /// - Throws: an error of the part that is wrong.
  func runs(
    of stages: [StudyPlan.Stage]? = nil, keeping known: [StudyRun] = [],
    note: (String) -> Void = { _ in }
  ) throws -> [StudyRun] {
    let stages = stages ?? plan.stages
    var runs = try stages.map { stage in
      try known.first { $0.name == stage.name && $0.seed == seed } ?? measured(stage)
    }
    let table = try TokenTable(scored(stages))
    for (index, stage) in stages.enumerated() where stage.name != plan.base.name {
      let pair = try PairName(parsing: plan.base.name + ":" + stage.name)
      let summary = try PairSummary(of: pair, in: table)
      let bands = try EntropyBandSummary(of: pair, in: table)
      runs[index][.klBaseRun] = summary[.klBeforeAfter]?.mean ?? .nan
      runs[index][.klRunBase] = summary[.klAfterBefore]?.mean ?? .nan
      runs[index][.changedShare] = summary.shareAboveTenth?.value ?? .nan
      runs[index][.lowEntropyChangedShare] = bands.lowEntropyChangedShare?.value ?? .nan
      runs[index][.highEntropyChangedShare] = bands.highEntropyChangedShare?.value ?? .nan
    }
    return runs
  }

  private func measured(_ stage: StudyPlan.Stage) throws -> StudyRun {
    var run = StudyRun(name: stage.name, seed: seed)
    let configuration = try plan.configuration(of: stage, seed: seed, folder: folder)
    let log = try TrainingLog(path: configuration.output + "/log.h5")
    func column(_ metric: TrainingMetric) -> [Double] {
      log.columns.first { $0.name == metric.rawValue }?.values ?? []
    }
    func sum(_ metric: TrainingMetric) -> Double { column(metric).reduce(0, +) }
    run[.tokens] = sum(.tokens)
    run[.seconds] = sum(.seconds)
    if configuration.objective.usesRollouts { run[.rolloutTokens] = sum(.rolloutTokens) }
    run.set(.firstEntropy, .lastEntropy, from: column(.rolloutEntropy))
    run.set(.firstDegenerateGroups, .lastDegenerateGroups, from: column(.degenerateGroups))

    let start = try StartingModel(directory: StudyPlan.model(stage.name, seed, folder))
    let task = try studyTexts.task()
    for split in task.splits where split != .pretraining && split != .train {
      let isTest = split == .test
      var settings = HeldOutAccuracy.Settings()
      settings.split = split
      settings.problems = isTest ? evaluation.problems : evaluation.otherProblems
      settings.samples = isTest ? evaluation.samples : evaluation.otherSamples
      settings.includesGreedy = isTest
      settings.seed = seed
      // As long as the context allows, for every run alike: another delimiter may need more tokens.
      let result = try HeldOutAccuracy(task, settings).fillingContext(of: start).measure(start)
      guard let sampled = result.sampled else { continue }
      guard isTest else {
        run.shiftedAccuracy[split.description] = sampled.accuracy.value
        continue
      }
      run[.accuracy] = sampled.accuracy.value
      run[.passAt8] = sampled.pass(at: evaluation.samples).value
      run[.greedyAccuracy] = result.greedy?.accuracy.value ?? .nan
      run[.responseLength] = sampled.responseLength.value
    }
    return run
  }

  /// Base's own answers, scored by all runs.
  private func scored(_ stages: [StudyPlan.Stage]) throws -> TokenLog {
    let texts = try studyTexts.answers(of: plan.base.name)
    let path = "\(folder)/seed-\(seed)/base-texts.h5"
    let others = stages.filter { $0.name != plan.base.name }
    let checkpoints = try ([plan.base] + others).map { stage in
      try Checkpoint(name: stage.name, directory: StudyPlan.model(stage.name, seed, folder))
    }
    let scorer = try Scorer(
      checkpoints: checkpoints, texts: try TextFile(path: texts), pairs: nil,
      settings: Scorer.Settings())
    let header = scorer.header(provenance)
    let writer = try TokenLogWriter(destination: path, header: header)
    do {
      _ = try scorer.run(into: writer) { _ in }
      try writer.publish()
    } catch {
      writer.discard()
      throw error
    }
    return try TokenLog(path: path)
  }
}
