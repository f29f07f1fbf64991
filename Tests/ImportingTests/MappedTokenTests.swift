import Foundation
import Importing
import JSON
import TestSupport
import Testing

/// Tokens under names that a mapping says; the mappings are those of the documentation.
@Suite struct MappedTokenTests {
  /// The documentation's mapping that has this word.
  private static func mapping(_ word: String) throws -> String {
    let page = Places.root.appending(path: "Sources/Documentation.docc/Import.md")
    let blocks = try String(contentsOf: page, encoding: .utf8).split(separator: "```yaml\n")
    let block = try #require(blocks.first { $0.prefix { $0 != "`" }.contains(word) })
    return String(block.prefix { $0 != "`" })
  }

  private func read(_ text: String, _ word: String) throws -> Dumped {
    try dumped(text, as: .tokens, mapping: Self.mapping(word))
  }

  // MARK: NeMo-RL

  private func step(
    ids: String = "[[7,5,3,1,2,0,0]]", length: String = "[5]", mask: String = "[[0,0,1,0,1,0,0]]",
    sampler: String = "[[0.0,0.0,-0.5,0.0,-1.25,0.0,0.0]]",
    trainer: String = "[[0.0,-3.0,-0.625,-4.0,-1.5,-9.0,-9.0]]"
  ) -> String {
    #"{"content":["a"],"rewards":[0.5],"input_lengths":\#(length),"token_ids":\#(ids),"#
      + #""token_loss_mask":\#(mask),"sample_loss_mask":[1.0],"generation_logprobs":\#(sampler),"#
      + #""prev_logprobs":\#(trainer),"idx":0}"# + "\n"
  }

  @Test func `NeMo-RL: padding and fillers are taken away`() throws {
    let found = try read(step(), "generation_logprobs")
    let text = found.texts[0]
    #expect(text.tokenIDs == [7, 5, 3, 1, 2] && text.responseStart == 2 && text.reward == 0.5)
    #expect(text.responseMask == [true, false, true])
    #expect(isSame(text.models[0].logProbability, [.nan, .nan, -0.5, .nan, -1.25]))
    #expect(isSame(text.models[1].logProbability, [.nan, -3, -0.625, -4, -1.5]))
    #expect(found.source.models.map(\.name) == ["sampler", "trainer"])
    #expect(found.source.hasMask && found.source.models[0].processing == .unknown)
    // A line may hold a text, too.
    let single = step().replacing("[[", with: "[").replacing("]]", with: "]")
      .replacing("[5]", with: "5").replacing("[0.5]", with: "0.5")
    let other = try read(single, "generation_logprobs").texts[0]
    #expect(other.tokenIDs == text.tokenIDs && other.responseMask == text.responseMask)
    #expect(isSame(other.models[1].logProbability, text.models[1].logProbability))
  }

  @Test func `NeMo-RL: a batch of texts, one of which has nothing that counts`() throws {
    let found = try read(
      step(
        ids: "[[7,5,3],[8,6,0],[9,9,9]]", length: "[3,2,3]", mask: "[[0,1,1],[0,1,0],[0,0,0]]",
        sampler: "[[0.0,-1,0.0],[0.0,-2,0.0],[0,0,0]]",
        trainer: "[[0.0,-1,-1],[0.0,-2,0.0],[0,0,0]]"
      ).replacing("[0.5]", with: "[1,2,3]"), "generation_logprobs")
    #expect(found.texts.map(\.tokenIDs) == [[7, 5, 3], [8, 6]])
    #expect(found.texts.map(\.reward) == [1, 2])
    // A token that counts may be certain.
    #expect(isSame(found.texts[0].models[0].logProbability, [.nan, -1, 0]))
    #expect(found.source.notes.contains { $0.hasPrefix("1 texts have no token that counts") })
  }

  @Test func `NeMo-RL: a column of fillers only is none`() throws {
    let found = try read(step(sampler: "[[0.0,0.0,0.0,0.0,0.0,0.0,0.0]]"), "generation_logprobs")
    #expect(found.texts[0].models[0].logProbability.allSatisfy { $0.isNaN })
    #expect(found.texts[0].models[1].logProbability[2] == -0.625)
  }

  // MARK: open-instruct

  @Test func `open-instruct: zeros of tools and a bare NaN are not measured`() throws {
    let line =
      #"{"step":1,"sample_idx":5,"prompt_idx":1,"prompt_tokens":[4,4],"response_tokens":[3,8,8,2],"reward":10.0,"advantage":0.1,"finish_reason":"stop","dataset":"math","ground_truth":[1],"request_info":null,"logprobs":[-0.5,0.0,0.0,-0.25]}"#
      + "\n"
      + #"{"prompt_idx":1,"prompt_tokens":[4],"response_tokens":[0],"reward":0.0,"logprobs":[NaN]}"#
    let found = try read(line, "response_tokens")
    #expect(found.texts.map(\.tokenIDs) == [[4, 4, 3, 8, 8, 2], [4, 0]])
    #expect(found.texts.map(\.responseStart) == [2, 1])
    #expect(
      isSame(found.texts[0].models[0].logProbability, [.nan, .nan, -0.5, .nan, .nan, -0.25]))
    #expect(found.texts[1].models[0].logProbability.allSatisfy { $0.isNaN })
    #expect(found.texts[0].promptID == "1" && found.texts[0].sampleID == 5)
    #expect(found.texts[0].finish == "stop" && found.texts[0].reward == 10)
    #expect(found.source.models[0].processing == .processed && !found.source.hasMask)
    #expect(found.source.notes.contains { $0.hasPrefix("2 log-probabilities are exactly 0.0") })
  }

  // MARK: SGLang

  @Test func `SGLang: the log-probability comes first`() throws {
    let line =
      #"{"text":"a","output_ids":[5,6],"meta_info":{"id":"r1","finish_reason":{"type":"length","length":2},"prompt_tokens":2,"input_token_logprobs":[[null,1,null],[-2.5,2,null]],"output_token_logprobs":[[-0.5,5,null],[-3.0,6,null]],"input_top_logprobs":[null,[[-1.0,3,null]]],"output_top_logprobs":[[[-0.5,5,null],[-1.5,7,null]],[[-0.25,8,null],[-2.0,9,null]]]}}"#
    let found = try read("[\n" + line + ",\n" + line + "]", "meta_info")
    #expect(found.texts.count == 2)
    let text = found.texts[0]
    #expect(text.id == "r1" && text.finish == "length")
    #expect(text.tokenIDs == [1, 2, 5, 6] && text.responseStart == 2)
    #expect(isSame(text.models[0].logProbability, [.nan, -2.5, -0.5, -3]))
    #expect(text.models[0].lists.map { $0.map(\.id) } == [[], [], [5, 7], [8, 9]])
    #expect(found.source.models[0].listLength == 2)
  }

  // MARK: TGI

  @Test(arguments: ["bloom_560m", "flash_qwen2"])
  func `TGI: answers of its own tests`(name: String) throws {
    let path = Places.fixture("imports/tgi-\(name).json")
    let details = try #require(
      JSONValue(parsing: Array(try Data(contentsOf: URL(filePath: path))))["details"])
    let prompt = try #require(details["prefill"]?.arrayValue)
    let tokens = try #require(details["tokens"]?.arrayValue)
    try withTemporaryFolder { folder in
      let yaml = folder.appending(path: "tgi.yaml").path
      try Data(Self.mapping("prefill").utf8).write(to: URL(filePath: yaml))
      let found = try dumped(
        file: path, as: .tokens, options: DumpOptions(mapping: try ImportMapping(path: yaml)))
      let text = found.texts[0]
      let all = prompt + tokens
      #expect(text.tokenIDs.map { Int64($0) } == all.map { $0["id"]?.integerValue })
      #expect(text.responseStart == prompt.count && text.finish == "length")
      #expect(
        isSame(
          text.models[0].logProbability,
          all.map { $0["logprob"]?.doubleValue.map { Float($0) } ?? .nan }))
      // Sampled with certainty, twice.
      #expect(text.models[0].logProbability.count { $0 == 0 } == 2)
      #expect(text.models[0].logProbability.count { $0.isNaN } == (prompt.isEmpty ? 0 : 1))
      #expect(text.models[0].lists.allSatisfy { $0.isEmpty })
      #expect(found.source.precision == 0x1p-11 && found.source.models[0].listLength == 0)
    }
    let found = try ImportFormat(of: path)
    #expect(found == .tokens)
  }

  // MARK: Faults

  @Test(arguments: [
    ("tokens: [a]", "tokens: is no mapping"), ("tokens: {logp: a}", "names no ids"),
    ("tokens: {ids: a}", "names no log-probabilities"),
    ("tokens: {ids: a, logp: b, x: c}", "tokens, x: is not known here"),
    ("tokens: {ids: '[].a', logp: b}", "tokens, ids: is no path"),
    ("tokens: {ids: a..b, logp: b}", "is no path"), ("tokens: {ids: '0.a', logp: b}", "is no path"),
    ("tokens: {ids: a, logp: [b]}", "logp: is no path"),
    ("tokens: {ids: a, logp: b, filler: x}", "filler: is no number"),
    ("tokens: {ids: a, logp: b, precision: double}", "half or bfloat16"),
    ("tokens: {ids: a, logp: b, processing: nice}", "raw or processed"),
    ("tokens: {ids: a, logp: b, temperature: 0}", "no number above 0"),
    ("tokens: {ids: a, logp: b, top: {ids: c}}", "write {ids: PATH, logp: PATH}"),
    ("tokens: {ids: a, logp: b, models: {m: {logp: c}}}", "beside 'models'"),
    ("tokens: {ids: a, models: {m: {ids: c}}}", "'ids' is not known here"),
    ("tokens: {ids: a, models: {m: {}}}", "names no log-probabilities"),
    ("tokens: {ids: a, models: {}}", "names no log-probabilities"),
    ("tokens: {ids: a, entropy: b}", "names no log-probabilities"),
    ("tokens: {ids: a, top: {ids: b, logp: c}}", "names no log-probabilities"),
    ("tokens: {ids: a, models: {m: {logp: b}, n: {entropy: c}}}", "names no log-probabilities"),
    ("tokens: {ids: a, logp: b, prompt_logp: c}", "write 'prompt_ids: PATH' too"),
    ("tokens: {ids: a, logp: b}\nstep: c", "keep 'tokens' alone"),
    ("columns: {loss: a}", "names no tokens"),
  ])
  func `a mapping that is wrong`(text: String, words: String) {
    expectDumpFault("{}", as: .tokens, mapping: text, "mapping.yaml", words)
  }

  @Test func `what is wrong names the place and the fix`() throws {
    let mapping = try Self.mapping("generation_logprobs")
    func expect(
      _ text: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
      for word in words {
        expectDumpFault(
          text, as: .tokens, mapping: mapping, word, sourceLocation: sourceLocation)
      }
    }
    expect(step(length: "[9]"), "line 1, input_lengths, text 1: is no number from 0 to the 7")
    expect(step(length: "[5,5]"), "input_lengths: is no list of 1")
    expect(step(mask: "[[0,1]]"), "token_loss_mask, text 1: has 2 entries and ids 7")
    expect(step(sampler: "[[0,1]]"), "generation_logprobs, text 1: has 2 entries and ids 7")
    expect(step(sampler: "[[0,0,3,0,0,0,0]]"), "generation_logprobs, text 1[2]: is 3.0")
    expect(step(ids: "[[7,-5,3,1,2,0,0]]"), "token_ids, text 1[1]: is no id")
    expect(step().replacing("token_ids", with: "ids"), "token_ids: is missing")
    expect(step(ids: "3"), "token_ids: is no list")
    // Padding is not read.
    try #expect(
      dumped(step(ids: "[[7,5,3,1,2,-100,-100]]"), as: .tokens, mapping: mapping).texts.count == 1)
    expectDumpFault("{}", as: .tokens, "give --mapping FILE.yaml")
    let lists = "tokens: {ids: a, logp: b, top: {ids: 'c[][].0', logp: 'c[][].1'}}"
    expectDumpFault(
      #"{"a":[1],"b":[-1],"c":[]}"#, as: .tokens, mapping: lists, "c[][].0: has 0 entries")
    expectDumpFault(
      #"{"a":[1],"b":[-1],"c":[[[-3,-1]]]}"#, as: .tokens, mapping: lists, "c[][].0[0][0]: is no id"
    )
  }

  @Test func `files with tokens ask for a mapping`() throws {
    try withTemporaryFolder { folder in
      for text in [step(), #"{"response_tokens":[1],"logprobs":[-1]}"#] {
        let path = folder.appending(path: "dump.jsonl").path
        try Data(text.utf8).write(to: URL(filePath: path))
        let found = try ImportFormat(of: path)
        #expect(found == .tokens)
      }
    }
  }
}
