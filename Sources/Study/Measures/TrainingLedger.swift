internal import RunLogs
internal import Training

/// What a run's training cost, and how it went, from its log.
struct TrainingLedger {
  /// Tokens of all updates.
  let tokens: Double
  /// Tokens of rollouts; nil without rollouts.
  let rolloutTokens: Double?
  /// Tokens that a model sampled to write demonstrations; nil where none were written so.
  let demonstrationTokens: Double?
  private let log: TrainingLog
  private let configuration: TrainingConfiguration

  /// Reads a finished run's log.
  ///
  /// - Throws: an error of the log or of the file of demonstrations.
  init(of stage: StudyPlan.Stage, _ plan: StudyPlan, _ seed: UInt64, _ folder: String) throws {
    let configuration = try plan.configuration(of: stage, seed: seed, folder: folder)
    try self.init(
      TrainingLog(path: configuration.output + "/log.h5"), configuration,
      demonstrationTokens: configuration.demonstrations.style == .own
        && configuration.objective.usesDemonstrations
        ? DemonstrationFile.sampledTokens(ofRun: configuration.output).map(Double.init) ?? .nan
        : nil)
  }

  /// All parts given.
  init(
    _ log: TrainingLog, _ configuration: TrainingConfiguration, demonstrationTokens: Double?
  ) {
    (self.log, self.configuration) = (log, configuration)
    self.demonstrationTokens = demonstrationTokens
    tokens = (log[.tokens] ?? []).reduce(0, +)
    rolloutTokens =
      configuration.objective.usesRollouts ? (log[.rolloutTokens] ?? []).reduce(0, +) : nil
  }

  /// Tokens of updates and sampled ones.
  var totalTokens: Double { tokens + (rolloutTokens ?? 0) + (demonstrationTokens ?? 0) }

  /// Puts it into a run's measures.
  func write(to run: inout StudyRun) {
    let rollouts = configuration.rollouts
    run[.tokens] = tokens
    run[.rolloutTokens] = rolloutTokens ?? .nan
    run[.demonstrationTokens] = demonstrationTokens ?? .nan
    run[.totalTokens] = totalTokens
    run[.steps] = Double(log.steps.count)
    run[.updates] =
      Double(log.steps.count)
      * (configuration.objective.usesRollouts
        ? Double(rollouts.updates * rollouts.miniBatches) : 1)
    run[.seconds] = (log[.seconds] ?? []).reduce(0, +)
    run.set(.firstEntropy, .lastEntropy, from: log[.rolloutEntropy] ?? [])
    run.set(.firstDegenerateGroups, .lastDegenerateGroups, from: log[.degenerateGroups] ?? [])
    run.set(
      .firstZeroAdvantageGroups, .lastZeroAdvantageGroups, from: log[.zeroAdvantageGroups] ?? [])
    let norms = (log[.gradientNorm] ?? []).filter { !$0.isNaN }
    if !norms.isEmpty {
      let clipped = norms.count { $0 > configuration.optimizer.maximumGradientNorm }
      run[.clippedGradientShare] = Double(clipped) / Double(norms.count)
    }
    run.learning = learning
  }

  /// The evaluations that were logged.
  private var learning: [LearningPoint] {
    let accuracies = log[.heldOutAccuracy] ?? []
    guard !accuracies.isEmpty else { return [] }
    let columns = [TrainingMetric.tokens, .rolloutTokens, .heldOutEntropy, .rolloutEntropy].map {
      log[$0] ?? []
    }
    func number(_ column: Int, _ row: Int) -> Double? {
      columns[column].isEmpty || columns[column][row].isNaN ? nil : columns[column][row]
    }
    var points: [LearningPoint] = []
    var (updated, sampled) = (0.0, demonstrationTokens ?? 0)
    for (row, step) in log.steps.enumerated() {
      updated += number(0, row) ?? 0
      sampled += number(1, row) ?? 0
      guard !accuracies[row].isNaN else { continue }
      points.append(
        LearningPoint(
          step: step, tokens: updated, totalTokens: sampled.isNaN ? nil : updated + sampled,
          accuracy: accuracies[row], entropy: number(2, row), rolloutEntropy: number(3, row)))
    }
    return points
  }
}
