import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Rankings of tokens against planted changes, and against a token-by-token walk.
struct TokenAuditTests {
  /// Two texts in which token 3 changes most where it occurs, token 5 most in all, token 7 falls.
  private static var planted: PlantedLog {
    func value(_ js: Float, _ dlogp: Float, _ dprob: Float, _ dH: Float) -> PlantedLog.Values {
      var value = PlantedLog.Values()
      value.pairs[0] = [
        .jensenShannonDivergence: js, .logProbabilityChange: dlogp, .probabilityChange: dprob,
        .entropyChange: dH,
      ]
      return value
    }
    var log = PlantedLog()
    log.add(
      "x", source: "base", responseStart: 1, tokens: [3, 3, 5, 5, 5, 7],
      values: [
        .init(isMeasured: false), value(0.5, 2, 0.5, 0), value(0.25, 0.5, 0.25, 1),
        value(0.25, 0.5, -0.25, -1), value(0.25, 0.5, 0.25, 1), value(0.125, -4, -0.125, 0.5),
      ])
    log.add(
      "y", source: "rl", responseStart: 0, tokens: [5, 7],
      values: [value(0.25, 0.5, -0.25, -1), value(0.375, -2, -0.375, 0.5)])
    return log
  }

  @Test func `planted sums and means come out`() throws {
    try Self.planted.withLog { log in
      let audit = try TokenAudit(of: PlantedLog.first, in: log)
      #expect(audit.positionCount == 7)
      #expect(audit.sources == ["base", "rl"])
      #expect(audit.changes.map(\.token) == [3, 5, 7])
      let change = audit.changes[1]
      #expect(change.count == 4)
      #expect(change.countsBySource == ["base": 3, "rl": 1])
      #expect(change.totalDivergence == 1 && change.meanDivergence == 0.25)
      #expect(change.divergenceShare == 0.5)
      #expect(change.meanLogProbabilityChange == 0.5)
      #expect(change.meanProbabilityChange == 0 && change.meanAbsoluteProbabilityChange == 0.25)
      #expect(change.meanEntropyChange == 0 && change.meanAbsoluteEntropyChange == 1)
      #expect(change.bytes?.values == Array("f".utf8))
      #expect(audit.changes[0].count == 1, "the unmeasured occurrence in the prompt is none")
    }
  }

  @Test(
    arguments: [
      (AuditMeasure.totalDivergence, [5, 3, 7]), (.meanDivergence, [3, 5, 7]),
      (.raised, [3, 5]), (.lowered, [7]), (.probability, [3, 5, 7]),
      (.entropy, [5, 7, 3]),
    ] as [(AuditMeasure, [UInt32])])
  func `each measure ranks by its own number`(measure: AuditMeasure, order: [UInt32]) throws {
    try Self.planted.withLog { log in
      let audit = try TokenAudit(of: PlantedLog.first, in: log)
      let all = audit.ranking(by: measure, minimumCount: 1, limit: 10).map(\.token)
      // 3 and 7 have the same total of 0.5, 5 and 7 the same mean of 0.25: the lower id leads.
      #expect(all == order)
      #expect(
        audit.ranking(by: measure, minimumCount: 2, limit: 10).map(\.token)
          == order.filter { $0 != 3 })
      #expect(
        audit.ranking(by: measure, minimumCount: 1, limit: 2).map(\.token)
          == Array(order.prefix(2)))
      #expect(audit.ranking(by: measure, minimumCount: 9, limit: 2).isEmpty)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64], TokenSelection.allCases)
  func `an audit is that of a token-by-token walk`(
    seed: UInt64, selection: TokenSelection
  ) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      let audit = try TokenAudit(of: PlantedLog.second, in: log, selection: selection)
      let tokens = planted.allTokens.filter {
        $0.isMeasured && (selection == .all || $0.isResponse == (selection == .response))
      }
      let columns = planted.block.pairs[1]
      #expect(audit.positionCount == tokens.count)
      #expect(audit.changes.map(\.token) == Set(tokens.map(\.id)).sorted())
      let total = tokens.reduce(0) { $0 + Double(columns[.jensenShannonDivergence][$1.index]) }
      for change in audit.changes {
        let own = tokens.filter { $0.id == change.token }
        func sum(_ column: PairColumn, _ map: (Double) -> Double = { $0 }) -> Double {
          own.reduce(0) { $0 + map(Double(columns[column][$1.index])) }
        }
        let n = Double(own.count)
        #expect(change.count == own.count)
        for source in ["base", "rl", "", "nobody"] {
          #expect(change.countsBySource[source] ?? 0 == own.count { $0.source == source })
        }
        // The same additions in the same order; the total is added up in another one: n roundings.
        #expect(change.totalDivergence == sum(.jensenShannonDivergence))
        expectClose(
          change.divergenceShare, sum(.jensenShannonDivergence) / total,
          relative: Double(tokens.count) * 0x1p-52)
        #expect(change.meanDivergence == sum(.jensenShannonDivergence) / n)
        #expect(change.meanLogProbabilityChange == sum(.logProbabilityChange) / n)
        #expect(change.meanProbabilityChange == sum(.probabilityChange) / n)
        #expect(change.meanAbsoluteProbabilityChange == sum(.probabilityChange, abs) / n)
        #expect(change.meanEntropyChange == sum(.entropyChange) / n)
        #expect(change.meanAbsoluteEntropyChange == sum(.entropyChange, abs) / n)
      }
      for measure in AuditMeasure.allCases {
        let ranking = audit.ranking(by: measure, minimumCount: 3, limit: 5)
        #expect(ranking.allSatisfy { $0.count >= 3 })
        let isOneSided = measure == .raised || measure == .lowered
        let sign = measure == .lowered ? -1.0 : 1.0
        let count = audit.changes.count {
          $0.count >= 3 && (!isOneSided || sign * $0.meanLogProbabilityChange > 0)
        }
        #expect(ranking.count == min(5, count))
        if isOneSided {
          #expect(ranking.allSatisfy { sign * $0.meanLogProbabilityChange > 0 })
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `an estimate of a ranking is its token's number, and its JSON names it so`(
    seed: UInt64
  ) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      let audit = try TokenAudit(of: PlantedLog.first, in: log)
      let ranking = audit.ranking(by: .totalDivergence, minimumCount: 1, limit: 100)
      let ranked = try #require(audit.estimates(of: [ranking, []]).first)
      #expect(ranked.map(\.change) == ranking && ranking.count > 5)
      for token in ranked {
        let change = token.change
        let prompts = Set(
          planted.allTokens.filter { $0.isMeasured && $0.isResponse && $0.id == change.token }
            .map { planted.prompts[$0.sequence] })
        let json = try #require(
          try JSONSerialization.jsonObject(with: JSONEncoder().encode(token)) as? [String: Any])
        for (estimate, value, name) in [
          (token.divergence, change.meanDivergence, "meanDivergence"),
          (token.logProbability, change.meanLogProbabilityChange, "meanLogProbabilityChange"),
          (token.probability, change.meanProbabilityChange, "meanProbabilityChange"),
          (
            token.absoluteProbability, change.meanAbsoluteProbabilityChange,
            "meanAbsoluteProbabilityChange"
          ),
          (token.entropy, change.meanEntropyChange, "meanEntropyChange"),
          (token.absoluteEntropy, change.meanAbsoluteEntropyChange, "meanAbsoluteEntropyChange"),
          (token.divergenceShare, change.divergenceShare, "divergenceShare"),
        ] {
          // Sums of at most some hundred numbers below 1, in another order.
          expectClose(estimate.value, value, absolute: 1e-13, name)
          let written = json[name] as? [String: Any]
          expectClose(written?["value"] as? Double ?? .nan, value, absolute: 1e-13, name)
        }
        #expect(token.divergence.clusters == prompts.count)
        #expect((token.divergence.interval == nil) == (prompts.count == 1))
      }
    }
  }

  @Test func `without a tokenizer tokens have no bytes, and an unknown id has none either`() throws
  {
    var planted = Self.planted
    planted.tokens = nil
    try planted.withLog { log in
      try #expect(TokenAudit(of: PlantedLog.first, in: log).changes.allSatisfy { $0.bytes == nil })
    }
    planted.tokens = [[65], [66], [67], [68]]
    try planted.withLog { log in
      let changes = try TokenAudit(of: PlantedLog.first, in: log).changes
      #expect(changes.map(\.bytes?.values) == [[68], nil, nil])
    }
  }

  @Test func `no change at all is a share of zero, not a division by it`() throws {
    var planted = PlantedLog()
    planted.add("x", tokens: [1, 2], values: [.init(), .init()])
    try planted.withLog { log in
      let audit = try TokenAudit(of: PlantedLog.first, in: log)
      #expect(audit.changes.map(\.divergenceShare) == [0, 0])
      #expect(audit.sources == [""])
    }
  }

  @Test func `an empty log has an empty audit`() throws {
    try PlantedLog().withLog { log in
      let audit = try TokenAudit(of: PlantedLog.first, in: log)
      #expect(audit.changes.isEmpty && audit.sources.isEmpty && audit.positionCount == 0)
      #expect(audit.ranking(by: .raised, minimumCount: 1, limit: 5).isEmpty)
    }
  }
}
