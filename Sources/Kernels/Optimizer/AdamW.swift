/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), in PyTorch's order of operations.
package enum AdamW {
  /// What stays the same from step to step.
  package struct Settings: Sendable, Equatable {
    /// β₁, of the mean of gradients.
    package var beta1: Double
    /// β₂, of the mean of squared gradients.
    package var beta2: Double
    /// ε, added to the root of the corrected mean square, outside the root.
    package var epsilon: Double
    /// λ: each step shrinks a parameter by rate · λ of itself.
    package var weightDecay: Double

    /// PyTorch's defaults, but for the decay, which is 0.
    package init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
    }
  }

  private static let blockSize = 16_384

  /// One step: θ ← θ − ηλθ; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
  /// θ ← θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
  ///
  /// - Parameters:
  ///   - parameters: θ, changed.
  ///   - gradients: g.
  ///   - firstMoments: m, changed; zero before the first step.
  ///   - secondMoments: v, changed; zero before the first step.
  ///   - step: t, 1 for the first.
  ///   - rate: η, the learning rate of this step.
  ///   - settings: the rest.
  package static func step(
    _ parameters: inout MutableSpan<Float>, gradients: Span<Float>,
    firstMoments: inout MutableSpan<Float>, secondMoments: inout MutableSpan<Float>, step: Int,
    rate: Double, settings: Settings
  ) {
    let count = parameters.count
    precondition(
      gradients.count == count && firstMoments.count == count && secondMoments.count == count,
      "AdamW: \(count) parameters, \(gradients.count) gradients, \(firstMoments.count) and "
        + "\(secondMoments.count) moments")
    precondition(step > 0, "AdamW: step \(step); the first is 1")
    let factors = Factors(step: step, rate: rate, settings)
    unsafe parameters.withUnsafeMutableBufferPointer { parameters in
      unsafe gradients.withUnsafeBufferPointer { gradients in
        unsafe firstMoments.withUnsafeMutableBufferPointer { firstMoments in
          unsafe secondMoments.withUnsafeMutableBufferPointer { secondMoments in
            nonisolated(unsafe) let (p, g) = (
              parameters.baseAddress, gradients.baseAddress
            )
            nonisolated(unsafe) let (m, v) = (
              firstMoments.baseAddress, secondMoments.baseAddress
            )
            Parallel.forEach((count + blockSize - 1) / blockSize) { block in
              guard let p = unsafe p, let g = unsafe g, let m = unsafe m, let v = unsafe v else {
                return
              }
              for index in block * blockSize..<min(count, (block + 1) * blockSize) {
                let gradient = unsafe g[index]
                let first = unsafe m[index] + (gradient - m[index]) * factors.first
                let second =
                  unsafe v[index] * factors.keepSecond
                  + gradient * gradient * factors.second
                let denominator = second.squareRoot() / factors.rootCorrection + factors.epsilon
                unsafe p[index] = p[index] * factors.shrink - factors.rate * (first / denominator)
                unsafe m[index] = first
                unsafe v[index] = second
              }
            }
          }
        }
      }
    }
  }

  /// Everything that is the same for all elements, worked out in Double and rounded once.
  private struct Factors: Sendable {
    let first: Float
    let second: Float
    let keepSecond: Float
    let rootCorrection: Float
    let rate: Float
    let shrink: Float
    let epsilon: Float

    init(step: Int, rate: Double, _ settings: Settings) {
      first = Float(1 - settings.beta1)
      second = Float(1 - settings.beta2)
      keepSecond = Float(settings.beta2)
      rootCorrection = Float((1 - Self.power(settings.beta2, step)).squareRoot())
      self.rate = Float(rate / (1 - Self.power(settings.beta1, step)))
      shrink = Float(1 - rate * settings.weightDecay)
      epsilon = Float(settings.epsilon)
    }

    /// βᵗ by squaring: the same bits on every system, which a library's `pow` need not give.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
      var (result, square, rest) = (1.0, base, exponent)
      while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
      }
      return result
    }
  }
}
