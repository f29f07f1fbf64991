package import StatisticalInference

/// One measure of a pair at every row of a log, beside what exact arithmetic would give.
struct BoundaryColumns: Sendable {
  /// In the reduced precision, on the measure's scale.
  var value: [Double]
  /// On the same scale; NaN where nobody knows.
  var exact: [Double]
  /// For the bins, which see the exact numbers: the smaller log-probability of both models, nats.
  var exactLog: [Float]
  /// The larger entropy of both models, nats.
  var exactEntropy: [Float]
  /// What half-widths are learned from.
  var calibration: CalibrationColumns
}

/// Positions that test, in bins of log p × entropy.
package struct BoundaryBins: Sendable {
  /// Rows.
  package let test: [Int]
  /// Bins with enough positions.
  package var count: Int { large.count }
  /// Over the prompts of these positions.
  package let shares: RowShares
  private let large: [Int]
  /// The place of each of `test` among the large bins, -1 for another one.
  private let places: [Int]

  private static let logEdges: [Float] = [-8, -4, -2, -1, -0.3, -0.05, -0.005]
  private static let entropyEdges: [Float] = [0.05, 0.3, 0.8, 1.5, 2.5]
  private static let fewestPositions = 200
  /// At most so many intervals may lie entirely above the truth, or entirely below.
  package static let limit = 0.05

  /// - Parameters:
  ///   - columns: by row.
  ///   - shares: over the log's prompts.
  ///   - test: rows that test.
  init(_ columns: BoundaryColumns, shares: RowShares, test: [Int]) {
    (self.shares, self.test) = (shares, test)
    let bins = test.map { row in
      (Self.entropyEdges.count + 1) * Self.logEdges.count { columns.exactLog[row] >= $0 }
        + Self.entropyEdges.count { columns.exactEntropy[row] >= $0 }
    }
    var counts: [Int: Int] = [:]
    for bin in bins { counts[bin, default: 0] += 1 }
    let large = counts.filter { $0.value >= Self.fewestPositions }.keys.sorted()
    self.large = large
    places = bins.map { large.firstIndex(of: $0) ?? -1 }
  }

  /// Shares of intervals entirely above, or entirely below, the truth: where they are highest for sure.
  package struct Worst: Sendable, Equatable {
    /// That whose interval's lower end is highest; nil without a bin of two prompts.
    ///
    /// Not the largest share: that is most often one of few positions, of which nothing is known.
    package private(set) var share: Estimate?
    /// Bins with a share above 5 % for sure: even its interval's lower end is.
    package private(set) var failing = 0
    /// Bins of two prompts or more: others have no interval, and don't decide.
    package private(set) var deciding = 0

    /// - Parameter bins: shares of each bin, one for each side.
    package init(_ bins: [[Estimate]]) {
      for sides in bins {
        let lowers = sides.compactMap(\.lower)
        guard !lowers.isEmpty else { continue }
        deciding += 1
        if lowers.contains(where: { $0 > BoundaryBins.limit }) { failing += 1 }
      }
      share = Self.highest(bins.joined())
    }

    /// The share of failing bins among those that decide; nil without any.
    package var failingShare: Estimate? {
      guard deciding > 0 else { return nil }
      return Estimate(
        value: Double(failing) / Double(deciding), interval: nil, clusters: deciding,
        observations: deciding, method: .clusterRobustRatio)
    }

    /// Of several shares that whose lower end is highest, of equal ones the larger; nil without intervals.
    package static func highest(_ shares: some Sequence<Estimate>) -> Estimate? {
      func key(_ share: Estimate) -> (Double, Double) { (share.lower ?? -1, share.value) }
      return shares.filter { $0.lower != nil }.max { key($0) < key($1) }
    }
  }

  /// Of intervals, so that at most 1 in 100 checks has a lower end above the truth on any side of any bin.
  ///
  /// - Parameter count: of bins.
  /// - Returns: the level of the two-sided interval.
  package static func level(ofBins count: Int) -> Double {
    1 - 2 * 0.01 / Double(2 * max(count, 1))
  }

  /// Looks through all bins, both sides of each.
  func worst(_ columns: BoundaryColumns, _ half: [Double]) -> Worst {
    let level = Self.level(ofBins: large.count)
    let (prompts, promptCount) = (shares.prompts, shares.promptCount)
    // Of each bin and prompt, since tokens of one prompt aren't independent.
    var all = [Double](repeating: 0, count: large.count * promptCount)
    var (above, below) = (all, all)
    for (index, row) in test.enumerated() where places[index] >= 0 {
      let cell = places[index] * promptCount + Int(prompts[row])
      all[cell] += 1
      if columns.value[row] - half[row] > columns.exact[row] { above[cell] += 1 }
      if columns.value[row] + half[row] < columns.exact[row] { below[cell] += 1 }
    }
    return Worst(
      large.indices.map { bin in
        let cells = bin * promptCount..<(bin + 1) * promptCount
        return [above, below].map {
          Estimate.ratio(Array($0[cells]), over: Array(all[cells]), isShare: true, level: level)
        }
      })
  }
}
