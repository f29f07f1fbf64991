package import StatisticalInference

/// One statistic over many positions: its means, and where it was asked for how it is distributed,
/// because the mean of a divergence is driven by few positions.
package struct ColumnSummary: Sendable, Equatable {
  /// Number of positions.
  package let count: Int
  /// By token, by text and by prompt.
  package let means: Means
  /// Centre, ends and tail; nil where it wasn't asked for.
  package let distribution: Distribution?

  /// Each token counts the same: Σx / n.
  package var mean: Double { means.byToken.value }

  /// Summarises what was summed up; nil if there is nothing.
  init?(_ means: Means?, distribution: Distribution? = nil) {
    guard let means else { return nil }
    count = means.byToken.observations
    self.means = means
    self.distribution = distribution
  }

  /// Summarises `values`; nil if there are none.
  ///
  /// - Parameters:
  ///   - values: one per position, finite.
  ///   - texts: of each position, ascending.
  ///   - prompts: of each text; nil for one of its own.
  ///   - range: of the quantity.
  package init?(
    _ values: [Double], texts: [Int], prompts: [Int32]? = nil,
    within range: ClosedRange<Double>? = nil
  ) {
    precondition(values.count == texts.count)
    let count = (texts.max() ?? -1) + 1
    let prompts = prompts ?? (0..<count).map(Int32.init)
    let promptCount = Int(prompts.max() ?? -1) + 1
    self.init(
      Means(
        TextSums(values, texts: texts), texts: Array(0..<count), prompts: prompts,
        promptCount: promptCount, within: range),
      distribution: Distribution(
        SortedValues(values, clusters: texts.map { prompts[$0] }, clusterCount: promptCount),
        within: range))
  }
}

/// How one statistic is distributed over many positions.
package struct Distribution: Sendable, Equatable {
  /// The middle value.
  package let median: Estimate
  /// 99 % of the positions lie at or below it.
  package let percentile99: Estimate
  /// The smallest value.
  package let minimum: Double
  /// The largest value.
  package let maximum: Double
  /// Share of Σ|x| that the 1 % of positions with the largest |x| hold.
  package let topPercentShare: Double

  /// Nil of no values.
  init?(_ sorted: SortedValues, within range: ClosedRange<Double>? = nil) {
    guard let median = sorted.estimate(quantile: 0.5, within: range),
      let percentile99 = sorted.estimate(quantile: 0.99, within: range)
    else { return nil }
    (self.median, self.percentile99) = (median, percentile99)
    (minimum, maximum) = (sorted[0], sorted[sorted.count - 1])
    topPercentShare = Self.topShare(sorted)
  }

  /// The largest |x| are at one end, or at both.
  private static func topShare(_ sorted: SortedValues) -> Double {
    var (low, high) = (0, sorted.count - 1)
    var (top, rest) = (CompensatedSum(), CompensatedSum())
    let topCount = max(1, (sorted.count + 50) / 100)
    for taken in 0..<sorted.count {
      let size: Double
      if -sorted[low] > sorted[high] {
        size = -sorted[low]
        low += 1
      } else {
        size = abs(sorted[high])
        high -= 1
      }
      if taken < topCount { top.add(size) } else { rest.add(size) }
    }
    let total = top.value + rest.value
    return total > 0 ? top.value / total : 0
  }
}
