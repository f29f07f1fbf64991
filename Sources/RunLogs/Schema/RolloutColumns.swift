internal import HDF5

extension TokenLogColumn {
  /// The columns that a training log has for its rollouts, beside those of a token log.
  ///
  /// `/seq` and `/tok` are laid out as in a token log: a sequence is a prompt with its response, flat
  /// columns run over the tokens of all sequences, `offsets` says where each begins, and floats are
  /// NaN at the prompt. p is the policy before that step's update.
  package static let rolloutColumns =
    ["id", "mask"].map { TokenLogColumn.named($0, .token) }
    + ["offsets", "count", "response_start", "sample_id", "reward"].map {
      TokenLogColumn.named($0, .sequence)
    } + ownRolloutColumns

  private static let ownRolloutColumns = [
    Self(
      .sequence, "step", .int64, "1", "training step",
      "step that the response was sampled for, from 1", in: .counts),
    Self(
      .sequence, "advantage", .float64, "1", "advantage",
      "what the objective gave the response for its reward, within its group"),
    Self(
      .token, "logp", .float32, "nats", "log-probability of the token",
      "log p_y at temperature 1 over the full vocabulary, by the sampler; NaN at the prompt",
      in: .logProbabilities),
    Self(
      .token, "behavior_logp", .float32, "nats", "behaviour log-probability of the token",
      "log p_y at the sampling temperature, by the sampler; NaN at the prompt",
      in: .logProbabilities),
    Self(
      .token, "entropy", .float32, "nats", "entropy of the next-token distribution",
      "H = -sum_v p_v log p_v at temperature 1, by the sampler; NaN at the prompt", in: .entropies),
  ]

  /// The rollout column of that place and name.
  static func rollout(_ name: String, _ scope: Scope) -> TokenLogColumn {
    guard let column = rolloutColumns.first(where: { $0.scope == scope && $0.name == name }) else {
      preconditionFailure("rollouts have no \(scope.rawValue) column '\(name)'")
    }
    return column
  }
}
