import Foundation
internal import StatisticalInference

/// A mean over seeds with its 95 % interval: Student's t on the seeds' values, which takes them as
/// draws from a normal distribution.
public struct SeedEstimate: Sendable, Equatable, Codable {
  /// The mean, or for ratios the geometric mean.
  public let value: Double
  /// The interval's lower end; NaN with one seed.
  public let low: Double
  /// The interval's upper end; NaN with one seed.
  public let high: Double
  /// The seeds' own values, in their order.
  public let values: [Double]

  /// The mean of some values, at least one.
  public init(mean values: [Double]) {
    let (mean, half) = Self.interval(values)
    self.values = values
    (value, low, high) = (mean, mean - half, mean + half)
  }

  /// The geometric mean of ratios of positive numbers that belong together, such as two runs of one
  /// seed; its interval is that of their logarithms' mean.
  public init(ratiosOf numerators: [Double], to denominators: [Double]) {
    precondition(numerators.count == denominators.count)
    values = zip(numerators, denominators).map { $0 / $1 }
    let (mean, half) = Self.interval(values.map { log($0) })
    (value, low, high) = (exp(mean), exp(mean - half), exp(mean + half))
  }

  private static func interval(_ values: [Double]) -> (mean: Double, half: Double) {
    precondition(!values.isEmpty, "no values")
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    guard values.count > 1 else { return (mean, .nan) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let bound = StudentT.bound(probability: 0.95, degreesOfFreedom: values.count - 1)
    return (mean, bound * (squares / (count - 1) / count).squareRoot())
  }

  /// What the interval says about a limit.
  public enum Verdict: String, Sendable, Codable {
    /// All of it is above.
    case above
    /// All of it is below.
    case below
    /// The limit lies inside, or there is no interval.
    case open
  }

  /// Whether the value is above a limit as far as the seeds can tell.
  public func verdict(against limit: Double) -> Verdict {
    if low > limit { return .above }
    if high < limit { return .below }
    return .open
  }
}
