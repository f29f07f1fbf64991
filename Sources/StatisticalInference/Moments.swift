import Foundation

/// Mean, spread and skewness of one value per prompt.
package struct Moments: Sendable, Equatable {
  /// n.
  package let count: Int
  /// x̄.
  package let mean: Double
  /// Σ (x − x̄)².
  package let squares: Double
  /// Σ (x − x̄)³.
  package let cubes: Double

  /// Of values that are at hand, finite, at least one.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "no values")
    let mean = CompensatedSum.of(values) / Double(values.count)
    self.init(
      count: values.count, mean: mean,
      squares: CompensatedSum.of(values) { ($0 - mean) * ($0 - mean) },
      cubes: CompensatedSum.of(values) { ($0 - mean) * ($0 - mean) * ($0 - mean) })
  }

  /// Of sums that were made elsewhere.
  ///
  /// - Parameters:
  ///   - count: n, positive.
  ///   - mean: x̄.
  ///   - squares: Σ (x − x̄)².
  ///   - cubes: Σ (x − x̄)³.
  package init(count: Int, mean: Double, squares: Double, cubes: Double) {
    (self.count, self.mean, self.squares, self.cubes) = (count, mean, squares, cubes)
  }

  /// With so many further values that are 0, as of prompts in which a token never occurs.
  package func withZeros(_ zeros: Int) -> Moments {
    guard zeros > 0 else { return self }
    // Pébay's formulas for joining two sets, the second all zeros (δ = −x̄).
    let (n, m) = (Double(count), Double(zeros))
    let all = n + m
    let delta = -mean
    return Moments(
      count: count + zeros, mean: mean + delta * m / all,
      squares: squares + delta * delta * n * m / all,
      cubes: cubes + delta * delta * delta * n * m * (n - m) / (all * all)
        - 3 * delta * m * squares / all)
  }

  /// sd/√n with the divisor n − 1; at least 1e-12, so that equal values give an interval of nothing.
  package var standardError: Double {
    let n = Double(count)
    return max((squares / (n - 1) / n).squareRoot(), 1e-12)
  }

  /// m₃/m₂^1.5 with divisor n.
  package var skewness: Double {
    let n = Double(count)
    return cubes / n / max(pow(squares / n, 1.5), 1e-300)
  }
}
