import Foundation

/// The regularised incomplete beta function, as far as Student's t needs it.
enum IncompleteBeta {
  /// I_x(a, ½) = ∫₀ˣ s^(a−1) (1 − s)^(−½) ds / B(a, ½).
  ///
  /// By the continued fraction DLMF 8.17.22, in Lentz's form, on the side of the mean where it
  /// converges fast: √a steps at most. No Swift package here has it; C libraries that do are under
  /// the GPL or are C++ headers of 100 MB.
  ///
  /// - Parameters:
  ///   - x: in [0, 1].
  ///   - complement: 1 − x, which a caller may know to more digits.
  ///   - a: positive.
  /// - Returns: in [0, 1]; relative to the smaller of it and its complement right to some 1e-13.
  static func regularized(_ x: Double, complement: Double, a: Double) -> Double {
    guard x > 0 else { return 0 }
    guard complement > 0 else { return 1 }
    // x^a (1 − x)^½ / B(a, ½), with log x from the complement where x is close to 1.
    let logX = x > 0.5 ? log1p(-complement) : log(x)
    let front = exp(a * logX + logGammaRatio(a)) * (complement / .pi).squareRoot()
    if x < (a + 1) / (a + 2.5) {
      return front / a * fraction(x, a: a, b: 0.5)
    }
    return 1 - front / 0.5 * fraction(complement, a: 0.5, b: a)
  }

  /// 1/(1 + d₁/(1 + d₂/(1 + …))).
  private static func fraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var numerator = 1.0
    var denominator = 1 - (a + b) * x / (a + 1)
    if abs(denominator) < tiny { denominator = tiny }
    denominator = 1 / denominator
    var value = denominator
    for step in 1...100_000 {
      let m = Double(step)
      for coefficient in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        denominator = 1 + coefficient * denominator
        numerator = 1 + coefficient / numerator
        if abs(denominator) < tiny { denominator = tiny }
        if abs(numerator) < tiny { numerator = tiny }
        denominator = 1 / denominator
        value *= denominator * numerator
      }
      if abs(denominator * numerator - 1) < 1e-16 { break }
    }
    return value
  }

  /// log Γ(a + ½) − log Γ(a).
  ///
  /// From 32 on by its asymptotic series, whose next term is below 1e-16: the difference of two large
  /// logarithms would lose as many digits as they have before the point.
  static func logGammaRatio(_ a: Double) -> Double {
    guard a >= 32 else { return lgamma(a + 0.5) - lgamma(a) }
    let inverse = 1 / a
    let square = inverse * inverse
    let series =
      inverse * (-1 / 8 + square * (1 / 192 + square * (-1 / 640 + square * (17 / 14_336))))
    return 0.5 * log(a) + series
  }
}
