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
    /// Whether any of the files sets a switch.
    func sets(_ key: String) -> Bool { files.contains { $0.value[key] == .bool(true) } }
  }

  static let cases = read("settings.jsonl")

  static func read(_ name: String) -> [Case] {
    guard let lines = try? Golden.lines(name), let head = lines.first else { return [] }
    let texts = head["texts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return lines.dropFirst().map { Case(line: $0, texts: texts) }
  }

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
    #expect(Self.cases.count { $0.line["ids"] != nil } > 270)
    #expect(Set(Self.cases.map { $0.line["ids"]?.serialized() }).count > 45)
  }

  @Test(arguments: cases.filter { $0.line["ids"] != nil })
  func `settings give AutoTokenizer's ids, or are refused by name`(test: Case) throws {
    if test.sets("split_special_tokens") {
      let error = try #require(throws: TokenizerError.self) { try Self.tokenizer(test) }
      #expect(error.description.contains("split_special_tokens"))
      return
    }
    try Self.expectIDs(of: Self.tokenizer(test), test)
  }

  static func expectIDs(of tokenizer: Tokenizer, _ test: Case) throws {
    let ids = try #require(test.line["ids"]?.arrayValue)
    for (text, expected) in zip(test.texts, ids) {
      let expected = try Golden.tokenIDs(expected)
      #expect(
        try tokenizer.encode(text, addSpecialTokens: true) == expected, "\(text.debugDescription)")
    }
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
