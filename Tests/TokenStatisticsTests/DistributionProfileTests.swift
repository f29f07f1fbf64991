import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Profiles against whole distributions, sorted and summed in Double.
@Suite struct DistributionProfileTests {
  /// A row's distribution at a temperature, in descending order.
  private struct Whole {
    let p: [Double]
    /// Σ p₁^(1/T) of the distribution at T = 1, ln.
    let logPartition: Double

    init(_ logits: [Float], temperature: Double) {
      let z = logits.map(Double.init).sorted(by: >)
      let one = log(z.reduce(0) { $0 + exp($1 - z[0]) }) + z[0]
      let powers = z.map { exp(($0 - one) / temperature) }
      let total = powers.reduce(0, +)
      (p, logPartition) = (powers.map { $0 / total }, log(total))
    }

    func kept(_ rule: Truncation) -> Double {
      switch rule {
      case .topP(let share):
        var sum = 0.0
        for value in p {
          sum += value
          if sum >= share { break }
        }
        return sum
      case .topK(let count): return p.prefix(count).reduce(0, +)
      case .minP(let least): return p.filter { $0 >= least * p[0] }.reduce(0, +)
      }
    }
  }

  private static func row(_ count: Int, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    let steepness = 0.7 + 2 * random.uniform()
    return (0..<count).map {
      Float(-steepness * log(Double($0) + 1) + 0.7 * random.normal())
    }.shuffled(using: &random)
  }

  static let rules: [Truncation] = [
    .topP(0.3), .topP(0.8), .topP(0.95), .topP(0.999), .topK(1), .topK(20), .topK(500),
    .minP(0.3), .minP(0.05), .minP(0.001),
  ]

  /// Listed all, and with most of the vocabulary in bins.
  @Test(arguments: [3_000, 64], [0.5, 1, 1.7])
  func `masses are those of the whole distribution`(listed: Int, temperature: Double) {
    for seed in UInt64(1)...4 {
      let row = Self.row(3_000, seed: seed)
      let whole = Whole(row, temperature: temperature)
      let profile = DistributionProfile(logits: row.span, target: 5, mostListed: listed)
      // Float log-probabilities up to 16: 2⁻²¹ each; bins of 1/256 of the range add 1e-4.
      let allowed = listed == 3_000 ? 2e-6 : 1e-4
      expectClose(
        profile.logPartition(temperature: temperature), whole.logPartition, absolute: allowed)
      for rule in Self.rules {
        // In a bin tokens are alike, which they are to its width: a token of the tail more or less.
        let kept = profile.keptMass(rule, temperature: temperature)
        let edge = listed == 3_000 ? 0 : 1e-3
        expectClose(kept, whole.kept(rule), absolute: allowed + edge, "\(rule), seed \(seed)")
      }
    }
  }

  @Test func `the token that occurs has its probability, rank and scale`() {
    let row = Self.row(500, seed: 9)
    let whole = Whole(row, temperature: 1)
    for target in [0, 17, 499] {
      let profile = DistributionProfile(logits: row.span, target: target, mostListed: 100)
      let rank = row.count { $0 > row[target] }
      #expect(profile.rank == rank + 1)
      let p = whole.p[rank]
      expectClose(profile.logProbability, log(p), absolute: 1e-6)
      let others = whole.p.reduce(0) { $0 + $1 * $1 } - p * p
      expectClose(profile.scale, ((1 - p) * (1 - p) + others).squareRoot(), absolute: 1e-5)
      for rule in Self.rules {
        let tempered = profile.tempered(0.8)
        let cooled = Whole(row, temperature: 0.8)
        let isKept = cooled.p[...rank].reduce(0, +) <= cooled.kept(rule) * (1 + 1e-9)
        guard rank < 100 else { continue }
        #expect(tempered.keeps(rule) == isKept, "\(rule), rank \(rank)")
        guard isKept else { continue }
        expectClose(
          tempered.logProbability(rule), log(cooled.p[rank] / cooled.kept(rule)), absolute: 2e-3)
      }
    }
  }

  @Test func `tokens as likely as the last of the k are kept`() {
    let row: [Float] = [1, 3, 2, 2, 2, 0]
    let profile = DistributionProfile(logits: row.span, target: 0)
    let p = row.map { exp(Double($0)) }
    let total = p.reduce(0, +)
    let tied = (p[1] + 3 * p[2]) / total
    expectClose(profile.keptMass(.topK(2)), tied, absolute: 1e-6)
    expectClose(profile.keptMass(.topK(4)), tied, absolute: 1e-6)
    // The token that crosses p belongs to what is kept.
    expectClose(profile.keptMass(.topP(p[1] / total + 1e-3)), (p[1] + p[2]) / total, absolute: 1e-6)
    expectClose(profile.keptMass(.topK(100)), 1, absolute: 1e-12)
    expectClose(profile.keptMass(.topP(1)), 1, absolute: 1e-12)
  }
}
