import Foundation

/// Student's t distribution.
package enum StudentT {
  /// The value that |t| stays below with that probability.
  ///
  /// By bisection on `probability(within:degreesOfFreedom:)`, to the last bits of a Double.
  ///
  /// - Parameters:
  ///   - probability: in (0, 1).
  ///   - degreesOfFreedom: at least 1.
  /// - Returns: the two-sided quantile.
  package static func bound(probability: Double, degreesOfFreedom: Int) -> Double {
    precondition(probability > 0 && probability < 1 && degreesOfFreedom >= 1)
    var (low, high) = (0.0, 1.0)
    while Self.probability(within: high, degreesOfFreedom: degreesOfFreedom) < probability {
      high *= 2
    }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if Self.probability(within: middle, degreesOfFreedom: degreesOfFreedom) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// P(|T| < t) by the finite sums of Abramowitz and Stegun, 26.7.3 (odd) and 26.7.4 (even).
  static func probability(within t: Double, degreesOfFreedom count: Int) -> Double {
    let angle = atan(t / Double(count).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = count % 2 == 1
    // Terms cosᵏ with factors 2/3 · 4/5 … (odd) or 1/2 · 3/4 … (even), up to k = count − 2.
    var term = isOdd ? cosine : 1
    var sum = 0.0
    var power = isOdd ? 1 : 0
    while power <= count - 2 {
      sum += term
      term *= cosine * cosine * Double(power + 1) / Double(power + 2)
      power += 2
    }
    return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
  }
}
