package import RunLogs

/// What a run tells whoever watches it.
package enum TrainingEvent: Sendable, Equatable {
  /// A step is done.
  case step(StepRecord)
  /// The starting model writes what is learned from: so many of the demonstrations wanted are there.
  case sampling(done: Int, wanted: Int)
  /// A checkpoint is complete.
  case checkpoint(step: Int, path: String)
}

/// Thrown by whoever watches a run to end it where it is, to be gone on with later.
package struct TrainingInterruption: Error {
  /// Asks for the end.
  package init() {}
}

/// The numbers of one step.
package struct StepRecord: Sendable, Equatable {
  /// From 1.
  package let step: Int
  /// Those that the run has.
  package var values: [TrainingMetric: Double]

  /// Nothing measured yet.
  init(step: Int) { (self.step, values) = (step, [:]) }

  /// One number; NaN where it isn't measured.
  package subscript(metric: TrainingMetric) -> Double {
    get { values[metric] ?? .nan }
    set { values[metric] = newValue }
  }
}

extension StepRecord {
  /// Takes in what sampling gave.
  ///
  /// - Parameters:
  ///   - rollouts: of the step.
  ///   - rewards: of each of them.
  ///   - outcomes: of the groups that have rollouts, as the objective forms them.
  mutating func add(_ rollouts: [Rollout], rewards: [Double], outcomes: [GroupOutcome]) {
    let count = Double(rollouts.count)
    let tokens = rollouts.reduce(0) { $0 + $1.tokenIDs.count }
    let entropies = rollouts.reduce(0) { $0 + $1.entropies.reduce(0, +) }
    self[.reward] = rewards.reduce(0, +) / count
    self[.responseLength] = Double(tokens) / count
    let lengths = rollouts.map(\.tokenIDs.count)
    self[.shortestResponse] = Double(lengths.min() ?? 0)
    self[.longestResponse] = Double(lengths.max() ?? 0)
    self[.stoppedShare] = Double(rollouts.count { $0.finish == .stop }) / count
    self[.rolloutEntropy] = entropies / Double(tokens)
    self[.rolloutTokens] = Double(tokens)
    // Two numbers: with the demonstration as a member hardly any group of SRFT is degenerate.
    let groups = Dictionary(grouping: zip(rollouts, rewards)) { $0.0.prompt }.values
    let degenerate = groups.count { group in group.allSatisfy { $0.1 == group[0].1 } }
    self[.degenerateGroups] = Double(degenerate) / Double(groups.count)
    if !outcomes.isEmpty {
      self[.zeroAdvantageGroups] =
        Double(outcomes.count { $0.isDegenerate }) / Double(outcomes.count)
    }
  }

  /// Takes in what the step's first update gave.
  mutating func add(_ summary: PolicyUpdate.Summary, _ configuration: TrainingConfiguration) {
    let diagnostics = summary.diagnostics
    self[.loss] = summary.terms.sum
    if configuration.objective.usesDemonstrations {
      self[.lossDemonstrationSFT] = summary.terms.demonstrationSFT
      self[.demonstrationEntropy] = diagnostics.demonstrationEntropy.mean
      self[.temperedDemonstrationEntropy] = summary.temperedDemonstrationEntropy.mean
    }
    if configuration.objective.usesRollouts {
      self[.temperedRolloutEntropy] = summary.temperedRolloutEntropy.mean
      self[.behaviorGap] = summary.behaviorGap
    }
    if configuration.objective.reinforces {
      self[.lossRolloutPolicy] = summary.terms.rolloutPolicy
      self[.advantageMean] = diagnostics.advantage.mean
      self[.advantageDeviation] = diagnostics.advantage.deviation
      self[.advantageMinimum] = diagnostics.advantage.minimum
      self[.advantageMaximum] = diagnostics.advantage.maximum
    }
    if configuration.objective.isSRFT {
      self[.lossDemonstrationPolicy] = summary.terms.demonstrationPolicy
      self[.sftWeight] = diagnostics.sftWeight.mean
      self[.rolloutWeight] = diagnostics.rolloutWeight.mean
      self[.demonstrationRatio] = diagnostics.demonstrationRatio.mean
      // Without a demonstration that has a group there are none: not measured.
      if diagnostics.demonstrationRatio.count > 0 {
        self[.demonstrationRatioMinimum] = diagnostics.demonstrationRatio.minimum
        self[.demonstrationRatioMaximum] = diagnostics.demonstrationRatio.maximum
        self[.demonstrationClipped] =
          Double(diagnostics.clippedDemonstrationCount)
          / Double(diagnostics.demonstrationRatio.count)
      }
    }
    if configuration.objective.isSRFT || !self[.entropyBonus].isNaN
      || (configuration.objective.usesGRPO && configuration.grpo.entropyBonus != nil)
    {
      self[.lossEntropyBonus] = summary.terms.entropyBonus
    }
    if diagnostics.divergence.count > 0 {
      self[.lossKL] = summary.terms.divergence
      self[.penalizedKL] = diagnostics.divergence.mean
    }
    if configuration.confidence.threshold != nil, configuration.objective.usesGRPO {
      self[.confidentShare] = Double(diagnostics.confidentCount) / Double(summary.rolloutTokens)
    }
  }

  /// Takes in what steers by entropy.
  mutating func add(_ entropy: EntropyState) {
    if let bonus = entropy.bonus { self[.entropyBonus] = bonus.coefficient }
    if let averages = entropy.averages {
      (self[.fastEntropy], self[.slowEntropy]) = (averages.fast, averages.slow)
    }
  }

  /// Takes in the ratios of all updates of the step.
  mutating func addRatios(_ diagnostics: ObjectiveDiagnostics) {
    let count = Double(diagnostics.importanceRatio.count)
    guard count > 0 else { return }
    self[.clippedLow] = Double(diagnostics.clippedLowCount) / count
    self[.clippedHigh] = Double(diagnostics.clippedHighCount) / count
    self[.ratioMinimum] = diagnostics.importanceRatio.minimum
    self[.ratioMaximum] = diagnostics.importanceRatio.maximum
  }
}
