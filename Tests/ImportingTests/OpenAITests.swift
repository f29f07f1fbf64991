import Foundation
import Importing
import JSON
import TestSupport
import Testing

/// Responses of servers with OpenAI's API.
@Suite struct OpenAITests {
  /// "�" is what decoders write for 5 and 6, which are parts of characters; 7 and 8 have one text.
  private let tokens = [
    "<end>", "The", " cat", " sat", "é", "x1", "x2", " a", " a", "\u{FFFD}", "The cat", "<tool>",
  ]
  private let specials: Set<UInt32> = [0, 11]

  private func read(_ text: String, _ format: ImportFormat = .openAI) throws -> Dumped {
    try dumped(text, as: format, tokens: tokens, specialIDs: specials)
  }

  private func completion(
    tokens: String, numbers: String, top: String = "null", more: String = "", text: String = "",
    usage: String = "null"
  ) -> String {
    #"{"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"index":0,"text":"\#(text)","#
      + #""logprobs":{"text_offset":[],"token_logprobs":\#(numbers),"tokens":\#(tokens),"#
      + #""top_logprobs":\#(top)},"finish_reason":"stop"\#(more)}],"usage":\#(usage)}"# + "\n"
  }

  private func lists(_ dump: Dumped, _ text: Int = 0) -> [[UInt32]] {
    dump.texts[text].models[0].lists.map { $0.map(\.id) }
  }

  @Test func `a batch whose first request failed is told by its contents`() throws {
    let failed = #"{"custom_id":"a","response":null,"error":{"message":"busy"}}"# + "\n"
    let answer = completion(tokens: #"["The"]"#, numbers: "[-0.5]", text: "The")
      .trimmingCharacters(in: .newlines)
    let good =
      #"{"custom_id":"b","response":{"status_code":200,"body":\#(answer)},"error":null}"# + "\n"
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "batch.jsonl").path
      try (failed + good).write(toFile: path, atomically: true, encoding: .utf8)
      let found = try ImportFormat(of: path)
      #expect(found == .openAI)
    }
    #expect(try read(failed + good).texts.map(\.promptID) == ["b"])
  }

  /// SentencePiece decodes " cat" at a text's front as "cat": of a word alone nobody knows which it was.
  @Test func `a lone word that may have lost its space is not measured`() throws {
    var options = DumpOptions(tokens: ["<end>", "cat", " cat", "s"].map { Array($0.utf8) })
    func ids(_ tokens: String, _ text: String) throws -> [UInt32] {
      let line = completion(tokens: tokens, numbers: "[-0.5,-0.25]", text: text)
      return try withTemporaryFolder { folder in
        let path = folder.appending(path: "answer.json").path
        try line.write(toFile: path, atomically: true, encoding: .utf8)
        return try dumped(file: path, as: .openAI, options: options).texts[0].tokenIDs
      }
    }
    #expect(try ids(#"["cat","s"]"#, "cats") == [1, 3])
    options.losesFirstSpace = true
    #expect(try ids(#"["cat","s"]"#, "cats") == [DumpedText.unknownID, 3])
    #expect(try ids(#"[" cat","s"]"#, " cats") == [2, 3])
    #expect(try ids(#"["s","cat"]"#, "scat") == [3, 1])
  }

  // MARK: Completions

  @Test func `texts of tokens become ids`() throws {
    let found = try read(
      completion(
        tokens: #"["The"," cat","<end>"]"#, numbers: "[-0.5,-0.25,-1.5]",
        top: #"[{"The":-0.5," cat":-1.0},{" sat":-2.0," cat":-0.25},{"<end>":-1.5," sat":-0.5}]"#,
        text: "The cat"))
    let text = found.texts[0]
    #expect(text.id == "cmpl-1" && text.finish == "stop" && text.promptID.isEmpty)
    #expect(text.tokenIDs == [1, 2, 0] && text.responseStart == 0)
    #expect(isSame(text.models[0].logProbability, [-0.5, -0.25, -1.5]))
    #expect(lists(found) == [[1, 2], [2, 3], [3, 0]])
    #expect(!found.source.hasIDs && found.source.models[0].listLength == 2)
    #expect(found.source.models[0].processing == .unknown)
    #expect(found.source.models[0].temperature == nil)
    #expect(text.metadata.map(\.key) == ["model"])
  }

  @Test func `ids that collapse under one text are not measured`() throws {
    let found = try read(
      completion(
        tokens: #"["The"," a","\#u{FFFD}",""," cat"]"#, numbers: "[-0.5,-1,-1,-1,-2]",
        top:
          #"[{"The":-0.5," a":-1.5},{" a":-1},{"\#u{FFFD}":-1},{"":-1},{" cat":-2,"The":-0.125}]"#
      ))
    let unknown = DumpedText.unknownID
    #expect(found.texts[0].tokenIDs == [1, unknown, unknown, unknown, 2])
    #expect(isSame(found.texts[0].models[0].logProbability, [-0.5, .nan, .nan, .nan, -2]))
    // Its dictionary may have lost the likelier of the two.
    #expect(lists(found) == [[], [], [], [], [1, 2]])
    #expect(found.source.notes.contains { $0.hasPrefix("3 tokens are not measured") })
  }

  @Test func `the token that occurs may be one more`() throws {
    let found = try read(
      completion(
        tokens: #"["token_id:30"]"#, numbers: "[-7.5]",
        top: #"[{"token_id:30":-7.5,"token_id:40":-0.25,"token_id:50":-1.5}]"#))
    #expect(lists(found) == [[40, 50, 30]])
    #expect(found.source.hasIDs && found.source.models[0].listLength == 3)
  }

  @Test func `stand-ins for no number`() throws {
    let found = try read(
      completion(
        tokens: #"["token_id:1","token_id:2","token_id:3","token_id:4","token_id:5"]"#,
        numbers: "[-9999.0,-Infinity,-3.4028234663852886e+38,null,NaN]",
        top: #"[{"token_id:1":-9999.0,"token_id:9":-0.5},null,{},null,null]"#))
    #expect(found.texts[0].models[0].logProbability.allSatisfy { $0.isNaN })
    #expect(lists(found) == [[9], [], [], [], []])
    #expect(found.texts[0].responseStart == 0)
  }

  @Test func `ids of vLLM go before texts`() throws {
    let text = completion(
      tokens: #"["\#u{FFFD}"," a"]"#, numbers: "[-1,-2]", top: #"[{"The":-0.5},{" cat":-0.5}]"#,
      more: #","token_ids":[5,8],"prompt_token_ids":[1,2]"#)
    let found = try read(text)
    #expect(found.texts[0].tokenIDs == [1, 2, 5, 8] && found.texts[0].responseStart == 2)
    #expect(isSame(found.texts[0].models[0].logProbability, [.nan, .nan, -1, -2]))
    #expect(lists(found) == [[], [], [1], [2]])
    #expect(found.source.hasIDs)
    // Without a tokenizer only lists are lost.
    let bare = try dumped(text, as: .openAI)
    #expect(bare.texts[0].tokenIDs == [1, 2, 5, 8])
    #expect(lists(bare) == [[], [], [], []])
    #expect(bare.source.notes.contains { $0.contains("--tokenizer DIR") })
    #expect(bare.source.models[0].listLength == 0)
  }

  @Test func `vLLM's log-probabilities of the prompt`() throws {
    let prompt =
      #"[null,{"2":{"logprob":-4.5,"rank":7,"decoded_token":" cat"},"3":{"logprob":-0.5,"rank":1,"decoded_token":""}}]"#
    let found = try read(
      completion(
        tokens: #"["token_id:3"]"#, numbers: "[-1]", top: #"[{"token_id:3":-1}]"#,
        more: #","token_ids":[3],"prompt_token_ids":[1,2],"prompt_logprobs":\#(prompt)"#))
    #expect(isSame(found.texts[0].models[0].logProbability, [.nan, -4.5, -1]))
    #expect(found.texts[0].models[0].rank == [0, 7, 0])
    #expect(lists(found) == [[], [3, 2], [3]])
    #expect(found.source.models[0].hasRank)
    // The token that occurs isn't marked.
    let bare = try read(
      completion(
        tokens: #"["token_id:3"]"#, numbers: "[-1]", more: #","prompt_logprobs":\#(prompt)"#))
    #expect(bare.texts[0].tokenIDs == [3])
    #expect(bare.source.notes.contains { $0.contains("prompts are left out") })
    expectDumpFault(
      completion(
        tokens: #"["token_id:3"]"#, numbers: "[-1]",
        more: #","prompt_token_ids":[1],"prompt_logprobs":\#(prompt)"#), as: .openAI,
      "prompt_logprobs: has 2 entries and prompt_token_ids 1")
  }

  @Test func `an echoed prompt`() throws {
    let tokens = #"["token_id:1","token_id:2","token_id:3"]"#
    let numbers = "[null,-2,-3]"
    let usage = #"{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}"#
    let byUsage = try read(completion(tokens: tokens, numbers: numbers, usage: usage))
    #expect(byUsage.texts[0].responseStart == 2 && byUsage.texts[0].tokenIDs == [1, 2, 3])
    let byIDs = try read(
      completion(
        tokens: #"["The"," cat"," a"]"#, numbers: numbers,
        more: #","token_ids":[8],"prompt_token_ids":[1,2]"#))
    #expect(byIDs.texts[0].responseStart == 2 && byIDs.texts[0].tokenIDs == [1, 2, 8])
    #expect(isSame(byIDs.texts[0].models[0].logProbability, [.nan, -2, -3]))
    let unknown = try read(completion(tokens: tokens, numbers: numbers))
    #expect(unknown.texts[0].responseStart == 0)
    #expect(unknown.source.notes.contains { $0.contains("all tokens of such texts count") })
    let scored = try read(
      completion(
        tokens: tokens, numbers: numbers, more: #","token_ids":[],"prompt_token_ids":[1,2,3]"#))
    #expect(scored.texts[0].responseStart == 0 && scored.texts[0].tokenIDs == [1, 2, 3])
  }

  @Test func `tokens that lost their spaces are refused`() throws {
    let text = completion(
      tokens: #"["The","cat"]"#, numbers: "[-1,-2]", top: #"[{"The":-1},{"The":-1}]"#,
      text: "The cat")
    expectDumpFault(
      text, as: .openAI, tokens: ["The", "cat"], "lost the spaces", "return_token_ids")
    // With ids their lists are.
    let found = try dumped(
      completion(
        tokens: #"["The","cat"]"#, numbers: "[-1,-2]", top: #"[{"The":-1},{"The":-1}]"#,
        more: #","token_ids":[0,2]"#, text: "The cat"), as: .openAI, tokens: ["The", "cat", " cat"])
    #expect(found.texts[0].tokenIDs == [0, 2])
    #expect(lists(found) == [[], []])
    #expect(found.source.notes.contains { $0.contains("lists are left out") })
  }

  // MARK: Chat

  private func entry(_ token: String, _ number: Double, bytes: String = "null", top: String = "")
    -> String
  {
    #"{"token":"\#(token)","bytes":\#(bytes),"logprob":\#(number),"top_logprobs":[\#(top)]}"#
  }

  private func chat(_ choices: String..., more: String = "", id: String = "chat-1") -> String {
    let choices = choices.enumerated().map {
      #"{"index":\#($0),"message":{"role":"assistant","content":null},"logprobs":{"content":[\#($1)]},"finish_reason":"length"}"#
    }
    return
      #"{"id":"\#(id)","object":"chat.completion","choices":[\#(choices.joined(separator: ","))]\#(more)}"#
      + "\n"
  }

  @Test func `bytes go before texts, and a list ends before what isn't one id's`() throws {
    let top = [
      entry("The", -0.5), entry(" a", -1), entry(" cat", -1.5), entry("token_id:3", -0.75),
    ]
    let found = try read(
      chat(entry("\\\\xc3", -0.5, bytes: "[84,104,101]", top: top.joined(separator: ","))))
    #expect(found.texts[0].tokenIDs == [1])
    #expect(lists(found) == [[1, 3]])
    #expect(found.source.notes.contains { $0.hasPrefix("1 lists end early") })
  }

  @Test func `choices of one prompt, and what vLLM says of it`() throws {
    let found = try read(
      chat(
        entry("The", -0.5), entry(" cat", -0.25),
        more: #","prompt_token_ids":[3,3],"prompt_logprobs":[null,{"3":{"logprob":-2,"rank":1}}]"#))
    #expect(found.texts.map(\.id) == ["chat-1/0", "chat-1/1"])
    #expect(found.texts.map(\.promptID) == ["chat-1", "chat-1"])
    #expect(found.texts.map(\.sampleID) == [0, 1])
    #expect(found.texts.map(\.tokenIDs) == [[3, 3, 1], [3, 3, 2]])
    #expect(isSame(found.texts[1].models[0].logProbability, [.nan, -2, -0.25]))
  }

  @Test func `lines of a batch, with an error among them`() throws {
    let body = chat(entry("The", -0.5)).dropLast()
    let found = try read(
      #"{"id":"b1","custom_id":"q7","response":{"status_code":200,"body":\#(body)},"error":null}"#
        + "\n"
        + #"{"id":"b2","custom_id":"q8","response":null,"error":{"message":"no"}}"# + "\n")
    #expect(found.texts.map(\.promptID) == ["q7"])
    #expect(found.source.notes.contains { $0.hasPrefix("1 answers are errors") })
  }

  @Test func `one object over lines, an array, and lines are the same`() throws {
    let one = chat(entry("The", -0.5, bytes: #"[84,104,101]"#))
    let two = chat(entry("}]\\\"{", -0.5, bytes: "[32,99,97,116]"), id: "chat-2")
    let lines = try read(one + two)
    #expect(lines.texts.map(\.tokenIDs) == [[1], [2]])
    try #expect(read("[" + one.dropLast() + ", \n" + two + "]\n").texts == lines.texts)
    let spread = (one + two).replacing(",\"", with: ",\n  \"").replacing("[{", with: "[\n\n{")
    try #expect(read(spread).texts == lines.texts)
    try #expect(read("[\n" + spread.replacing("}\n{", with: "},{") + "]").texts == lines.texts)
  }

  // MARK: Streams

  @Test func `events of a response are one text`() throws {
    func event(_ id: String, _ index: Int, _ token: String, _ more: String = "") -> String {
      #"data: {"id":"\#(id)","object":"chat.completion.chunk","choices":[{"index":\#(index),"delta":{"content":"\#(token)"},"logprobs":{"content":[\#(entry(token, -0.5))]},"finish_reason":null\#(more)}]}"#
        + "\n\n"
    }
    let found = try read(
      ": ping\n" + event("a", 0, "The") + event("a", 1, " cat") + event("a", 0, " sat")
        + #"data: {"id":"a","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}"#
        + "\n" + #"data: {"id":"a","choices":[],"usage":{"prompt_tokens":3}}"#
        + "\r\ndata: [DONE]\n"
        + event("b", 0, " cat", #","token_ids":[9]"#) + event("b", 0, "The", #","token_ids":[8]"#))
    #expect(found.texts.map(\.id) == ["a/0", "a/1", "b"])
    #expect(found.texts.map(\.tokenIDs) == [[1, 3], [2], [9, 8]])
    #expect(found.texts.map(\.finish) == ["stop", "", ""])
    expectDumpFault(
      event("a", 0, "The") + event("b", 0, "The") + event("a", 0, "The"), as: .openAI,
      tokens: tokens, "line 5, id: 'a' comes back")
    expectDumpFault(
      event("a", 0, "The") + "{}\n", as: .openAI, tokens: tokens, "line 3: is no event")
    expectDumpFault(event("a", 0, "The") + "data: 3\n", as: .openAI, "without a JSON object")
    expectDumpFault(
      event("a", 0, "The") + "data: {\"id\": \"a\", \"cho\n", as: .openAI, "line 3: column")
  }

  // MARK: Faults

  @Test func `what is wrong names the place and the fix`() {
    let good = completion(tokens: #"["token_id:1"]"#, numbers: "[-1]")
    expectDumpFault(
      completion(tokens: #"["The"]"#, numbers: "[-1]"), as: .openAI, "line 1, choices[0]",
      "--tokenizer DIR")
    expectDumpFault(
      completion(tokens: #"["qq","zz"]"#, numbers: "[-1,-1]"), as: .openAI, tokens: tokens,
      "none of its tokens", "--tokenizer DIR")
    expectDumpFault(good + #"{"id":"x","choices":[]}"#, as: .openAI, "line 2, choices: is empty")
    expectDumpFault(good + #"{"id":"x"}"#, as: .openAI, "line 2, choices: is missing")
    expectDumpFault(#"{"choices":[3]}"#, as: .openAI, "choices[0]: is no object")
    expectDumpFault(
      #"{"choices":[{"text":"a"}]}"#, as: .openAI, "no log-probabilities", "'logprobs'")
    expectDumpFault(
      completion(tokens: #"["token_id:1"]"#, numbers: "[-1,-2]"), as: .openAI,
      "token_logprobs: has 2 entries and tokens 1")
    expectDumpFault(
      completion(tokens: #"["token_id:1"]"#, numbers: "[-1]", top: "[null,null]"), as: .openAI,
      "top_logprobs: has 2 entries")
    expectDumpFault(
      completion(tokens: #"["token_id:1"]"#, numbers: "[-1]", more: #","token_ids":[1,2]"#),
      as: .openAI, "token_ids: has 2 entries and logprobs 1")
    expectDumpFault(
      completion(tokens: #"["token_id:1"]"#, numbers: "[1.5]"), as: .openAI, "is 1.5, and no")
    // The first id beyond 31 bits, beyond 64 bits, and in a list.
    for id in ["2147483648", "99999999999999999999"] {
      expectDumpFault(
        completion(tokens: #"["token_id:\#(id)"]"#, numbers: "[-1]"), as: .openAI, tokens: tokens,
        "line 1, choices[0].logprobs.tokens[0], 'token_id:\(id)': is no id of a token",
        "from 0 to 2147483647")
    }
    expectDumpFault(
      completion(
        tokens: #"["token_id:1"]"#, numbers: "[-1]", top: #"[{"token_id:2147483648":-1}]"#),
      as: .openAI, "top_logprobs[0], 'token_id:2147483648': is no id of a token")
    expectDumpFault("[\(good)", as: .openAI, "isn't closed")
    expectDumpFault("[3]", as: .openAI, "line 1: has something between")
    expectDumpFault(#"{"choices":"# + "\n[", as: .openAI, "begins in line 1 broke off")
    expectDumpFault(good + #"{"choices": [{"te"#, as: .openAI, "line 2: broke off", "sed 2d")
  }
}
