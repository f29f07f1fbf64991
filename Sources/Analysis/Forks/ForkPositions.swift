internal import RunLogs
internal import StatisticalInference

/// One author's positions as statistics of forks take them: an entry for each in all arrays.
struct ForkPositions {
  /// The token's row in the log.
  let rows: [Int]
  /// From 0 on.
  let prompts: [Int]
  let promptCount: Int
  /// Of the model before, nats.
  let entropies: [Double]
  /// Jensen-Shannon, nats.
  let divergences: [Double]
  /// After − before, nats.
  let entropyChanges: [Double]
  /// Entropy of a fork at least, nats.
  let threshold: Double
  /// Whether the entropy before is among the largest fifth, with all that equal the least of these.
  let isFork: [Bool]
  /// Token class × fifth of the response, from 0 on; nil where tokens' bytes aren't known.
  let strata: [Int]?

  /// Share of positions that are forks.
  static let forkShare = 0.2

  /// Entropy that so large a share of positions has at least; entropies are in ascending order, some.
  static func threshold(of sorted: [Double], share: Double) -> Double {
    SortedValues.quantile(1 - share, of: sorted)
  }

  /// Σ of something over Σ of another, with its interval over prompts.
  ///
  /// - Parameters:
  ///   - value: of each position.
  ///   - size: of each position, not negative; one positive at least.
  ///   - range: of the ratio.
  ///   - isShare: whether `value` is `size` or 0.
  /// - Returns: as `Estimate.ratio` does, over as many positions as have a size.
  func ratio(
    _ value: (Int) -> Double, over size: (Int) -> Double,
    within range: ClosedRange<Double>? = nil, isShare: Bool = false
  ) -> Estimate {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: promptCount)
    var sizes = sums
    var used = 0
    for index in rows.indices {
      let part = size(index)
      if part > 0 { used += 1 }
      sums[prompts[index]].add(value(index))
      sizes[prompts[index]].add(part)
    }
    return .ratio(
      sums.map(\.value), over: sizes.map(\.value), within: range, isShare: isShare,
      observations: used)
  }
}
