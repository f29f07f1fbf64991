internal import Transformer

/// A model that no update moves, seen through the policy's own code: equal weights give equal bits.
final class FrozenPolicy {
  private let parameters: TransformerParameters
  private var pass: TrainingPass

  /// Copies the weights once.
  init(_ model: Transformer) {
    parameters = TransformerParameters(model)
    pass = TrainingPass(model.configuration)
  }

  /// The log-probabilities of the responses of a kind, by row; others' are empty.
  func logProbabilities(
    of batch: UpdateBatch, _ kind: ObjectiveBatch.Kind, _ update: PolicyUpdate
  ) throws(TransformerError) -> [[Double]] {
    try update.logProbabilities(of: batch, kind, parameters, keeping: &pass)
  }
}
