package import RunLogs

/// What a training log is looked through for.
///
/// Each says what it says without cause in about 1 % of runs at most, spikes in 0.4 to 1.3 %;
/// `tokenshift-bench --detectors` measures it. A new one is a case here, a row in
/// `Detector+Advice.swift`, and a line in `TrainingDiagnosis`.
package enum Detector: String, Sendable, CaseIterable, Codable {
  case nonFiniteLoss = "non-finite-loss"
  case rewardDrop = "reward-drop"
  case earlyRewardDrop = "early-reward-drop"
  case entropyCollapse = "entropy-collapse"
  case earlyEntropyCollapse = "early-entropy-collapse"
  case entropyExplosion = "entropy-explosion"
  case earlyEntropyExplosion = "early-entropy-explosion"
  case lengthCollapse = "length-collapse"
  case earlyLengthCollapse = "early-length-collapse"
  case lengthExplosion = "length-explosion"
  case earlyLengthExplosion = "early-length-explosion"
  case deadGroups = "dead-groups"
  case samplerGap = "sampler-gap"
  case gradientSpike = "gradient-spike"
  case plateau
  case solved

  /// What a finding is worth.
  package enum Severity: String, Sendable, Codable {
    /// The run is broken, or learns nothing.
    case fails
    /// Worth a look.
    case warns
    /// Good to know.
    case tells
  }

  /// What its findings are worth.
  package var severity: Severity {
    switch self {
    case .gradientSpike, .plateau: .warns
    case .solved: .tells
    default: .fails
    }
  }

  /// The metrics it can be asked of; the first one that the log has is.
  package var metrics: [TrainingMetric] {
    switch self {
    case .nonFiniteLoss: [.loss, .lossRolloutPolicy, .lossDemonstrationSFT]
    case .rewardDrop, .earlyRewardDrop, .plateau: [.reward]
    case .entropyCollapse, .earlyEntropyCollapse, .entropyExplosion, .earlyEntropyExplosion:
      [.rolloutEntropy, .temperedRolloutEntropy]
    case .lengthCollapse, .earlyLengthCollapse, .lengthExplosion, .earlyLengthExplosion:
      [.responseLength]
    case .deadGroups, .solved: [.degenerateGroups]
    case .samplerGap: [.behaviorGap]
    case .gradientSpike: [.gradientNorm]
    }
  }

  /// Finite values that it needs.
  package var leastSteps: Int {
    switch self {
    case .nonFiniteLoss: 1
    case .gradientSpike: Spike.leastSteps
    default: BlockMeans.leastSteps
    }
  }

  /// The sustained change that it looks for; nil if it looks for something else.
  package var question: SustainedChange.Question? {
    switch self {
    case .rewardDrop: .init(.falling, by: .share(0.5), against: .best)
    case .earlyRewardDrop: .init(.falling, by: .share(0.5), against: .firstStep)
    case .entropyCollapse: .init(.falling, by: .factor(5), against: .firstBlocks)
    case .earlyEntropyCollapse: .init(.falling, by: .factor(5), against: .firstStep)
    case .entropyExplosion: .init(.rising, by: .factor(2), against: .best)
    case .earlyEntropyExplosion: .init(.rising, by: .factor(2), against: .firstStep)
    case .lengthCollapse: .init(.falling, by: .factor(3), against: .best)
    case .earlyLengthCollapse: .init(.falling, by: .factor(3), against: .firstStep)
    case .lengthExplosion: .init(.rising, by: .factor(2), against: .best)
    case .earlyLengthExplosion: .init(.rising, by: .factor(2), against: .firstStep)
    case .samplerGap:
      // Below a thousandth of a nat a gap is rounding, and may double as it likes.
      .init(.rising, by: .factor(2), against: .best, floor: 1e-3)
    case .nonFiniteLoss, .deadGroups, .gradientSpike, .plateau, .solved: nil
    }
  }

  /// The detector of the same change over the whole run; nil of one that isn't about the start.
  ///
  /// Where that one found the change, this one has nothing to add.
  package var lateTwin: Detector? {
    switch self {
    case .earlyRewardDrop: .rewardDrop
    case .earlyEntropyCollapse: .entropyCollapse
    case .earlyEntropyExplosion: .entropyExplosion
    case .earlyLengthCollapse: .lengthCollapse
    case .earlyLengthExplosion: .lengthExplosion
    default: nil
    }
  }
}
