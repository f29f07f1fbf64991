import Foundation
import TestSupport
import Testing
import Training

@Suite struct EntropyControllerTests {
  @Test func `each law by hand`() throws {
    let state = EntropyController.State(coefficient: 0.25)
    func next(_ law: EntropyController.Law, entropy: Double) throws -> Double {
      try EntropyController(target: 1, law: law).next(after: state, entropy: entropy).coefficient
    }
    // Powers of two: exact.
    #expect(try next(.integral(gain: 0.5), entropy: 0.5) == 0.5)
    #expect(try next(.integral(gain: 0.5), entropy: 1.25) == 0.125)
    #expect(try next(.step(0.125), entropy: 0.9) == 0.375)
    #expect(try next(.step(0.125), entropy: 1) == 0.375)
    #expect(try next(.step(0.125), entropy: 1.1) == 0.125)
    #expect(try next(.logarithmic(gain: 2), entropy: 0.5) == 0.25 * exp(1))
  }

  @Test(arguments: [
    EntropyController.Law.integral(gain: 0.05), .logarithmic(gain: 0.3), .step(0.002),
  ])
  func `an entropy that grows with the coefficient reaches the target`(
    law: EntropyController.Law
  ) throws {
    // A plant H = 0.2 + 4c, which gets to 0.8 at c = 0.15.
    let controller = EntropyController(target: 0.8, law: law)
    var state = EntropyController.State(coefficient: 0.01)
    var entropy = 0.0
    for _ in 0..<300 {
      entropy = 0.2 + 4 * state.coefficient
      state = try controller.next(after: state, entropy: entropy)
    }
    // The step law ends in a cycle of one step, 4 · 0.002; the others contract by at least
    // 1 − 4 · 0.05 and 1 − 0.15 · 4 · 0.3 per step.
    expectClose(entropy, 0.8, absolute: 0.0081)
    #expect(!state.isSaturated)
  }

  @Test func `the range binds, says so, and doesn't wind up`() throws {
    let controller = EntropyController(target: 1, law: .integral(gain: 1), range: 0...0.5)
    var state = EntropyController.State(coefficient: 0.25)
    for _ in 0..<10 { state = try controller.next(after: state, entropy: 0) }
    #expect(state.coefficient == 0.5 && state.isSaturated)
    state = try controller.next(after: state, entropy: 1.25)
    #expect(state.coefficient == 0.25 && !state.isSaturated)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `a step without an entropy is refused`(entropy: Double) {
    let controller = EntropyController(target: 1, law: .step(0.1))
    #expect(throws: ObjectiveError.self) {
      try controller.next(after: .init(coefficient: 0), entropy: entropy)
    }
    #expect(throws: ObjectiveError.self) {
      try EntropyAverages().next(after: nil, entropy: entropy)
    }
  }

  @Test func `averages start at the first entropy and follow`() throws {
    let averages = EntropyAverages(fastDecay: 0.5, slowDecay: 0.75, lead: 2)
    var state = try averages.next(after: nil, entropy: 1)
    #expect(state == .init(first: 1))
    #expect(averages.drivingEntropy(state) == 1)
    state = try averages.next(after: state, entropy: 0.5)
    // 1 − 0.5 · 0.5 and 1 − 0.25 · 0.5; driving 0.875 + 2 · (0.75 − 0.875): exact in binary.
    #expect(state.fast == 0.75 && state.slow == 0.875)
    #expect(averages.drivingEntropy(state) == 0.625)
  }

  @Test func `lead chooses between slow, fast and ahead`() {
    var state = EntropyAverages.State(first: 0.5)
    state.fast = 0.25
    #expect(EntropyAverages(lead: 0).drivingEntropy(state) == 0.5)
    #expect(EntropyAverages(lead: 1).drivingEntropy(state) == 0.25)
    #expect(EntropyAverages(lead: 1.5).drivingEntropy(state) == 0.125)
    #expect(EntropyAverages(lead: 9).drivingEntropy(state) == 0)
  }

  @Test func `an average forgets by its decay`() throws {
    let averages = EntropyAverages()
    var state = try averages.next(after: nil, entropy: 0)
    for _ in 0..<20 { state = try averages.next(after: state, entropy: 1) }
    // 1 − decay²⁰; twenty steps of a few roundings below 1.
    expectClose(state.fast, 1 - pow(0.9, 20), absolute: 20 * 4 * 1.1e-16)
    expectClose(state.slow, 1 - pow(0.99, 20), absolute: 20 * 4 * 1.1e-16)
  }

  @Test(arguments: [-0.1, 1, .nan])
  func `a decay that is none is refused`(decay: Double) {
    #expect(throws: ObjectiveError.self) {
      try EntropyAverages(fastDecay: decay).next(after: nil, entropy: 1)
    }
    #expect(throws: ObjectiveError.self) {
      try EntropyAverages(slowDecay: decay).next(after: nil, entropy: 1)
    }
  }

  @Test func `averages drive both weights`() throws {
    var batch = try ObjectiveFixture.batch("mixed")
    let averages = EntropyAverages()
    var objective = SRFT.paper
    objective.entropyScope = .given(averages.drivingEntropy(.init(first: 0.3)))
    try objective.assignAdvantages(to: &batch)
    let found = try objective.evaluate(batch).diagnostics
    #expect(found.sftWeight.minimum == 0.5 * exp(-0.3))
    #expect(found.sftWeight.maximum == 0.5 * exp(-0.3))
    #expect(found.rolloutWeight.maximum == 0.1 * exp(0.3))
  }
}
