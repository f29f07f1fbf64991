import Foundation
import Scoring
import TestSupport
import Testing
import Tokenization

/// What a text is, in ids: given ones win, else prompt and response are tokenised apart and joined.
struct TokenSequenceTests {
  private static func tokenizer(_ name: String, configuration: String? = nil) throws -> Tokenizer {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "tokenizer_config.json")
      if let configuration { try Data(configuration.utf8).write(to: url) }
      return try Tokenizer(
        contentsOf: Places.fixture("tokenization/\(name).tokenizer.json"),
        configuration: configuration == nil ? nil : url.path)
    }
  }

  private func sequence(
    _ line: String, _ tokenizer: Tokenizer?, bos: BeginningOfSequence = .auto
  ) throws -> TokenSequence {
    try TextLine(parsing: Array(line.utf8), line: 3, path: "t.jsonl")
      .sequence(tokenizer: tokenizer, beginning: bos, path: "t.jsonl", directory: "ckpt/base")
  }

  @Test func `given ids win over text, and nothing is added to them`() throws {
    let tokenizer = try Self.tokenizer("llama3")
    for bos in BeginningOfSequence.allCases {
      let sequence = try sequence(
        #"{"prompt": "x", "response": "y", "prompt_ids": [5, 6], "response_ids": [7]}"#, tokenizer,
        bos: bos)
      #expect(sequence.ids == [5, 6, 7])
      #expect(sequence.responseStart == 2)
      #expect(!sequence.isRetokenized)
      #expect(!sequence.decodesBack)
    }
  }

  @Test func `given ids need no tokenizer`() throws {
    let sequence = try sequence(
      #"{"prompt": "x", "response": "y", "prompt_ids": [5, 6], "response_ids": [7]}"#, nil)
    #expect(sequence.ids == [5, 6, 7])
    #expect(sequence.decodesBack, "nothing to compare with")
  }

  @Test func `where one of both lists is given, the other text is tokenised`() throws {
    let tokenizer = try Self.tokenizer("llama3")
    let (a, b) = try (
      tokenizer.encode("a", addSpecialTokens: false), tokenizer.encode("b", addSpecialTokens: false)
    )
    for prompt in [#""prompt": "x", "#, ""] {
      let sequence = try sequence(
        #"{\#(prompt)"response": "b", "prompt_ids": [5, 6]}"#, tokenizer)
      #expect(sequence.ids == [5, 6] + b, "no beginning before given ids")
      #expect(sequence.responseStart == 2)
      #expect(sequence.isRetokenized && sequence.decodesBack)
    }
    for response in [#""response": "b", "#, ""] {
      let sequence = try sequence(
        #"{"prompt": "a", \#(response)"response_ids": \#(b)}"#, tokenizer)
      #expect(sequence.ids == [701] + a + b)
      #expect(sequence.responseStart == 1 + a.count)
      #expect(sequence.isRetokenized && sequence.decodesBack)
    }
    let other = try sequence(#"{"prompt": "a", "response": "b", "response_ids": [5]}"#, tokenizer)
    #expect(!other.decodesBack)
  }

  /// Llama 2 puts a space before a text; between prompt and response the text has none, after an
  /// added token the model was trained with one.
  @Test(arguments: [
    ("llama2", "a b", "c", false), ("llama2", "a b", " c", true), ("llama2", "a<|end|>", "c", true),
    ("llama2", "", "c", true), ("mistral", "a b", "c", false), ("mistral", "a b", " c", true),
    ("mistral", "a<|end|>", "c", false), ("mistral", "", "c", true), ("gemma", "a b", "c", false),
    ("gemma", "a<|end|>", "c", false), ("gemma", "", "c", false), ("gemma", "a", " c", true),
  ])
  func `a response goes on where the prompt ends`(
    name: String, prompt: String, response: String, hasSpace: Bool
  ) throws {
    let tokenizer = try Self.tokenizer(name)
    for bos in [BeginningOfSequence.auto, .never] {
      let sequence = try sequence(
        #"{"prompt": "\#(prompt)", "response": "\#(response)"}"#, tokenizer, bos: bos)
      let ids = Array(sequence.ids[sequence.responseStart...])
      #expect(sequence.decodesBack)
      #expect(ids.flatMap { tokenizer.bytes(of: $0) ?? [] } == Array((hasSpace ? " c" : "c").utf8))
      let again = TextLine.given(Array(sequence.ids[..<sequence.responseStart]), ids, response)
      #expect(try self.sequence(again, tokenizer).decodesBack)
    }
  }

  @Test func `a tokenizer that can't be used is named where one is needed, only there`() throws {
    let error = TokenizerError.unsupported(
      file: "ckpt/tokenizer.json", path: "model.type", found: "the model Unigram", fix: "use BPE")
    for text in [#"{"prompt": "a", "response": "b"}"#, #"{"prompt_ids": [1], "response": "b"}"#] {
      expectError(mentioning: ["ckpt/tokenizer.json: model.type: the model Unigram is not supp"]) {
        _ = try TextLine(parsing: Array(text.utf8), line: 3, path: "t.jsonl")
          .sequence(
            tokenizer: Self.tokenizer("qwen2"), unusable: error, beginning: .auto, path: "t.jsonl",
            directory: "ckpt/base")
      }
    }
    let line = try TextLine(
      parsing: Array(#"{"prompt_ids": [1], "response_ids": [2]}"#.utf8), line: 3, path: "t.jsonl")
    let sequence = try line.sequence(
      tokenizer: nil, unusable: error, beginning: .always, path: "t.jsonl", directory: "ckpt/base")
    #expect(sequence.ids == [1, 2])
  }

  @Test func `prompt and response are tokenised apart, although their text would merge`() throws {
    // The longest token of the vocabulary that is two letters or more, cut in the middle.
    let tokenizer = try Self.tokenizer("qwen2")
    let word = try #require(
      (0..<Int32(700)).lazy.compactMap { tokenizer.bytes(of: $0) }
        .first { $0.count == 4 && $0.allSatisfy { (97...122).contains($0) } })
    let (prompt, response) = (
      String(decoding: word.prefix(2), as: UTF8.self),
      String(decoding: word.suffix(2), as: UTF8.self)
    )
    let whole = try tokenizer.encode(prompt + response, addSpecialTokens: false)
    let sequence = try sequence(
      #"{"prompt": "\#(prompt)", "response": "\#(response)"}"#, tokenizer)
    let parts = try [prompt, response].map { try tokenizer.encode($0, addSpecialTokens: false) }
    #expect(whole.count == 1)
    #expect(sequence.ids == parts[0] + parts[1])
    #expect(sequence.ids != whole)
    #expect(sequence.responseStart == parts[0].count)
    #expect(sequence.decodesBack)
  }

  @Test func `auto begins a prompt only where the tokenizer's own configuration does`() throws {
    let text = #"{"prompt": "a", "response": "b"}"#
    let llama = try Self.tokenizer("llama3", configuration: #"{"bos_token": "<|begin|>"}"#)
    let qwen = try Self.tokenizer("qwen2", configuration: #"{"bos_token": "<|begin|>"}"#)
    let plain = try sequence(text, llama, bos: .never)
    #expect(!plain.ids.contains(701))
    for (tokenizer, bos, hasBeginning) in [
      (llama, .auto, true), (llama, .always, true), (llama, .never, false),
      (qwen, .auto, false), (qwen, .always, true), (qwen, .never, false),
    ] as [(Tokenizer, BeginningOfSequence, Bool)] {
      let sequence = try sequence(text, tokenizer, bos: bos)
      let without = try self.sequence(text, tokenizer, bos: .never)
      #expect(sequence.ids == (hasBeginning ? [701] : []) + without.ids)
      #expect(sequence.responseStart == without.responseStart + (hasBeginning ? 1 : 0))
      #expect(sequence.decodesBack, "the added token is none of the text's")
    }
  }

  @Test func `asking always for a token that the tokenizer lacks is refused`() throws {
    let tokenizer = try Self.tokenizer("qwen2")
    expectError(mentioning: ["ckpt/base", "no beginning-of-sequence token", "--bos auto"]) {
      _ = try sequence(#"{"prompt": "a", "response": "b"}"#, tokenizer, bos: .always)
    }
  }

  @Test(arguments: [
    (#"{"prompt": "", "response": "bb"}"#, 0), (#"{"prompt": "aa", "response": ""}"#, nil),
    (#"{"prompt": "", "response": ""}"#, nil), (#"{"prompt_ids": [], "response_ids": []}"#, nil),
    (#"{"prompt_ids": [], "response_ids": [4]}"#, 0),
    (#"{"prompt_ids": [4], "response_ids": []}"#, nil),
  ])
  func `empty prompts and responses are texts`(text: String, start: Int?) throws {
    let sequence = try sequence(text, try Self.tokenizer("qwen2"))
    #expect(sequence.responseStart == start ?? sequence.ids.count)
    #expect(sequence.decodesBack)
  }

  @Test func `an empty response of given ids that has text does not decode back`() throws {
    let sequence = try sequence(
      #"{"response": "bb", "prompt_ids": [4], "response_ids": []}"#, try Self.tokenizer("qwen2"))
    #expect(!sequence.decodesBack)
  }

  @Test func `a text that normalisation changes does not decode back, in prompt or response`()
    throws
  {
    let tokenizer = try Self.tokenizer("qwen2")
    let decomposed = "e\u{301}"
    for (prompt, response, same) in [
      ("é", "é", true), (decomposed, "é", false), ("é", decomposed, false),
    ] {
      let sequence = try sequence(
        #"{"prompt": "\#(prompt)", "response": "\#(response)"}"#, tokenizer)
      #expect(sequence.decodesBack == same, "\(Array(prompt.utf8)), \(Array(response.utf8))")
    }
  }

  @Test func `a response decodes back with its special tokens or without`() throws {
    let tokenizer = try Self.tokenizer("qwen2")
    let a = try tokenizer.encode("a", addSpecialTokens: false)
    for (text, same) in [("a", true), ("a<|end|>", true), ("a<|", false)] {
      let ids = "\(a + [702])"
      let sequence = try sequence(
        #"{"response": "\#(text)", "prompt_ids": [], "response_ids": \#(ids)}"#, tokenizer)
      #expect(sequence.decodesBack == same)
    }
  }

  @Test func `ids that the tokenizer doesn't know do not decode back`() throws {
    let sequence = try sequence(
      #"{"response": "", "prompt_ids": [], "response_ids": [99999]}"#,
      try Self.tokenizer("qwen2"))
    #expect(!sequence.decodesBack)
  }

  @Test func `text without ids needs a tokenizer`() {
    expectError(mentioning: ["t.jsonl, line 3", "ckpt/base has no tokenizer.json", "prompt_ids"]) {
      _ = try sequence(#"{"prompt": "a", "response": "b"}"#, nil)
    }
  }
}

extension TextLine {
  fileprivate static func given(_ prompt: [Int32], _ response: [Int32], _ text: String) -> String {
    #"{"prompt_ids": \#(prompt), "response_ids": \#(response), "response": "\#(text)"}"#
  }
}
