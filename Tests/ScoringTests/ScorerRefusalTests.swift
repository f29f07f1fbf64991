import Foundation
import RunLogs
import Scoring
import TestSupport
import Testing
import Tokenization

/// Models, pairs, tokenizers and ids that don't fit together are refused before any work.
struct ScorerRefusalTests {
  private static let text = Samples.line([1, 2, 3], responseStart: 1, id: "x")

  private func prepare(
    _ models: [(String, String)], texts: [String] = [text], pairs: [String]? = nil,
    bos: BeginningOfSequence = .auto
  ) throws {
    try withTemporaryFolder { folder in
      var settings = Scorer.Settings()
      settings.beginningOfSequence = bos
      _ = try Scorer(
        checkpoints: models.map { try Checkpoint(name: $0.0, directory: $0.1) },
        texts: Samples.texts(texts, in: folder),
        pairs: pairs?.map { try PairName(parsing: $0) }, settings: settings)
    }
  }

  @Test func `no model at all`() {
    expectError(mentioning: ["--model NAME=DIR"]) { try prepare([]) }
  }

  @Test(arguments: [nil, ["a:b"]] as [[String]?])
  func `two models of one name`(pairs: [String]?) {
    expectError(mentioning: ["two models are named 'a'", "another name"]) {
      try prepare([("a", Samples.small), ("a", Samples.small)], pairs: pairs)
    }
  }

  @Test(arguments: ["", "a,b", "a:b", "a/b", "a\tb", ".."])
  func `a name that no log can hold`(name: String) {
    expectError(mentioning: ["can't name a model", "control characters"]) {
      try prepare([(name, Samples.small)])
    }
  }

  @Test func `a pair of unknown models names those that are there`() {
    expectError(mentioning: ["base:rl", "isn't there", "base, sft"]) {
      try prepare([("base", Samples.small), ("sft", Samples.small)], pairs: ["base:rl"])
    }
  }

  @Test func `a pair that is listed twice`() {
    expectError(mentioning: ["a:b", "twice"]) {
      try prepare([("a", Samples.small), ("b", Samples.small)], pairs: ["a:b", "a:b"])
    }
  }

  @Test func `both orders of a pair are two pairs`() throws {
    try prepare([("a", Samples.small), ("b", Samples.small)], pairs: ["a:b", "b:a"])
  }

  @Test func `vocabularies of different sizes`() {
    let other = Places.fixture("transformer/llama-new")
    expectError(mentioning: ["'a' and 'b'", "83", "logits", "separate logs"]) {
      try prepare([("a", Samples.small), ("b", other)])
    }
  }

  /// A copy of the demo's base model with another tokenizer of fewer tokens.
  private func withOtherTokenizer(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "other"))
      try FileManager.default.removeItem(atPath: copy.path("tokenizer.json"))
      try FileManager.default.removeItem(atPath: copy.path("tokenizer_config.json"))
      try FileManager.default.copyItem(
        atPath: Places.fixture("tokenization/qwen2.tokenizer.json"),
        toPath: copy.path("tokenizer.json"))
      try body(copy.folder.path)
    }
  }

  @Test(arguments: [nil, [], ["base:third"]] as [[String]?])
  func `different tokenizers are refused, paired or not`(pairs: [String]?) throws {
    try withOtherTokenizer { other in
      expectError(mentioning: ["'base' and 'other'", "different tokenizers", "tokenshift dynamics"])
      {
        try prepare(
          [("base", Samples.demo("base")), ("other", other), ("third", Samples.demo("rl"))],
          pairs: pairs)
      }
    }
  }

  @Test func `ids that another tokenizer made`() throws {
    let lines = try String(contentsOfFile: Samples.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(5).map(String.init)
    try withOtherTokenizer { other in
      expectError(mentioning: [
        "texts.jsonl", "\(other)/tokenizer.json", "another model's tokenizer",
      ]) { try prepare([("a", other)], texts: lines) }
    }
  }

  @Test func `ids whose texts were trimmed are not another tokenizer's`() throws {
    let tokenizer = try Tokenizer(directory: Samples.demo("base"))
    let lines = try [" one", "two \n", "\nthree\n"].map { text in
      let ids = try tokenizer.encode(text, addSpecialTokens: false)
      let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
      return #"{"response": "\#(trimmed)", "prompt_ids": [], "response_ids": \#(ids + [1_021])}"#
    }
    try withTemporaryFolder { folder in
      let scorer = try Scorer(
        checkpoints: [Checkpoint(name: "a", directory: Samples.demo("base"))],
        texts: Samples.texts(lines, in: folder))
      let log = try Samples.log(scorer, in: folder)
      #expect(log.summary.notDecodingBackCount == 3, "they still are not the same string")
      #expect(log.log.header.texts.notDecodingBackCount == 3)
    }
  }

  @Test func `a tokenizer with more tokens than the model has rows`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.small, to: folder.appending(path: "a"))
      try FileManager.default.copyItem(
        atPath: Samples.demo("base") + "/tokenizer.json", toPath: copy.path("tokenizer.json"))
      expectError(mentioning: ["tokenizer.json", "1024 tokens", "83 rows", "another model's"]) {
        try prepare([("a", copy.folder.path)])
      }
    }
  }

  @Test func `a tokenizer that isn't supported is in the way of texts only`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "odd"))
      try copy.replace("\"ByteLevel\"", with: "\"Whitespace\"", in: "tokenizer.json")
      let odd = try Checkpoint(name: "odd", directory: copy.folder.path)
      #expect(odd.tokenizer == nil)
      #expect(odd.digests["tokenizer.json"] != nil)
      let scorer = try Scorer(checkpoints: [odd], texts: Samples.texts([Self.text], in: folder))
      let log = try Samples.log(scorer, in: folder).log
      #expect(log.header.tokenizer.tokens == nil && !log.header.texts.isRetokenized)
      let models = [("base", Samples.demo("base")), ("odd", odd.directory)]
      for models in [models, Array(models.suffix(1))] {
        expectError(mentioning: ["odd/tokenizer.json", "Whitespace is not supported"]) {
          try prepare(models, texts: [#"{"prompt": "a", "response": "b"}"#])
        }
      }
    }
  }

  @Test func `an id beyond the vocabulary, with its line, place and model`() {
    expectError(mentioning: [
      "texts.jsonl, line 2", "token 2 has id 83", "'a'", "below 83", "another tokenizer",
    ]) {
      try prepare(
        [("a", Samples.small)],
        texts: [Self.text, Samples.line([1, 82, 83], responseStart: 1, id: "y")])
    }
  }

  @Test func `text where no model has a tokenizer`() {
    expectError(mentioning: ["texts.jsonl, line 1", "no tokenizer.json", "prompt_ids"]) {
      try prepare([("a", Samples.small)], texts: [#"{"prompt": "a", "response": "b"}"#])
    }
  }

  @Test func `one model's tokenizer serves another that has none`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.demo("base"), to: folder.appending(path: "bare"))
      try FileManager.default.removeItem(atPath: copy.path("tokenizer.json"))
      let scorer = try Scorer(
        checkpoints: [
          Checkpoint(name: "bare", directory: copy.folder.path),
          Checkpoint(name: "rl", directory: Samples.demo("rl")),
        ], texts: Samples.texts([#"{"prompt": "Q: 1", "response": " 2"}"#], in: folder))
      let log = try Samples.log(scorer, in: folder).log
      #expect(log.header.tokenizer.tokens?.count == 1_024)
      #expect(log.header.texts.isRetokenized)
      let bytes = try log.tokenIDs().flatMap { log.tokenBytes($0) ?? [] }
      #expect(String(decoding: bytes, as: UTF8.self) == "Q: 1 2")
    }
  }

  @Test func `a beginning that no tokenizer has`() {
    expectError(mentioning: ["Data/demo/base", "--bos auto"]) {
      try prepare(
        [("a", Samples.demo("base"))], texts: [#"{"prompt": "a", "response": "b"}"#], bos: .always)
    }
  }
}

/// Numbers that are none, in weights and in what comes of them.
struct NonFiniteTests {
  // bf16: 0x7FC0 is NaN, 0x7F80 infinity, 0x7F7F the largest finite number.
  @Test(arguments: [(0x7FC0, "model.layers.1.mlp.down_proj.weight"), (0x7F80, "model.norm.weight")])
  func `NaN or infinity among the weights names tensor and element`(
    pattern: Int, tensor: String
  ) throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.small, to: folder.appending(path: "a"))
      try copy.setElements(5..<6, of: tensor, to: UInt16(pattern))
      expectError(mentioning: [copy.folder.path, tensor, "NaN or infinity", "element 5"]) {
        _ = try Checkpoint(name: "a", directory: copy.folder.path)
      }
    }
  }

  @Test func `logits that overflow name model, line and token, and no log appears`() throws {
    try withTemporaryFolder { folder in
      let copy = try CheckpointCopy(of: Samples.small, to: folder.appending(path: "a"))
      try copy.setElements(0..<32, of: "model.norm.weight", to: 0x7F7F)
      let texts = try Samples.texts(
        [
          Samples.line([4], responseStart: 0, id: "x"),
          Samples.line([1, 2, 3], responseStart: 1, id: "y"),
        ], in: folder)
      let scorer = try Scorer(
        checkpoints: [
          Checkpoint(name: "fine", directory: Samples.small),
          Checkpoint(name: "huge", directory: copy.folder.path),
        ], texts: texts)
      expectError(mentioning: ["texts.jsonl, line 2, token 1", "'huge'", "NaN or infinite"]) {
        _ = try Samples.log(scorer, in: folder)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(files == ["a", "texts.jsonl"])
    }
  }
}
