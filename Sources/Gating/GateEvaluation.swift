package import Analysis
package import Reporting
internal import RunLogs

/// A candidate beside its baselines: files in, a report out, a look spent.
package struct GateEvaluation {
  /// What is asked beside the files.
  package struct Request: Sendable {
    package var policy = GatePolicy.standard
    /// Where looks are counted.
    package var stateFile = GatePolicy.standard.stateFile
    /// Whether a series under another policy is forgotten.
    package var startsAnew = false
    /// Whether the baseline may be one of several candidates, by the samples that it was chosen by.
    package var reusesSelection = false
    /// What changes are counted from; nil for `base`, or what the log's first pair begins with.
    package var base: String?
    package var baselineModel: String?
    package var candidateModel: String?
    /// Authors whose texts are fixed ones though a log has a model of their name.
    package var fixedAuthors: [String] = []
    /// Whether what isn't decided fails the gate.
    package var isStrict = false

    package init() {}
  }

  let baselines: [GateReading]
  let candidate: GateReading
  let request: Request
  /// All runs side by side.
  let side: GateMeasures
  let baselineNames: GateNames
  let candidateNames: GateNames

  /// Reads all files.
  ///
  /// - Parameters:
  ///   - baselines: one, or several seeds of one recipe.
  ///   - candidate: what is judged.
  ///   - request: what is asked.
  ///   - files: of a log, as far as they are known without opening it.
  /// - Throws: `RunLogError`, `TextError`, `GateInputError` naming the file, or what of it can't be compared.
  package init(
    baselines: [GateInput], candidate: GateInput, _ request: Request,
    files: (String) -> [String] = { [$0] }
  ) throws {
    var before = GateNames(option: "--baseline-model")
    (before.base, before.model) = (request.base, request.baselineModel)
    var after = GateNames(option: "--candidate-model")
    (after.base, after.model) = (request.base, request.candidateModel)
    (before.fixedAuthors, after.fixedAuthors) = (request.fixedAuthors, request.fixedAuthors)
    self.request = request
    (baselineNames, candidateNames) = (before, after)
    func stamps(_ input: GateInput) -> [RunSummary.File] {
      SummaryFile(of: input.path).stamps(files(input.path))
    }
    var old: [GateReading] = []
    for baseline in baselines {
      old.append(try GateReading(baseline, before, known: old, stamps: stamps(baseline)))
    }
    var new = try GateReading(candidate, after, known: old, stamps: stamps(candidate))
    if let reader = new.tokens, old.count == 1, let other = old[0].tokens {
      try TokenRunReader.addDistances(to: &new.run, candidate: reader, baseline: other)
    }
    var seen: Set<String> = []
    for run in old.map(\.run) where !seen.insert(run.evaluation).inserted {
      throw GateInputError(run.path, "is a baseline twice: seeds are different runs of one recipe")
    }
    side = try GateMeasures(
      baselines: old.map(\.run), candidate: new.run, slices: request.policy.slices)
    (self.baselines, self.candidate) = (old, new)
  }

  /// Judges, and spends a look unless the same was judged before.
  ///
  /// - Throws: `GateError`, `GateInputError`, and `FileError` of the state.
  package func report() throws -> GateReport {
    let policy = effectivePolicy
    let (baselines, candidate) = (baselines.map(\.run), candidate.run)
    try checkColumns(of: policy)
    guard
      side.measures.contains(where: { measure in
        policy.rules.contains { $0.metric == measure.metric }
      })
    else {
      let all = Set(policy.rules.compactMap { side.gaps[$0.metric] }).sorted()
      // First what an option may help against.
      let helped = all.filter { $0.contains("--fixed") }
      let reasons = (helped + all.filter { !helped.contains($0) }).prefix(2)
      let names = policy.rules.map(\.metric.rawValue).joined(separator: ", ")
      throw GateInputError(
        candidate.path,
        "has nothing that can be compared: "
          + (reasons.isEmpty
            ? "the policy asks for \(names)" : reasons.joined(separator: "; ")))
    }
    let policyDigest = Digest.of([request.policy.canonicalText])
    let subject = GateSubject(
      baselines: baselines.map(\.identity),
      candidate: ([candidate] + baselines).map(\.evaluation).joined(separator: "/"),
      texts: side.textsDigest, policy: policyDigest)
    let isSame = baselines.count == 1 && baselines[0].evaluation == candidate.evaluation
    var isRepeated = false
    let result = try StateFile(path: request.stateFile).update { state in
      try checkSelection(state)
      switch try state.place(of: subject, startsAnew: request.startsAnew) {
      case .known(let result):
        try Gate.checkMargins(of: result, against: side.measures)
        isRepeated = true
        return result
      case .new(let look):
        let result = try Gate(policy: policy, look: look, isSameRun: isSame)
          .result(of: side.measures, baselines: baselines.count)
        try state.record(result, of: subject, startsAnew: request.startsAnew)
        return result
      }
    }
    return GateReport(
      result: result, isStrict: request.isStrict, isRepeated: isRepeated,
      gaps: side.gaps, notes: notes,
      record: .init(
        baselines: baselines.map(\.source), candidate: candidate.source, texts: subject.texts,
        policy: policyDigest, state: request.stateFile))
  }

  private var notes: [String] {
    guard baselines.count == 1 else { return side.notes }
    return side.notes + [
      "One baseline: this is about this checkpoint. 5 to 8 seeds as --baseline tell about the recipe."
    ]
  }

  /// A misspelt column of training logs would be passed over as not measured.
  private func checkColumns(of policy: GatePolicy) throws(GateInputError) {
    let runs = [candidate.run] + baselines.map(\.run)
    let known = Set(runs.flatMap(\.columns.keys).filter { !$0.isOfPrompts })
    guard !known.isEmpty,
      let rule = policy.rules.first(where: { rule in
        !rule.metric.isOfPrompts && !known.contains(rule.metric)
      })
    else { return }
    let names = known.map(\.rawValue).sorted().joined(separator: ", ")
    throw GateInputError(
      candidate.run.path,
      "no training log has the policy's '\(rule.metric.rawValue)'; there are \(names)")
  }

  /// Between training logs whose columns no policy names all columns are shown.
  var effectivePolicy: GatePolicy {
    var policy = request.policy
    let training = Set(candidate.run.columns.keys).filter { !$0.isOfPrompts }
    guard !training.isEmpty, !policy.rules.contains(where: { !$0.metric.isOfPrompts }) else {
      return policy
    }
    policy.rules = training.sorted { $0.rawValue < $1.rawValue }.map(GateRule.standard)
    return policy
  }

  /// The best of several by its own score looks better than it is: the next candidate would seem worse
  /// by itself.
  ///
  /// Known is only what the state saw: which evaluations were candidates.
  private func checkSelection(_ state: GateState) throws {
    guard !request.reusesSelection else { return }
    for run in baselines.map(\.run) {
      // A baseline that was judged beside itself wasn't chosen by that.
      for series in state.series
      where series.looks.count > 1 && !series.baselines.contains(run.identity) {
        guard series.looks.contains(where: { $0.candidate.hasPrefix(run.evaluation + "/") })
        else { continue }
        throw GateInputError(
          run.path,
          "these samples were one of \(series.looks.count) candidates, and chose this baseline: sample it "
            + "anew, or say --reuse-selection")
      }
    }
  }
}

extension GateRun {
  fileprivate var source: GateReport.Source {
    .init(path: path, model: model, base: base, weights: weights, evaluation: evaluation)
  }
}
