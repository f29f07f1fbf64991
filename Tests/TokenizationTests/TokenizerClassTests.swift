import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// Classes of transformers that build their tokenizer from vocabulary and merges; expected ids and
/// texts are AutoTokenizer's.
@Suite struct TokenizerClassTests {
  typealias Case = TokenizerSettingsTests.Case

  static let cases = TokenizerSettingsTests.read("classes.jsonl")

  @Test func `there are cases of each class, and most differ from the file`() {
    let classes = Self.cases.compactMap { $0.line["class"]?.stringValue }
    #expect(Self.cases.count == 216 && classes.count == Self.cases.count)
    for name in ["LlamaTokenizer", "GemmaTokenizer", "Qwen2Tokenizer", "GPT2Tokenizer"] {
      #expect(classes.count { $0 == name } >= 10)
    }
    #expect(Self.cases.count { $0.line["differs"] == .bool(true) } > 120)
  }

  @Test(arguments: cases)
  func `a folder's class and settings give AutoTokenizer's ids and texts`(test: Case) throws {
    let readsOlderFile =
      test.files.first { $0.key == "tokenizer_config.json" }?.value["added_tokens_decoder"] == nil
    if readsOlderFile && test.sets("split_special_tokens") {
      let error = try #require(throws: TokenizerError.self) {
        try TokenizerSettingsTests.tokenizer(test)
      }
      #expect(error.description.contains("special_tokens_map.json: split_special_tokens: true"))
      return
    }
    let tokenizer = try TokenizerSettingsTests.tokenizer(test)
    try TokenizerSettingsTests.expectIDs(of: tokenizer, test)
    guard let decoded = test.line["decoded"]?.arrayValue else {
      #expect(tokenizer.rebuiltAs == nil)
      return
    }
    let ids = try #require(test.line["ids"]?.arrayValue)
    for (index, text) in test.texts.enumerated() {
      let expected = decoded[index].stringValue ?? text
      let actual = tokenizer.decode(try Golden.tokenIDs(ids[index]))
      #expect(areSame(actual, expected), "\(actual.debugDescription), \(text.debugDescription)")
    }
  }

  @Test(arguments: cases.filter { $0.line["decoded"] != nil })
  func `a tokenizer that is built otherwise than its file says so`(test: Case) throws {
    let tokenizer = try TokenizerSettingsTests.tokenizer(test)
    let (name, own) = (test.line["class"]?.stringValue, test.line["tokenizer"]?.stringValue)
    if let rebuilt = tokenizer.rebuiltAs { #expect(rebuilt == name) }
    // The class's own file differs only by settings and by tokens that are added.
    let pairs = ["qwen2": "Qwen2Tokenizer", "gpt2": "GPT2Tokenizer", "gemma": "GemmaTokenizer"]
    if test.line["differs"] == .bool(true), pairs[own ?? ""] != name {
      #expect(tokenizer.rebuiltAs == name)
    }
  }

  @Test(
    arguments: [
      ("qwen2", "qwen2", "Qwen2Tokenizer", nil), ("gpt2", "gpt2", "GPT2Tokenizer", nil),
      ("gemma", "gemma2", "GemmaTokenizer", nil),
      ("llama2", "llama", "LlamaTokenizer", "LlamaTokenizer"),
      ("llama3", "llama", "LlamaTokenizer", nil), ("llama3", "qwen2", "Whatever", "Qwen2Tokenizer"),
      ("gpt2-prefixed", "gpt2", "GPT2Tokenizer", "GPT2Tokenizer"),
      ("phi3", "phi3", "LlamaTokenizer", nil),
    ] as [(String, String, String, String?)])
  func `where the class says what the file says nothing is rebuilt, and the digest stays`(
    name: String, modelType: String, className: String, expected: String?
  ) throws {
    let json = try [UInt8](Data(contentsOf: URL(filePath: Golden.path(name))))
    let plain = try Tokenizer(json: json)
    // No default token that the file lacks.
    let settings =
      #"{"tokenizer_class":"\#(className)","bos_token":null,"eos_token":null,"unk_token":null,"#
      + #""pad_token":null,"mask_token":null}"#
    let tokenizer = try Tokenizer(
      json: json, configuration: Array(settings.utf8), modelType: modelType)
    #expect(tokenizer.rebuiltAs == expected)
    #expect((tokenizer.contentDigest == plain.contentDigest) == (expected == nil))
    #expect(tokenizer.fileDigest == plain.fileDigest)
  }

  @Test(arguments: ["CodeLlamaTokenizer", "CohereTokenizerFast", "T5Tokenizer", "GPTNeoXTokenizer"])
  func `other classes that build anew are refused by name`(name: String) throws {
    let json = try [UInt8](Data(contentsOf: URL(filePath: Golden.path("gpt2"))))
    let settings = Array(#"{"tokenizer_class":"\#(name)"}"#.utf8)
    let error = try #require(throws: TokenizerError.self) {
      try Tokenizer(json: json, configuration: settings, modelType: "llama")
    }
    #expect(error.description.contains("tokenizer_config.json: tokenizer_class"))
    #expect(error.description.contains("give the texts as ids"))
    let isUnsupported = if case .unsupported = error { true } else { false }
    #expect(isUnsupported)
    // Of these types the configuration's class doesn't count.
    #expect(
      try Tokenizer(json: json, configuration: settings, modelType: "olmo2").rebuiltAs == nil)
    #expect(
      try Tokenizer(json: json, configuration: settings, modelType: "qwen2").rebuiltAs
        == "Qwen2Tokenizer")
  }

  @Test func `a token that only the class names isn't added where the model has no row for it`()
    throws
  {
    try withTemporaryFolder { folder in
      let json = try String(contentsOfFile: Golden.path("gpt2"), encoding: .utf8)
        .replacing("<|endoftext|>", with: "<|finished|>")
      try json.write(
        to: folder.appending(path: "tokenizer.json"), atomically: true, encoding: .utf8)
      let count = try Tokenizer(directory: folder.path).vocabularySize
      for (size, expected) in [(count, count), (count + 1, count + 1)] {
        try #"{"model_type":"gpt2","vocab_size":\#(size)}"#.write(
          to: folder.appending(path: "config.json"), atomically: true, encoding: .utf8)
        #expect(try Tokenizer(directory: folder.path).vocabularySize == expected)
      }
    }
  }

  @Test(arguments: [("first", false), ("always", true)])
  func `a response after a prompt goes on in a rebuilt tokenizer, too`(
    scheme: String, isLegacy: Bool
  ) throws {
    let json = try [UInt8](Data(contentsOf: URL(filePath: Golden.path("llama2"))))
    let settings = Array(#"{"tokenizer_class":"LlamaTokenizer","legacy":\#(isLegacy)}"#.utf8)
    let tokenizer = try Tokenizer(json: json, configuration: settings, modelType: "llama")
    #expect(tokenizer.rebuiltAs == "LlamaTokenizer")
    for (prompt, response) in [
      ("the", "cat"), ("the ", "cat"), ("the", " cat"), ("12", "\n3"),
    ] {
      let first = try tokenizer.encode(prompt, addSpecialTokens: false)
      let next = try tokenizer.encode(response, addSpecialTokens: false, after: first.last)
      #expect(
        areSame(tokenizer.decode(first + next), (prompt + response).replacing("▁", with: " ")))
      let shown = tokenizer.decode(next, after: first.last)
      #expect(areSame(shown, response), "\(shown.debugDescription)")
    }
    // After an added token as inside a text.
    let whole = try tokenizer.encode("<s>the", addSpecialTokens: false)
    let token = try #require(whole.first)
    #expect(
      try [token] + tokenizer.encode("the", addSpecialTokens: false, after: token) == whole
        || token == tokenizer.beginningOfSequenceID)
  }
}
