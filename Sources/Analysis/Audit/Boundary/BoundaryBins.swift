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

  /// The worst bin's share of intervals entirely above, or entirely below, the truth.
  package struct Worst: Sendable, Equatable {
    /// With its interval, one-sided at 1 % over all bins; nil without a bin.
    package var share: Estimate?
    /// Bins whose share is above 5 % for sure: even its interval's lower end is.
    package var failing = 0
  }

  /// Looks through all bins, both sides of each.
  func worst(_ columns: BoundaryColumns, _ half: [Double]) -> Worst {
    var worst = Worst()
    let level = 1 - 2 * 0.01 / Double(max(large.count, 1))
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
    for bin in large.indices {
      let cells = bin * promptCount..<(bin + 1) * promptCount
      let sides = [above, below].map {
        Estimate.ratio(Array($0[cells]), over: Array(all[cells]), isShare: true, level: level)
      }
      for side in sides where side.value > worst.share?.value ?? -1 { worst.share = side }
      if sides.contains(where: { ($0.lower ?? 0) > Self.limit }) { worst.failing += 1 }
    }
    return worst
  }
}
