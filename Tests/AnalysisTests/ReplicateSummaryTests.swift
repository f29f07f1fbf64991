import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// How far precisions are apart: against numpy (Tests/Fixtures/analysis), a slow walk, and by hand.
struct ReplicateSummaryTests {
  private struct Document: Decodable {
    struct Difference: Decodable {
      let count: Int
      let mean: Double
      let meanAbsolute: Double
      let rootMeanSquare: Double
      let percentile99: Double
      let largest: Double
    }
    struct Model: Decodable {
      let unmeasured: Int
      let logp: Difference
      let entropy: Difference
    }
    struct Pair: Decodable {
      let unmeasured: Int
      let change: Difference
      let difference: Difference
      let ratio: Double
      let shareWithin: Double
    }
    struct Expected: Decodable {
      let models: [String: Model]
      let pair: Pair
    }
    struct Columns: Decodable {
      let logp: [Float?]
      let entropy: [Float?]
    }
    let lengths: [Int]
    let starts: [Int]
    let measured: [Bool]
    let values: [String: Columns]
    let replicates: [String: Columns]
    let logged: [Float]
    let expected: Expected

    func log() throws -> PlantedLog {
      var planted = PlantedLog()
      planted.replicateTypes = ["BF16", "BF16", nil]
      let tokens = try measured.indices.map { token in
        var value = PlantedLog.Values(isMeasured: measured[token])
        for (index, model) in ["a", "b"].enumerated() {
          let own = try #require(values[model])
          let other = try #require(replicates[model])
          value.models[index] = [
            .logProbability: own.logp[token] ?? .nan, .entropy: own.entropy[token] ?? .nan,
          ]
          value.replicates[index] = (other.logp[token] ?? .nan, other.entropy[token] ?? .nan)
        }
        value.pairs[0] = [.logProbabilityChange: logged[token]]
        return value
      }
      var next = 0
      for (length, start) in zip(lengths, starts) {
        planted.add(
          "t\(next)", responseStart: start, tokens: Array(repeating: 1, count: length),
          values: Array(tokens[next..<next + length]))
        next += length
      }
      return planted
    }
  }

  private func expect(
    _ found: DifferenceSummary?, _ expected: Document.Difference,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try #require(found, sourceLocation: sourceLocation)
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    #expect(found.largest == expected.largest, sourceLocation: sourceLocation)
    // As in ColumnSummaryTests: a compensated sum, a division, and of squares a product and a root;
    // three roundings between two order statistics.
    let lost = Double(expected.count) * expected.largest * 0x1p-100
    for (value, other) in [
      (found.mean, expected.mean), (found.meanAbsolute, expected.meanAbsolute),
      (found.rootMeanSquare, expected.rootMeanSquare),
    ] {
      expectClose(value, other, absolute: lost, relative: 0x1p-50, sourceLocation: sourceLocation)
    }
    expectClose(
      found.percentile99, expected.percentile99, absolute: 6 * expected.largest * 0x1p-53,
      sourceLocation: sourceLocation)
  }

  @Test func `differences of models and of their pair are those of numpy`() throws {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("analysis/precision.json")))
    let document = try JSONDecoder().decode(Document.self, from: data)
    try document.log().withLog { log in
      for model in ["a", "b"] {
        let expected = try #require(document.expected.models[model])
        let summary = try #require(try ReplicateSummary(of: model, in: log))
        #expect(summary.positionCount == expected.logp.count)
        #expect(summary.unmeasuredCount == expected.unmeasured)
        #expect((summary.computeType, summary.replicateType) == ("F32", "BF16"))
        try expect(summary.logProbability, expected.logp)
        try expect(summary.entropy, expected.entropy)
      }
      let expected = document.expected.pair
      let summary = try #require(try ReplicatePairSummary(of: PlantedLog.first, in: log))
      #expect(summary.positionCount == expected.change.count)
      #expect(summary.unmeasuredCount == expected.unmeasured)
      try expect(summary.change, expected.change)
      // (a′ − a) − (b′ − b) here, (a′ − b′) − (a − b) there: of 32-bit numbers below 16 every
      // difference is exact in double precision but for those of very small ones, off by 2⁻⁵³ of 16.
      let difference = try #require(summary.difference)
      for (value, other) in [
        (difference.mean, expected.difference.mean),
        (difference.meanAbsolute, expected.difference.meanAbsolute),
        (difference.rootMeanSquare, expected.difference.rootMeanSquare),
        (difference.percentile99, expected.difference.percentile99),
        (difference.largest, expected.difference.largest),
      ] { expectClose(value, other, absolute: 0x1p-48) }
      expectClose(summary.ratio, expected.ratio, relative: 0x1p-40)
      #expect(summary.shareWithin?.value == expected.shareWithin)
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64], TokenSelection.allCases)
  func `summaries are those of a token-by-token walk`(
    seed: UInt64, selection: TokenSelection
  ) throws {
    let planted = PlantedLog.random(seed: seed, replicateTypes: ["BF16", "BF16", nil])
    let models = planted.block.models
    func isChosen(_ token: PlantedLog.Token, _ source: String?) -> Bool {
      let isSelected = selection == .all || (selection == .response) == token.isResponse
      return isSelected && (source == nil || source == token.source)
    }
    func isMeasured(_ token: PlantedLog.Token, _ model: Int) -> Bool {
      token.isMeasured && !models[model].replicate.logProbability[token.index].isNaN
        && !models[model].replicate.entropy[token.index].isNaN
    }
    try planted.withLog { log in
      for source in [nil, "rl"] {
        let chosen = planted.allTokens.filter { isChosen($0, source) }
        for index in 0..<2 {
          let summary = try #require(
            try ReplicateSummary(
              of: PlantedLog.models[index], in: log, selection: selection, source: source))
          let tokens = chosen.filter { isMeasured($0, index) }
          #expect(summary.positionCount == tokens.count)
          #expect(summary.unmeasuredCount == chosen.count - tokens.count)
          let columns = models[index]
          try expectPlain(
            summary.logProbability,
            tokens.map {
              Double(columns.replicate.logProbability[$0.index])
                - Double(columns.logProbability[$0.index])
            })
          try expectPlain(
            summary.entropy,
            tokens.map {
              Double(columns.replicate.entropy[$0.index]) - Double(columns.entropy[$0.index])
            })
        }
        let summary = try #require(
          try ReplicatePairSummary(
            of: PlantedLog.first, in: log, selection: selection, source: source))
        let tokens = chosen.filter { isMeasured($0, 0) && isMeasured($0, 1) }
        #expect(summary.unmeasuredCount == chosen.count - tokens.count)
        let logged = tokens.map {
          Double(planted.block.pairs[0][.logProbabilityChange][$0.index])
        }
        try expectPlain(summary.change, logged)
        let apart = tokens.map { token in
          let (a, b) = (models[0], models[1])
          let i = token.index
          let again = Double(b.replicate.logProbability[i]) - Double(a.replicate.logProbability[i])
          return again - (Double(b.logProbability[i]) - Double(a.logProbability[i]))
        }
        try expectPlain(summary.difference, apart)
        let bound = try #require(summary.difference).percentile99
        #expect(
          summary.shareWithin?.value
            == Double(logged.count { abs($0) <= bound }) / Double(logged.count))
      }
    }
  }

  /// Plain sums of at most a thousand numbers below 8, each off by a rounding of 2⁻⁵³ of the sum.
  private func expectPlain(
    _ summary: DifferenceSummary?, _ values: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let summary = try #require(summary, sourceLocation: sourceLocation)
    let n = Double(values.count)
    var (sum, sizes, squares, largest) = (0.0, 0.0, 0.0, 0.0)
    for value in values {
      sum += value
      sizes += abs(value)
      squares += value * value
      largest = max(largest, abs(value))
    }
    // The order statistics on both sides of 0.99 (n − 1), counted.
    let place = 0.99 * (n - 1)
    let sorted = values.map(abs).sorted()
    let (below, above) = (sorted[Int(place)], sorted[min(Int(place) + 1, values.count - 1)])
    let quantile = below + (place - place.rounded(.down)) * (above - below)
    #expect(summary.count == values.count, sourceLocation: sourceLocation)
    for (found, expected) in [
      (summary.mean, sum / n), (summary.meanAbsolute, sizes / n),
      (summary.rootMeanSquare, (squares / n).squareRoot()), (summary.percentile99, quantile),
      (summary.largest, largest),
    ] { expectClose(found, expected, absolute: 1e-12, sourceLocation: sourceLocation) }
  }

  @Test func `numbers that can be read off`() throws {
    var planted = PlantedLog()
    planted.replicateTypes = ["BF16", "BF16", "BF16"]
    func value(_ change: Float, _ a: Float, _ b: Float) -> PlantedLog.Values {
      var value = PlantedLog.Values()
      value.pairs[0] = [.logProbabilityChange: change]
      // Log-probabilities and entropies around −10 and 10, which no precision changes.
      for model in 0..<2 { value.models[model] = [.logProbability: -10, .entropy: 10] }
      value.replicates = [(a - 10, 10), (b - 10, 10 - 2 * b), nil]
      return value
    }
    // The prompt must not count. Differences of a: 0.5, −0.5, 0; of b: 0.5, 0.5, 0.
    planted.add(
      "x", responseStart: 1, tokens: [1, 2, 3, 4],
      values: [value(9, 9, 3), value(3, 0.5, 0.5), value(0.25, -0.5, 0.5), value(-4, 0, 0)])
    try planted.withLog { log in
      let a = try #require(try ReplicateSummary(of: "a", in: log))
      let difference = try #require(a.logProbability)
      #expect((difference.count, difference.mean, difference.largest) == (3, 0, 0.5))
      expectClose(difference.rootMeanSquare, (0.5 / 3).squareRoot(), relative: 0x1p-51)
      expectClose(difference.meanAbsolute, 1.0 / 3, relative: 0x1p-51)
      #expect(difference.percentile99 == 0.5)
      #expect(a.entropy?.largest == 0)
      #expect(try ReplicateSummary(of: "b", in: log)?.entropy?.largest == 1)
      // The same numbers twice: precision makes no difference.
      #expect(try ReplicateSummary(of: "c", in: log)?.logProbability?.rootMeanSquare == 0)
      let pair = try #require(try ReplicatePairSummary(of: PlantedLog.first, in: log))
      #expect((pair.change?.meanAbsolute, pair.change?.largest) == (7.25 / 3, 4))
      // Of the change: 0, 1, 0; its 99 % lies 0.98 of the way from 0 to 1.
      expectClose(try #require(pair.difference).percentile99, 0.98, relative: 0x1p-50)
      expectClose(pair.shareWithin?.value ?? .nan, 1.0 / 3, relative: 0x1p-52)
    }
  }

  @Test func `a log without replicates has none, nor a pair with one of them`() throws {
    try PlantedLog.random(seed: 5).withLog { log in
      try #expect(ReplicateSummary(of: "a", in: log) == nil)
      try #expect(ReplicatePairSummary(of: PlantedLog.first, in: log) == nil)
    }
    try PlantedLog.random(seed: 5, replicateTypes: ["BF16", nil, nil]).withLog { log in
      #expect(try ReplicateSummary(of: "a", in: log) != nil)
      #expect(try ReplicateSummary(of: "b", in: log) == nil)
      #expect(try ReplicatePairSummary(of: PlantedLog.first, in: log) == nil)
      #expect(throws: RunLogError.self) { try ReplicateSummary(of: "z", in: log) }
      let pair = try PairName(parsing: "b:c")
      #expect(throws: RunLogError.self) { try ReplicatePairSummary(of: pair, in: log) }
    }
  }

  @Test func `nothing measured has no numbers`() throws {
    var planted = PlantedLog()
    planted.replicateTypes = ["BF16", "BF16", nil]
    planted.add("x", tokens: [1], values: [.init(isMeasured: false)])
    // A measured token whose replicate overflowed.
    var overflow = PlantedLog.Values()
    overflow.replicates[0] = (.nan, 0)
    planted.add("y", tokens: [1], values: [overflow])
    try planted.withLog { log in
      let summary = try #require(try ReplicateSummary(of: "a", in: log))
      #expect((summary.positionCount, summary.unmeasuredCount) == (0, 2))
      #expect(summary.logProbability == nil && summary.entropy == nil)
      let pair = try #require(try ReplicatePairSummary(of: PlantedLog.first, in: log))
      #expect((pair.positionCount, pair.unmeasuredCount) == (0, 2))
      #expect(pair.change == nil && pair.ratio.isNaN && pair.shareWithin == nil)
      #expect(try ReplicateSummary(of: "b", in: log)?.positionCount == 1)
    }
  }
}
