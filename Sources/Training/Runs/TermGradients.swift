internal import Kernels
internal import RunLogs
internal import Transformer

/// How large the gradient of each term of a loss is, and which way they point: what the sum hides.
struct TermGradients {
  /// The terms, with the metric of each norm.
  private static let norms: [(terms: LossParts, metric: TrainingMetric)] = [
    (.imitation, .termNormSFT), (.demonstrationPolicy, .termNormDemonstrations),
    (.rolloutPolicy, .termNormRollouts), (.divergence, .termNormKL),
    (.entropyBonus, .termNormEntropy),
  ]

  /// Their pairs; no objective has demonstrations' reinforcement beside a KL penalty.
  private static let cosines: [(LossParts, LossParts, TrainingMetric)] = [
    (.imitation, .demonstrationPolicy, .termCosineSFTDemonstrations),
    (.imitation, .rolloutPolicy, .termCosineSFTRollouts),
    (.demonstrationPolicy, .rolloutPolicy, .termCosineDemonstrationsRollouts),
    (.imitation, .divergence, .termCosineSFTKL),
    (.imitation, .entropyBonus, .termCosineSFTEntropy),
    (.demonstrationPolicy, .entropyBonus, .termCosineDemonstrationsEntropy),
    (.rolloutPolicy, .divergence, .termCosineRolloutsKL),
    (.rolloutPolicy, .entropyBonus, .termCosineRolloutsEntropy),
    (.divergence, .entropyBonus, .termCosineKLEntropy),
  ]

  /// Norms before clipping, and cosines; a term without gradient has the norm 0 and no cosine.
  private(set) var values: [TrainingMetric: Double] = [:]

  /// Goes through the batch once for each term that the objective has: costs as many passes as the
  /// update itself, and one buffer of gradients for each term.
  ///
  /// - Parameters:
  ///   - batch: with advantages.
  ///   - update: the objective.
  ///   - parameters: the policy.
  ///   - pass: memory, kept between calls.
  /// - Throws: as the update does.
  init(
    of batch: UpdateBatch, _ update: PolicyUpdate, _ parameters: borrowing TransformerParameters,
    keeping pass: inout TrainingPass
  ) throws {
    var gradients: [LossParts: Buffer] = [:]
    for (terms, metric) in Self.norms where update.objective.terms.contains(terms) {
      let buffer = Buffer(parameters.layout)
      _ = try update.accumulate(
        batch, parameters, terms: terms, keeping: &pass, into: &buffer.gradients)
      buffer.norm = GradientNorm.euclidean(buffer.gradients.values.span)
      values[metric] = buffer.norm
      gradients[terms] = buffer
    }
    for (first, second, metric) in Self.cosines {
      guard let a = gradients[first], let b = gradients[second] else { continue }
      let product = GradientNorm.innerProduct(
        a.gradients.values.span, b.gradients.values.span)
      let cosine = product / (a.norm * b.norm)
      if cosine.isFinite { values[metric] = cosine }
    }
  }

  /// Gradients that a dictionary can hold.
  private final class Buffer {
    var gradients: TransformerGradients
    var norm = 0.0
    init(_ layout: ParameterLayout) { gradients = TransformerGradients(layout) }
  }
}
