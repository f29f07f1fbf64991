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

  /// What positions are ranked by, largest first; nil for one that is never selected.
  func score(_ position: SwapPosition, margin: Double, seed: UInt64) -> Double? {
    switch self {
    case .divergence: position.divergence > margin ? position.divergence : nil
    case .change: position.change
    case .entropy: position.entropy
    case .random:
      SwapPlan.number(seed, "random", position.text, position.place)
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
  package init(
    _ positions: SwapPositions, by selector: SwapSelector, budget: Int, controls: Int,
    margin: Double, seed: UInt64
  ) {
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
    pairs = selected.compactMap { index in
      let position = all[index]
      guard let others = free[position.cell] else { return nil }
      let numbers = others.map { other in
        // Of both, so that no control is every position's first.
        Self.number(
          seed, "control/\(position.text)/\(position.place)", all[other].text, all[other].place)
      }
      let order = others.indices.sorted { a, b in
        let (near, far) = (
          all[others[a]].text == position.text, all[others[b]].text == position.text
        )
        return near == far ? numbers[a] < numbers[b] : near
      }
      return Pair(selected: index, controls: order.prefix(controls).map { others[$0] })
    }
  }

  /// All positions that the plan swaps.
  package var swapped: Set<Int> { Set(selected).union(pairs.flatMap(\.controls)) }

  /// A number in [0, 1) that belongs to a position.
  static func number(_ seed: UInt64, _ stream: String, _ text: Int, _ place: Int) -> Double {
    var generator = CounterGenerator(
      seed: seed, stream: StableHash.value(of: "intervene/" + stream),
      index: UInt64(text) << 32 | UInt64(place))
    return generator.uniform()
  }
}
