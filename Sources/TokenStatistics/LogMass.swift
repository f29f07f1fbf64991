import Foundation
internal import Kernels

/// ln Σ e^z over slices of logits, around a running maximum of its own: of tokens that have next to no
/// probability it is as exact as of all.
package struct LogMass: Sendable {
  private var maximum = -Float.infinity
  private var mass = 0.0

  /// Of no logits: −∞.
  package init() {}

  /// Adds a slice.
  package mutating func add(_ logits: Span<Float>) {
    guard !logits.isEmpty else { return }
    let sliceMaximum = LogitSums.maximum(logits)
    // Written so that a NaN gets through.
    if !(sliceMaximum <= maximum) {
      mass *= exp(Double(maximum) - Double(sliceMaximum))
      maximum = sliceMaximum
    }
    mass += LogitSums.exponentials(logits, shift: Double(maximum)).mass
  }

  /// ln Σ e^z so far; NaN if a logit was NaN or infinite.
  package var value: Double { mass == 0 ? -.infinity : Double(maximum) + log(mass) }
}

/// What the model of a pair that has more tokens gives to those that the other doesn't have.
///
/// Together they are one outcome, the bucket, to which the other model gives no probability.
package struct Bucket: Sendable, Equatable {
  /// Whether it is the model after that has more tokens.
  package var isAfter: Bool
  /// ln of the bucket's probability, nats.
  package var logMass: Double
  /// ln of the probability of all tokens that both have: ln(1 − e^logMass), nats.
  package var sharedLogMass: Double

  /// A bucket.
  ///
  /// - Parameters:
  ///   - isAfter: whether it is the model after that has more tokens.
  ///   - logMass: ln of the bucket's probability.
  ///   - sharedLogMass: asked for ln of the other tokens' probability only where the bucket has more
  ///     than half: below, ln(1 − e^logMass) has all digits.
  package init(isAfter: Bool, logMass: Double, sharedLogMass: () -> Double) {
    self.isAfter = isAfter
    self.logMass = logMass
    self.sharedLogMass = logMass < log(0.5) ? log1p(-exp(logMass)) : sharedLogMass()
  }
}
