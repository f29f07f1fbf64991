import Foundation

/// The worst move of a series that was kept for two blocks, and whether chance makes as large ones.
package struct SustainedChange: Sendable, Equatable {
  /// The worse direction.
  package enum Direction: Sendable { case falling, rising }

  /// The least change that is worth a word.
  package enum LeastChange: Sendable, Equatable {
    /// By so many times, up or down.
    case factor(Double)
    /// A fall by that share of the best level; of the range where values are negative.
    case share(Double)
  }

  /// What is asked of a series.
  package struct Question: Sendable {
    package var direction: Direction
    package var least: LeastChange
    package var reference: ChangeThresholds.Reference
    /// What smaller values count as, where changes are by factors.
    package var floor: Double

    package init(
      _ direction: Direction, by least: LeastChange, against reference: ChangeThresholds.Reference,
      floor: Double = 1e-6
    ) {
      (self.direction, self.least) = (direction, least)
      (self.reference, self.floor) = (reference, floor)
    }
  }

  /// Change over scale.
  package let statistic: Double
  /// What chance exceeds with the level's probability; nil if the change is too small to ask.
  package let threshold: Double?
  /// The factor, at least 1 for a change for the worse, or the share lost.
  package let size: Double
  /// The level before, on the series' own scale.
  package let before: Double
  /// The level after.
  package let after: Double
  /// The index of the first value of the worst block.
  package let worst: Int
  /// The index of the first value of the first block that is beyond both threshold and least change.
  package let onset: Int?
  /// Whether the last two blocks took back at least three quarters of the worst move.
  package let isRecovered: Bool

  /// Whether it is beyond both.
  package var isFound: Bool { onset != nil }

  /// Judges a series.
  ///
  /// - Parameters:
  ///   - values: finite, at least `BlockMeans.leastSteps`.
  ///   - question: what would be worse.
  ///   - level: how often chance alone is to be called a change.
  ///   - thresholds: keeps what was found.
  ///   - always: asks for the threshold also where the change is too small.
  package init(
    _ values: [Double], _ question: Question, level: Double,
    thresholds: inout ChangeThresholds, always: Bool = false
  ) {
    let scaled = Self.scaled(values, question)
    let raw = BlockMeans(values)
    let own = BlockMeans(scaled)
    let blocks = question.direction == .falling ? own : own.negated()
    let means = blocks.means
    let scale = max(BlockStatistics.scale(means), 1e-9)
    // The first step is compared with the first blocks, earlier levels with those after them.
    let first = question.reference == .firstStep ? 0 : 2
    let start = question.direction == .falling ? scaled[0] : -scaled[0]
    let moves =
      question.reference == .firstStep
      ? (0..<BlockStatistics.startBlocks).map { start - BlockStatistics.kept(means, at: $0) }
      : BlockStatistics.falls(means, fromFirst: question.reference == .firstBlocks)
    let worst = moves.indices.max { moves[$0] < moves[$1] } ?? 0
    let sizes = Sizes(question, values, raw: raw, moves: moves, firstBlock: first)
    let statistic = moves[worst] / scale
    self.statistic = statistic
    size = sizes.size(worst)
    (before, after) = (sizes.before(worst), sizes.after(worst))
    self.worst = blocks.firstIndex(ofBlock: first + worst)
    let last = (means[means.count - 2] + means[means.count - 1]) / 2
    let regained = last - BlockStatistics.kept(means, at: first + worst)
    isRecovered = moves[worst] > 0 && regained >= 0.75 * moves[worst]
    guard always || sizes.isEnough(worst) else {
      (threshold, onset) = (nil, nil)
      return
    }
    let coefficients =
      question.reference == .firstStep
      ? Self.coefficientsAfterStart(scaled, width: own.width)
      : [Persistence.coefficient(of: scaled)]
    let threshold =
      coefficients.map {
        thresholds.threshold(
          against: question.reference, steps: values.count, coefficient: $0, level: level)
      }.max() ?? .infinity
    self.threshold = threshold
    guard statistic > threshold, sizes.isEnough(worst) else {
      onset = nil
      return
    }
    let begun = moves.indices.first { moves[$0] / scale > threshold && sizes.isEnough($0) }
    onset = begun.map { blocks.firstIndex(ofBlock: first + $0) }
  }

  /// What φ may be, at least and at most, for a comparison with the first step.
  ///
  /// The fall itself would pass for persistence, so the first two blocks, in which it lies, don't count. Neither
  /// end is always the safe one: with alike steps a whole run wanders farther from its first, but the means
  /// of wide blocks vary more, too, and they are the measure.
  private static func coefficientsAfterStart(_ scaled: [Double], width: Int) -> Set<Double> {
    let range = Persistence.range(of: Array(scaled[(2 * width)...]))
    return [range.lowerBound, range.upperBound]
  }

  /// Logarithms where changes are by factors, asin √ in [0, 1], else as they are: so that noise is about
  /// the same at all levels.
  private static func scaled(_ values: [Double], _ question: Question) -> [Double] {
    if case .factor = question.least { return values.map { log(max($0, question.floor)) } }
    guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return values }
    return values.map { asin($0.squareRoot()) }
  }
}

/// How large each of a series' moves is, in the words of the question.
private struct Sizes {
  let question: SustainedChange.Question
  let raw: BlockMeans
  let moves: [Double]
  let firstBlock: Int
  let firstValue: Double
  /// Whether a share of the level would mean nothing.
  let isSigned: Bool

  init(
    _ question: SustainedChange.Question, _ values: [Double], raw: BlockMeans, moves: [Double],
    firstBlock: Int
  ) {
    (self.question, self.raw, self.moves) = (question, raw, moves)
    (self.firstBlock, firstValue) = (firstBlock, values[0])
    isSigned = values.contains { $0 < 0 }
  }

  /// The share lost, or the factor.
  func size(_ move: Int) -> Double {
    switch question.least {
    case .factor: return exp(moves[move])
    case .share:
      let whole =
        isSigned
        ? (raw.means.max() ?? 0) - (raw.means.min() ?? 0) : before(move)
      return (before(move) - after(move)) / max(whole, 1e-9)
    }
  }

  func isEnough(_ move: Int) -> Bool {
    switch question.least {
    case .factor(let least): moves[move] >= log(least)
    case .share(let least): size(move) >= least
    }
  }

  /// The level that a move started from.
  func before(_ move: Int) -> Double {
    let means = raw.means
    func level(_ block: Int) -> Double { (means[block] + means[block + 1]) / 2 }
    switch question.reference {
    case .firstStep: return firstValue
    case .firstBlocks: return level(0)
    case .best:
      // As in the moves: the two blocks end before the one that is judged.
      let levels = (0...move).map(level)
      return (question.direction == .falling ? levels.max() : levels.min()) ?? .nan
    }
  }

  /// The level that it kept.
  func after(_ move: Int) -> Double {
    let (one, next) = (raw.means[firstBlock + move], raw.means[firstBlock + move + 1])
    return question.direction == .falling ? max(one, next) : min(one, next)
  }
}
