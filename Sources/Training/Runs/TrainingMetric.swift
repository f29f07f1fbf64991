/// The one dictionary of what a training log holds: a number for each step.
///
/// Log-probabilities, entropies and losses are in nats. A metric that a run doesn't have, such as
/// the reward of plain imitation, is not in its log; NaN (in JSON null) is *not measured*.
package enum TrainingMetric: String, Sendable, CaseIterable {
  /// The loss.
  case loss
  /// Its imitation.
  case lossDemonstrationSFT = "loss_demonstration_sft"
  /// Its reinforcement of demonstrations.
  case lossDemonstrationPolicy = "loss_demonstration_policy"
  /// Its reinforcement of rollouts.
  case lossRolloutPolicy = "loss_rollout_policy"
  /// Its penalty on leaving the reference.
  case lossDivergence = "loss_kl"
  /// Its entropy bonus.
  case lossEntropyBonus = "loss_entropy_bonus"
  /// Mean reward.
  case reward
  /// Groups that teach nothing.
  case degenerateGroups = "degenerate_groups"
  /// Mean advantage.
  case advantageMean = "advantage_mean"
  /// Spread of advantages.
  case advantageDeviation = "advantage_std"
  /// Smallest advantage.
  case advantageMinimum = "advantage_min"
  /// Largest advantage.
  case advantageMaximum = "advantage_max"
  /// Mean length of rollouts.
  case responseLength = "response_length"
  /// Shortest rollout.
  case shortestResponse = "response_length_min"
  /// Longest rollout.
  case longestResponse = "response_length_max"
  /// Rollouts that ended by themselves.
  case stoppedShare = "stopped_share"
  /// Entropy while sampling.
  case rolloutEntropy = "rollout_entropy"
  /// Entropy in the update.
  case temperedRolloutEntropy = "rollout_entropy_tempered"
  /// Entropy on demonstrations.
  case demonstrationEntropy = "demonstration_entropy"
  /// The same at the sampling temperature.
  case temperedDemonstrationEntropy = "demonstration_entropy_tempered"
  /// Weight of imitation.
  case sftWeight = "sft_weight"
  /// Weight of reinforcement.
  case rolloutWeight = "rollout_weight"
  /// Tokens clipped below.
  case clippedLow = "clipped_low_share"
  /// Tokens clipped above.
  case clippedHigh = "clipped_high_share"
  /// Smallest ratio.
  case ratioMinimum = "ratio_min"
  /// Largest ratio.
  case ratioMaximum = "ratio_max"
  /// Mean ratio of demonstrations.
  case demonstrationRatio = "demonstration_ratio"
  /// Smallest ratio of demonstrations.
  case demonstrationRatioMinimum = "demonstration_ratio_min"
  /// Largest ratio of demonstrations.
  case demonstrationRatioMaximum = "demonstration_ratio_max"
  /// Tokens of demonstrations clipped.
  case demonstrationClipped = "demonstration_clipped_share"
  /// Sampler against update.
  case behaviorGap = "behavior_gap_max"
  /// Distance from the reference.
  case referenceDivergence = "kl_to_reference"
  /// The same on demonstrations.
  case demonstrationDivergence = "kl_to_reference_demonstrations"
  /// What the loss penalises.
  case penalizedDivergence = "kl_penalized"
  /// Tokens without gradient as the policy is sure of them.
  case confidentShare = "confident_share"
  /// Coefficient of the entropy bonus.
  case entropyBonus = "entropy_bonus"
  /// Fast average of entropy.
  case fastEntropy = "entropy_fast"
  /// Slow average of entropy.
  case slowEntropy = "entropy_slow"
  /// Held-out accuracy.
  case heldOutAccuracy = "heldout_accuracy"
  /// Held-out problems that a sample solves.
  case heldOutPass = "heldout_pass"
  /// Held-out problems whose samples are all alike.
  case heldOutFlatGroups = "heldout_flat_groups"
  /// Norm of the gradient.
  case gradientNorm = "gradient_norm"
  /// Norm of imitation's gradient.
  case imitationGradientNorm = "gradient_norm_sft"
  /// Learning rate.
  case learningRate = "learning_rate"
  /// Learning rate of imitation.
  case imitationLearningRate = "learning_rate_sft"
  /// Tokens of the update.
  case tokens
  /// Tokens sampled.
  case rolloutTokens = "rollout_tokens"
  /// Wall time.
  case seconds

  /// What a metric is, and what others call it.
  package struct Entry: Sendable, Equatable {
    /// One sentence.
    package let definition: String
    /// The unit; 1 for counts and shares.
    package let unit: String
    /// TRL's name for the same thing; empty where it logs none.
    package let trl: String
    /// verl's name for the same thing; empty where it logs none.
    package let verl: String

    init(_ definition: String, _ unit: String = "1", trl: String = "", verl: String = "") {
      (self.definition, self.unit, self.trl, self.verl) = (definition, unit, trl, verl)
    }
  }

  /// Definition, unit, and others' names.
  package var entry: Entry {
    switch self {
    case .loss, .lossDemonstrationSFT, .lossDemonstrationPolicy, .lossRolloutPolicy,
      .lossEntropyBonus, .lossDivergence:
      lossEntry
    case .reward, .degenerateGroups, .responseLength, .shortestResponse, .longestResponse,
      .stoppedShare:
      rolloutEntry
    case .advantageMean, .advantageDeviation, .advantageMinimum, .advantageMaximum: advantageEntry
    case .rolloutEntropy, .temperedRolloutEntropy, .demonstrationEntropy,
      .temperedDemonstrationEntropy, .sftWeight, .rolloutWeight, .entropyBonus, .fastEntropy,
      .slowEntropy:
      entropyEntry
    case .referenceDivergence, .demonstrationDivergence, .penalizedDivergence, .confidentShare:
      divergenceEntry
    case .heldOutAccuracy, .heldOutPass, .heldOutFlatGroups: heldOutEntry
    case .clippedLow, .clippedHigh, .ratioMinimum, .ratioMaximum, .behaviorGap: ratioEntry
    case .demonstrationRatio, .demonstrationRatioMinimum, .demonstrationRatioMaximum,
      .demonstrationClipped:
      demonstrationRatioEntry
    default: updateEntry
    }
  }

  /// Whether two runs of one configuration have the same bits in it: all but times.
  package var isReproducible: Bool { self != .seconds }

  private var lossEntry: Entry {
    switch self {
    case .lossDemonstrationSFT:
      Entry("Imitation of demonstrations, weighted as in the loss", "nats")
    case .lossDemonstrationPolicy:
      Entry("Off-policy reinforcement of demonstrations, as in the loss", "nats")
    case .lossRolloutPolicy:
      Entry(
        "Reinforcement of rollouts, as in the loss", "nats", trl: "policy_loss",
        verl: "actor/pg_loss")
    case .lossDivergence:
      Entry("Penalty on the divergence from the reference, as in the loss", "nats")
    case .lossEntropyBonus: Entry("Minus the entropy bonus, as in the loss", "nats")
    default:
      Entry(
        "What is minimised, in the step's first update: the sum of its terms", "nats", trl: "loss")
    }
  }

  private var rolloutEntry: Entry {
    switch self {
    case .reward:
      Entry("Mean reward of the step's rollouts", trl: "reward", verl: "critic/score/mean")
    case .degenerateGroups:
      Entry(
        "Share of groups whose rewards are all the same: their advantages are 0",
        trl: "frac_reward_zero_std")
    case .responseLength:
      Entry(
        "Mean tokens of a rollout, the end token included", "token",
        trl: "completions/mean_length", verl: "response_length/mean")
    case .shortestResponse:
      Entry(
        "Fewest tokens of a rollout", "token", trl: "completions/min_length",
        verl: "response_length/min")
    case .longestResponse:
      Entry(
        "Most tokens of a rollout", "token", trl: "completions/max_length",
        verl: "response_length/max")
    default:
      Entry(
        "Share of rollouts that ended by themselves", trl: "1 − completions/clipped_ratio",
        verl: "1 − response_length/clip_ratio")
    }
  }

  private var advantageEntry: Entry {
    switch self {
    case .advantageMean: Entry("Mean advantage of the rollouts", verl: "critic/advantages/mean")
    case .advantageDeviation: Entry("Standard deviation of the rollouts' advantages, over all")
    case .advantageMinimum:
      Entry("Smallest advantage of a rollout", verl: "critic/advantages/min")
    default: Entry("Largest advantage of a rollout", verl: "critic/advantages/max")
    }
  }

  private var entropyEntry: Entry {
    switch self {
    case .rolloutEntropy:
      Entry("Mean entropy at the tokens of rollouts, temperature 1, while sampling", "nats")
    case .temperedRolloutEntropy:
      Entry(
        "Mean entropy at the tokens of rollouts, at the sampling temperature, in the update",
        "nats", trl: "entropy", verl: "actor/entropy")
    case .demonstrationEntropy:
      Entry("Mean entropy at the tokens of demonstrations, temperature 1", "nats")
    case .temperedDemonstrationEntropy:
      Entry(
        "Mean entropy at the tokens of demonstrations, at the rollouts' sampling temperature",
        "nats")
    case .sftWeight: Entry("Mean weight of imitation, Eq. 8 of the SRFT paper")
    case .entropyBonus: Entry("Coefficient of the entropy bonus", trl: "entropy_coef")
    case .fastEntropy: Entry("Fast running average of the rollouts' entropy", "nats")
    case .slowEntropy: Entry("Slow running average of the rollouts' entropy", "nats")
    default: Entry("Mean weight of reinforcement, Eq. 12 of the SRFT paper")
    }
  }

  private var ratioEntry: Entry {
    switch self {
    case .clippedLow:
      Entry("Share of rollout tokens clipped below", trl: "clip_ratio/low_mean")
    case .clippedHigh:
      Entry("Share of rollout tokens clipped above", trl: "clip_ratio/high_mean")
    case .ratioMinimum: Entry("Smallest policy / behaviour of a rollout token")
    case .ratioMaximum: Entry("Largest policy / behaviour of a rollout token")
    default:
      Entry(
        "Largest difference of a rollout token's log-probability between sampler and update, "
          + "before anything is updated", "nats", trl: "sampling/sampling_logp_difference/max")
    }
  }

  private var demonstrationRatioEntry: Entry {
    switch self {
    case .demonstrationRatioMinimum: Entry("Smallest policy / behaviour of a demonstration's token")
    case .demonstrationRatioMaximum: Entry("Largest policy / behaviour of a demonstration's token")
    case .demonstrationClipped: Entry("Share of demonstrations' tokens outside of their clip range")
    default: Entry("Mean policy / behaviour of a demonstration's token, before shaping")
    }
  }

  private var divergenceEntry: Entry {
    switch self {
    case .referenceDivergence:
      Entry(
        "Mean KL(policy ‖ reference) at the tokens of rollouts, whole vocabulary, temperature 1, "
          + "before the update", "nats")
    case .demonstrationDivergence:
      Entry(
        "Mean KL(policy ‖ reference) at the tokens of demonstrations, whole vocabulary, "
          + "temperature 1, before the update", "nats")
    case .penalizedDivergence:
      Entry(
        "Mean of the divergence that the loss penalises: estimated from sampled tokens in GRPO, over "
          + "the whole vocabulary in SFT with KL", "nats", trl: "kl", verl: "actor/kl_loss")
    default: Entry("Share of rollout tokens whose gradient is masked as the policy is sure of them")
    }
  }

  private var heldOutEntry: Entry {
    switch self {
    case .heldOutAccuracy: Entry("Share of right samples of held-out problems, after the update")
    case .heldOutPass: Entry("Share of held-out problems that at least one sample solves")
    default: Entry("Share of held-out problems whose samples are all right or all wrong")
    }
  }

  private var updateEntry: Entry {
    switch self {
    case .imitationGradientNorm:
      Entry("Norm of the SFT term's gradient before clipping, where it has a rate of its own")
    case .imitationLearningRate: Entry("Learning rate of the SFT term, where it has its own")
    case .gradientNorm:
      Entry(
        "Norm of the gradient before clipping, of the step's last update", trl: "grad_norm",
        verl: "actor/grad_norm")
    case .learningRate:
      Entry("Learning rate of the step", trl: "learning_rate", verl: "actor/lr")
    case .tokens:
      Entry(
        "Tokens of the step's updates, prompts included: a batch counts once for each update",
        "token",
        verl: "perf/total_num_tokens")
    case .rolloutTokens: Entry("Tokens sampled", "token")
    default: Entry("Wall time of the step", "s", trl: "step_time", verl: "perf/time_per_step")
    }
  }
}

extension TrainingMetric {
  /// All metrics with definition, unit, and others' names: the lines of a Markdown table.
  package static var table: [String] {
    ["| column | definition | unit | TRL | verl |", "| --- | --- | --- | --- | --- |"]
      + allCases.map { metric in
        let entry = metric.entry
        let others = [entry.trl, entry.verl].map { $0.isEmpty ? "" : "`\($0)`" }
        return "| `\(metric.rawValue)` | \(entry.definition) | \(entry.unit) | "
          + others.joined(separator: " | ") + " |"
      }
  }
}
