internal import Tasks

/// What ranks the positions of a text, the first ones to be swapped.
package enum SwapSelector: String, Sendable, Codable, CaseIterable {
  /// The largest Jensen-Shannon divergence, above a margin: tokens whose distribution changed.
  case divergence = "js"
  /// The largest |Δ ln p| of the token.
  case change = "logp"
  /// The largest entropy of the model of the text.
  case entropy
  /// Any order.
  case random

  /// What it looks at, for people.
  package var words: String {
    switch self {
    case .divergence: "largest JS"
    case .change: "largest |Δ log p|"
    case .entropy: "highest entropy"
    case .random: "drawn at random"
    }
  }

  private static let randomStream = SwapPlan.stream("random")

  /// What positions are ranked by, largest first; nil for one that is never selected.
  func score(_ position: SwapPosition, margin: Double, seed: UInt64) -> Double? {
    switch self {
    case .divergence: position.divergence > margin ? position.divergence : nil
    case .change: position.change
    case .entropy: position.entropy
    case .random:
      SwapPlan.number(seed, Self.randomStream, position.text, position.place)
    }
  }
}

/// Which positions of some texts are swapped, one in each swapped text, and what each is compared with.
///
/// Selected are in each text the first `budget` positions by rank at which the other model would write
/// another token: the swap puts that in. The control of a selected position is one that isn't selected, in the
/// same cell (verdict of the text, and what `SwapMatch` says); of the same text first, else of others, in an
/// order that is drawn. The swap there puts in the other model's most likely token but the one that stands
/// there, which need not be what it would write: what both arms have in common is a replaced token.
package struct SwapPlan: Sendable, Equatable {
  /// A selected position with its controls, as indices of positions.
  package struct Pair: Sendable, Equatable {
    package let selected: Int
    /// At least one, all different; those of the same text first.
    package let controls: [Int]
  }

  /// Most selected positions of a text.
  package let budget: Int
  /// Indices of all selected positions, text by text in the order of their rank.
  package let selected: [Int]
  /// Positions ranked above or between them at which both models choose the same token.
  package let agreeing: Int
  /// Those that have a control.
  package let pairs: [Pair]

  /// Selects and matches.
  ///
  /// - Parameters:
  ///   - positions: of one model's texts.
  ///   - selector: what ranks them.
  ///   - budget: most positions of a text.
  ///   - controls: most controls of a position.
  ///   - margin: of the divergence, nats.
  ///   - seed: of what is drawn.
  ///   - pause: called at every 256th selected position; what it throws ends the search.
  package init(
    _ positions: SwapPositions, by selector: SwapSelector, budget: Int, controls: Int,
    margin: Double, seed: UInt64, pause: () throws -> Void
  ) rethrows {
    self.budget = budget
    let all = positions.positions
    var (selected, agreeing) = ([Int](), 0)
    for text in positions.ofText {
      let ranked = text.compactMap { index in
        selector.score(all[index], margin: margin, seed: seed).map { (index, $0) }
      }.sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 > $1.1 }
      var (left, passed) = (budget, 0)
      for (index, _) in ranked where left > 0 {
        guard all[index].differs else {
          passed += 1
          continue
        }
        selected.append(index)
        agreeing += passed
        (left, passed) = (left - 1, 0)
      }
    }
    (self.selected, self.agreeing) = (selected, agreeing)
    let isSelected = Set(selected)
    var free: [Int: [Int]] = [:]
    for index in all.indices where !isSelected.contains(index) {
      free[all[index].cell, default: []].append(index)
    }
    pairs = try selected.enumerated().compactMap { offset, index in
      if offset % 256 == 255 { try pause() }
      let position = all[index]
      guard let others = free[position.cell] else { return nil }
      // Of both positions, so that no control is every position's first.
      let stream = Self.stream("control/\(position.text)/\(position.place)")
      func number(_ other: Int) -> Double {
        Self.number(seed, stream, all[other].text, all[other].place)
      }
      let near = positions.ofText[position.text].filter {
        !isSelected.contains($0) && all[$0].cell == position.cell
      }
      var chosen = Self.lowest(controls, of: near, by: number)
      if chosen.count < controls {
        chosen += Self.lowest(
          controls - chosen.count, of: others.lazy.filter { all[$0].text != position.text },
          by: number)
      }
      return Pair(selected: index, controls: chosen)
    }
  }

  /// The indices with the lowest numbers, ascending, found in one pass.
  private static func lowest(
    _ count: Int, of indices: some Sequence<Int>, by number: (Int) -> Double
  ) -> [Int] {
    var lowest: [(index: Int, number: Double)] = []
    for index in indices {
      let number = number(index)
      if lowest.count == count {
        guard let last = lowest.last, number < last.number else { continue }
        lowest.removeLast()
      }
      lowest.insert((index, number), at: lowest.firstIndex { number < $0.number } ?? lowest.count)
    }
    return lowest.map(\.index)
  }

  /// All positions that the plan swaps.
  package var swapped: Set<Int> { Set(selected).union(pairs.flatMap(\.controls)) }

  /// A number in [0, 1) that belongs to a position.
  static func number(_ seed: UInt64, _ stream: UInt64, _ text: Int, _ place: Int) -> Double {
    var generator = CounterGenerator(
      seed: seed, stream: stream, index: UInt64(text) << 32 | UInt64(place))
    return generator.uniform()
  }

  /// What numbers are for.
  static func stream(_ name: String) -> UInt64 { StableHash.value(of: "intervene/" + name) }
}
