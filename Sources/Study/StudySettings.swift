/// How much of each run is asked and scored.
package struct StudyEvaluation: Sendable, Equatable {
  /// Held-out problems of the test split, and of each other one.
  package var (problems, otherProblems) = (256, 128)
  /// Samples of each of them.
  package var (samples, otherSamples) = (8, 4)
  /// Held-out problems whose answers are scored, and answers to each.
  package var (textProblems, textSamples) = (128, 4)

  /// Defaults.
  package init() {}
}

/// Where methods can be told apart: what is learned by imitation alone leaves something to improve.
///
/// Outside of it a table ranks nothing.
package struct StudyRegime: Sendable, Equatable {
  /// The run that imitates only, and where its accuracy has to lie.
  package var (imitation, accuracy) = ("sft", 0.4...0.85)
  /// The run that reinforces after imitation, and the most degenerate groups that it may begin with.
  package var (reinforced, degenerateGroups) = ("sft-rl", 0.5)

  /// Defaults.
  package init() {}
}
