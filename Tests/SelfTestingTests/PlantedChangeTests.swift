import Foundation
import JSON
import SelfTesting
import TestSupport
import Testing

/// The closed form of a change of one logit, against whole distributions.
@Suite struct PlantedChangeTests {
  private struct Case: Decodable {
    let before, after, shift, entropy, entropyAfter, probability, divergence: Double
  }

  @Test func `measures are SciPy's`() throws {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("selftest/planted.json")))
    let cases = try JSONDecoder().decode([Case].self, from: data)
    #expect(cases.count == 28)
    for expected in cases {
      let change = PlantedChange(
        before: expected.before, after: expected.after, entropy: expected.entropy)
      // Terms of at most 12 nats, summed over 50 tokens there: 50 · 12 · 2⁻⁵³ and a little for 1 − p.
      expectClose(change.shift, expected.shift, absolute: 1e-10)
      expectClose(change.entropyAfter, expected.entropyAfter, absolute: 1e-12)
      expectClose(change.probability, expected.probability, absolute: 1e-14)
      // SciPy's is the square of a root.
      expectClose(change.divergence, expected.divergence, absolute: 1e-14)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `measures are those of whole distributions`(
    seed: UInt64
  ) {
    var draws = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let logits = (0..<20).map { _ in 4 * draws.normal() }
      let token = Int(draws.next() % 20)
      let shift = 3 * draws.normal()
      var changed = logits
      changed[token] += shift
      let (p, q) = (Self.distribution(logits), Self.distribution(changed))
      let change = PlantedChange(
        before: log(p[token]), after: log(q[token]), entropy: Self.entropy(p))
      var divergence = 0.0
      for (a, b) in zip(p, q) {
        let m = (a + b) / 2
        divergence += (a * log(a / m) + b * log(b / m)) / 2
      }
      // 1 − p loses digits where p is near 1: with |z| up to 16, 1 − p is 1e-7 or more.
      expectClose(change.shift, shift, absolute: 1e-7, "seed \(seed)")
      expectClose(change.entropyAfter, Self.entropy(q), absolute: 1e-7, "seed \(seed)")
      expectClose(change.divergence, divergence, absolute: 1e-9, "seed \(seed)")
      expectClose(change.probability, q[token] - p[token], absolute: 1e-14, "seed \(seed)")
    }
  }

  private static func distribution(_ logits: [Double]) -> [Double] {
    let sum = logits.reduce(0) { $0 + exp($1) }
    return logits.map { exp($0) / sum }
  }

  private static func entropy(_ p: [Double]) -> Double { p.reduce(0) { $0 - $1 * log($1) } }
}
