package import Kernels
package import Transformer

/// AdamW over all parameters of a model, with clipping to a global norm.
///
/// Its whole state is `firstMoments`, `secondMoments` and `stepCount`: with them and the parameters
/// a run goes on with the same bits.
package struct Optimizer: ~Copyable {
  /// Which parameters weight decay shrinks.
  package enum Decay: Sendable, Equatable {
    /// All, as `torch.optim.AdamW` does with a model's parameters.
    case all
    /// Matrices only, neither norms nor biases, as transformers' and TRL's trainers do.
    case matrices
  }

  /// What stays the same from step to step.
  package let settings: AdamW.Settings
  /// Which parameters weight decay shrinks.
  package let decay: Decay
  /// Gradients are scaled down to this norm; nil for no clipping.
  package let largestNorm: Double?
  /// Steps done.
  package var stepCount = 0
  /// m, the running mean of gradients.
  package var firstMoments: ParameterBuffer
  /// v, the running mean of squared gradients.
  package var secondMoments: ParameterBuffer

  /// Starts with moments of zero.
  package init(
    _ layout: ParameterLayout, settings: AdamW.Settings = AdamW.Settings(),
    decay: Decay = .matrices, largestNorm: Double? = 1
  ) {
    self.settings = settings
    self.decay = decay
    self.largestNorm = largestNorm
    firstMoments = ParameterBuffer(layout)
    secondMoments = ParameterBuffer(layout)
  }

  /// One step down the gradients.
  ///
  /// Gradients of several batches are added up before it; `gradients.clear()` after it starts anew.
  ///
  /// - Parameters:
  ///   - parameters: changed, unless the norm is not finite: then nothing is.
  ///   - gradients: scaled down to `largestNorm`.
  ///   - rate: the learning rate of this step.
  /// - Returns: the norm before clipping; NaN or infinite if any gradient is, which the caller has to
  ///   look at.
  package mutating func step(
    _ parameters: inout TransformerParameters, _ gradients: inout TransformerGradients,
    rate: Double
  ) -> Double {
    let layout = parameters.layout
    precondition(
      gradients.layout == layout && firstMoments.layout == layout,
      "Optimizer: parameters, gradients and moments of different models")
    let norm = GradientNorm.euclidean(gradients.values.span)
    guard norm.isFinite else { return norm }
    if let largestNorm {
      let factor = Float(GradientNorm.clippingFactor(norm: norm, largest: largestNorm))
      // PyTorch multiplies by 1 too, which changes nothing.
      if factor < 1 {
        gradients.values.withMutableSpan(0..<layout.count) {
          GradientNorm.scale(&$0, by: factor)
        }
      }
    }
    stepCount += 1
    for stretch in stretches(of: layout) {
      var settings = settings
      if !stretch.decays { settings.weightDecay = 0 }
      Self.step(
        stretch.range, &parameters.buffer.values, gradients.values, &firstMoments.values,
        &secondMoments.values, stepCount, rate, settings)
    }
    return norm
  }

  private static func step(
    _ range: Range<Int>, _ parameters: inout FloatBuffer, _ gradients: borrowing FloatBuffer,
    _ firstMoments: inout FloatBuffer, _ secondMoments: inout FloatBuffer, _ stepCount: Int,
    _ rate: Double, _ settings: AdamW.Settings
  ) {
    let gradients = gradients.span.extracting(range)
    parameters.withMutableSpan(range) { parameters in
      firstMoments.withMutableSpan(range) { firstMoments in
        secondMoments.withMutableSpan(range) { secondMoments in
          AdamW.step(
            &parameters, gradients: gradients, firstMoments: &firstMoments,
            secondMoments: &secondMoments, step: stepCount, rate: rate, settings: settings)
        }
      }
    }
  }

  /// Neighbouring tensors that are treated alike, so that one call covers many.
  private func stretches(of layout: ParameterLayout) -> [(range: Range<Int>, decays: Bool)] {
    guard decay == .matrices, settings.weightDecay != 0 else { return [(0..<layout.count, true)] }
    var result: [(range: Range<Int>, decays: Bool)] = []
    for entry in layout.entries {
      let decays = entry.role == .matrix
      if let last = result.last, last.decays == decays {
        result[result.count - 1].range = last.range.lowerBound..<entry.range.upperBound
      } else {
        result.append((entry.range, decays))
      }
    }
    return result
  }
}
