import Foundation
import JSON
import RunLogs
import Scoring
import TestSupport
import Testing

/// The shipped checkpoints and texts against transformers in f32; Tests/Fixtures/demo.
struct DemoTests {
  /// The bound that was promised.
  ///
  /// transformers' f32 is up to 5.2e-5 from f64 here
  /// (Tests/Fixtures/README.md) and ours errs as much in its own direction.
  static let tolerance = 1e-4

  @Test(arguments: DemoRun.models)
  func `log-probabilities of all tokens equal those of transformers`(model: String) throws {
    let log = try DemoRun.log()
    let expected = try DemoRun.Expected(model: model)
    let ids = try log.strings(.id)
    let prompts = try log.strings(.promptID)
    let starts = try log.responseStarts()
    let values = try log.floats(.logProbability, of: model)
    var compared = 0
    var worst = (difference: 0.0, place: "")
    for sequence in 0..<log.sequenceCount {
      let prompt = try #require(expected.prompts[prompts[sequence]])
      let response = try #require(expected.responses[ids[sequence]])
      #expect(prompt.count == starts[sequence] - 1)
      let range = log.tokens(ofSequence: sequence)
      #expect(range.count == 1 + prompt.count + response.count)
      #expect(values[range.lowerBound].isNaN)
      for (offset, value) in (prompt + response).enumerated() {
        let difference = abs(Double(values[range.lowerBound + 1 + offset]) - value)
        compared += 1
        // Written so that NaN is the worst of all.
        if !(difference <= worst.difference) {
          worst = (difference, "\(ids[sequence]), token \(offset + 1)")
        }
      }
    }
    #expect(compared == 69_167)
    #expect(worst.difference <= Self.tolerance, "\(worst)")
  }

  @Test(arguments: DemoRun.models)
  func `statistics of whole sequences equal those of transformers`(model: String) throws {
    let log = try DemoRun.log()
    let ids = try log.strings(.id)
    let document = try DemoRun.json("logits-check.json")
    let sequences = try #require(document["models"]?[model]?.arrayValue)
    #expect(sequences.count == 3)
    for sequence in sequences {
      let id = try #require(sequence["id"]?.stringValue)
      let range = log.tokens(ofSequence: try #require(ids.firstIndex(of: id)))
      #expect(sequence["tokens"]?.integerValue == Int64(range.count))
      // Position i of the fixture predicts token i + 1.
      let predicted = range.lowerBound + 1..<range.upperBound
      try checkMoments(sequence, log, model, predicted)
      try checkTop(sequence, log, model, predicted)
    }
  }

  /// Entropy, varentropy, partition, rank.
  ///
  /// With log-probabilities off by at most d, to first order
  /// the entropy −Σ p ln p is off by |Σ p ε (ln p + H)| ≤ d √V, and the varentropy V by
  /// |Σ p ε (s² + 2 s)| ≤ d (V + 2 √V), s = ln p + H; d² is left for the second order, and 2⁻²⁴
  /// relative for columns of 32 bits.
  private func checkMoments(
    _ sequence: JSONValue, _ log: TokenLog, _ model: String, _ range: Range<Int>
  ) throws {
    let d = Self.tolerance
    let entropy = try log.floats(.entropy, of: model, in: range)
    let varentropy = try log.floats(.varentropy, of: model, in: range)
    let partition = try log.floats(.logPartition, of: model, in: range)
    let rank = try log.integers(.rank, of: model, in: range)
    let expected = (
      entropy: try #require(sequence["entropy"]).doubles,
      varentropy: try #require(sequence["varentropy"]).doubles,
      partition: try #require(sequence["logZ"]).doubles,
      rank: try #require(sequence["rank"]).doubles
    )
    #expect(expected.rank.count == range.count)
    for index in 0..<range.count {
      let v = expected.varentropy[index]
      expectClose(
        Double(entropy[index]), expected.entropy[index], absolute: d * v.squareRoot() + d * d,
        relative: 0x1p-24, "entropy \(index)")
      expectClose(
        Double(varentropy[index]), v, absolute: d * (v + 2 * v.squareRoot()) + d * d,
        relative: 0x1p-24, "varentropy \(index)")
      // The partition is a mean of logits, each made like the one whose log-probability it is.
      expectClose(
        Double(partition[index]), expected.partition[index], absolute: d, "partition \(index)")
      #expect(Double(rank[index]) == expected.rank[index])
    }
  }

  /// The five most likely tokens.
  ///
  /// Sorting never increases the largest difference of two lists, so
  /// each log-probability is within the tolerance; ids may swap where two are closer than twice it.
  private func checkTop(
    _ sequence: JSONValue, _ log: TokenLog, _ model: String, _ range: Range<Int>
  ) throws {
    let top = try log.topK(of: model, in: range)
    let first = try log.integers(.topToken, of: model, in: range)
    let firstLog = try log.floats(.topLogProbability, of: model, in: range)
    let k = log.header.topK
    let expectedIDs = try #require(sequence["top_id"]?.arrayValue).map(\.doubles)
    let expectedLogs = try #require(sequence["top_logp"]?.arrayValue).map(\.doubles)
    var comparedIDs = 0
    for index in 0..<range.count {
      #expect(first[index] == top.ids[index * k])
      #expect(firstLog[index] == top.logProbabilities[index * k])
      let logs = expectedLogs[index]
      for place in logs.indices {
        expectClose(
          Double(top.logProbabilities[index * k + place]), logs[place], absolute: Self.tolerance,
          "top \(place) of \(index)")
        // What follows the fifth is unknown.
        guard place + 1 < logs.count, logs[place] - logs[place + 1] > 2 * Self.tolerance,
          place == 0 || logs[place - 1] - logs[place] > 2 * Self.tolerance
        else { continue }
        comparedIDs += 1
        #expect(Double(top.ids[index * k + place]) == expectedIDs[index][place])
      }
      let kept = top.logProbabilities[index * k..<(index + 1) * k].reduce(0) {
        $0 + exp(Double($1))
      }
      // Eleven roundings to 32 bits, each of at most 2⁻²⁴ of a log-probability below 32.
      expectClose(kept + exp(Double(top.restLogMass[index])), 1, absolute: 11 * 32 * 0x1p-24)
    }
    #expect(comparedIDs > 3 * range.count)
  }

  @Test(arguments: DemoRun.pairs)
  func `means of a pair equal those of an independent program`(name: String) throws {
    let log = try DemoRun.log()
    let pair = try PairName(parsing: name)
    let fixture = try DemoRun.json("means.json")
    let measured = try log.unmeasured().map { $0 == .measured }
    #expect(fixture["tokens"]?.integerValue == Int64(measured.count { $0 }))
    let columns: [PairColumn] = [
      .jensenShannonDivergence, .klBeforeAfter, .klAfterBefore, .totalVariationDistance,
      .logProbabilityChange, .probabilityChange,
    ]
    for column in columns {
      let expected = try #require(fixture["pairs"]?[name]?[column.rawValue]?.doubleValue)
      let mean = Self.mean(try log.floats(column, of: pair), where: measured)
      // Errors of two f32 forward passes, about 1e-6 in the mean each (Tests/Fixtures/README.md);
      // for the two KL times √V of ln p − ln q, a few nats here.
      expectClose(mean, expected, absolute: 5e-6, "\(column)")
    }
  }

  @Test(arguments: DemoRun.models)
  func `the mean entropy equals that of an independent program`(model: String) throws {
    let log = try DemoRun.log()
    let measured = try log.unmeasured().map { $0 == .measured }
    let expected = try #require(
      DemoRun.json("means.json")["entropy"]?[model]?.doubleValue)
    // As above: about 1e-6 for each of the two forward passes.
    expectClose(
      Self.mean(try log.floats(.entropy, of: model), where: measured), expected, absolute: 5e-6)
  }

  private static func mean(_ values: [Float], where measured: [Bool]) -> Double {
    let chosen = zip(values, measured).filter(\.1).map { Double($0.0) }
    return chosen.reduce(0, +) / Double(chosen.count)
  }

  @Test(arguments: DemoRun.pairs)
  func `columns of a pair obey the inequalities between them`(name: String) throws {
    let log = try DemoRun.log()
    let pair = try PairName(parsing: name)
    let measured = try log.unmeasured().map { $0 == .measured }
    let js = try log.floats(.jensenShannonDivergence, of: pair)
    let tv = try log.floats(.totalVariationDistance, of: pair)
    let forward = try log.floats(.klBeforeAfter, of: pair)
    let reverse = try log.floats(.klAfterBefore, of: pair)
    let change = try log.floats(.logProbabilityChange, of: pair)
    let before = try log.floats(.logProbability, of: pair.before)
    let after = try log.floats(.logProbability, of: pair.after)
    let entropyChange = try log.floats(.entropyChange, of: pair)
    let entropies = try (
      log.floats(.entropy, of: pair.before), log.floats(.entropy, of: pair.after)
    )
    // A 32-bit column of size x is off by 2⁻²⁴ x, a difference of two by that of both.
    let rounding: Float = 0x1p-24
    var faults: [Int] = []
    for index in measured.indices where measured[index] {
      let isRight =
        // Pinsker both ways, and Lin's bound of JS by total variation.
        2 * tv[index] * tv[index] <= min(forward[index], reverse[index]) * (1 + 1e-5) + 1e-9
        && js[index] <= tv[index] * Float(log2) * (1 + 1e-5) + 1e-9 && js[index] >= 0
        && abs(change[index] - (after[index] - before[index]))
          <= 4 * rounding * (abs(after[index]) + abs(before[index]))
        && abs(entropyChange[index] - (entropies.1[index] - entropies.0[index]))
          <= 4 * rounding * (entropies.0[index] + entropies.1[index])
      if !isRight { faults.append(index) }
    }
    #expect(faults.isEmpty, "\(faults.count) tokens, the first is \(faults.first ?? 0)")
  }

  private let log2 = Foundation.log(2.0)

  @Test func `the log keeps what the texts say`() throws {
    let log = try DemoRun.log()
    #expect(log.sequenceCount == 1_536)
    #expect(log.tokenCount == 70_703)
    #expect(try log.unmeasured().count { $0 == .firstToken } == 1_536)
    #expect(log.header.texts.lineCount == 1_536)
    #expect(!log.header.texts.isRetokenized)
    #expect(Set(try log.strings(.source)) == ["base", "sft", "rl"])
    #expect(try log.strings(.id).first == "base-000-0")
    #expect(try log.strings(.metadata).first == #"{"task":"arithmetic","answer":-109}"#)
    #expect(try log.correctness().first == .some(false))
    let text = try #require(try TextFile(path: Samples.demoTexts).lines().first)
    let bytes = try log.tokenIDs(in: log.tokens(ofSequence: 0)).flatMap { log.tokenBytes($0) ?? [] }
    let whole = try #require(text.prompt) + #require(text.response)
    // The response ends with a special token that its text leaves out.
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix(whole))
  }
}
