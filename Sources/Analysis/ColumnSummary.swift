/// One statistic over many positions: centre, spread and tail, because the mean of a divergence is
/// driven by few positions.
public struct ColumnSummary: Sendable, Equatable, Codable {
  /// Number of positions.
  public let count: Int
  /// Each token counts the same: Σx / n.
  public let mean: Double
  /// Each text counts the same: the mean over texts of their means, which long texts don't dominate.
  public let sequenceMean: Double
  /// The middle value.
  public let median: Double
  /// 99 % of the positions lie at or below it.
  public let percentile99: Double
  /// The smallest value.
  public let minimum: Double
  /// The largest value.
  public let maximum: Double
  /// Share of Σ|x| that the 1 % of positions with the largest |x| hold.
  public let topPercentShare: Double

  /// Summarises `values`; nil if there are none.
  ///
  /// - Parameters:
  ///   - values: one per position, finite.
  ///   - sequences: the text of each position, ascending.
  public init?(_ values: [Double], sequences: [Int]) {
    precondition(values.count == sequences.count)
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    count = values.count
    mean = Self.mean(values)
    sequenceMean = Self.mean(Self.meansBySequence(values, sequences))
    median = Self.quantile(0.5, ofSorted: sorted)
    percentile99 = Self.quantile(0.99, ofSorted: sorted)
    minimum = sorted[0]
    maximum = sorted[sorted.count - 1]
    let sizes = values.map(abs).sorted(by: >)
    let total = sizes.reduce(0, +)
    let top = sizes.prefix(max(1, (sizes.count + 50) / 100)).reduce(0, +)
    topPercentShare = total > 0 ? top / total : 0
  }

  /// Compensated, so that a million small terms lose no digits (Neumaier's sum).
  static func mean(_ values: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return (sum + lost) / Double(values.count)
  }

  /// Linear between order statistics: position q·(n − 1), as NumPy's default.
  static func quantile(_ q: Double, ofSorted sorted: [Double]) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let fraction = place - Double(below)
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }

  private static func meansBySequence(_ values: [Double], _ sequences: [Int]) -> [Double] {
    var means: [Double] = []
    var start = 0
    while start < values.count {
      var end = start
      while end < values.count, sequences[end] == sequences[start] { end += 1 }
      means.append(mean(Array(values[start..<end])))
      start = end
    }
    return means
  }
}
