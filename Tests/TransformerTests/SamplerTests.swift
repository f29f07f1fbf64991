import Foundation
import TestSupport
import Testing
import Transformer

@Suite struct SamplerTests {
  private let logits: [Float] = [0, 1, 2, -1, 2.5, -30]

  private func probabilities(temperature: Double) -> [Double] {
    let weights = logits.map { exp(Double($0) / temperature) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  @Test(arguments: [0.5, 1, 2.0])
  func `a token is chosen as often as its probability says`(temperature: Double) {
    let sampler = Sampler(temperature: temperature)
    var counts = [Int](repeating: 0, count: logits.count)
    // A grid instead of random numbers: each count is within one of its expectation.
    let draws = 100_000
    for draw in 0..<draws {
      let uniform = (Double(draw) + 0.5) / Double(draws)
      counts[Int(sampler.choose(from: logits.span, uniform: uniform).token)] += 1
    }
    for (count, probability) in zip(counts, probabilities(temperature: temperature)) {
      expectClose(Double(count), probability * Double(draws), absolute: 1 + 1e-6)
    }
  }

  @Test func `what is reported is over the full vocabulary`() {
    let plain = probabilities(temperature: 1)
    let tempered = probabilities(temperature: 2)
    let entropy = -plain.reduce(0) { $0 + $1 * log($1) }
    for step in 0..<50 {
      let choice = Sampler(temperature: 2, topP: 0.6).choose(
        from: logits.span, uniform: Double(step) / 50)
      let token = Int(choice.token)
      // Sums of six terms in Double: a few units in the last place of numbers near 1.
      expectClose(choice.logProbability, log(plain[token]), absolute: 1e-14)
      expectClose(choice.temperedLogProbability, log(tempered[token]), absolute: 1e-14)
      expectClose(choice.entropy, entropy, absolute: 1e-14)
    }
  }

  @Test func `top-p keeps the fewest tokens that hold the mass`() {
    // Probabilities at temperature 1: 0.50 (4), 0.30 (2), 0.11 (1), …
    let kept = { (topP: Double) in
      Set(
        (0..<1_000).map {
          Sampler(topP: topP).choose(from: logits.span, uniform: Double($0) / 1_000).token
        })
    }
    #expect(kept(0.4) == [4])
    #expect(kept(0.7) == [4, 2])
    #expect(kept(0.9) == [4, 2, 1])
  }

  @Test func `temperature 0 takes the first of the most likely`() {
    let tied: [Float] = [1, 3, 3, 0]
    let choice = Sampler(temperature: 0).choose(from: tied.span, uniform: 0.99)
    #expect(choice.token == 1)
    #expect(choice.temperedLogProbability == 0)
  }
}
