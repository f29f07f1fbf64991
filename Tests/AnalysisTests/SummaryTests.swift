import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Selections and summaries over whole logs, recomputed token by token.
struct SummaryTests {
  private static let seeds: [UInt64] = [1, 2, 3, 4]

  /// Tokens that a table is over, found the slow way.
  private static func chosen(
    _ planted: PlantedLog, _ selection: TokenSelection, _ source: String?
  ) -> [PlantedLog.Token] {
    planted.allTokens.filter { token in
      let isSelected =
        switch selection {
        case .response: token.isResponse
        case .prompt: !token.isResponse
        case .all: true
        }
      return isSelected && (source == nil || token.source == source)
    }
  }

  @Test(arguments: seeds, TokenSelection.allCases)
  func `measured positions are those of a token-by-token walk`(
    seed: UInt64, selection: TokenSelection
  ) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      for source in [nil, "base", "rl", "", "nobody"] {
        let rows = try log.rows(TokenFilter(tokens: selection, source: source))
        let chosen = Self.chosen(planted, selection, source)
        let measured = chosen.filter(\.isMeasured)
        #expect(rows.map { $0 } == measured.map(\.index))
        var texts: [Int] = []
        rows.visit { _, text, _ in texts.append(text) }
        #expect(texts == measured.map(\.sequence))
        #expect(rows.count == measured.count)
        #expect(rows.unmeasuredCount == chosen.count - measured.count)
        #expect(rows.measuredTextCount == Set(measured.map(\.sequence)).count)
        // Places count selected tokens, measured or not.
        var places: [Int: Int] = [:]
        let expected = chosen.compactMap { token -> Int? in
          let place = places[token.sequence, default: 0]
          places[token.sequence] = place + 1
          return token.isMeasured ? place : nil
        }
        var found: [Int] = []
        rows.visit { _, _, place in found.append(place) }
        #expect(found == expected)
        for (text, count) in places { #expect(Int(rows.lengths[text]) == count) }
        #expect(
          rows.padded((0..<log.log.tokenCount).map(Float.init)).map { $0.isNaN ? -1 : Int($0) }
            == chosen.map { $0.isMeasured ? $0.index : -1 })
      }
    }
  }

  @Test(arguments: seeds, TokenSelection.allCases)
  func `a pair's summary is that of a token-by-token walk`(
    seed: UInt64, selection: TokenSelection
  ) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      for (index, pair) in [PlantedLog.first, PlantedLog.second].enumerated() {
        for source in [nil, "rl"] {
          let summary = try PairSummary(of: pair, in: log, selection: selection, source: source)
          let tokens = Self.chosen(planted, selection, source).filter(\.isMeasured)
          #expect(summary.pair == pair.description)
          #expect(summary.positionCount == tokens.count)
          let masses = tokens.map {
            exp(Double(planted.block.pairs[index][.bucketLogMass][$0.index]))
          }
          // The second pair's models have the same tokens.
          let bucket = ColumnSummary(
            masses, texts: tokens.map(\.sequence), prompts: planted.prompts, within: 0...1)
          #expect(summary.bucketMass?.means == (index == 1 ? nil : bucket?.means))
          #expect(summary[.bucketLogMass] == nil)
          for column in PairColumn.allCases where column != .bucketLogMass {
            let values = tokens.map { Double(planted.block.pairs[index][column][$0.index]) }
            let expected = ColumnSummary(
              values, texts: tokens.map(\.sequence), prompts: planted.prompts,
              within: column.range)
            #expect(summary[column]?.means == expected?.means)
            let isDistributed = column == .jensenShannonDivergence
            #expect(summary[column]?.distribution == (isDistributed ? expected?.distribution : nil))
            let plain = values.reduce(0, +) / Double(values.count)
            // A plain sum of n terms is off by n roundings of Σ|x| at most.
            let lost =
              Double(values.count) * 0x1p-53 * values.reduce(0) { $0 + abs($1) }
              / Double(values.count)
            expectClose(try #require(summary[column]).mean, plain, absolute: lost)
          }
          let js = tokens.map { planted.block.pairs[index][.jensenShannonDivergence][$0.index] }
          // 0.1 as a double lies between two floats: no float is on the edge.
          expectClose(
            summary.shareAboveTenth?.value ?? .nan,
            Double(js.count { Double($0) > 0.1 }) / Double(js.count),
            relative: 0x1p-52)
          let top = planted.block.models.map { $0[ModelIndexColumn.topToken] }
          let changed = tokens.count { top[0][$0.index] != top[index + 1][$0.index] }
          expectClose(
            summary.topTokenChangedShare?.value ?? .nan, Double(changed) / Double(tokens.count),
            relative: 0x1p-52)
        }
      }
    }
  }

  @Test(arguments: seeds)
  func `a model's summary is that of a token-by-token walk`(seed: UInt64) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      for (index, model) in PlantedLog.models.enumerated() {
        let summary = try ModelSummary(of: model, in: log, selection: .all, source: "base")
        let tokens = Self.chosen(planted, .all, "base").filter(\.isMeasured)
        let columns = planted.block.models[index]
        let logs = tokens.map { Double(columns.logProbability[$0.index]) }
        let sequences = tokens.map(\.sequence)
        #expect(summary.positionCount == tokens.count)
        #expect(
          summary.logProbability?.means
            == ColumnSummary(
              logs, texts: sequences, prompts: planted.prompts, within: -Double.infinity...0)?.means
        )
        #expect(
          summary.entropy
            == ColumnSummary(
              tokens.map { Double(columns.entropy[$0.index]) }, texts: sequences,
              prompts: planted.prompts, within: 0...Double.infinity))
        let hits = tokens.count { columns.rank[$0.index] == 1 }
        expectClose(
          summary.topTokenShare?.value ?? .nan, Double(hits) / Double(tokens.count),
          relative: 0x1p-52)
        let mean = logs.reduce(0, +) / Double(logs.count)
        // n roundings of the sum, then exp: its argument's error is its relative one.
        expectClose(
          summary.perplexity?.value ?? .nan, exp(-mean),
          relative: Double(logs.count) * 0x1p-53 * abs(mean) + 0x1p-51)
      }
    }
  }

  @Test func `a planted log has the summary that can be read off it`() throws {
    var planted = PlantedLog()
    func value(_ js: Float, top: UInt32 = 0, logp: Float = 0) -> PlantedLog.Values {
      var value = PlantedLog.Values()
      value.pairs[0] = [.jensenShannonDivergence: js]
      value.models[1] = [.logProbability: logp]
      value.integers[1] = [.topToken: top, .rank: top == 0 ? 1 : 2]
      return value
    }
    // The prompt's divergence must not count; of the response 0.5, 0.25 and 0.
    planted.add(
      "x", source: "rl", responseStart: 2, tokens: [1, 2, 3, 4],
      values: [.init(isMeasured: false), value(0.625), value(0.5, top: 3, logp: -1), value(0.25)])
    planted.add("y", source: "base", responseStart: 0, tokens: [5], values: [value(0, logp: -2)])
    try planted.withLog { log in
      let summary = try PairSummary(of: PlantedLog.first, in: log)
      #expect(summary.positionCount == 3)
      #expect(summary.unmeasuredCount == 0)
      #expect(summary.sequenceCount == 2)
      let js = try #require(summary[.jensenShannonDivergence])
      #expect((js.mean, js.means.byText.value) == (0.25, 0.1875))
      let distribution = try #require(js.distribution)
      #expect(distribution.median.value == 0.25)
      #expect((distribution.minimum, distribution.maximum) == (0, 0.5))
      #expect(summary.shareAboveTenth?.value == 2.0 / 3)
      #expect(summary.topTokenChangedShare?.value == 1.0 / 3)
      let model = try ModelSummary(of: "b", in: log)
      #expect(model.logProbability?.mean == -1)
      #expect(model.topTokenShare?.value == 2.0 / 3)
      expectClose(model.perplexity?.value ?? .nan, M_E, relative: 0x1p-51)
      try #expect(PairSummary(of: PlantedLog.first, in: log, selection: .all).unmeasuredCount == 1)
    }
  }

  @Test func `a log without texts, and one without measured tokens, have no numbers`() throws {
    var unmeasured = PlantedLog()
    unmeasured.add("x", tokens: [1], values: [.init(isMeasured: false)])
    unmeasured.add("nothing", tokens: [], values: [])
    for (planted, missing) in [(PlantedLog(), 0), (unmeasured, 1)] {
      try planted.withLog { log in
        let summary = try PairSummary(of: PlantedLog.first, in: log)
        #expect(summary.positionCount == 0 && summary.sequenceCount == 0)
        #expect(summary.unmeasuredCount == missing)
        #expect(summary[.jensenShannonDivergence] == nil)
        #expect(summary.shareAboveTenth == nil && summary.topTokenChangedShare == nil)
        let model = try ModelSummary(of: "a", in: log)
        #expect(model.logProbability == nil && model.entropy == nil)
        #expect(model.perplexity == nil && model.topTokenShare == nil)
      }
    }
  }

  @Test func `an unknown pair or model is an error that names those of the log`() throws {
    try PlantedLog.random(seed: 1).withLog { log in
      let pair = try PairName(parsing: "b:c")
      #expect(throws: RunLogError.self) { try PairSummary(of: pair, in: log) }
      #expect(throws: RunLogError.self) { try ModelSummary(of: "z", in: log) }
      #expect(throws: RunLogError.self) { try PairAudit(of: pair, in: log) }
      #expect(throws: RunLogError.self) { try ChosenResponses(from: log, pair: pair) }
    }
  }
}
