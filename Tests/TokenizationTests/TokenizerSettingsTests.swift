import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// The files beside `tokenizer.json`; expected ids are AutoTokenizer's.
@Suite struct TokenizerSettingsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: JSONValue
    let texts: [String]
    var files: [JSONMember] { line["files"]?.objectValue ?? [] }
    var testDescription: String { line["files"]?.serialized() ?? "" }
    /// transformers builds some classes' tokenizers from vocabulary and merges alone.
    var isOfOwnClass: Bool { line["class"]?.stringValue != "TokenizersBackend" }
  }

  static let cases: [Case] = {
    guard let lines = try? Golden.lines("settings.jsonl"), let head = lines.first else { return [] }
    let texts = head["texts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return lines.dropFirst().map { Case(line: $0, texts: texts) }
  }()

  /// The tokenizer of a case's folder.
  static func tokenizer(_ test: Case) throws -> Tokenizer {
    try withTemporaryFolder { folder in
      let path = try Golden.path(#require(test.line["tokenizer"]?.stringValue))
      let whole = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path))))
      let changes = test.line["changes"]?.objectValue ?? []
      let members = try #require(whole.objectValue).map { member in
        changes.first { $0.key == member.key } ?? member
      }
      for file in [JSONMember(key: "tokenizer.json", value: .object(members))] + test.files {
        try Data(file.value.serialized().utf8).write(to: folder.appending(path: file.key))
      }
      return try Tokenizer(directory: folder.path)
    }
  }

  @Test func `there are cases, and most of them change ids`() {
    #expect(Self.cases.count == 283)
    #expect(Self.cases.count { !$0.isOfOwnClass } > 180)
    #expect(Set(Self.cases.map { $0.line["ids"]?.serialized() }).count > 45)
  }

  @Test(arguments: cases.filter { !$0.isOfOwnClass })
  func `settings give AutoTokenizer's ids, or are refused by name`(test: Case) throws {
    let configuration = test.files.first { $0.key == "tokenizer_config.json" }?.value
    if configuration?["split_special_tokens"] == .bool(true) {
      let error = try #require(throws: TokenizerError.self) { try Self.tokenizer(test) }
      #expect(error.description.contains("split_special_tokens"))
      return
    }
    let tokenizer = try Self.tokenizer(test)
    let ids = try #require(test.line["ids"]?.arrayValue)
    for (text, expected) in zip(test.texts, ids) {
      let expected = try Golden.tokenIDs(expected)
      #expect(
        try tokenizer.encode(text, addSpecialTokens: true) == expected, "\(text.debugDescription)")
    }
  }

  /// Where a class builds what tokenizer.json says, too: bytes.
  @Test(arguments: cases.filter { $0.isOfOwnClass && $0.line["tokenizer"] == .string("qwen2") })
  func `a class that builds its own pre-tokenizer gives the same ids, or the switch is refused`(
    test: Case
  ) throws {
    guard let ids = test.line["ids"]?.arrayValue else { return }
    let configuration = test.files.first { $0.key == "tokenizer_config.json" }?.value
    if configuration?["add_prefix_space"] == .bool(true) {
      let error = try #require(throws: TokenizerError.self) { try Self.tokenizer(test) }
      #expect(error.description.contains("add_prefix_space: true"))
      return
    }
    let tokenizer = try Self.tokenizer(test)
    for (text, expected) in zip(test.texts, ids) {
      #expect(
        try tokenizer.encode(text, addSpecialTokens: true) == Golden.tokenIDs(expected),
        "\(text.debugDescription)")
    }
  }

  @Test(arguments: ["LlamaTokenizer", "LlamaTokenizerFast"])
  func `a tokenizer that begins texts with a space isn't told not to`(name: String) throws {
    let path = Golden.path("llama2")
    let json = try [UInt8](Data(contentsOf: URL(filePath: path)))
    let good = #"{"tokenizer_class":"\#(name)","add_prefix_space":true,"legacy":false}"#
    _ = try Tokenizer(json: json, configuration: Array(good.utf8))
    let bad = #"{"tokenizer_class":"\#(name)","add_prefix_space":false}"#
    let error = try #require(throws: TokenizerError.self) {
      try Tokenizer(json: json, configuration: Array(bad.utf8))
    }
    #expect(error.description.contains("add_prefix_space: false"))
  }

  @Test func `NUL in the vocabulary, and numbers that only Python writes beside it, are read`()
    throws
  {
    let path = Golden.path("gpt2")
    let good = try String(contentsOfFile: path, encoding: .utf8)
    let text = good.replacing(
      #""vocab":{"#, with: #""vocab":{"a\u0000b":100000,"#, maxReplacements: 1)
    #expect(throws: TokenizerError.self) {
      // The id leaves a gap that added tokens would fill otherwise.
      try Tokenizer(json: Array(text.utf8))
    }
    let small = #"""
      {"version":"1.0","added_tokens":[],"pre_tokenizer":null,"post_processor":null,
       "decoder":{"type":"Fuse"},"model":{"type":"BPE","vocab":{"a":0,"\u0000":1,"a\u0000":2},
       "merges":[["a","\u0000"]]}}
      """#
    let configuration =
      #"{"model_max_length":1e999,"x":NaN,"y":-Infinity,"z":123456789012345678901}"#
    let tokenizer = try Tokenizer(
      json: Array(small.utf8), configuration: Array(configuration.utf8))
    #expect(try tokenizer.encode("a\u{0}a\u{0}\u{0}", addSpecialTokens: false) == [2, 2, 1])
    #expect(tokenizer.decode([2, 1]) == "a\u{0}\u{0}")
  }
}
