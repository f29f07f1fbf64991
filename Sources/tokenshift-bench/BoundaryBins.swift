import Analysis
import Foundation
import StatisticalInference

/// One measure of a pair at every row of two logs, on the measure's scale.
struct BoundaryColumns {
  let value: [Double]
  let exact: [Double]
  /// For the bins, which see the exact numbers.
  let exactLog: [Float]
  let exactEntropy: [Float]
  let calibration: CalibrationColumns
}

/// Positions that test, in bins of log p × entropy.
struct BoundaryBins {
  /// Rows.
  let test: [Int]
  private let columns: BoundaryColumns
  private let prompts: [Int32]
  private let promptCount: Int
  /// Bins with enough positions.
  private let large: [Int]
  /// The place of each of `test` among these, -1 for another bin.
  private let places: [Int]

  private static let logEdges: [Float] = [-8, -4, -2, -1, -0.3, -0.05, -0.005]
  private static let entropyEdges: [Float] = [0.05, 0.3, 0.8, 1.5, 2.5]
  private static let fewestPositions = 200
  private static let limit = 0.05

  /// - Parameters:
  ///   - columns: by row.
  ///   - prompts: of each row.
  ///   - test: rows that test.
  init(_ columns: BoundaryColumns, prompts: [Int32], test: [Int]) {
    (self.columns, self.prompts, self.test) = (columns, prompts, test)
    promptCount = Int(prompts.max() ?? 0) + 1
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
  struct Worst {
    var share = 0.0
    /// Bins with enough positions.
    var bins = 0
    /// Those that are above 5 % for sure.
    var failing = 0

    var text: String { BoundaryCheck.percent(share) + (failing > 0 ? " (\(failing) fail)" : "") }
  }

  /// A bin fails where even the lower end of its share's interval over prompts is above 5 %: one-sided at
  /// 1 % over all bins.
  func worst(_ half: [Double]) -> Worst {
    var worst = Worst()
    worst.bins = large.count
    let level = 1 - 2 * 0.01 / Double(max(large.count, 1))
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
      worst.share = max(worst.share, sides[0].value, sides[1].value)
      if sides.contains(where: { ($0.lower ?? 0) > Self.limit }) { worst.failing += 1 }
    }
    return worst
  }

  /// Share of intervals that hold the truth.
  func coverage(_ half: [Double]) -> Double {
    share(of: test) { abs(columns.value[$0] - columns.exact[$0]) <= half[$0] }
  }

  /// Shares of undecidable positions among those beyond 2m or below m/2, and of changed ones among those
  /// beyond 2m; NaN of none.
  func decisions(
    _ measure: PositionMeasure, _ half: [Double], margin: Double
  ) -> (undecidable: Double, power: Double) {
    func verdict(_ row: Int) -> Verdict? {
      // Back from the root, whose size is what a verdict is on.
      let value = columns.value[row]
      return PositionVerdicts.verdict(
        measure, value: measure == .divergence ? value * value : value, halfWidth: half[row],
        margin: margin)
    }
    let (least, most) = (measure.onScale(margin / 2), measure.onScale(2 * margin))
    let far = test.filter { abs(columns.exact[$0]) < least || abs(columns.exact[$0]) > most }
    let large = test.filter { abs(columns.exact[$0]) >= most }
    return (
      share(of: far) { verdict($0) == .undecidable }, share(of: large) { verdict($0) == .changed }
    )
  }

  private func share(of rows: [Int], _ holds: (Int) -> Bool) -> Double {
    Double(rows.count(where: holds)) / Double(rows.count)
  }
}
