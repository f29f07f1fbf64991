internal import Training

/// A key of a configuration that names another run's model, `…/NAME/final`: in a study it is that run of the
/// same seed.
package struct StudyLink: Sendable {
  /// What a variant calls it.
  package let key: String
  /// What `train` calls it.
  let configurationKey: String
  /// What a run does with the other, for people.
  let words: String
  let value: any WritableKeyPath<TrainingConfiguration, String?> & Sendable

  /// The model that the run starts from.
  package static let start = StudyLink(
    key: "from", configurationKey: "model", words: "starts from", value: \.model)
  /// The model that divergences are measured from, or that teaches.
  package static let reference = StudyLink(
    key: "reference", configurationKey: "reference", words: "has the reference", value: \.reference)
  /// The model that writes the demonstrations.
  package static let writer = StudyLink(
    key: "writer", configurationKey: "demonstrations.writer", words: "takes demonstrations of",
    value: \.demonstrations.writer)

  /// All of them; a further one is a line here.
  package static let all = [start, reference, writer]
}
