import Foundation
internal import StatisticalInference

/// How large a sustained change is by chance: quantiles over AR(1) series through the same procedure.
///
/// A quantile depends on the number of steps, φ and the level alone, so it is found once for each; the
/// series come from a fixed seed, so that a log has one diagnosis.
package struct ChangeThresholds: Sendable {
  /// What a level is compared with.
  package enum Reference: Sendable, Hashable, CaseIterable {
    /// The best earlier level.
    case best
    /// The first two blocks.
    case firstBlocks
    /// The first step, of levels in the first four blocks.
    case firstStep
  }

  private struct Key: Hashable {
    let steps: Int
    let coefficient: Double
    let seriesCount: Int
  }

  /// Series at the level 1 %: 40 of them are beyond its quantile, which is so good to a sixth of the
  /// level.
  package static let seriesCount = 4_000
  /// Series at most: below the level that has 40 of these beyond it, the tail is extrapolated.
  package static let mostSeries = 100_000

  private let seed: UInt64
  /// Sorted statistics.
  private var known: [Key: [Reference: [Double]]] = [:]

  /// None found yet.
  package init(seed: UInt64 = 20_261_129) { self.seed = seed }

  /// What a change without cause exceeds with that probability, in units of the blocks' scale.
  ///
  /// - Parameters:
  ///   - reference: what levels are compared with.
  ///   - count: steps, at least `BlockMeans.leastSteps`.
  ///   - coefficient: `Persistence.coefficient(of:)`.
  ///   - level: at most 0.5.
  /// - Returns: the quantile.
  package mutating func threshold(
    against reference: Reference, steps count: Int, coefficient: Double, level: Double
  ) -> Double {
    let needed = Int((40 / level).rounded(.up))
    let series = min(max(needed, Self.seriesCount), Self.mostSeries)
    let key = Key(steps: count, coefficient: coefficient, seriesCount: series)
    let sorted = known[key] ?? simulated(key)
    known[key] = sorted
    let statistics = sorted[reference, default: []]
    guard needed > series else { return SortedValues.quantile(1 - level, of: statistics) }
    // Hill's estimate (1975) of a tail that falls as a power: the statistic's falls faster, so this is
    // too large rather than too small.
    let tail = Array(statistics.suffix(400))
    let exponent = tail.reduce(0) { $0 + log($1 / tail[0]) } / Double(tail.count - 1)
    return tail[0] * pow(Double(tail.count) / Double(series) / level, exponent)
  }

  private func simulated(_ key: Key) -> [Reference: [Double]] {
    let blocks = AutoregressiveBlocks(
      steps: key.steps, coefficient: key.coefficient, seed: seed)
    var (best, firstBlocks, firstStep): ([Double], [Double], [Double]) = ([], [], [])
    var means: [Double] = []
    for index in 0..<key.seriesCount {
      let first = blocks.draw(index, into: &means)
      let scale = BlockStatistics.scale(means)
      best.append(BlockStatistics.worstFall(means, fromFirst: false) / scale)
      firstBlocks.append(BlockStatistics.worstFall(means, fromFirst: true) / scale)
      firstStep.append((first - BlockStatistics.lowestKeptAtStart(means)) / scale)
    }
    return [
      .best: best.sorted(), .firstBlocks: firstBlocks.sorted(), .firstStep: firstStep.sorted(),
    ]
  }
}
