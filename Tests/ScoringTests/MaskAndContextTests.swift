import Adapters
import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import Texts
import Tokenization
import Transformer

/// Masks in a log, texts longer than a context, packed files: the numbers of what is plain and short.
struct MaskAndContextTests {
  private static let contextLength = 128

  private static func scorer(
    _ texts: TextFile, in folder: URL, batchTokens: Int = 4_096, shard: Shard? = nil
  ) throws -> Scorer {
    var settings = Scorer.Settings()
    settings.batchTokens = batchTokens
    settings.topCount = 3
    return try Scorer(
      checkpoints: Samples.smallPair(in: folder), texts: texts, settings: settings, shard: shard)
  }

  private static func ids(_ count: Int, seed: UInt64) -> [Int32] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Int32(generator.next() % 83) }
  }

  /// Bits of everything that is measured at some tokens.
  private static func bits(_ log: TokenLog, _ range: Range<Int>) throws -> [[UInt32]] {
    var bits: [[UInt32]] = []
    for model in ["a", "b"] {
      for column in ModelColumn.allCases {
        bits.append(try log.floats(column, of: model, in: range).map(\.bitPattern))
      }
      bits.append(try log.integers(.rank, of: model, in: range))
      bits.append(try log.topK(of: model, in: range).ids)
    }
    for column in PairColumn.allCases {
      bits.append(
        try log.floats(column, of: PairName(parsing: "a:b"), in: range).map(\.bitPattern))
    }
    return bits
  }

  // The last token that fits predicts one more; a response may begin before, at and after the end.
  @Test(arguments: [129, 130, 300], [5, 127, 128, 129, 200])
  func `of a text longer than the context its beginning has the numbers of that text alone`(
    length: Int, responseStart: Int
  ) throws {
    let ids = Self.ids(length, seed: UInt64(length))
    let start = min(responseStart, length)
    let fitting = Self.contextLength + 1
    try withTemporaryFolder { folder in
      let logs = try [length, fitting].map { count in
        try Samples.log(
          Self.scorer(
            Samples.texts(
              [Samples.line(Array(ids[..<count]), responseStart: min(start, count), id: "t")],
              in: folder, name: "\(count).jsonl"), in: folder), in: folder)
      }
      #expect(
        try Self.bits(logs[0].log, 0..<fitting) == Self.bits(logs[1].log, 0..<fitting))
      // What transformers can be asked: the context alone, whose last token nothing is said after.
      let alone = try Samples.log(
        Self.scorer(
          Samples.texts(
            [
              Samples.line(
                Array(ids[..<Self.contextLength]), responseStart: min(start, Self.contextLength),
                id: "t")
            ], in: folder), in: folder), in: folder)
      // One row less goes through the model, so BLAS takes other kernels for the last ones.
      for model in ["a", "b"] {
        for column in [ModelColumn.logProbability, .entropy] {
          let pair = try [logs[0].log, alone.log].map {
            try $0.floats(column, of: model, in: 0..<Self.contextLength)
          }
          for (found, expected) in zip(pair[0], pair[1]) where !found.isNaN || !expected.isNaN {
            #expect(abs(found - expected) <= 3e-5)
          }
        }
      }
      let reasons = try logs[0].log.unmeasured()
      #expect(reasons.first == .firstToken)
      #expect(reasons[1..<fitting].allSatisfy { $0 == .measured })
      #expect(reasons[fitting...].allSatisfy { $0 == .beyondContext })
      #expect(logs[0].summary.beyondContextCount == (length > fitting ? 1 : 0))
      #expect(logs[0].summary.beyondContextTokenCount == length - fitting)
      #expect(logs[0].summary.measuredCount == Self.contextLength)
      let entropy = try logs[0].log.floats(.entropy, of: "b")
      #expect(entropy[fitting...].allSatisfy { $0.isNaN })
    }
  }

  @Test func `long texts share prompts and batches as short ones do`() throws {
    let prompt = Self.ids(40, seed: 1)
    let endless = Self.ids(140, seed: 2)
    let lines = [
      Samples.line(prompt + Self.ids(200, seed: 3), responseStart: 40, id: "long"),
      Samples.line(prompt + Self.ids(9, seed: 4), responseStart: 40, id: "short"),
      Samples.line(prompt + Self.ids(100, seed: 5), responseStart: 40, id: "another long"),
      // Their prompts are longer than the context: all of what fits is shared.
      Samples.line(endless + Self.ids(3, seed: 6), responseStart: 140, id: "prompt too long"),
      Samples.line(endless + Self.ids(5, seed: 7), responseStart: 140, id: "again"),
      Samples.line(Self.ids(1, seed: 8), responseStart: 0, id: "one"),
    ]
    try withTemporaryFolder { folder in
      let texts = try Samples.texts(lines, in: folder)
      let (log, summary) = try Samples.log(Self.scorer(texts, in: folder), in: folder)
      #expect(summary.beyondContextCount == 4)
      let alone = try Samples.log(
        Self.scorer(texts, in: folder, batchTokens: 1), in: folder
      ).log
      #expect(try log.unmeasured() == alone.unmeasured())
      // Another packing of rows: README's bound on what f32 may move.
      expectClose(
        try log.floats(.logProbability, of: "a"), try alone.floats(.logProbability, of: "a"),
        absolute: 3e-5)
      expectClose(
        try log.floats(.logProbability, of: "b"), try alone.floats(.logProbability, of: "b"),
        absolute: 3e-5)
    }
  }

  @Test func `masked tokens are measured, and none of the response's`() throws {
    let ids = Self.ids(12, seed: 9)
    func line(_ mask: String) -> String {
      #"{"prompt_ids": \#(ids[..<4]), "response_ids": \#(ids[4...])\#(mask)}"#
    }
    try withTemporaryFolder { folder in
      let logs = try ["", #", "response_mask": [1,1,0,0,1,0,1,1]"#].enumerated().map {
        try Samples.log(
          Self.scorer(Samples.texts([line($1)], in: folder, name: "\($0).jsonl"), in: folder),
          in: folder)
      }
      #expect(try Self.bits(logs[0].log, 0..<12) == Self.bits(logs[1].log, 0..<12))
      let mask = try logs[1].log.isResponse().map { $0 ? 1 : 0 }
      #expect(mask == [0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1])
      #expect(try logs[1].log.responseStarts() == [4])
      #expect(logs.map(\.summary.maskedTokenCount) == [0, 3])
      #expect(logs[0].summary.measuredCount == logs[1].summary.measuredCount)
    }
  }

  @Test func `a reference's masked tokens cost nothing and have no bytes`() throws {
    let lines = [
      #"{"prompt": "Q: 1 + 2 = ", "response": "3 and more"}"#
    ]
    try withTemporaryFolder { folder in
      let model = try Checkpoint(name: "m", directory: Samples.demo("base"))
      let tokenizer = try #require(model.tokenizer)
      let prompt = try tokenizer.encode("Q: 1 + 2 = ", addSpecialTokens: false)
      let response = try tokenizer.encode("3 and more", addSpecialTokens: false)
      #expect(response.count > 2)
      let masked = response.indices.map { $0 == 1 ? 0 : 1 }
      let given =
        #"{"prompt_ids": \#(prompt), "response_ids": \#(response), "response_mask": \#(masked)}"#
      let reference = try DynamicsScorer(
        [
          .init(
            .init(run: "r", condition: "c", step: 0, path: "p"), directory: Samples.demo("base"))
        ],
        texts: [("t", Samples.texts([given], in: folder, name: "masked.jsonl"))]
      ).run().references[0]
      let scorer = try Scorer(
        checkpoints: [model], texts: Samples.texts(lines, in: folder), pairs: [])
      let log = try Samples.log(scorer, in: folder).log
      let values = try log.floats(.logProbability, of: "m")
      let counted = response.indices.filter { $0 != 1 }
      let sum = counted.reduce(0.0) { $0 - Double(values[prompt.count + $1]) }
      #expect(abs(reference.nats[0][0] - sum) <= sum * 0x1p-23)
      #expect(
        reference.bytes[0]
          == counted.reduce(0) { $0 + (tokenizer.bytes(of: response[$1])?.count ?? 0) })
    }
  }

  @Test func `a reference's text must fit as a whole`() throws {
    let base = Samples.demo("base")
    let length = try ModelFolder(base).configuration(ignoringRemoteCode: false).contextLength
    let ids = [Int32](repeating: 65, count: length + 2)
    try withTemporaryFolder { folder in
      let lines = [length + 1, length + 2].map {
        Samples.line(Array(ids[..<$0]), responseStart: 3, id: "\($0)")
      }
      let reference = try DynamicsScorer(
        [.init(.init(run: "r", condition: "c", step: 0, path: "p"), directory: base)],
        texts: [("t", Samples.texts(lines, in: folder))]
      ).run().references[0]
      #expect(reference.prompts == ["\(length + 1)"])
      #expect(reference.notMeasuredCount == 1)
    }
  }

  @Test(arguments: ["two.gz", "two.zst", "members.gz", "frames.zst"])
  func `packed texts give the plain ones' log, whole and in shards`(name: String) throws {
    let plain = [
      #"{"id": "a", "prompt_ids": [1, 2], "response_ids": [3, 4, 5]}"#,
      #"{"id": "é", "prompt_ids": [6], "response_ids": [7, 8]}"#,
    ]
    let path = Places.fixture("texts/\(name)")
    try withTemporaryFolder { folder in
      let expected = try Samples.log(
        Self.scorer(Samples.texts(plain, in: folder), in: folder, batchTokens: 1), in: folder
      ).log
      let log = try Samples.log(
        Self.scorer(TextFile(path: path), in: folder, batchTokens: 1), in: folder
      ).log
      #expect(try Self.bits(log, 0..<8) == Self.bits(expected, 0..<8))
      #expect(try log.strings(.id) == ["a", "é"])
      #expect(try log.header.texts.digest == Digest.ofFile(path))
      let second = try Samples.log(
        Self.scorer(
          TextFile(path: path), in: folder, batchTokens: 1, shard: Shard(index: 2, count: 2)),
        in: folder
      ).log
      #expect(try second.strings(.id) == ["é"])
      #expect(try Self.bits(second, 0..<3) == Self.bits(expected, 5..<8))
    }
  }

  @Test func `the log says which fields had other names`() throws {
    try withTemporaryFolder { folder in
      func settings(_ line: String) throws -> String {
        let scorer = try Scorer(
          checkpoints: [Checkpoint(name: "m", directory: Samples.demo("base"))],
          texts: Samples.texts([line], in: folder))
        return scorer.header(
          Provenance(version: "", commandLine: "", created: .distantPast)
        ).settings
      }
      let plain = try settings(#"{"prompt": "a", "response": "b"}"#)
      #expect(!plain.contains("fields"))
      let verl = try settings(#"{"input": "a", "output": "b", "score": 1}"#)
      #expect(verl.contains(#""fields":"prompt=input,response=output,reward=score""#))
    }
  }
}
