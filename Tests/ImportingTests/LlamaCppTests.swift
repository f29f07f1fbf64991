import Foundation
import Importing
import JSON
import TestSupport
import Testing

/// Answers that llama.cpp's server gave (`record_llamacpp.py`), and its form of before December 2024.
@Suite struct LlamaCppTests {
  private func fixture(_ name: String) -> String { Places.fixture("imports/llamacpp-\(name)") }

  /// SmolLM2's tokens that are part of these answers' characters.
  private static let tokens: [[UInt8]] = {
    var tokens: [[UInt8]] = Array(repeating: [], count: 49_152)
    tokens[10_813] = [0x20, 0xF0, 0x9F]
    tokens[234] = [0x90]
    tokens[238] = [0x94]
    tokens[117] = [0xA7]
    return tokens
  }()

  @Test func `log-probabilities before sampling are the model's own`() throws {
    let found = try dumped(file: fixture("v1-end.json"), as: .openAI)
    let text = found.texts[0]
    #expect(text.tokenIDs == [10539, 30, 2] && text.finish == "stop")
    #expect(
      isSame(
        text.models[0].logProbability,
        [-1.052036166191101, -0.4412044286727905, -0.3372344672679901]
      ))
    #expect(text.models[0].lists.map(\.count) == [1, 1, 1])
    #expect(found.source.models[0].processing == .raw && found.source.models[0].temperature == 1)
    #expect(found.source.hasIDs)
  }

  @Test func `probabilities after sampling are not`() throws {
    let found = try dumped(file: fixture("completion-after-sampling.json"), as: .llamaCpp)
    let json = try JSONValue(
      parsing: Array(try Data(contentsOf: URL(filePath: fixture("completion-after-sampling.json"))))
    )
    let entries = try #require(json["completion_probabilities"]?.arrayValue)
    for (index, entry) in entries.enumerated() {
      let expected = Float(log(try #require(entry["prob"]?.doubleValue)))
      #expect(abs(found.texts[0].models[0].logProbability[index] - expected) < 1e-6)
    }
    #expect(found.texts[0].tokenIDs.count == 4 && found.texts[0].finish == "limit")
    #expect(found.source.models[0].processing == .processed)
    try #expect(abs(#require(found.source.models[0].temperature) - 0.8) < 1e-6)
    #expect(found.source.models[0].listLength <= 2)
  }

  // MARK: Characters of several tokens

  @Test func `an entry of several tokens ends the text, unless the response says them all`() throws
  {
    // Six tokens and two entries, the first of which is of three tokens.
    let cut = try dumped(file: fixture("completion.json"), as: .llamaCpp)
    #expect(cut.texts.isEmpty)
    #expect(cut.source.notes.contains { $0.contains("return_tokens") })
    let whole = try dumped(file: fixture("completion-tokens.json"), as: .llamaCpp)
    #expect(whole.texts[0].tokenIDs == [10_813, 234, 238, 10_813, 234, 117])
    let measured = whole.texts[0].models[0].logProbability.map { !$0.isNaN }
    #expect(measured == [false, false, true, false, false, true])
    #expect(whole.texts[0].models[0].lists.map(\.count) == [0, 0, 3, 0, 0, 3])
    for name in ["completion-stream.txt", "v1-completions.json"] {
      let format: ImportFormat = name.hasPrefix("v1") ? .openAI : .llamaCpp
      let known = try dumped(
        file: fixture(name), as: format, options: DumpOptions(tokens: Self.tokens))
      #expect(known.texts.isEmpty, "\(name)")
      #expect(known.source.notes.contains { $0.contains("1 texts end before") }, "\(name)")
    }
  }

  private func answer(_ entries: String, more: String = "") -> String {
    #"{"content":"x","stop":true,\#(more)"completion_probabilities":[\#(entries)]}"# + "\n"
  }

  private func entry(_ id: Int, _ bytes: String, _ number: String = "-1") -> String {
    #"{"id":\#(id),"token":"","bytes":\#(bytes),"logprob":\#(number),"top_logprobs":[]}"#
  }

  @Test func `a character of one token is whole`() throws {
    let text = answer(entry(1, "[97]") + "," + entry(2, "[195,169]") + "," + entry(3, "[98]"))
    let known: [[UInt8]] = [[], [97], [195, 169], [98]]
    let whole = try dumped(
      text, as: .llamaCpp, tokens: known.map { String(decoding: $0, as: UTF8.self) })
    #expect(whole.texts[0].tokenIDs == [1, 2, 3])
    // Without a tokenizer the number of tokens tells.
    try #expect(dumped(text, as: .llamaCpp).texts[0].tokenIDs == [1])
    let counted = answer(
      entry(1, "[97]") + "," + entry(2, "[195,169]"), more: #""tokens_predicted":2,"#)
    try #expect(dumped(counted, as: .llamaCpp).texts[0].tokenIDs == [1, 2])
  }

  @Test func `an entry that may be in two places is not measured`() throws {
    let entries = entry(1, "[97]") + "," + entry(5, "[240,159,144,148]")
    let found = try dumped(
      answer(entries, more: #""tokens":[1,4,5,5],"#), as: .llamaCpp)
    #expect(found.texts[0].tokenIDs == [1, 4, 5, 5])
    #expect(isSame(found.texts[0].models[0].logProbability, [-1, .nan, .nan, .nan]))
  }

  // MARK: Streams

  @Test func `events of the chat API`() throws {
    let found = try dumped(file: fixture("v1-chat-stream.txt"), as: .openAI)
    let whole = try dumped(file: fixture("v1-chat.json"), as: .openAI)
    #expect(found.texts.count == 1)
    #expect(found.texts[0].tokenIDs == [504, 7302, 281])
    #expect(found.texts[0].finish == "length")
    #expect(
      isSame(
        found.texts[0].models[0].logProbability,
        Array(whole.texts[0].models[0].logProbability.prefix(3))))
    #expect(found.texts[0].models[0].lists == Array(whole.texts[0].models[0].lists.prefix(3)))
  }

  @Test func `events of several answers in one file`() throws {
    func event(_ index: Int, _ id: Int, stop: Bool = false) -> String {
      let list = stop ? "" : entry(id, "[97]")
      return
        #"data: {"index":\#(index),"content":"a","stop":\#(stop),"completion_probabilities":[\#(list)]}"#
        + "\n\n"
    }
    let found = try dumped(
      event(0, 1) + event(0, 2) + event(0, 0, stop: true) + event(0, 3) + event(1, 4)
        + "error: {\"code\":500}\n", as: .llamaCpp)
    #expect(found.texts.map(\.tokenIDs) == [[1, 2], [3], [4]])
    #expect(found.source.notes.contains { $0.hasPrefix("1 answers are errors") })
  }

  // MARK: Stand-ins and faults

  @Test func `the lowest number is none`() throws {
    let found = try dumped(
      answer(entry(1, "[97]", "-3.4028234663852886e+38") + "," + entry(2, "[97]", "null")),
      as: .llamaCpp)
    #expect(found.texts[0].models[0].logProbability.allSatisfy { $0.isNaN })
  }

  @Test func `the form of before December 2024`() throws {
    let text =
      #"{"content":" to be","stopped_limit":true,"completion_probabilities":[{"content":" to","probs":[{"prob":0.5,"tok_str":" to"},{"prob":0.25,"tok_str":" be"},{"prob":0,"tok_str":" not"}]},{"content":" be","probs":[{"prob":0.5,"tok_str":" two"},{"prob":0.25,"tok_str":" be"}]},{"content":"byte: \\xe2","probs":[{"prob":1,"tok_str":"byte: \\xe2"}]}],"generation_settings":{"temperature":0.5}}"#
    let tokens: [[UInt8]] =
      [" to", " be", " not", " two", " two"].map { Array($0.utf8) } + [[0xE2]]
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "old.json").path
      try Data(text.utf8).write(to: URL(filePath: path))
      let found = try dumped(file: path, as: .llamaCpp, options: DumpOptions(tokens: tokens))
      #expect(found.texts[0].tokenIDs == [0, 1, 5] && found.texts[0].finish == "limit")
      #expect(isSame(found.texts[0].models[0].logProbability, [log(0.5), log(0.25), 0]))
      // " two" is two ids', and what comes below it isn't the most likely.
      #expect(found.texts[0].models[0].lists.map { $0.map(\.id) } == [[0, 1], [], [5]])
      #expect(found.source.models[0].processing == .processed)
      #expect(found.source.models[0].temperature == 0.5 && !found.source.hasIDs)
    }
    expectDumpFault(text, as: .llamaCpp, "line 1", "--tokenizer DIR")
  }

  @Test func `what is wrong names the place and the fix`() {
    expectDumpFault(#"{"content":"a","stop":true}"#, as: .llamaCpp, "line 1", "'n_probs'")
    expectDumpFault(answer("3"), as: .llamaCpp, "completion_probabilities[0]: is no object")
    expectDumpFault(answer("{}"), as: .llamaCpp, "has neither 'id' nor 'token'")
    expectDumpFault(answer(entry(-1, "[97]")), as: .llamaCpp, "[0].id: is no id")
    expectDumpFault(
      answer(#"{"content":"a","probs":[{"prob":1.5,"tok_str":"a"}]}"#), as: .llamaCpp,
      "prob: is 1.5, no probability")
    expectDumpFault(
      answer(#"{"content":"a","probs":[{"prob":0.5}]}"#), as: .llamaCpp, "tok_str: is no text")
  }

  @Test(arguments: [
    ("v1-end.json", ImportFormat.openAI), ("v1-chat-stream.txt", .openAI),
    ("completion.json", .llamaCpp), ("completion-stream.txt", .llamaCpp),
  ])
  func `formats are told by contents`(name: String, format: ImportFormat) throws {
    let found = try ImportFormat(of: fixture(name))
    #expect(found == format)
    // Spread over lines as jq does.
    guard name.hasSuffix("json") else { return }
    let text = try String(contentsOf: URL(filePath: fixture(name)), encoding: .utf8)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "spread.json")
      try Data(text.replacing(",\"", with: ",\n\"").replacing("{", with: "{\n").utf8).write(
        to: path)
      let spread = try ImportFormat(of: path.path)
      #expect(spread == format)
      try Data("[\n\(text)\n]".utf8).write(to: path)
      let listed = try ImportFormat(of: path.path)
      #expect(listed == format)
    }
  }
}
