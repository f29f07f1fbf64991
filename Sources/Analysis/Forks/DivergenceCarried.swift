internal import RunLogs
package import StatisticalInference

/// What a part of the positions holds of the sum of a number that can't be negative, say of the divergence.
package struct CarriedShare: Sendable, Equatable, Encodable {
  /// Share of positions: the 1, 5 or 20 % with the largest values, at least one position.
  package let positions: Double
  /// What the positions with the largest values hold.
  package let ofLargest: Estimate
  /// What the positions with the largest entropy before hold; nil where that isn't known.
  package let ofUncertain: Estimate?

  /// Shares of positions that are asked for.
  package static let shares = [0.01, 0.05, 0.2]

  /// The share of Σx that the k largest x hold, with its interval over prompts.
  ///
  /// The threshold q, the k-th largest, is of the same data: to first order its error is that of
  /// (x − q)⁺ + q k/n in place of x where x > q, which adds up to the same (the influence of a point of
  /// the Lorenz curve).
  ///
  /// - Parameters:
  ///   - share: k/n, in (0, 1); at least one position is taken.
  ///   - values: x of each position, not negative, not all 0.
  ///   - prompts: of each position, from 0 on.
  ///   - promptCount: in all.
  /// - Returns: the share with the interval of `Estimate.ratio`.
  static func largest(
    _ share: Double, of values: [Double], prompts: [Int], promptCount: Int
  ) -> Estimate {
    let count = max(1, Int((share * Double(values.count)).rounded()))
    let threshold = values.sorted()[values.count - count]
    let part = threshold * Double(count) / Double(values.count)
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: promptCount)
    var totals = sums
    for (value, prompt) in zip(values, prompts) {
      sums[prompt].add(max(value - threshold, 0) + part)
      totals[prompt].add(value)
    }
    var estimate = Estimate.ratio(
      sums.map(\.value), over: totals.map(\.value), within: 0...1, observations: values.count)
    // A prompt of zeros alone is left out there, with its part of the threshold.
    let held = CompensatedSum.of(values) { max($0 - threshold, 0) } + threshold * Double(count)
    estimate.value = held / CompensatedSum.of(values)
    return estimate
  }
}

extension ForkPositions {
  /// What the positions with the largest divergence, and those with the largest entropy before, hold of the
  /// divergence; empty where there is none.
  var carried: [CarriedShare] {
    guard divergences.contains(where: { $0 > 0 }) else { return [] }
    let sorted = entropies.sorted()
    return CarriedShare.shares.map { share in
      let threshold = Self.threshold(of: sorted, share: share)
      return CarriedShare(
        positions: share,
        ofLargest: CarriedShare.largest(
          share, of: divergences, prompts: prompts, promptCount: promptCount),
        ofUncertain: ratio(
          { entropies[$0] >= threshold ? divergences[$0] : 0 }, over: { divergences[$0] },
          within: 0...1))
    }
  }
}
