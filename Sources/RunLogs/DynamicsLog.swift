/// A log of learning dynamics: what the texts of reference models cost each checkpoint of a series.
///
/// The coordinates of a checkpoint are its mean cross-entropies on them: Σ nats / Σ bytes. Kept for
/// each text, so that intervals over prompts can be made of them.
package struct DynamicsLog: Sendable, Equatable {
  /// A point of the map.
  package struct CheckpointRecord: Sendable, Equatable {
    /// The run that it belongs to; a run's checkpoints are joined in the log's order.
    package var run: String
    /// What runs that differ in their seed only share.
    package var condition: String
    /// What was minimised; empty if not known.
    package var objective: String
    /// Training steps that made it, 0 for the model that the run started from.
    package var step: Int
    /// Its folder as given.
    package var path: String
    /// SHA-256 over its weight files.
    package var weightsDigest: String

    /// All parts given.
    package init(
      run: String, condition: String, objective: String = "", step: Int, path: String,
      weightsDigest: String = ""
    ) {
      (self.run, self.condition, self.objective) = (run, condition, objective)
      (self.step, self.path, self.weightsDigest) = (step, path, weightsDigest)
    }
  }

  /// The texts of one reference model: an axis of the map.
  package struct Reference: Sendable, Equatable {
    /// The reference model.
    package var name: String
    /// The file of its texts.
    package var fileName: String
    /// SHA-256 of the file.
    package var digest: String
    /// Texts of the file that aren't here: empty, or beyond the context of a checkpoint.
    package var notMeasuredCount: Int
    /// The prompt of each text.
    package var prompts: [String]
    /// Bytes of UTF-8 of each response.
    package var bytes: [Int]
    /// `[checkpoints][texts]`: −Σ log p of each response's tokens, in nats.
    package var nats: [[Double]]

    /// All parts given; lists of texts are equally long.
    package init(
      name: String, fileName: String, digest: String, notMeasuredCount: Int = 0,
      prompts: [String], bytes: [Int], nats: [[Double]]
    ) {
      precondition(prompts.count == bytes.count, "\(prompts.count) prompts, \(bytes.count) texts")
      precondition(nats.allSatisfy { $0.count == bytes.count }, "costs of another number of texts")
      (self.name, self.fileName, self.digest) = (name, fileName, digest)
      (self.notMeasuredCount, self.prompts) = (notMeasuredCount, prompts)
      (self.bytes, self.nats) = (bytes, nats)
    }
  }

  /// The points, run by run, in the order of their steps.
  package var checkpoints: [CheckpointRecord]
  /// The axes.
  package var references: [Reference]
  /// About the log, for the root: `command_line`, `created`, `producer_version`.
  package var attributes: [String: String]

  /// A log; every reference has costs for every checkpoint.
  package init(
    checkpoints: [CheckpointRecord], references: [Reference], attributes: [String: String] = [:]
  ) {
    for reference in references {
      precondition(
        reference.nats.count == checkpoints.count,
        "\(reference.nats.count) costs for \(checkpoints.count) checkpoints")
    }
    (self.checkpoints, self.references) = (checkpoints, references)
    self.attributes = attributes
  }

  /// The schema's name.
  package static let schema = "tokenshift.dynamics-log"

  /// The names of attributes that are read back.
  package static let attributeNames = ["command_line", "created", "producer_version"]
}
