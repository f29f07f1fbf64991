internal import StatisticalInference

/// A mean over problems with its 95 % interval.
///
/// Problems are what was drawn, so they are the clusters: responses to one problem aren't
/// independent, their number only makes each problem's value more certain.
public struct Estimate: Sendable, Equatable, Encodable {
  /// The mean.
  public let value: Double
  /// The interval's lower end.
  public let low: Double
  /// The interval's upper end.
  public let high: Double

  /// The mean of a share measured on each problem.
  ///
  /// With G problems, mean m and standard deviation s (divisor G − 1) the interval is
  /// m ± t(G − 1) s / √G, cut to [0, 1]. Where every value is 0 or 1 (one response to each problem)
  /// or all are the same, s says too little, and it is Wilson's for m out of G.
  ///
  /// - Parameter shares: one for each problem, in [0, 1]; at least one.
  public init(_ shares: [Double]) {
    let count = Double(shares.count)
    let mean = shares.reduce(0, +) / count
    let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    let isUniform = shares.allSatisfy { $0 == shares[0] }
    if isUniform || shares.allSatisfy({ $0 == 0 || $0 == 1 }) {
      (low, high) = Self.wilson(mean, count)
    } else {
      let half =
        StudentT.bound(probability: 0.95, degreesOfFreedom: shares.count - 1)
        * (squares / (count - 1) / count).squareRoot()
      (low, high) = (max(mean - half, 0), min(mean + half, 1))
    }
  }

  /// Wilson's interval: the shares p that a normal test at 5 % doesn't refuse,
  /// (m + z²/2n ± z √(m (1 − m)/n + z²/4n²)) / (1 + z²/n).
  private static func wilson(_ mean: Double, _ count: Double) -> (Double, Double) {
    let z = 1.959_963_984_540_054
    let scale = 1 + z * z / count
    let centre = (mean + z * z / (2 * count)) / scale
    let half =
      z / scale * (mean * (1 - mean) / count + z * z / (4 * count * count)).squareRoot()
    return (max(centre - half, 0), min(centre + half, 1))
  }
}
