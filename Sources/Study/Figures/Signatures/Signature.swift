package import RunLogs

/// A failure that a study provokes on purpose, with the remedies that were tried.
package struct Signature: Sendable {
  /// The run that is to fail.
  package let run: String
  /// What was done to it, for people.
  package let provocation: String
  /// Runs that differ from it in the remedy, with what that is.
  package let remedies: [(run: String, words: String)]
  /// The column of the training log that shows it.
  package let metric: TrainingMetric
  /// What the figure calls that column.
  package let axis: String
  /// Its unit; nil for a share.
  package let unit: String?

  private static func signature(
    _ run: String, _ provocation: String, _ remedies: [(run: String, words: String)],
    _ metric: TrainingMetric, _ axis: String, unit: String? = nil
  ) -> Self {
    Self(
      run: run, provocation: provocation, remedies: remedies, metric: metric, axis: axis, unit: unit
    )
  }

  /// All that are known, by the names of Data/Presets/study.
  package static let all: [Self] = [
    signature(
      "rl-too-fast", "RL at 30 times the registered rate",
      [("rl-half", "the registered rate")], .rolloutEntropy, "rollout entropy", unit: "nats"),
    signature(
      "rl-fast", "RL at 5 times the registered rate",
      [("rl-fast-kl", "KL penalty 0.1 at that rate"), ("rl-half", "the registered rate")],
      .degenerateGroups, "degenerate groups"),
    signature(
      "rl-long", "RL with 0.05 of reward for each token", [("rl-half", "no such reward")],
      .responseLength, "response length", unit: "tokens"),
    signature(
      "rl-stale", "RL with 8 unclipped updates for each batch of rollouts",
      [("rl-fresh", "one update, as many rollouts")], .reward, "reward"),
    signature(
      "sft-few", "SFT on 10 demonstrations for 200,000 tokens",
      [("sft-few-short", "20,000 tokens")], .heldOutAccuracy, "held-out accuracy"),
    signature(
      "srft-wrong", "SRFT with half of the demonstrations wrong and rewarded",
      [("srft-wrong-verified", "verified rewards")], .reward, "reward"),
    signature(
      "srft-wrong-30", "SRFT with 30 % of the demonstrations wrong and rewarded",
      [("srft-wrong-30-verified", "verified rewards")], .reward, "reward"),
    signature(
      "rl", "RL whose entropy nothing holds", [("rl-entropy-control", "a controller of entropy")],
      .rolloutEntropy, "rollout entropy", unit: "nats"),
  ]
}
