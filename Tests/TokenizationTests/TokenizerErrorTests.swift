import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// Each test changes one place of a good file.
@Suite struct TokenizerErrorTests {
  /// A replacement in the text of the GPT-2 fixture, and what the complaint has to say.
  struct Change: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let complaint: [String]

    init(_ old: String, _ new: String, _ complaint: String...) {
      (self.old, self.new, self.complaint) = (old, new, complaint)
    }

    var testDescription: String { new }
  }

  static let preTokenizer =
    #""pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"#
    + #""use_regex":true}"#
  static func split(_ pattern: String, _ rest: String) -> String {
    #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":"#
      + pattern + "," + rest + "}]}"
  }
  static let isolated = #""behavior":"Isolated","invert":false"#

  static let changes = [
    Change(#""type":"BPE""#, #""type":"Unigram""#, "model.type: the model Unigram is not supp"),
    Change(#""version":"1.0""#, #""version":"2.0""#, "version: version 2.0"),
    Change(
      #""normalizer":null"#, #""normalizer":{"type":"NFKC"}"#, "normalizer: the normalizer NFKC"),
    Change(
      #""normalizer":null"#,
      #""normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Lowercase"}]}"#,
      "normalizer.normalizers[1]: the normalizer Lowercase"),
    Change(#""normalizer":null"#, #""normalizer":7"#, "normalizer: the number 7 where an object"),
    Change(
      preTokenizer, #""pre_tokenizer":null"#,
      "decoder: the decoder ByteLevel after a pre-tokenizer without it"),
    Change(
      preTokenizer, #""pre_tokenizer":{"type":"Whitespace"}"#,
      "pre_tokenizer: the pre-tokenizer Whitespace"),
    Change(
      preTokenizer, split(#"{"Regex":"(a"}"#, isolated),
      "pre_tokenizer.pretokenizers[0].pattern.Regex: not a regular expression: end pattern"),
    Change(
      preTokenizer, split(#"{"Regex":"\\p{Nonsense}"}"#, isolated),
      "not a regular expression: invalid character property name {Nonsense}"),
    Change(
      preTokenizer, split(#"{"Regex":"a"}"#, #""behavior":"Sideways","invert":false"#),
      "pretokenizers[0].behavior: unknown behavior Sideways"),
    Change(
      preTokenizer, split(#"{"Regex":"a"}"#, isolated), "decoder: the decoder ByteLevel after"),
    Change(preTokenizer, split(#"{"String":""}"#, isolated), "String: an empty pattern"),
    Change(preTokenizer, split(#"{"String":7}"#, isolated), "String: the number 7 where a string"),
    Change(
      preTokenizer,
      #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},"#
        + #"{"type":"Digits","individual_digits":true}]}"#,
      "pretokenizers[1]: a pre-tokenizer after pre_tokenizer.pretokenizers[0]"),
    Change(#""dropout":null"#, #""dropout":0.1"#, "model.dropout: dropout"),
    Change(
      #""end_of_word_suffix":null"#, #""end_of_word_suffix":"</w>""#,
      #"model.end_of_word_suffix: the affix "</w>""#),
    Change(
      #""continuing_subword_prefix":null"#, #""continuing_subword_prefix":"\#u{23}\#u{23}""#,
      "model.continuing_subword_prefix: the affix"),
    Change(#""!":0"#, #""!":1"#, "the id 1 belongs to"),
    Change(#""!":0"#, #""!":-1"#, "model.vocab.!: the token id -1 is not in 0..<10000000"),
    Change(#""!":0"#, #""!":4294967296"#, "the token id 4294967296 is not in"),
    Change(#""!":0"#, #""!":0.5"#, "the number 0.5 where a token id belongs"),
    Change(#""!":0"#, #""!":"0""#, "a string where a token id belongs"),
    Change(#""merges":["#, #""merges":[["a","\#u{1F600}"],"#, "model.merges[0]: the merge names"),
    Change(#""merges":["#, #""merges":[["Z","Z"],"#, #"the merge names "ZZ""#),
    Change(#""merges":["#, #""merges":["a b c","#, "model.merges[0]: 3 tokens where a merge has 2"),
    Change(#""merges":["#, #""merges":[["a"],"#, "model.merges[0]: 1 tokens"),
    Change(#""merges":["#, #""merges":[null,"#, "model.merges[0]: null where a string belongs"),
    Change(#""merges":["#, #""mergers":["#, "model: merges is missing"),
    Change(#""id":600"#, #""id":900"#, "added_tokens[0]", "has id 900", "would give it 600"),
    Change(#""content":"<|begin|>""#, #""content":"<|end|>""#, #""<|end|>" is added twice"#),
    Change(#""content":"<|begin|>""#, #""content":"""#, "added_tokens[1]: an added token without"),
    Change(
      #""decoder":{"type":"ByteLevel""#, #""decoder":{"type":"WordPiece""#,
      "decoder: the decoder WordPiece"),
    Change(
      #""decoder":{"type":"ByteLevel""#, #""decoder":{"type":"Fuse""#,
      "decoder: a decoder without ByteLevel after"),
    Change(
      #""post_processor":{"type":"ByteLevel""#, #""post_processor":{"type":"BertProcessing""#,
      "post_processor: the post-processor BertProcessing"),
    Change(
      #""post_processor":{"type":"ByteLevel""#,
      #""post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"#
        + #""special_tokens":{"x":{"ids":[99999]}},"pair":[]"#,
      "post_processor.single: a template without the text"),
    Change(
      #""post_processor":{"type":"ByteLevel""#,
      #""post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},"#
        + #"{"Sequence":{"id":"A"}}],"special_tokens":{"x":{"ids":[99999]}},"pair":[]"#,
      "post_processor: the token id 99999 is not in the vocabulary"),
  ]

  @Test(arguments: changes)
  func `what can't be read is refused in one line`(change: Change) throws {
    let good = try String(contentsOfFile: Golden.path("gpt2"), encoding: .utf8)
    #expect(good.contains(change.old))
    let range = try #require(good.range(of: change.old))
    let message = try complaint(about: good.replacingCharacters(in: range, with: change.new))
    for part in change.complaint { #expect(message.contains(part), "\(message)") }
  }

  @Test(arguments: [0, 1, 100, 5000, 10000])
  func `a truncated file is refused`(count: Int) throws {
    let good = try String(contentsOfFile: Golden.path("gpt2"), encoding: .utf8)
    let message = try complaint(about: String(good.prefix(count)))
    #expect(message.contains("copy the file again"), "\(message)")
  }

  @Test func `a missing file and a folder are named`() throws {
    try withTemporaryFolder { folder in
      let missing = #expect(throws: TokenizerError.self) {
        try Tokenizer(directory: folder.path)
      }
      #expect(missing?.description.contains("tokenizer.json: can't be read: no such file") == true)
      let other = #expect(throws: TokenizerError.self) {
        try Tokenizer(contentsOf: folder.path)
      }
      #expect(other?.description.contains("it is a folder") == true)
    }
  }

  @Test(arguments: [
    (#"{"eos_token":{"content":7}}"#, "eos_token.content: the number 7 where a string belongs"),
    (
      #"{"split_special_tokens":"yes"}"#,
      "split_special_tokens: a string where true or false belongs"
    ),
    (#"{"added_tokens_decoder":{"x":{"content":"<nope>"}}}"#, #""x" where a token id belongs"#),
    ("[]", "tokenizer_config.json: the whole file: an array where an object belongs"),
    ("{", "tokenizer_config.json: invalid JSON"),
  ])
  func `a configuration that contradicts the tokenizer is refused`(
    configuration: String, complaint: String
  ) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer_config.json")
      try configuration.write(to: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizer(contentsOf: Golden.path("gpt2"), configuration: path.path)
      }
      let message = try #require(error?.description)
      #expect(message.contains(complaint) && !message.contains("\n"), "\(message)")
    }
  }

  @Test func `an expression that never ends is given up`() throws {
    let good = try String(contentsOfFile: Golden.path("gpt2"), encoding: .utf8)
    let endless = Self.split(#"{"Regex":"(?:a|a|aa)+$"}"#, Self.isolated)
      .replacing("]}", with: #",{"type":"ByteLevel"}]}"#)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer.json")
      try good.replacing(Self.preTokenizer, with: endless)
        .write(to: path, atomically: true, encoding: .utf8)
      let tokenizer = try Tokenizer(contentsOf: path.path)
      let error = #expect(throws: TokenizerError.self) {
        try tokenizer.encode(String(repeating: "a", count: 60) + "b", addSpecialTokens: false)
      }
      #expect(error?.description.contains("gave up on a piece of 61 bytes: retry-limit") == true)
    }
  }

  /// The description of the error that reading this text gives.
  private func complaint(about text: String) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "tokenizer.json")
      try text.write(to: path, atomically: true, encoding: .utf8)
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizer(contentsOf: path.path)
      }
      let message = try #require(error?.description)
      #expect(message.hasPrefix(path.path + ": ") && !message.contains("\n"), "\(message)")
      return message
    }
  }
}
