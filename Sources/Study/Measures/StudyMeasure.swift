/// What is measured of each run of a study: one number for each seed.
package enum StudyMeasure: String, Sendable, Codable, CaseIterable {
  /// Share of right sampled responses to held-out problems.
  case accuracy
  /// Share of held-out problems that one of eight samples solves.
  case passAt8 = "pass_at_8"
  /// Share of held-out problems whose most likely response is right.
  case greedyAccuracy = "greedy_accuracy"
  /// Mean tokens of a sampled response.
  case responseLength = "response_length"
  /// Share of sampled responses that ended by themselves.
  case stoppedShare = "stopped_share"
  /// Mean entropy at the tokens of sampled responses, nats.
  case answerEntropy = "answer_entropy"

  /// Weights of the model.
  case parameters
  /// Tokens of all updates.
  case tokens
  /// Tokens of rollouts, sampled in training.
  case rolloutTokens = "rollout_tokens"
  /// Tokens sampled for demonstrations that a model wrote, the refused ones included.
  case demonstrationTokens = "demonstration_tokens"
  /// Tokens of updates and sampled ones together; those of evaluations are in none of these.
  case totalTokens = "total_tokens"
  /// Tokens of updates of this run and of those that it starts from, but base.
  case chainTokens = "chain_tokens"
  /// The same with all that was sampled for them.
  case chainTotalTokens = "chain_total_tokens"
  /// Steps of training.
  case steps
  /// Updates of the weights.
  case updates
  /// Wall time of training.
  case seconds

  /// Mean KL(run ‖ base) on base's own responses.
  case klRunBase = "kl_run_base"
  /// Mean KL(base ‖ run) on them.
  case klBaseRun = "kl_base_run"
  /// Share of their positions with a Jensen-Shannon divergence above 0.1 nats.
  case changedShare = "changed_share"
  /// The same of low-entropy positions: base's entropy is at most 0.5 nats.
  case lowEntropyChangedShare = "changed_share_low_entropy"
  /// The same of the others.
  case highEntropyChangedShare = "changed_share_high_entropy"
  /// Mean KL(run ‖ base) on the run's own responses.
  case ownKLRunBase = "kl_run_base_own"
  /// Mean KL(base ‖ run) on them.
  case ownKLBaseRun = "kl_base_run_own"
  /// Share of their positions with a Jensen-Shannon divergence above 0.1 nats.
  case ownChangedShare = "changed_share_own"
  /// The same of low-entropy positions: base's entropy is at most 0.5 nats.
  case ownLowEntropyChangedShare = "changed_share_low_entropy_own"
  /// The same of the others.
  case ownHighEntropyChangedShare = "changed_share_high_entropy_own"

  /// Mean entropy of rollouts over the first tenth of the steps.
  case firstEntropy = "rollout_entropy_first"
  /// The same over the last tenth.
  case lastEntropy = "rollout_entropy_last"
  /// Mean share of groups whose rollouts all have the same reward, over the first tenth of the steps.
  case firstDegenerateGroups = "degenerate_groups_first"
  /// The same over the last tenth.
  case lastDegenerateGroups = "degenerate_groups_last"
  /// Mean share of groups without any advantage, the demonstration counted as a member where the objective
  /// does so, over the first tenth of the steps.
  case firstZeroAdvantageGroups = "zero_advantage_groups_first"
  /// The same over the last tenth.
  case lastZeroAdvantageGroups = "zero_advantage_groups_last"
  /// Share of steps whose last update's gradient was clipped.
  case clippedGradientShare = "clipped_gradient_share"

  /// Share of weights that are others than base's, in the stored type.
  case changedWeightShare = "changed_weight_share"
  /// Share of weights that are at least a unit in the last place of bfloat16 from base's.
  case coarselyChangedWeightShare = "changed_weight_share_bfloat16"
  /// ‖W − W₀‖ / ‖W₀‖ of all weights, W₀ base's.
  case relativeWeightChange = "relative_weight_change"
  /// Share of weights at least a unit in the last place of bfloat16 from those that the run started from.
  case coarselyChangedWeightShareFromStart = "changed_weight_share_bfloat16_from_start"
}

extension StudyMeasure {
  /// Whether it is a share, in [0, 1].
  package var isShare: Bool { bounds.upperBound == 1 }

  /// Where it can lie: shares between 0 and 1, the others from 0 on.
  package var bounds: ClosedRange<Double> {
    switch self {
    case .accuracy, .passAt8, .greedyAccuracy, .stoppedShare, .changedShare,
      .lowEntropyChangedShare, .highEntropyChangedShare, .ownChangedShare,
      .ownLowEntropyChangedShare, .ownHighEntropyChangedShare, .firstDegenerateGroups,
      .lastDegenerateGroups, .firstZeroAdvantageGroups, .lastZeroAdvantageGroups,
      .clippedGradientShare, .changedWeightShare, .coarselyChangedWeightShare,
      .coarselyChangedWeightShareFromStart:
      0...1
    case .responseLength, .answerEntropy, .parameters, .tokens, .rolloutTokens,
      .demonstrationTokens,
      .totalTokens, .chainTokens, .chainTotalTokens, .steps, .updates, .seconds, .klRunBase,
      .klBaseRun, .ownKLRunBase, .ownKLBaseRun, .firstEntropy, .lastEntropy,
      .relativeWeightChange:
      0...Double.infinity
    }
  }
}
