import Foundation

/// What a divergence Σ f(p, q) adds up: f convex, homogeneous of degree 1, ≥ 0 and 0 at p = q, so that it
/// only grows as p and q move apart.
///
/// x is ln(p/q), which keeps its digits where p or q is too small for a Double.
protocol DivergenceTerm {
  /// f(p, q).
  static func value(_ p: Double, _ q: Double, _ x: Double) -> Double
  /// ∂f/∂p, which depends on the ratio alone.
  static func beforeSlope(_ x: Double) -> Double
  /// ∂f/∂q.
  static func afterSlope(_ x: Double) -> Double
  /// Bound on what f may lose if p and q are off by these shares of themselves: f lies above its
  /// tangent.
  static func loss(
    _ p: Double, _ q: Double, _ x: Double, _ growth: Double, _ otherGrowth: Double
  ) -> Double
}

extension DivergenceTerm {
  static func loss(
    _ p: Double, _ q: Double, _ x: Double, _ growth: Double, _ otherGrowth: Double
  ) -> Double {
    (p > 0 && growth > 0 ? p * growth * abs(beforeSlope(x)) : 0)
      + (q > 0 && otherGrowth > 0 ? q * otherGrowth * abs(afterSlope(x)) : 0)
  }

  /// The most that f can be where both logarithms are known to within their errors: in one of the corners that are
  /// farthest from p = q.
  static func most(
    _ p: TruncatedDistribution.Entry, _ q: TruncatedDistribution.Entry
  ) -> Double {
    let x = p.log - q.log
    let width = log1p(p.growth) + log1p(q.growth)
    func corner(_ sign: Double) -> Double {
      // 1 + g ≥ e^δ, so that 1 / (1 + g) ≤ e^−δ.
      value(
        p.mass * (sign > 0 ? 1 + p.growth : 1 / (1 + p.growth)),
        q.mass * (sign > 0 ? 1 / (1 + q.growth) : 1 + q.growth), x + sign * width)
    }
    guard !x.isNaN else { return 0 }
    if x > width { return corner(1) }
    if x < -width { return corner(-1) }
    return max(corner(1), corner(-1))
  }
}

/// KL(p‖q) as p ln(p/q) − p + q: the last two sum to 0, and no term is negative.
enum KLBeforeAfter: DivergenceTerm {
  static func value(_ p: Double, _ q: Double, _ x: Double) -> Double {
    if p == 0 { return q }
    return abs(x) < 1 ? p * (x + expm1(-x)) : p * x - p + q
  }

  static func beforeSlope(_ x: Double) -> Double { x }
  static func afterSlope(_ x: Double) -> Double { -expm1(x) }

  static func loss(
    _ p: Double, _ q: Double, _ x: Double, _ growth: Double, _ otherGrowth: Double
  ) -> Double {
    (p > 0 && growth > 0 ? p * growth * abs(x) : 0) + abs(q - p) * otherGrowth
  }
}

/// KL(q‖p).
enum KLAfterBefore: DivergenceTerm {
  static func value(_ p: Double, _ q: Double, _ x: Double) -> Double {
    KLBeforeAfter.value(q, p, -x)
  }

  static func beforeSlope(_ x: Double) -> Double { KLBeforeAfter.afterSlope(-x) }
  static func afterSlope(_ x: Double) -> Double { -x }

  static func loss(
    _ p: Double, _ q: Double, _ x: Double, _ growth: Double, _ otherGrowth: Double
  ) -> Double {
    KLBeforeAfter.loss(q, p, -x, otherGrowth, growth)
  }
}

/// ½ p ln(p/m) + ½ q ln(q/m), m = (p + q)/2.
enum JensenShannon: DivergenceTerm {
  static func value(_ p: Double, _ q: Double, _ x: Double) -> Double {
    (p > 0 ? p * beforeSlope(x) : 0) + (q > 0 ? q * afterSlope(x) : 0)
  }

  /// −½ ln((1 + e^−x)/2).
  static func beforeSlope(_ x: Double) -> Double {
    x >= 0 ? -log1p(expm1(-x) / 2) / 2 : (x - log1p(expm1(x) / 2)) / 2
  }

  static func afterSlope(_ x: Double) -> Double { beforeSlope(-x) }
}

/// ½ |p − q|.
enum TotalVariation: DivergenceTerm {
  static func value(_ p: Double, _ q: Double, _ x: Double) -> Double { abs(p - q) / 2 }
  static func beforeSlope(_ x: Double) -> Double { x > 0 ? 0.5 : x < 0 ? -0.5 : 0 }
  static func afterSlope(_ x: Double) -> Double { -beforeSlope(x) }
}
