import Analysis
import RunLogs
import TestSupport
import Testing

/// What the odd half of the prompts says of tokens that the even half calls changed.
@Suite struct PromptHalvesTests {
  /// 60 prompts of one token, whose changes are a half's, with a little noise.
  private static func planted(seed: UInt64, even: Float, odd: Float) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    for text in 0..<60 {
      let change = (text % 2 == 0 ? even : odd) + Float(generator.normal()) / 100
      var value = PlantedLog.Values()
      value.pairs[0] = [
        .logProbabilityChange: change, .entropyChange: -change,
        .jensenShannonDivergence: abs(change) / 2,
      ]
      // Ids in the order of the texts.
      log.add("t\(text)", prompt: "p\(text + 10)", source: "b", tokens: [1], values: [value])
    }
    return log
  }

  @Test(arguments: [
    (Float(1), Float(1), 1, 1), (-1, -1, 1, 1), (1, -1, 1, 0), (-1, 1, 1, 0), (1, 0.05, 1, 0),
    (0.05, 1, 0, 0),
  ])
  func `a change in the other direction confirms nothing`(
    even: Float, odd: Float, called: Int, confirmed: Int
  ) throws {
    try Self.planted(seed: 1, even: even, odd: odd).withLog { table in
      let tokens = try PairAudit(of: PlantedLog.first, in: table).authors[0].tokens
      for measure in [PositionMeasure.logProbability, .entropy] {
        let found = tokens.confirmed(measure)
        #expect(found.called == called && found.confirmed == confirmed, "\(measure): \(found)")
      }
      // A divergence has no direction.
      let found = tokens.confirmed(.divergence)
      #expect(found.called == 1)
      #expect(found.confirmed == 1)
    }
  }
}
