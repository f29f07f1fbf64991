import Foundation
internal import StatisticalInference

/// Whether nearly all groups have one reward for all their answers, for three blocks in a row: then there
/// is next to nothing to learn from.
///
/// Three blocks are dead where each is above 0.8 and their mean less t s/√3 is above 0.7; s is the blocks'
/// scale, t Student's one-sided quantile at the level over the number of blocks. Where the reward of these
/// steps is above 0.9, the problems are solved.
package struct DeadGroups: Sendable, Equatable {
  /// Three blocks.
  package struct Stretch: Sendable, Equatable {
    /// The index of the first block's first value.
    package let index: Int
    /// The mean share of dead groups.
    package let share: Double
    /// What it is above, at the level.
    package let lower: Double
  }

  /// Each block is above it.
  package static let limit = 0.8
  /// The lower bound is above it.
  package static let leastLower = 0.7
  /// From this reward on problems are solved.
  package static let solvedReward = 0.9

  /// The stretch with the highest lower bound where little is solved; nil if nothing is dead.
  package let dead: Stretch?
  /// The same where rewards are high.
  package let solved: Stretch?

  /// Whether the last two blocks are not dead, or solved.
  package let isAliveAtEnd: Bool

  private static let stretchLength = 3

  /// - Parameters:
  ///   - shares: of groups, finite, at least `BlockMeans.leastSteps`.
  ///   - rewards: of the same steps, NaN where not known; nil where they are not in [0, 1].
  ///   - level: how often chance alone is to be called dead.
  package init(_ shares: [Double], rewards: [Double]?, level: Double) {
    let blocks = BlockMeans(shares)
    let means = blocks.means
    let scale = BlockStatistics.scale(means)
    let bound = StudentT.bound(
      probability: 1 - 2 * level / Double(means.count),
      degreesOfFreedom: Double(means.count - 1))
    var (dead, solved): (Stretch?, Stretch?) = (nil, nil)
    for first in 0...means.count - Self.stretchLength {
      let members = means[first..<first + Self.stretchLength]
      guard members.allSatisfy({ $0 > Self.limit }) else { continue }
      let share = members.reduce(0, +) / Double(Self.stretchLength)
      let lower = share - bound * scale / Double(Self.stretchLength).squareRoot()
      guard lower > Self.leastLower else { continue }
      let index = blocks.firstIndex(ofBlock: first)
      let stretch = Stretch(index: index, share: share, lower: lower)
      if Self.isSolved(rewards?[index..<index + Self.stretchLength * blocks.width]) {
        if lower > solved?.lower ?? -.infinity { solved = stretch }
      } else if lower > dead?.lower ?? -.infinity {
        dead = stretch
      }
    }
    (self.dead, self.solved) = (dead, solved)
    isAliveAtEnd =
      means.suffix(2).reduce(0, +) / 2 <= Self.limit
      || Self.isSolved(rewards?.suffix(2 * blocks.width))
  }

  private static func isSolved(_ rewards: ArraySlice<Double>?) -> Bool {
    let known = (rewards ?? []).filter(\.isFinite)
    return !known.isEmpty && known.reduce(0, +) / Double(known.count) > Self.solvedReward
  }
}
