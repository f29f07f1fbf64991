/// Values in ascending order with the prompt of each, for quantiles and their intervals.
package struct SortedValues: Sendable {
  /// Ascending.
  package let values: [Double]
  /// The prompt of each.
  private let clusters: [Int32]
  private let clusterCount: Int

  /// Sorts numbers of a log.
  ///
  /// - Parameters:
  ///   - values: finite or infinite, not NaN.
  ///   - clusters: the prompt of each, from 0 on.
  ///   - clusterCount: prompts in all; some may have no value.
  package init(_ values: [Float], clusters: [Int32], clusterCount: Int) {
    precondition(values.count == clusters.count)
    self.clusterCount = clusterCount
    let sorted = RadixSort.sorted(values, clusters)
    (self.values, self.clusters) = (sorted.values, sorted.companions)
  }

  /// Sorts numbers of any kind.
  package init(_ values: [Double], clusters: [Int32], clusterCount: Int) {
    precondition(values.count == clusters.count)
    self.clusterCount = clusterCount
    let order = values.indices.sorted { values[$0] < values[$1] }
    self.values = order.map { values[$0] }
    self.clusters = order.map { clusters[$0] }
  }

  package var count: Int { values.count }

  /// The value of a rank, from 0 on.
  package subscript(rank: Int) -> Double { values[rank] }

  /// Linear between order statistics: position q·(n − 1), as NumPy's default.
  ///
  /// NaN of no values.
  package func quantile(_ q: Double) -> Double { Self.quantile(q, of: values) }

  /// The same of values that are sorted already.
  package static func quantile(_ q: Double, of sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return .nan }
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    let fraction = place - Double(below)
    // Between equal neighbours there is nothing to add, not even between two infinities.
    let (a, b) = (sorted[below], sorted[below + 1])
    return a == b || fraction == 0 ? a : a + fraction * (b - a)
  }

  /// The share of values that are at least some amount, for several amounts.
  ///
  /// - Parameters:
  ///   - thresholds: ascending.
  ///   - level: of the intervals.
  /// - Returns: one for each, with prompts as clusters; empty of no values.
  package func shares(atLeast thresholds: [Double], level: Double = 0.95) -> [Estimate] {
    guard count > 0 else { return [] }
    var totals = [Double](repeating: 0, count: clusterCount)
    for cluster in clusters { totals[Int(cluster)] += 1 }
    var left = totals
    var passed = 0
    return thresholds.map { threshold in
      while passed < count, self[passed] < threshold {
        left[Int(clusters[passed])] -= 1
        passed += 1
      }
      return Estimate.ratio(left, over: totals, isShare: true, level: level)
    }
  }

  /// A quantile with the interval of values x at which the share of values ≤ x, a ratio over prompts,
  /// can still be q.
  ///
  /// The lower end is the first value at which that share's upper bound reaches q, the upper end the
  /// first at which its lower bound does, infinite or the end of `range` where none does: data can't
  /// say how far a tail goes on. Both are found by bisection.
  ///
  /// - Parameters:
  ///   - q: in (0, 1).
  ///   - range: of the values.
  ///   - level: of the interval.
  /// - Returns: nil of no values.
  package func estimate(
    quantile q: Double, within range: ClosedRange<Double>? = nil, level: Double = 0.95
  ) -> Estimate? {
    guard count > 0 else { return nil }
    var totals = [Double](repeating: 0, count: clusterCount)
    for cluster in clusters { totals[Int(cluster)] += 1 }
    let known = totals.count { $0 > 0 }
    var result = Estimate(
      value: quantile(q), interval: nil, level: level, clusters: known, observations: count,
      method: .clusterRobustQuantile)
    guard known > 1 else { return result }
    let shares = ClusteredRatio(totals, over: totals)
    result.degreesOfFreedom = shares.degreesOfFreedom
    func share(_ counts: [Double]) -> ClosedRange<Double> {
      Estimate.ratio(counts, over: totals, isShare: true, level: level).interval ?? 0...1
    }
    let lower = firstRank(clusterCount: clusterCount) { share($0).upperBound >= q }
    let upper = firstRank(clusterCount: clusterCount) { share($0).lowerBound >= q }
    result.interval = Estimate.interval(
      lower.map { self[$0] } ?? range?.lowerBound ?? -.infinity,
      upper.map { self[$0] } ?? range?.upperBound ?? .infinity, around: result.value,
      within: range)
    return result
  }

  /// The first rank whose value passes a test of the numbers of values ≤ it in each prompt; nil if none
  /// does.
  private func firstRank(clusterCount: Int, _ passes: ([Double]) -> Bool) -> Int? {
    // Numbers at `low`, so that each step counts only what lies between: n steps in all.
    var counts = [Double](repeating: 0, count: clusterCount)
    var (low, high) = (0, count)
    while low < high {
      let end = endOfTies(low + (high - low) / 2)
      var trial = counts
      for cluster in clusters[low..<end] { trial[Int(cluster)] += 1 }
      if passes(trial) {
        high = startOfTies(end - 1, from: low)
      } else {
        (counts, low) = (trial, end)
      }
    }
    return low < count ? low : nil
  }

  /// After the last value that equals that of a rank.
  private func endOfTies(_ rank: Int) -> Int {
    let value = self[rank]
    return partition(rank, count) { $0 > value }
  }

  /// The first value that equals that of a rank, from `first` on.
  private func startOfTies(_ rank: Int, from first: Int) -> Int {
    let value = self[rank]
    return partition(first, rank) { $0 >= value }
  }

  /// The first rank of low..<high whose value passes, where all after it do; `high` if none.
  private func partition(_ low: Int, _ high: Int, _ passes: (Double) -> Bool) -> Int {
    var (low, high) = (low, high)
    while low < high {
      let middle = low + (high - low) / 2
      if passes(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
