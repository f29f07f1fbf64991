import Interventions
import StatisticalInference
import TestSupport
import Testing

/// Worlds in which it is known which tokens decide the answer.
@Suite struct DoseResponseTests {
  /// Texts of 12 tokens, all of which a swap changes; `isKey` says which ones decide.
  private static func texts(
    _ count: Int, _ generator: inout SeededGenerator, isKey: (Int) -> Bool
  ) -> [[SwapPosition]] {
    (0..<count).map { text in
      (0..<12).map { place in
        SwapPosition(
          text: text, place: place, token: Int32(place), choice: 99, replacement: 99, entropy: 1,
          divergence: isKey(place) ? 0.5 : 0.1 * generator.uniform(), change: 0.1)
      }
    }
  }

  @Test func `a token that decides is told from those that don't`() throws {
    var generator = SeededGenerator(seed: 1)
    // A swap of token 7 makes wrong texts right, any other does nothing.
    let texts = Self.texts(40, &generator) { $0 == 7 }
    let positions = SwapPositions(
      texts, isCorrect: texts.indices.map { $0 % 4 == 0 }, match: [.entropy]
    ) { _ in 0 }
    func dose(_ selector: SwapSelector, _ budget: Int) -> DoseResponse {
      let plan = SwapPlan(
        positions, by: selector, budget: budget, controls: 4, margin: 0.01, seed: 3)
      return DoseResponse(plan, positions) { index in
        let position = positions.positions[index]
        return position.place == 7 || position.text % 4 == 0
      }
    }
    let one = dose(.divergence, 1)
    #expect(one.swaps == 40 && one.matched == 40 && one.texts == 40 && one.sameText == 1)
    #expect(one.before?.value == 0.25 && one.all?.value == 1)
    #expect(one.accuracy?.selected.value == 1 && one.accuracy?.controls.value == 0.25)
    #expect(one.accuracy?.difference.value == 0.75)
    #expect(one.accuracy?.difference.side(of: 0) == .above)
    #expect(one.repaired?.difference.value == 1 && one.broken?.difference.value == 0)
    // All thirty wrong texts behave alike: no spread, yet no certainty.
    #expect(try #require(one.repaired?.difference.lower) < 1)
    #expect(one.broken?.difference.side(of: 0) == .open)
    // At two the second one does nothing: (30 + 10 + 10) of 80.
    #expect(dose(.divergence, 2).accuracy?.selected.value == 0.625)
    // Ranked by what is the same everywhere, the first tokens are taken, none of which decides; the
    // controls of some hold it.
    let other = dose(.change, 1)
    #expect(other.accuracy?.selected.value == 0.25)
    #expect(try #require(other.accuracy?.controls.value) > 0.25)
  }

  /// Against sums over pairs, one by one.
  @Test(arguments: [21, 22, 23, 24, 25] as [UInt64])
  func `shares are those of pairs counted one by one`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let texts = Self.texts(25, &generator) { $0 < 2 }
    let positions = SwapPositions(
      texts, isCorrect: texts.map { _ in generator.uniform() < 0.5 }, match: [.place]
    ) { _ in 0 }
    let right = positions.positions.map { _ in generator.uniform() < 0.3 }
    let plan = SwapPlan(
      positions, by: .divergence, budget: 3, controls: 2, margin: 0.02, seed: seed)
    let dose = DoseResponse(plan, positions) { right[$0] }
    func check(
      _ contrast: DoseResponse.Contrast?, _ pairs: [SwapPlan.Pair], _ isOne: (Int) -> Bool
    ) throws {
      let found = try #require(contrast)
      var (first, second) = (0.0, 0.0)
      for pair in pairs {
        first += isOne(pair.selected) ? 1 : 0
        second += Double(pair.controls.count(where: isOne)) / Double(pair.controls.count)
      }
      let count = Double(pairs.count)
      // Sums of some fifty numbers.
      expectClose(found.selected.value, first / count, absolute: 1e-13)
      expectClose(found.controls.value, second / count, absolute: 1e-13)
      expectClose(found.difference.value, (first - second) / count, absolute: 1e-13)
    }
    func was(_ pair: SwapPlan.Pair) -> Bool {
      positions.isCorrect[positions.positions[pair.selected].text]
    }
    try check(dose.accuracy, plan.pairs) { right[$0] }
    try check(dose.repaired, plan.pairs.filter { !was($0) }) { right[$0] }
    try check(dose.broken, plan.pairs.filter(was)) { !right[$0] }
    let before = Double(plan.pairs.count(where: was)) / Double(plan.pairs.count)
    expectClose(try #require(dose.before?.value), before, absolute: 1e-13)
  }

  /// Problems differ in how easily any swap changes their answer; the rank says nothing.
  @Test func `intervals hold no difference in 95 of 100 worlds without one`() throws {
    var generator = SeededGenerator(seed: 7)
    let worlds = 400
    var (held, shown) = (0, 0)
    for world in 0..<worlds {
      let texts = Self.texts(60, &generator) { $0 < 3 }
      let positions = SwapPositions(
        texts, isCorrect: texts.map { _ in generator.uniform() < 0.5 }, match: []
      ) { _ in 0 }
      let ease = texts.map { _ in generator.uniform() }
      let right = positions.positions.map { generator.uniform() < ease[$0.text] }
      let plan = SwapPlan(
        positions, by: .divergence, budget: 3, controls: 4, margin: 0, seed: UInt64(world))
      let dose = DoseResponse(plan, positions) { right[$0] }
      let difference = try #require(dose.accuracy?.difference)
      held += difference.side(of: 0) == .open ? 1 : 0
      shown += dose.sameText == 1 ? 1 : 0
    }
    // Binomial of 400 at 95 %: ±3 deviations are 367 to 393.
    #expect((367...393).contains(held), "seed 7: \(held) of \(worlds)")
    #expect(shown == worlds)
  }

  /// The same with controls from other texts alone, which several positions may share.
  @Test func `and so they do where controls come from other texts`() throws {
    var generator = SeededGenerator(seed: 8)
    let worlds = 400
    var held = 0
    for world in 0..<worlds {
      // Two kinds of texts: half have only positions that are selected, half none.
      let texts = (0..<80).map { text in
        (0..<3).map { place in
          SwapPosition(
            text: text, place: place, token: 1, choice: 2, replacement: 2, entropy: 1,
            divergence: text % 2 == 0 ? 0.5 : 0, change: 0)
        }
      }
      let positions = SwapPositions(
        texts, isCorrect: texts.map { _ in generator.uniform() < 0.5 }, match: []
      ) { _ in 0 }
      let ease = texts.map { _ in generator.uniform() }
      let right = positions.positions.map { generator.uniform() < ease[$0.text] }
      let plan = SwapPlan(
        positions, by: .divergence, budget: 3, controls: 4, margin: 0.01, seed: UInt64(world))
      let dose = DoseResponse(plan, positions) { right[$0] }
      #expect(dose.sameText == 0)
      held += try #require(dose.accuracy?.difference).side(of: 0) == .open ? 1 : 0
    }
    #expect((367...393).contains(held), "seed 8: \(held) of \(worlds)")
  }
}
