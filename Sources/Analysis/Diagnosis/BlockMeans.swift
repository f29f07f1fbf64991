/// A series cut into at most 30 blocks of equal width: what sustained changes are judged on.
///
/// Single steps are noisy and alike to their neighbours; a mean over a block is less of both.
package struct BlockMeans: Sendable, Equatable {
  /// Steps of a block.
  package let width: Int
  /// Steps before the first block: the oldest ones, which fill no block.
  package let remainder: Int
  /// The blocks' means, oldest first.
  package let means: [Double]

  /// Fewer steps than these can't be judged.
  package static let leastSteps = 30

  /// max(3, ⌈N/30⌉).
  package static func width(ofSteps count: Int) -> Int { max(3, (count + 29) / 30) }

  /// Of at least one block's values.
  ///
  /// - Parameters:
  ///   - values: finite, oldest first.
  ///   - width: steps of a block; nil for that of their number.
  package init(_ values: [Double], width: Int? = nil) {
    let width = width ?? Self.width(ofSteps: values.count)
    let remainder = values.count % width
    self.width = width
    self.remainder = remainder
    means = (0..<values.count / width).map { block in
      let first = remainder + block * width
      return values[first..<first + width].reduce(0, +) / Double(width)
    }
  }

  /// Blocks with their values multiplied by −1, so that a rise becomes a fall.
  func negated() -> BlockMeans { BlockMeans(width: width, remainder: remainder, means.map { -$0 }) }

  private init(width: Int, remainder: Int, _ means: [Double]) {
    (self.width, self.remainder, self.means) = (width, remainder, means)
  }

  /// The index of a block's first value.
  func firstIndex(ofBlock block: Int) -> Int { remainder + block * width }
}

/// What is measured on blocks, of a series and of simulated ones alike.
enum BlockStatistics {
  /// √(mean squared successive difference / 2) without the two largest: a level that moves once or
  /// twice is no noise.
  ///
  /// The square of von Neumann's estimate (1941), trimmed; the threshold's simulation trims too.
  static func scale(_ means: [Double]) -> Double {
    // The largest two are never added: where a level jumps, they would swallow the digits of the rest.
    var (sum, largest, second) = (0.0, 0.0, 0.0)
    for index in 1..<means.count {
      let difference = means[index] - means[index - 1]
      let square = difference * difference
      if square > largest {
        sum += second
        (second, largest) = (largest, square)
      } else if square > second {
        sum += second
        second = square
      } else {
        sum += square
      }
    }
    return (sum / Double(means.count - 3) / 2).squareRoot()
  }

  /// The level that a fall to a block has kept: the higher one of it and the next.
  static func kept(_ means: [Double], at block: Int) -> Double {
    max(means[block], means[block + 1])
  }

  /// How far each block is below an earlier level, the mean of two blocks: below the highest one or,
  /// from the first blocks, below theirs.
  ///
  /// - Returns: for blocks from the third to the last but one.
  static func falls(_ means: [Double], fromFirst: Bool) -> [Double] {
    var level = -Double.infinity
    return (2..<means.count - 1).map { block in
      if block == 2 || !fromFirst { level = max(level, (means[block - 2] + means[block - 1]) / 2) }
      return level - kept(means, at: block)
    }
  }

  /// The largest of these.
  static func worstFall(_ means: [Double], fromFirst: Bool) -> Double {
    var (level, worst) = (-Double.infinity, -Double.infinity)
    for block in 2..<means.count - 1 {
      if block == 2 || !fromFirst { level = max(level, (means[block - 2] + means[block - 1]) / 2) }
      worst = max(worst, level - kept(means, at: block))
    }
    return worst
  }

  /// Blocks that a fall from the first step is looked for in: for later ones there are earlier levels.
  static let startBlocks = 4

  /// The lowest level that two blocks kept at the start.
  static func lowestKeptAtStart(_ means: [Double]) -> Double {
    var lowest = Double.infinity
    for block in 0..<startBlocks { lowest = min(lowest, kept(means, at: block)) }
    return lowest
  }
}
