/// The one dictionary of what a training log holds: a number for each step.
///
/// Log-probabilities, entropies and losses are in nats. A metric that a run doesn't have, such as
/// the reward of plain imitation, is not in its log; NaN (in JSON null) is *not measured*. The raw
/// value is the column's name; `entry` has definition, unit and others' names. A new metric is a case
/// here and a row in `TrainingMetric+Entries.swift`.
package enum TrainingMetric: String, Sendable, CaseIterable {
  case loss
  case lossDemonstrationSFT = "loss_demonstration_sft"
  case lossDemonstrationPolicy = "loss_demonstration_policy"
  case lossRolloutPolicy = "loss_rollout_policy"
  case lossKL = "loss_kl"
  case lossEntropyBonus = "loss_entropy_bonus"
  case reward
  case demonstrationReward = "reward_demonstrations"
  case rewardDeviation = "reward_std"
  case groupRewardDeviation = "reward_std_within_groups"
  case degenerateGroups = "degenerate_groups"
  case zeroAdvantageGroups = "zero_advantage_groups"
  case advantageMean = "advantage_mean"
  case advantageDeviation = "advantage_std"
  case advantageMinimum = "advantage_min"
  case advantageMaximum = "advantage_max"
  case responseLength = "response_length"
  case shortestResponse = "response_length_min"
  case longestResponse = "response_length_max"
  case stoppedShare = "stopped_share"
  case rolloutEntropy = "rollout_entropy"
  case temperedRolloutEntropy = "rollout_entropy_tempered"
  case demonstrationEntropy = "demonstration_entropy"
  case temperedDemonstrationEntropy = "demonstration_entropy_tempered"
  case sftWeight = "sft_weight"
  case rolloutWeight = "rollout_weight"
  case clippedLow = "clipped_low_share"
  case clippedHigh = "clipped_high_share"
  case ratioMinimum = "ratio_min"
  case ratioMaximum = "ratio_max"
  case demonstrationRatio = "demonstration_ratio"
  case demonstrationRatioMinimum = "demonstration_ratio_min"
  case demonstrationRatioMaximum = "demonstration_ratio_max"
  case demonstrationClipped = "demonstration_clipped_share"
  case behaviorGap = "behavior_gap_max"
  case klPolicyReference = "kl_to_reference"
  case demonstrationKLPolicyReference = "kl_to_reference_demonstrations"
  case penalizedKL = "kl_penalized"
  case confidentShare = "confident_share"
  case entropyBonus = "entropy_bonus"
  case fastEntropy = "entropy_fast"
  case slowEntropy = "entropy_slow"
  case heldOutAccuracy = "heldout_accuracy"
  case heldOutPass = "heldout_pass"
  case heldOutDegenerateGroups = "heldout_degenerate_groups"
  case heldOutEntropy = "heldout_entropy"
  case heldOutLength = "heldout_response_length"
  case gradientNorm = "gradient_norm"
  case imitationGradientNorm = "gradient_norm_sft"
  case termNormSFT = "gradient_norm_term_sft"
  case termNormDemonstrations = "gradient_norm_term_demonstrations"
  case termNormRollouts = "gradient_norm_term_rollouts"
  case termNormKL = "gradient_norm_term_kl"
  case termNormEntropy = "gradient_norm_term_entropy"
  case termCosineSFTDemonstrations = "gradient_cosine_sft_demonstrations"
  case termCosineSFTRollouts = "gradient_cosine_sft_rollouts"
  case termCosineDemonstrationsRollouts = "gradient_cosine_demonstrations_rollouts"
  case termCosineSFTKL = "gradient_cosine_sft_kl"
  case termCosineSFTEntropy = "gradient_cosine_sft_entropy"
  case termCosineDemonstrationsEntropy = "gradient_cosine_demonstrations_entropy"
  case termCosineRolloutsKL = "gradient_cosine_rollouts_kl"
  case termCosineRolloutsEntropy = "gradient_cosine_rollouts_entropy"
  case termCosineKLEntropy = "gradient_cosine_kl_entropy"
  case learningRate = "learning_rate"
  case imitationLearningRate = "learning_rate_sft"
  case tokens
  case rolloutTokens = "rollout_tokens"
  case seconds

  /// What a metric is, and what others call it.
  package struct Entry: Sendable, Equatable {
    /// One sentence.
    package let definition: String
    /// The unit; 1 for counts and shares.
    package let unit: String
    /// What TRL logs; nil where it logs nothing of the kind.
    package let trl: ForeignMetric?
    /// What verl logs; nil where it logs nothing of the kind.
    package let verl: ForeignMetric?

    init(
      _ definition: String, _ unit: String = "1", trl: ForeignMetric? = nil,
      verl: ForeignMetric? = nil
    ) {
      (self.definition, self.unit, self.trl, self.verl) = (definition, unit, trl, verl)
    }
  }

  /// Whether two runs of one configuration have the same bits in it: all but times.
  package var isReproducible: Bool { self != .seconds }
}

/// Another trainer's metric, and how its values become ours.
package struct ForeignMetric: Sendable, Hashable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// Its name there.
  package let name: String
  /// Whether ours is 1 − theirs: a share of what stopped instead of what was clipped.
  package let isComplement: Bool

  /// The same quantity under their name.
  package init(stringLiteral name: String) { (self.name, isComplement) = (name, false) }

  private init(complementOf name: String) { (self.name, isComplement) = (name, true) }

  /// A share whose complement they log.
  static func complement(_ name: String) -> Self { Self(complementOf: name) }

  /// Their value as ours.
  package func ours(_ theirs: Double) -> Double { isComplement ? 1 - theirs : theirs }

  /// As tables and attributes write it: their name, or 1 − their name.
  package var description: String { isComplement ? "1 − " + name : name }
}
