import Foundation

/// The distribution of s/σ, the deviation of a few normal draws over the true one: s²ν/σ² is χ²(ν).
enum DeviationLaw {
  /// Points and weights that an expectation over s/σ is a sum over.
  ///
  /// Even steps in x = ln(s/σ), where the density is proportional to exp(νx − ν e^(2x)/2) and largest at 0:
  /// for such an integrand their error falls faster than any power of the step. What lies outside of them
  /// has a weight below e⁻⁴⁰.
  ///
  /// - Parameters:
  ///   - degrees: ν, at least 1.
  ///   - fineness: how many steps take the place of one, for an integrand with a corner, whose error only
  ///     falls with the square of the step.
  /// - Returns: weights that sum to 1.
  static func points(
    degrees: Double, fineness: Double = 1
  ) -> [(value: Double, weight: Double)] {
    let reach = (40 / degrees).squareRoot()
    let step = min(0.05, 0.5 / (2 * degrees).squareRoot()) / fineness
    return normalized(from: -40 / degrees - reach, to: min(reach, 2.3), step: step) { x in
      (exp(x), exp(degrees * (x - expm1(2 * x) / 2)))
    }
  }

  /// Values at even steps with their shares of all weights; those without any are left out.
  static func normalized(
    from low: Double, to high: Double, step: Double, _ point: (Double) -> (Double, Double)
  ) -> [(value: Double, weight: Double)] {
    let points = stride(from: low, through: high, by: step).map(point)
    let total = points.reduce(0) { $0 + $1.1 }
    return points.filter { $0.1 > 1e-18 * total }.map { ($0.0, $0.1 / total) }
  }
}
