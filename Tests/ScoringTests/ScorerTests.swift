import Foundation
import JSON
import Kernels
import RunLogs
import Scoring
import TestSupport
import Testing

/// Texts of every length, batches of every size, any number of threads: the same numbers.
struct ScorerTests {
  /// Ids below 83 in texts of the given lengths; the response starts anywhere.
  private static func lines(lengths: [Int], seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return lengths.enumerated().map { index, length in
      let ids = (0..<length).map { _ in Int32(generator.next() % 83) }
      return Samples.line(
        ids, responseStart: Int(generator.next() % UInt64(length + 1)), id: "t\(index)")
    }
  }

  private static func scorer(
    _ texts: TextFile, in folder: URL, batchTokens: Int = 4_096, topCount: Int = 5,
    compute: ComputeChoice = .f32
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    settings.topCount = topCount
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder, compute: compute), texts: texts, settings: settings
    )
  }

  @Test func `random checkpoints give transformers' log-probabilities, text by text`() throws {
    let path = Places.fixture("transformer/qwen2-tied/expected.json")
    let expected = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
    let sequences = try #require(expected["sequences"]?.arrayValue).map {
      $0.doubles.map(Int32.init)
    }
    let values = try #require(expected["token_logprobs"]?.arrayValue).map(\.doubles)
    try withTemporaryFolder { folder in
      let lines = sequences.enumerated().map {
        Samples.line($1, responseStart: $1.count / 2, id: "t\($0)")
      }
      let (log, summary) = try Samples.log(
        Self.scorer(Samples.texts(lines, in: folder), in: folder), in: folder)
      let found = try log.floats(.logProbability, of: "a")
      #expect(sequences.map(\.count).min() == 1)
      for (index, ids) in sequences.enumerated() {
        let range = log.tokens(ofSequence: index)
        #expect(try log.tokenIDs(in: range) == ids.map { UInt32($0) })
        #expect(values[index].count == ids.count - 1)
        // 1.3e-5 is what f32 is from f64 on these weights, for either side; the promise is 1e-4.
        expectClose(
          Array(found[range].dropFirst()), values[index].map { Float($0) }, absolute: 1e-4)
      }
      #expect(summary.measuredCount == values.reduce(0) { $0 + $1.count })
    }
  }

  @Test(arguments: [1, 2, 7, 64, 1_000], [11 as UInt64])
  func `the size of batches moves numbers by no more than rounding`(
    batchTokens: Int, seed: UInt64
  ) throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(
        Self.lines(lengths: [5, 1, 0, 33, 2, 128, 17, 3, 60], seed: seed), in: folder)
      let whole = try Samples.log(Self.scorer(texts, in: folder), in: folder).log
      let cut = try Samples.log(
        Self.scorer(texts, in: folder, batchTokens: batchTokens), in: folder
      ).log
      #expect(cut.offsets == whole.offsets)
      #expect(try cut.tokenIDs() == whole.tokenIDs())
      #expect(try cut.unmeasured() == whole.unmeasured())
      // Each side's f32 is at most 6.3e-6 from f64 on these weights (f32_rounding in the fixture);
      // the entropy is off by √V of that, V < 6 here, the divergence by less.
      for model in ["a", "b"] {
        try expectClose(
          cut.floats(.logProbability, of: model), whole.floats(.logProbability, of: model),
          absolute: 2e-5)
        try expectClose(
          cut.floats(.entropy, of: model), whole.floats(.entropy, of: model), absolute: 4e-5)
      }
      let pair = try PairName(parsing: "a:b")
      try expectClose(
        cut.floats(.jensenShannonDivergence, of: pair),
        whole.floats(.jensenShannonDivergence, of: pair), absolute: 2e-5)
      #expect(try whole.floats(.jensenShannonDivergence, of: pair).contains { $0 > 0.01 })
    }
  }

  @Test(arguments: [5 as UInt64], [ComputeChoice.f32, .bf16])
  func `the number of threads changes no bit`(seed: UInt64, compute: ComputeChoice) throws {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    try withTemporaryFolder { folder in
      let lengths = (0..<40).map { ($0 * 37) % 128 }
      let texts = try Samples.texts(Self.lines(lengths: lengths, seed: seed), in: folder)
      let logs = try [1, 2, 3, 7].map { threads in
        Parallel.threadCount = threads
        return try Samples.log(Self.scorer(texts, in: folder, compute: compute), in: folder).log
      }
      #expect(
        logs[0].header.models.map(\.computeType)
          == Array(repeating: compute == .f32 ? "F32" : "BF16", count: 2))
      for log in logs.dropFirst() {
        for model in ["a", "b"] {
          for column in ModelColumn.allCases {
            let bits = try log.floats(column, of: model).map(\.bitPattern)
            #expect(try bits == logs[0].floats(column, of: model).map(\.bitPattern), "\(column)")
          }
          #expect(try log.topK(of: model).ids == logs[0].topK(of: model).ids)
          #expect(try log.integers(.rank, of: model) == logs[0].integers(.rank, of: model))
        }
        for column in PairColumn.allCases {
          let pair = try PairName(parsing: "a:b")
          let bits = try log.floats(column, of: pair).map(\.bitPattern)
          #expect(try bits == logs[0].floats(column, of: pair).map(\.bitPattern), "\(column)")
        }
      }
    }
  }

  @Test func `of texts longer than the context what fits is measured, and the rest is counted`()
    throws
  {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(
        Self.lines(lengths: [128, 129, 4, 500], seed: 3), in: folder)
      let (log, summary) = try Samples.log(Self.scorer(texts, in: folder), in: folder)
      #expect(summary.sequenceCount == 4)
      #expect(summary.tokenCount == 761)
      // The last token of a context predicts the one after it.
      #expect(summary.beyondContextCount == 1)
      #expect(summary.beyondContextTokenCount == 500 - 129)
      #expect(summary.measuredCount == 127 + 128 + 3 + 128)
      for (index, reasons) in [
        [.firstToken, .measured], [.firstToken, .measured], [.firstToken, .measured],
        [.firstToken, .measured, .beyondContext],
      ]
      .enumerated() as EnumeratedSequence<[[UnmeasuredReason]]> {
        let range = log.tokens(ofSequence: index)
        #expect(try Set(log.unmeasured(in: range)) == Set(reasons))
        let isMissing = try log.floats(.entropy, of: "b", in: range).map(\.isNaN)
        #expect(try isMissing == log.unmeasured(in: range).map { $0 != .measured })
      }
    }
  }

  @Test func `a context of one token measures the one after it`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.small, to: folder.appending(path: "short"))
      try copy.replace(
        "\"max_position_embeddings\": 128", with: "\"max_position_embeddings\": 1",
        in: "config.json")
      let texts = try Samples.texts(Self.lines(lengths: [0, 1, 2], seed: 1), in: folder)
      let scorer = try Scorer(
        checkpoints: [Checkpoint(name: "a", directory: copy.folder.path)], texts: texts)
      let (log, summary) = try Samples.log(scorer, in: folder)
      #expect(summary.measuredCount == 1)
      #expect(try log.unmeasured() == [.firstToken, .firstToken, .measured])
    }
  }

  @Test func `nothing, one token, no prompt and no response are texts of a log`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(
        [
          Samples.line([], responseStart: 0, id: "nothing"),
          Samples.line([7], responseStart: 0, id: "one"),
          Samples.line([7, 8], responseStart: 0, id: "no prompt"),
          Samples.line([7, 8], responseStart: 2, id: "no response"),
        ], in: folder)
      let (log, summary) = try Samples.log(Self.scorer(texts, in: folder), in: folder)
      #expect(log.offsets == [0, 0, 1, 3, 5])
      #expect(summary.emptyResponseCount == 2)
      #expect(summary.measuredCount == 2)
      #expect(try log.isResponse() == [true, true, true, false, false])
      #expect(
        try log.unmeasured() == [.firstToken, .firstToken, .measured, .firstToken, .measured])
      let values = try log.floats(.logProbability, of: "a")
      #expect(values.map(\.isNaN) == [true, true, false, true, false])
      #expect(values[2] == values[4], "the mask doesn't change a prediction")
    }
  }

  @Test func `a file of nothing but unmeasurable texts gives a log`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts([Samples.line([], responseStart: 0, id: "x")], in: folder)
      let (log, summary) = try Samples.log(Self.scorer(texts, in: folder), in: folder)
      #expect(log.tokenCount == 0 && log.sequenceCount == 1)
      #expect(summary.sequenceCount == 1 && summary.tokenCount == 0 && summary.measuredCount == 0)
      #expect(summary.emptyResponseCount == 1 && summary.notDecodingBackCount == 0)
    }
  }

  @Test func `the same weights under two names don't differ at all`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(lengths: [90, 3, 40], seed: 9), in: folder)
      let models = try ["a", "b"].map { try Checkpoint(name: $0, directory: Samples.small) }
      let log = try Samples.log(Scorer(checkpoints: models, texts: texts), in: folder).log
      let measured = try log.unmeasured().map { $0 == .measured }
      for column in PairColumn.allCases {
        let values = try log.floats(column, of: PairName(parsing: "a:b"))
        let kept = zip(values, measured).filter(\.1).map(\.0)
        let expected: Float =
          switch column {
          case .topKOverlap: 1
          case .bucketLogMass: -.infinity
          default: 0
          }
        #expect(kept.allSatisfy { $0 == expected }, "\(column)")
      }
    }
  }

  @Test func `more top tokens than there are tokens keeps all of them`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(lengths: [6], seed: 2), in: folder)
      let log = try Samples.log(
        Self.scorer(texts, in: folder, topCount: 1_000), in: folder
      ).log
      #expect(log.header.topK == 83)
      let top = try log.topK(of: "a")
      #expect(Set(top.ids[83..<166]) == Set(0..<83))
      #expect(top.restLogMass.dropFirst().allSatisfy { $0 == -.infinity })
    }
  }

  @Test func `progress goes up to all tokens`() throws {
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(Self.lines(lengths: [6, 7, 8, 0], seed: 2), in: folder)
      let scorer = try Self.scorer(texts, in: folder, batchTokens: 7)
      let writer = try TokenLogWriter(
        destination: folder.appending(path: "p.h5").path,
        header: scorer.header(
          Provenance(version: "", commandLine: "", created: .distantPast)))
      defer { writer.discard() }
      var seen: [Int] = []
      _ = try scorer.run(into: writer) {
        #expect($0.totalTokens == 21)
        seen.append($0.doneTokens)
      }
      // A text of eight is a batch of its own, and the empty one starts another; between, blocks of
      // the models.
      #expect([6, 13, 21].allSatisfy(seen.contains))
      #expect(seen == seen.sorted() && seen.count > 8)
      // Not done before the last batch is in the log, and then the empty one.
      #expect(seen.count { $0 == 21 } >= 2 && seen.last == 21 && seen.contains(20))
    }
  }

  @Test func `of a tokenizer with byte fallback the log has the text's bytes`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "spm"))
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.removeItem(atPath: copy.path(name))
      }
      try FileManager.default.copyItem(
        atPath: Places.fixture("tokenization/llama2.tokenizer.json"),
        toPath: copy.path("tokenizer.json"))
      // Else the class of the model's type would build it anew, as one of bytes.
      let settings =
        #"{"tokenizer_class":"TokenizersBackend","auto_map":{"AutoTokenizer":["x.Y",null]}}"#
      try settings.write(
        toFile: copy.path("tokenizer_config.json"), atomically: true, encoding: .utf8)
      let scorer = try Scorer(
        checkpoints: [Checkpoint(name: "a", directory: copy.folder.path)],
        texts: Samples.texts([#"{"prompt": "Q: the", "response": "y say\n🦙 é"}"#], in: folder))
      let log = try Samples.log(scorer, in: folder).log
      let bytes = try log.tokenIDs().flatMap { log.tokenBytes($0) ?? [] }
      #expect(String(decoding: bytes, as: UTF8.self) == "<s> Q: they say\n🦙 é")
      #expect(log.header.texts.notDecodingBackCount == 0)
    }
  }
}
