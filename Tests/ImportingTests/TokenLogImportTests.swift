import Foundation
import Importing
import RunLogs
import TestSupport
import Testing

/// Dumps and responses as logs.
@Suite struct TokenLogImportTests {
  /// Three texts under two models with a known distribution of six tokens at each position.
  private struct Planted {
    /// `[texts][positions]`, ids.
    let texts: [[Int]]
    /// `[texts][positions][6]`, of both models.
    let before: [[[Double]]]
    let after: [[[Double]]]

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      func distribution() -> [Double] {
        let weights = (0..<6).map { _ in exp(2.5 * random.uniform()) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
      }
      var (texts, before, after) = ([[Int]](), [[[Double]]](), [[[Double]]]())
      for length in [4, 1, 7] {
        texts.append((0..<length).map { _ in Int(random.uniform() * 6) })
        before.append((0..<length).map { _ in distribution() })
        after.append((0..<length).map { _ in distribution() })
      }
      (self.texts, self.before, self.after) = (texts, before, after)
    }

    /// A completion with the k most likely tokens of each position.
    func line(_ text: Int, _ model: [[[Double]]], top count: Int) -> String {
      var logs: [String] = []
      var tops: [String] = []
      for (position, id) in texts[text].enumerated() {
        let p = model[text][position]
        logs.append("\(Float(log(p[id])))")
        let best = p.indices.sorted { p[$0] > p[$1] }.prefix(count)
        tops.append(
          "{" + best.map { #""token_id:\#($0)":\#(Float(log(p[$0])))"# }.joined(separator: ",")
            + "}")
      }
      let tokens = texts[text].map { #""token_id:\#($0)""# }.joined(separator: ",")
      return #"{"id":"\#(text)","choices":[{"index":0,"text":"","logprobs":{"tokens":[\#(tokens)],"#
        + #""token_logprobs":[\#(logs.joined(separator: ","))],"#
        + #""top_logprobs":[\#(tops.joined(separator: ","))]},"finish_reason":"stop"}]}"# + "\n"
    }
  }

  /// Imports files, in a folder that lives as long as `body`.
  private func withImport(
    _ files: [(name: String?, text: String)],
    _ change: (inout TokenLogImport.Settings) -> Void = { _ in },
    body: (TokenLog, TokenLogImport, TokenLogImport.Written) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var settings = TokenLogImport.Settings()
      settings.vocabularySize = 6
      change(&settings)
      let inputs = try files.enumerated().map { index, file in
        let path = folder.appending(path: "\(index).jsonl").path
        try Data(file.text.utf8).write(to: URL(filePath: path))
        return TokenLogImport.Input(path: path, name: file.name)
      }
      let found = try TokenLogImport(
        inputs, settings: settings,
        provenance: Provenance(version: "0", commandLine: "import", created: .now))
      let log = folder.appending(path: "log.h5").path
      let written = try found.write(to: log)
      try body(try TokenLog(path: log), found, written)
    }
  }

  @Test(arguments: 1...6) func `bounds of joined sources hold what was cut off`(top: Int) throws {
    let planted = Planted(seed: UInt64(top))
    let before = (0..<3).map { planted.line($0, planted.before, top: top) }
    // In another order, with a text that the first lacks.
    let extra = Planted(seed: 99)
    let after =
      [2, 0, 1].map { planted.line($0, planted.after, top: top) }
      + [extra.line(2, extra.after, top: top)]
    try withImport([("base", before.joined()), ("rl", after.joined())]) { log, found, written in
      #expect(written.texts == 3 && written.tokens == 12 && written.inconsistentLists == 0)
      #expect(found.surveys.map(\.textCount) == [3, 4])
      #expect(log.header.pairs.map(\.description) == ["base:rl"])
      #expect(log.header.scoringTemperature == nil)
      let pair = log.header.pairs[0]
      #expect(throws: RunLogError.self) { try log.floats(.jensenShannonDivergence, of: pair) }
      #expect(throws: RunLogError.self) { try log.floats(.entropy, of: "base") }
      #expect(!log.has(.entropy, of: "rl") && log.has(.entropyLower, of: "rl"))
      let columns = try Dictionary(
        uniqueKeysWithValues: PairBound.allCases.map { ($0, try log.floats($0, of: pair)) })
      let changes = try log.floats(.logProbabilityChange, of: pair)
      let lower = try log.floats(.entropyLower, of: "rl")
      let upper = try log.floats(.entropyUpper, of: "rl")
      var row = 0
      for text in 0..<3 {
        for position in planted.texts[text].indices {
          let (p, q) = (planted.before[text][position], planted.after[text][position])
          let truth = Truth(p, q)
          func holds(_ low: PairBound, _ high: PairBound, _ value: Double) {
            let range = (columns[low]?[row] ?? .nan, columns[high]?[row] ?? .nan)
            // Written numbers are rounded to 32 bits, and the bounds know it; the truth isn't.
            #expect(Double(range.0) <= value && value <= Double(range.1), "\(low), row \(row)")
            if top == 6 { #expect(Double(range.1) - Double(range.0) < 1e-3, "\(low), row \(row)") }
          }
          holds(.jensenShannonLower, .jensenShannonUpper, truth.jensenShannon)
          holds(.totalVariationLower, .totalVariationUpper, truth.totalVariation)
          holds(.klBeforeAfterLower, .klBeforeAfterUpper, truth.kl)
          holds(.entropyChangeLower, .entropyChangeUpper, truth.entropyChange)
          #expect(Double(lower[row]) <= truth.entropy && truth.entropy <= Double(upper[row]))
          let id = planted.texts[text][position]
          #expect(abs(Double(changes[row]) - log2e(q[id] / p[id])) < 1e-5)
          row += 1
        }
      }
      // The first token of a text without a prompt is measured: the source says it.
      #expect(try log.unmeasured().allSatisfy { $0 == .measured })
    }
  }

  @Test func `a dump with two models is a pair`() throws {
    let line =
      #"{"schema_version":1,"step":1,"rank":0,"micro_step":0,"micro_sequence_idx":0,"#
      + #""export_sequence_idx":0,"env_name":"m","token_ids":[1,2,3],"position_ids":[0,1,2],"#
      + #""loss_mask":[0,1,1],"advantages":[0,1,1],"inference_logprobs":[0.0,-0.5,-1.0],"#
      + #""trainer_logprobs":[-1.79,-0.625,null],"entropy":[1.79,0.5,0.25],"#
      + #""mismatch_kl":[0,0,0],"log_importance_ratio":[0,-0.125,0]}"# + "\n"
    try withImport([(nil, line)]) { log, _, _ in
      #expect(log.header.models.map(\.name) == ["sampler", "trainer"])
      #expect(log.has(.entropy, of: "trainer") && !log.has(.entropy, of: "sampler"))
      let reasons = try log.unmeasured()
      #expect(reasons == [.firstToken, .measured, .notInSource])
      let changes = try log.floats(.logProbabilityChange, of: log.header.pairs[0])
      #expect(changes[1] == -0.125 && changes[0].isNaN && changes[2].isNaN)
      #expect(try log.floats(.logProbability, of: "sampler")[2] == -1)
      #expect(try log.isResponse() == [false, true, true])
    }
  }

  @Test func `lists that add up to more than 1 leave the occurring token alone`() throws {
    let line =
      #"{"id":"a","choices":[{"index":0,"text":"","logprobs":{"tokens":["token_id:1"],"#
      + #""token_logprobs":[-0.1],"top_logprobs":[{"token_id:1":-0.1,"token_id:2":-0.2}]}}]}"#
      + "\n"
    try withImport([("m", line)]) { log, _, written in
      #expect(written.inconsistentLists == 1)
      let lower = try log.floats(.entropyLower, of: "m")
      let upper = try log.floats(.entropyUpper, of: "m")
      #expect(lower[0] >= 0 && Double(upper[0]) <= log6 + 1e-6 && lower[0] < upper[0])
    }
  }

  @Test func `a token without an id is no id beyond the vocabulary, and joins no texts`() throws {
    func line(_ id: String, _ tokens: String) -> String {
      #"{"id":"\#(id)","choices":[{"index":0,"text":"","logprobs":{"tokens":\#(tokens),"#
        + #""token_logprobs":[-0.5,-1.0]}}]}"# + "\n"
    }
    // Two ids have the text "a".
    let (known, unknown) = (line("known", #"["b","c"]"#), line("unknown", #"["b","a"]"#))
    func use(_ settings: inout TokenLogImport.Settings) {
      settings.options.tokens = ["<end>", "a", "b", "a", "c", "d"].map { Array($0.utf8) }
    }
    try withImport([(nil, unknown + known)], use) { log, _, written in
      #expect(written.texts == 2 && written.tokens == 4)
      let (ids, reasons) = (try log.tokenIDs(), try log.unmeasured())
      #expect(ids == [2, DumpedText.unknownID, 2, 4])
      #expect(reasons == [.measured, .notInSource, .measured, .measured])
    }
    // One server may have meant 1, the other 3.
    try withImport([("x", unknown + known), ("y", known + unknown)], use) { log, _, written in
      #expect(written.texts == 1)
      let ids = try log.tokenIDs()
      #expect(ids == [2, 4])
    }
    #expect(throws: ImportFault.self) {
      try withImport([("x", unknown), ("y", unknown)], use) { _, _, _ in }
    }
  }

  @Test func `what can't be joined is refused with the fix`() throws {
    let planted = Planted(seed: 7)
    let text = planted.line(0, planted.before, top: 2)
    func fault(
      _ files: [(name: String?, text: String)], _ words: String,
      _ change: (inout TokenLogImport.Settings) -> Void = { _ in }
    ) {
      do {
        try withImport(files, change) { _, _, _ in }
        Issue.record("imported: \(words)")
      } catch { #expect("\(error)".contains(words), "\(error)") }
    }
    fault([("a", text), ("a", text)], "holds a model 'a', as another file does")
    fault([("a", text), ("b", planted.line(2, planted.before, top: 2))], "no text in common")
    fault([("a", text)], "but the vocabulary has 1 tokens") { $0.vocabularySize = 1 }
    fault([("a", "")], "is empty")
    let listed = text.replacing(#"{"token_id:"#, with: #"{"token_id:77":-9.0,"token_id:"#)
    fault([("a", listed)], "has the id 77, but the vocabulary has 6 tokens")
    // One server says its temperature, the other doesn't.
    let known =
      #"{"generation_settings":{"temperature":0.5},"completion_probabilities":[{"id":1,"token":"x","bytes":[120],"logprob":-0.5,"top_logprobs":[]}],"content":"x","stop":true}"#
    fault([("a", text), ("b", known)], "their difference isn't one of the models")
  }
}

private let log6 = log(6.0)

/// ln.
private func log2e(_ x: Double) -> Double { log(x) }

/// The slow, obvious divergences of two distributions, nats.
private struct Truth {
  let jensenShannon: Double
  let totalVariation: Double
  let kl: Double
  let entropy: Double
  let entropyChange: Double

  init(_ p: [Double], _ q: [Double]) {
    func kl(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * (log($1.0) - log($1.1)) }
    }
    func entropy(_ a: [Double]) -> Double { a.reduce(0) { $0 - $1 * log($1) } }
    let m = zip(p, q).map { ($0 + $1) / 2 }
    jensenShannon = (kl(p, m) + kl(q, m)) / 2
    totalVariation = zip(p, q).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    self.kl = kl(p, q)
    self.entropy = entropy(q)
    entropyChange = entropy(q) - entropy(p)
  }
}
