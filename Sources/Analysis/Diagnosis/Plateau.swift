import Foundation
internal import StatisticalInference

/// Whether a reward stopped rising while it swings more and more.
///
/// Variances of blocks of at least 5 steps (from successive differences, so that a trend is none) rise by
/// Kendall's test, the last third's geometric mean is at least twice the first third's, and the blocks'
/// means of the second half don't rise.
package struct Plateau: Sendable, Equatable {
  /// The variance of the last third over that of the first.
  package let ratio: Double
  /// The p-value of "variances don't rise".
  package let probability: Double
  /// Whether the second half's level rises, at 5 %.
  package let isRising: Bool
  /// The index of the second half's first value.
  package let half: Int

  /// A smaller ratio is no warning.
  package static let leastRatio = 2.0

  /// Whether all three hold.
  package func isFound(level: Double) -> Bool {
    probability < level && ratio >= Self.leastRatio && !isRising
  }

  /// - Parameter values: finite, at least `BlockMeans.leastSteps`.
  package init(_ values: [Double]) {
    let isShare = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    let scaled = isShare ? values.map { asin($0.squareRoot()) } : values
    let width = max(5, BlockMeans.width(ofSteps: values.count))
    let blocks = BlockMeans(scaled, width: width)
    let count = blocks.means.count
    let variances = (0..<count).map { block in
      let first = blocks.firstIndex(ofBlock: block)
      let squares = (first + 1..<first + width).reduce(0) { sum, index in
        let difference = scaled[index] - scaled[index - 1]
        return sum + difference * difference
      }
      return log(max(squares / Double(width - 1) / 2, 1e-12))
    }
    func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
    ratio = exp(mean(variances.suffix((count + 2) / 3)) - mean(variances.prefix(count / 3)))
    probability = KendallTrend.risingProbability(variances)
    isRising = KendallTrend.risingProbability(Array(blocks.means[(count / 2)...])) < 0.05
    half = blocks.firstIndex(ofBlock: count / 2)
  }
}
