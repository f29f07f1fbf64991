import Interventions
import TestSupport
import Testing

extension SwapPlan {
  /// One that nothing stops.
  init(
    _ positions: SwapPositions, by selector: SwapSelector, budget: Int, controls: Int,
    margin: Double, seed: UInt64
  ) {
    self.init(
      positions, by: selector, budget: budget, controls: controls, margin: margin, seed: seed
    ) {
    }
  }
}

/// Selection and matching against the obvious way.
@Suite struct SwapPlanTests {
  /// Texts of up to 30 tokens with many ties, of two categories.
  private static func positions(
    _ generator: inout SeededGenerator, match: [SwapMatch] = SwapMatch.allCases
  ) -> SwapPositions {
    let count = Int.random(in: 1...20, using: &generator)
    let texts = (0..<count).map { text in
      (0..<Int.random(in: 1...30, using: &generator)).map { place in
        let token = Int32.random(in: 0...3, using: &generator)
        return SwapPosition(
          text: text, place: place, token: token,
          choice: generator.uniform() < 0.5 ? token : token + 1, replacement: token + 1,
          entropy: Double(Int.random(in: 0...9, using: &generator)) / 10,
          divergence: Double(Int.random(in: 0...20, using: &generator)) / 100,
          change: generator.uniform())
      }
    }
    return SwapPositions(
      texts, isCorrect: texts.map { _ in generator.uniform() < 0.4 }, match: match
    ) { Int($0) % 2 }
  }

  /// What a position is ranked by; −1 for never.
  private static func score(_ position: SwapPosition, _ selector: SwapSelector) -> Double {
    switch selector {
    case .divergence: position.divergence > 0.05 ? position.divergence : -1
    case .change: position.change
    case .entropy: position.entropy
    case .random: .nan
    }
  }

  @Test(
    arguments: [1, 2, 3, 4, 5, 6] as [UInt64],
    [SwapSelector.divergence, .change, .entropy])
  func `selected are the first by rank that change the text`(
    seed: UInt64, selector: SwapSelector
  ) {
    var generator = SeededGenerator(seed: seed)
    let positions = Self.positions(&generator)
    for budget in [1, 2, 5, 40] {
      let plan = SwapPlan(
        positions, by: selector, budget: budget, controls: 2, margin: 0.05, seed: 1)
      var expected: Set<Int> = []
      var agreeing = 0
      for text in positions.ofText {
        // Take the best that is left, as often as the budget allows.
        var left = text.filter { Self.score(positions.positions[$0], selector) >= 0 }
        var (taken, passed) = (0, 0)
        while taken < budget, !left.isEmpty {
          var best = left[0]
          for index in left
          where Self.score(positions.positions[index], selector)
            > Self.score(positions.positions[best], selector)
          {
            best = index
          }
          left.removeAll { $0 == best }
          if positions.positions[best].token == positions.positions[best].choice {
            passed += 1
          } else {
            expected.insert(best)
            agreeing += passed
            (taken, passed) = (taken + 1, 0)
          }
        }
      }
      #expect(Set(plan.selected) == expected && plan.selected.count == expected.count, "\(seed)")
      #expect(plan.agreeing == agreeing, "\(seed)")
    }
  }

  @Test(arguments: [11, 12, 13, 14, 15, 16, 17, 18] as [UInt64])
  func `controls match, of the same text first, and all that have one get it`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let match = SwapMatch.allCases.filter { _ in generator.uniform() < 0.7 }
    let positions = Self.positions(&generator, match: match)
    let all = positions.positions
    // Fifths by counting: an entropy is above a limit that 20, 40, … % of the entropies are up to.
    let entropies = all.map(\.entropy).sorted()
    func fifth(_ entropy: Double) -> Int {
      (1...4).count { part in
        let place = Double(part) / 5 * Double(entropies.count - 1)
        let low = entropies[Int(place)]
        let high = entropies[min(Int(place) + 1, entropies.count - 1)]
        return entropy > low + (high - low) * (place - place.rounded(.down))
      }
    }
    func isAlike(_ a: SwapPosition, _ b: SwapPosition) -> Bool {
      func part(_ position: SwapPosition) -> Int {
        let length = Double(positions.ofText[position.text].count)
        if position.place == 0 { return 0 }
        return Int(((Double(position.place) + 0.5) / length * 5).rounded(.down))
      }
      return positions.isCorrect[a.text] == positions.isCorrect[b.text]
        && (!match.contains(.entropy) || fifth(a.entropy) == fifth(b.entropy))
        && (!match.contains(.place) || part(a) == part(b))
        && (!match.contains(.category) || a.token % 2 == b.token % 2)
    }
    for budget in [1, 3] {
      let plan = SwapPlan(
        positions, by: .divergence, budget: budget, controls: 3, margin: 0.05, seed: seed)
      var pairs = plan.pairs[...]
      for selected in plan.selected {
        let free = all.indices.filter {
          !plan.selected.contains($0) && isAlike(all[$0], all[selected])
        }
        guard !free.isEmpty else {
          #expect(pairs.first?.selected != selected, "\(seed): a control from nowhere")
          continue
        }
        let pair = pairs.popFirst()
        #expect(pair?.selected == selected, "\(seed): none although there is one")
        let controls = pair?.controls ?? []
        #expect(controls.count == min(3, free.count) && Set(controls).isSubset(of: free), "\(seed)")
        #expect(Set(controls).count == controls.count)
        let near = free.count { all[$0].text == all[selected].text }
        #expect(
          controls.count { all[$0].text == all[selected].text } == min(near, 3), "\(seed)")
      }
      #expect(pairs.isEmpty, "\(seed)")
    }
  }

  @Test func `the same seed draws the same, another one others`() {
    var generator = SeededGenerator(seed: 5)
    let positions = Self.positions(&generator)
    func plan(_ selector: SwapSelector, seed: UInt64) -> SwapPlan {
      SwapPlan(positions, by: selector, budget: 2, controls: 1, margin: 0, seed: seed)
    }
    #expect(plan(.random, seed: 1) == plan(.random, seed: 1))
    #expect(plan(.random, seed: 1).selected != plan(.random, seed: 2).selected)
    #expect(plan(.change, seed: 1).selected == plan(.change, seed: 2).selected)
    #expect(plan(.change, seed: 1).pairs != plan(.change, seed: 2).pairs)
  }

  @Test func `texts that both models write alike have nothing to swap`() {
    let text = (0..<4).map {
      SwapPosition(
        text: 0, place: $0, token: 1, choice: 1, replacement: 2, entropy: 1, divergence: 0.5,
        change: 1)
    }
    let positions = SwapPositions([text, []], isCorrect: [true, false], match: []) { _ in 0 }
    let plan = SwapPlan(positions, by: .divergence, budget: 8, controls: 2, margin: 0, seed: 0)
    #expect(plan.selected.isEmpty && plan.pairs.isEmpty && plan.swapped.isEmpty)
    let dose = DoseResponse(plan, positions) { _ in true }
    #expect(dose.accuracy == nil && dose.all == nil && dose.swaps == 0 && dose.sameText == nil)
  }
}
