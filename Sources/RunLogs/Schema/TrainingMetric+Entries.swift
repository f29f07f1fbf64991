extension TrainingMetric {
  /// Definition, unit, and others' names.
  package var entry: Entry {
    guard let entry = Self.entries[self] else {
      preconditionFailure("no entry for the metric '\(rawValue)'")
    }
    return entry
  }

  /// All metrics with definition, unit, and others' names: the lines of a Markdown table.
  package static var table: [String] {
    ["| column | definition | unit | TRL | verl |", "| --- | --- | --- | --- | --- |"]
      + allCases.map { metric in
        let entry = metric.entry
        let others = [entry.trl, entry.verl].map { $0.map { "`\($0)`" } ?? "" }
        return "| `\(metric.rawValue)` | \(entry.definition) | \(entry.unit) | "
          + others.joined(separator: " | ") + " |"
      }
  }

  private static let entries = Dictionary(
    uniqueKeysWithValues: losses + rewards + lengths + entropies + weights + ratios + divergences
      + steering + heldOut + updates + terms)

  private static let losses: [(Self, Entry)] = [
    (
      .loss,
      .init(
        "What is minimised: the sum of its terms, in the step's first update or the mean over its first "
          + "pass through the mini-batches", "nats", trl: "loss")
    ),
    (.lossDemonstrationSFT, .init("Imitation of demonstrations, weighted as in the loss", "nats")),
    (
      .lossDemonstrationPolicy,
      .init(
        "Off-policy reinforcement of demonstrations, as in the loss", "nats")
    ),
    (
      .lossRolloutPolicy,
      .init(
        "Reinforcement of rollouts, as in the loss", "nats", trl: "policy_loss",
        verl: "actor/pg_loss")
    ),
    (.lossKL, .init("Penalty on the divergence from the reference, as in the loss", "nats")),
    (.lossEntropyBonus, .init("Minus the entropy bonus, as in the loss", "nats")),
  ]

  private static let rewards: [(Self, Entry)] = [
    (
      .reward,
      .init(
        "Mean reward of the step's rollouts", trl: "reward", verl: "critic/score/mean")
    ),
    (
      .demonstrationReward,
      .init("Mean reward of the step's demonstrations, where the verifier is asked about them")
    ),
    // TRL's reward_std is the one or the other by its version: `import` goes by the numbers.
    (
      .rewardDeviation,
      .init("Standard deviation of the rewards of the step's rollouts, over all")
    ),
    (
      .groupRewardDeviation,
      .init("Mean over groups of the standard deviation of the rewards within")
    ),
    (
      .degenerateGroups,
      .init(
        "Share of groups whose rollouts all have the same reward; a demonstration is no member",
        trl: "frac_reward_zero_std")
    ),
    (
      .zeroAdvantageGroups,
      .init(
        "Share of groups whose advantages are all 0, as the objective has them: under SRFT the "
          + "demonstration is a member, and a length penalty counts")
    ),
    (.advantageMean, .init("Mean advantage of the rollouts", verl: "critic/advantages/mean")),
    (.advantageDeviation, .init("Standard deviation of the rollouts' advantages, over all")),
    (.advantageMinimum, .init("Smallest advantage of a rollout", verl: "critic/advantages/min")),
    (.advantageMaximum, .init("Largest advantage of a rollout", verl: "critic/advantages/max")),
  ]

  private static let lengths: [(Self, Entry)] = [
    (
      .responseLength,
      .init(
        "Mean tokens of a rollout, the end token included", "token", trl: "completions/mean_length",
        verl: "response_length/mean")
    ),
    (
      .shortestResponse,
      .init(
        "Fewest tokens of a rollout", "token", trl: "completions/min_length",
        verl: "response_length/min")
    ),
    (
      .longestResponse,
      .init(
        "Most tokens of a rollout", "token", trl: "completions/max_length",
        verl: "response_length/max")
    ),
    (
      .stoppedShare,
      .init(
        "Share of rollouts that ended by themselves", trl: .complement("completions/clipped_ratio"),
        verl: .complement("response_length/clip_ratio"))
    ),
  ]

  private static let entropies: [(Self, Entry)] = [
    (
      .rolloutEntropy,
      .init(
        "Mean entropy at the tokens of rollouts, temperature 1, while sampling", "nats")
    ),
    (
      .temperedRolloutEntropy,
      .init(
        "Mean entropy at the tokens of rollouts, at the sampling temperature, in the update",
        "nats", trl: "entropy", verl: "actor/entropy")
    ),
    (
      .demonstrationEntropy,
      .init(
        "Mean entropy at the tokens of demonstrations, temperature 1", "nats")
    ),
    (
      .temperedDemonstrationEntropy,
      .init(
        "Mean entropy at the tokens of demonstrations, at the rollouts' sampling temperature",
        "nats")
    ),
  ]

  private static let weights: [(Self, Entry)] = [
    (.sftWeight, .init("Mean weight of imitation, Eq. 8 of the SRFT paper")),
    (.rolloutWeight, .init("Mean weight of reinforcement, Eq. 12 of the SRFT paper")),
  ]

  private static let ratios: [(Self, Entry)] = [
    (.clippedLow, .init("Share of rollout tokens clipped below", trl: "clip_ratio/low_mean")),
    (.clippedHigh, .init("Share of rollout tokens clipped above", trl: "clip_ratio/high_mean")),
    (.ratioMinimum, .init("Smallest policy / behaviour of a rollout token")),
    (.ratioMaximum, .init("Largest policy / behaviour of a rollout token")),
    (
      .demonstrationRatio,
      .init(
        "Mean policy / behaviour of a demonstration's token, before shaping")
    ),
    (.demonstrationRatioMinimum, .init("Smallest policy / behaviour of a demonstration's token")),
    (.demonstrationRatioMaximum, .init("Largest policy / behaviour of a demonstration's token")),
    (.demonstrationClipped, .init("Share of demonstrations' tokens outside of their clip range")),
    (
      .behaviorGap,
      .init(
        "Largest difference of a rollout token's log-probability between sampler and update, "
          + "before anything is updated", "nats", trl: "sampling/sampling_logp_difference/max")
    ),
  ]

  private static let divergences: [(Self, Entry)] = [
    (
      .klPolicyReference,
      .init(
        "Mean KL(policy ‖ reference) at the tokens of rollouts, whole vocabulary, temperature "
          + "1, before the update", "nats")
    ),
    (
      .demonstrationKLPolicyReference,
      .init(
        "Mean KL(policy ‖ reference) at the tokens of demonstrations, whole vocabulary, "
          + "temperature 1, before the update", "nats")
    ),
    (
      .penalizedKL,
      .init(
        "Mean of the divergence that the loss penalises: estimated from sampled tokens in "
          + "GRPO, over the whole vocabulary in SFT with KL and on-policy distillation", "nats",
        trl: "kl",
        verl: "actor/kl_loss")
    ),
    (
      .confidentShare,
      .init(
        "Share of rollout tokens whose gradient is masked as the policy is confident")
    ),
  ]

  private static let steering: [(Self, Entry)] = [
    (.entropyBonus, .init("Coefficient of the entropy bonus", trl: "entropy_coef")),
    (.fastEntropy, .init("Fast running average of the rollouts' entropy", "nats")),
    (.slowEntropy, .init("Slow running average of the rollouts' entropy", "nats")),
  ]

  private static let heldOut: [(Self, Entry)] = [
    (.heldOutAccuracy, .init("Share of right samples of held-out problems, after the update")),
    (.heldOutPass, .init("Share of held-out problems that at least one sample solves")),
    (
      .heldOutDegenerateGroups,
      .init(
        "Share of held-out problems whose samples are all right or all wrong")
    ),
    (
      .heldOutEntropy,
      .init("Mean entropy at the tokens of samples of held-out problems, temperature 1", "nats")
    ),
    (.heldOutLength, .init("Mean tokens of a sample of a held-out problem", "token")),
  ]

  /// All of the step's whole batch, before its first update and before clipping.
  private static let terms: [(Self, Entry)] = [
    (.termNormSFT, .init("Norm of the gradient of imitation alone, before the update")),
    (
      .termNormDemonstrations,
      .init("Norm of the gradient of the demonstrations' reinforcement alone, before the update")
    ),
    (
      .termNormRollouts,
      .init("Norm of the gradient of the rollouts' reinforcement alone, before the update")
    ),
    (.termNormKL, .init("Norm of the gradient of the KL penalty alone, before the update")),
    (.termNormEntropy, .init("Norm of the gradient of the entropy bonus alone, before the update")),
    (
      .termCosineSFTDemonstrations,
      .init("Cosine between the gradients of imitation and of the demonstrations' reinforcement")
    ),
    (
      .termCosineSFTRollouts,
      .init("Cosine between the gradients of imitation and of the rollouts' reinforcement")
    ),
    (
      .termCosineDemonstrationsRollouts,
      .init(
        "Cosine between the gradients of the demonstrations' and of the rollouts' reinforcement")
    ),
    (.termCosineSFTKL, .init("Cosine between the gradients of imitation and of the KL penalty")),
    (
      .termCosineSFTEntropy,
      .init("Cosine between the gradients of imitation and of the entropy bonus")
    ),
    (
      .termCosineDemonstrationsEntropy,
      .init(
        "Cosine between the gradients of the demonstrations' reinforcement and of the entropy bonus"
      )
    ),
    (
      .termCosineRolloutsKL,
      .init("Cosine between the gradients of the rollouts' reinforcement and of the KL penalty")
    ),
    (
      .termCosineRolloutsEntropy,
      .init("Cosine between the gradients of the rollouts' reinforcement and of the entropy bonus")
    ),
    (
      .termCosineKLEntropy,
      .init("Cosine between the gradients of the KL penalty and of the entropy bonus")
    ),
  ]

  private static let updates: [(Self, Entry)] = [
    (
      .gradientNorm,
      .init(
        "Norm of the gradient before clipping, of the step's last update", trl: "grad_norm",
        verl: "actor/grad_norm")
    ),
    (
      .imitationGradientNorm,
      .init(
        "Norm of the SFT term's gradient before clipping, where it has a rate of its own")
    ),
    (.learningRate, .init("Learning rate of the step", trl: "learning_rate", verl: "actor/lr")),
    (.imitationLearningRate, .init("Learning rate of the SFT term, where it has its own")),
    (
      .tokens,
      .init(
        "Tokens of the step's updates, prompts included: a batch counts once for each update",
        "token", verl: "perf/total_num_tokens")
    ),
    (.rolloutTokens, .init("Tokens sampled", "token")),
    (.seconds, .init("Wall time of the step", "s", trl: "step_time", verl: "perf/time_per_step")),
  ]
}
