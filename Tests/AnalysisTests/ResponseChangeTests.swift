import Analysis
import Foundation
import RunLogs
import TestSupport
import Testing

/// One text's tokens, and which texts a report shows.
struct ResponseChangeTests {
  @Test func `a text's tokens keep order, mask, bytes and gaps`() throws {
    var planted = PlantedLog()
    planted.add("before", tokens: [9], values: [.init()])
    var value = PlantedLog.Values()
    value.models[0] = [.logProbability: -1]
    value.models[2] = [.logProbability: -0.5]
    value.pairs[1] = [.jensenShannonDivergence: 0.25, .entropyChange: -2]
    planted.add(
      "x", source: "rl", responseStart: 1, tokens: [1, 2],
      values: [.init(isMeasured: false), value])
    try planted.withLog { log in
      let change = try ResponseChange(ofText: 1, pair: PlantedLog.second, in: log)
      #expect((change.id, change.source, change.pair) == ("x", "rl", "a:c"))
      #expect(change.positions.map(\.token) == [1, 2])
      #expect(change.positions.map(\.bytes?.values) == [[98], [99]])
      #expect(change.positions.map(\.isResponse) == [false, true])
      #expect(change.positions[0].probabilityChange.isNaN)
      #expect(change.positions[0].divergence.isNaN)
      let position = change.positions[1]
      #expect(position.probabilityBefore == exp(-1) && position.probabilityAfter == exp(-0.5))
      #expect(position.probabilityChange == exp(-0.5) - exp(-1))
      #expect((position.divergence, position.entropyChange) == (0.25, -2))
    }
  }

  @Test func `a text without tokens has no positions`() throws {
    var planted = PlantedLog()
    planted.add("x", tokens: [], values: [])
    planted.tokens = nil
    try planted.withLog { log in
      try #expect(
        ResponseChange(ofText: 0, pair: PlantedLog.first, in: log).positions.isEmpty)
    }
  }

  /// Texts with one divergence throughout, given as tokens and divergence.
  private func planted(_ texts: [(source: String, count: Int, divergence: Float)]) -> PlantedLog {
    var log = PlantedLog()
    for (index, text) in texts.enumerated() {
      var value = PlantedLog.Values()
      value.pairs[0] = [.jensenShannonDivergence: text.divergence]
      log.add(
        "t\(index)", source: text.source, tokens: Array(repeating: 1, count: text.count),
        values: Array(repeating: value, count: text.count))
    }
    return log
  }

  @Test func `the text of the middle divergence is chosen for each source, in their order`() throws
  {
    let log = planted([
      ("rl", 20, 0.5), ("base", 20, 0.25), ("rl", 20, 0.125), ("rl", 20, 0.25), ("base", 20, 0.5),
      ("base", 20, 0.125),
      // Too short and too long, and both in the middle.
      ("rl", 15, 0.25), ("rl", 91, 0.25),
    ])
    try log.withLog { log in
      try #expect(ChosenResponses(from: log, pair: PlantedLog.first).sequences == [3, 1])
    }
  }

  @Test func `where no text has the length, all are candidates, and none is no choice`() throws {
    let log = planted([("a", 3, 0.5), ("a", 4, 0.25), ("a", 100, 0.375), ("b", 0, 0)])
    try log.withLog { log in
      try #expect(ChosenResponses(from: log, pair: PlantedLog.first).sequences == [2])
    }
    try PlantedLog().withLog { log in
      try #expect(ChosenResponses(from: log, pair: PlantedLog.first).sequences.isEmpty)
    }
  }

  @Test func `equal divergences choose the same text every time`() throws {
    let log = planted(Array(repeating: ("", 20, 0.25), count: 6))
    try log.withLog { log in
      for _ in 0..<20 {
        try #expect(ChosenResponses(from: log, pair: PlantedLog.first).sequences == [3])
      }
    }
  }
}
