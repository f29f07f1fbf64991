internal import Foundation
internal import StatisticalInference

/// How far seeds are from their mean in a plane: the ellipse of one standard deviation.
///
/// It holds the vectors d with dᵀ S⁻¹ d ≤ 1, where S is the covariance of the seeds' points with n − 1 in the
/// denominator. The 95 % region of the mean after Hotelling (1931) is the same ellipse times
/// `ofMean(seeds:)`.
package struct SeedEllipse {
  /// Its middle, the seeds' mean.
  package let centre: (x: Double, y: Double)
  /// A square root of S, lower triangle: `xx`, `yx`, `yy`.
  private let root: (xx: Double, yx: Double, yy: Double)

  /// Of points, one for each seed; nil for fewer than three, which have no ellipse.
  package init?(x: [Double], y: [Double]) {
    guard x.count > 2, x.count == y.count else { return nil }
    let n = Double(x.count)
    let centre = (x: x.reduce(0, +) / n, y: y.reduce(0, +) / n)
    func covariance(_ a: [Double], _ ma: Double, _ b: [Double], _ mb: Double) -> Double {
      zip(a, b).map { ($0 - ma) * ($1 - mb) }.reduce(0, +) / (n - 1)
    }
    let xx = covariance(x, centre.x, x, centre.x)
    let xy = covariance(x, centre.x, y, centre.y)
    let yy = covariance(y, centre.y, y, centre.y)
    guard xx.isFinite, yy.isFinite else { return nil }
    let first = xx.squareRoot()
    let below = first > 0 ? xy / first : 0
    self.centre = centre
    root = (first, below, max(0, yy - below * below).squareRoot())
  }

  /// Points around it, the first one again at the end.
  package func outline(points: Int = 64) -> (x: [Double], y: [Double]) {
    let angles = (0...points).map { 2 * Double.pi * Double($0 % points) / Double(points) }
    return (
      angles.map { centre.x + root.xx * cos($0) },
      angles.map { centre.y + root.yx * cos($0) + root.yy * sin($0) }
    )
  }

  /// How many times as wide the region is that holds the mean in so many of 100 studies.
  ///
  /// √(2 (n − 1)/(n (n − 2)) F), with the quantile of F with 2 and n − 2 degrees of freedom, which is
  /// (n − 2)/2 ((1 − level)^(−2/(n − 2)) − 1).
  ///
  /// - Returns: nil for fewer than three seeds.
  package static func ofMean(seeds: Int, level: Double = 0.95) -> Double? {
    guard seeds > 2 else { return nil }
    let (n, m) = (Double(seeds), Double(seeds - 2))
    let quantile = m / 2 * (pow(1 - level, -2 / m) - 1)
    return (2 * (n - 1) / (n * m) * quantile).squareRoot()
  }
}
