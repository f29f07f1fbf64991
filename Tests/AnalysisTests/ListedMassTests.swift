import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Moved mass from lists of the most likely tokens, beside the exact one of the same distributions.
@Suite struct ListedMassTests {
  static let vocabulary = 14
  static let listed = 3

  /// 40 prompts, two texts each, of two models whose whole distributions are drawn.
  private static func planted(seed: UInt64, size: Double) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.topK = listed
    var moved = MovedMass()
    var lists = [TopK](repeating: TopK(ids: [], logProbabilities: [], restLogMass: []), count: 3)
    // Tokens differ in how likely they are, so that some are listed always and some never.
    let base = (0..<vocabulary).map { _ in 2 * generator.normal() }
    let shift = base.map { _ in size * generator.normal() }
    for text in 0..<80 {
      let count = 1 + Int(generator.next() % 4)
      var values: [PlantedLog.Values] = []
      var (gained, lost) = ([Double](repeating: 0, count: vocabulary), [Double]())
      lost = gained
      for _ in 0..<count {
        let logits = base.map { $0 + generator.normal() }
        let both = [logits, zip(logits, shift).map { $0 + $1 }, logits].map(softmax)
        var value = PlantedLog.Values()
        for (model, p) in both.enumerated() {
          value.models[model] = [.logProbability: Float(logOf(p[1])), .entropy: 1]
          let order = p.indices.sorted { p[$0] > p[$1] }
          lists[model].ids += order.prefix(listed).map { UInt32($0) }
          lists[model].logProbabilities += order.prefix(listed).map { Float(logOf(p[$0])) }
          lists[model].restLogMass.append(
            Float(logOf(order.dropFirst(listed).reduce(0) { $0 + p[$1] })))
        }
        for token in 0..<vocabulary {
          let change = both[1][token] - both[0][token]
          if change > 0 { gained[token] += change } else { lost[token] -= change }
        }
        values.append(value)
      }
      log.add(
        "t\(text)", prompt: "p\(text % 40 + 10)", source: "b", tokens: values.map { _ in 1 },
        values: values)
      moved.append(
        tokens: (0..<vocabulary).map { UInt32($0) },
        gained: gained.map { Float($0 / Double(count)) },
        lost: lost.map { Float($0 / Double(count)) }, positions: count, dropped: 0)
    }
    for model in 0..<3 { log.block.models[model].topK = lists[model] }
    log.moved = [moved, moved]
    return log
  }

  private static func logOf(_ p: Double) -> Double { Foundation.log(p) }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let sum = logits.reduce(0) { $0 + exp($1) }
    return logits.map { exp($0) / sum }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `an interval from lists holds the exact one's mean and both ends`(seed: UInt64) throws {
    var log = Self.planted(seed: seed, size: seed % 2 == 0 ? 1 : 0.05)
    func audit() throws -> MovedMassAudit {
      try log.withLog { table in
        try #require(PairAudit(of: PlantedLog.first, in: table).authors[0].moved)
      }
    }
    let exact = try audit()
    log.moved = nil
    let listed = try audit()
    #expect(exact.isExact && !listed.isExact)
    #expect(exact.tokens.count == Self.vocabulary && !listed.tokens.isEmpty)
    // Most of what lists leave out would be missing without a word.
    #expect(listed.net == nil && listed.netByHalves == nil)
    #expect(exact.net != nil && exact.netByHalves != nil)
    for token in listed.tokens {
      let twin = try #require(exact.tokens.first { $0.token == token.token })
      let name = "seed \(seed), token \(token.token)"
      let (lower, upper) = (
        try #require(token.net.estimate.lower), try #require(token.net.estimate.upper)
      )
      // Single precision of what is listed.
      let value = twin.net.estimate.value
      #expect(lower <= value + 1e-6 && value <= upper + 1e-6, "\(name)")
      for (a, b) in zip(token.net.verdicts, twin.net.verdicts) {
        #expect(Set([a, b]) != Set([.changed, .unchanged]), "\(name)")
      }
    }
  }

  @Test func `lists of the whole vocabulary leave nothing open`() throws {
    var log = Self.planted(seed: 7, size: 1)
    log.topK = Self.vocabulary
    // All the same at each position, so that all is known in advance.
    let count = log.allTokens.count
    let p = Self.softmax((0..<Self.vocabulary).map { Double($0) / 3 })
    let q = Array(p.reversed())
    for (model, values) in [p, q, p].enumerated() {
      let order = values.indices.sorted { values[$0] > values[$1] }
      log.block.models[model].topK = TopK(
        ids: (0..<count).flatMap { _ in order.map { UInt32($0) } },
        logProbabilities: (0..<count).flatMap { _ in order.map { Float(Self.logOf(values[$0])) } },
        restLogMass: (0..<count).map { _ in -.infinity })
    }
    log.moved = nil
    try log.withLog { table in
      let moved = try #require(PairAudit(of: PlantedLog.first, in: table).authors[0].moved)
      #expect(moved.tokens.count == Self.vocabulary)
      for token in moved.tokens {
        let exact = q[Int(token.token)] - p[Int(token.token)]
        let estimate = token.net.estimate
        expectClose(estimate.value, exact, absolute: 1e-6)
        expectClose(estimate.lower ?? .nan, exact, absolute: 1e-6)
        expectClose(estimate.upper ?? .nan, exact, absolute: 1e-6)
      }
    }
  }
}
