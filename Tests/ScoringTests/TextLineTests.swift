import Scoring
import Testing

/// One line of a texts file: what is taken, what is refused, and with which words.
struct TextLineTests {
  private func parse(_ text: String) throws(ScoringError) -> TextLine {
    try TextLine(parsing: Array(text.utf8), line: 7, path: "texts.jsonl")
  }

  @Test func `a line with all fields keeps each of them`() throws {
    let line = try parse(
      #"""
      {"id": "a", "prompt_id": "p", "sample_id": 3, "source": "rl", "finish": "length",
       "correct": true, "reward": 0.5, "prompt": "é", "response": "", "prompt_ids": [1, 2],
       "response_ids": [], "level": 4, "note": {"by": ["x", null]}}
      """#)
    #expect(line.line == 7)
    #expect((line.id, line.promptID, line.sampleID) == ("a", "p", 3))
    #expect((line.source, line.finish) == ("rl", "length"))
    #expect(line.correct == true)
    #expect(line.reward == 0.5)
    #expect((line.prompt, line.response) == ("é", ""))
    #expect(line.promptIDs == [1, 2])
    #expect(line.responseIDs == [])
    #expect(line.metadata == #"{"level":4,"note":{"by":["x",null]}}"#)
  }

  @Test func `what is left out has a stated default`() throws {
    let line = try parse(#"{"prompt": "a", "response": "b"}"#)
    #expect((line.id, line.promptID, line.sampleID) == ("line-7", "line-7", 0))
    #expect((line.source, line.finish, line.metadata) == ("", "", "{}"))
    #expect(line.correct == nil && line.reward == nil)
    #expect(line.promptIDs == nil && line.responseIDs == nil)
  }

  @Test func `null is the same as absent, whole numbers are names, and reward may be whole`() throws
  {
    let line = try parse(
      #"""
      {"id": 12, "prompt_id": null, "source": null, "correct": null, "reward": -1,
       "prompt": null, "prompt_ids": [0], "response_ids": [2147483647]}
      """#)
    #expect((line.id, line.promptID) == ("12", "12"))
    #expect(line.reward == -1)
    #expect(line.prompt == nil)
    #expect(line.responseIDs == [2_147_483_647])
  }

  @Test(arguments: [
    // Not JSON.
    (#"{"prompt": "a", "response": "b""#, ["invalid JSON at column", "one JSON object per line"]),
    (#"{"prompt": "a" "response": "b"}"#, ["invalid JSON at column"]),
    (#"{"prompt": "a", "response": "b"} x"#, ["invalid JSON at column"]),
    (#"{"prompt": "a", "response": "b", "reward": Infinity}"#, ["\"reward\" should be a number"]),
    (#"{"prompt": "a", "response": "b", "reward": 1e999}"#, ["\"reward\" should be a number"]),
    (#"{"prompt": "a", "response": "\ud800"}"#, ["invalid JSON at column"]),
    (#"{"prompt": "a", "prompt": "a", "response": "b"}"#, ["duplicate", "prompt"]),
    (#"{'prompt': 'a', 'response': 'b'}"#, ["invalid JSON at column"]),
    // Not such an object.
    (#"["a", "b"]"#, ["is not an object", "prompt", "response"]),
    ("17", ["is not an object"]),
    ("{}", ["needs", "prompt_ids", "response_ids"]),
    (#"{"prompt": "a"}"#, ["needs", "response"]),
    (#"{"response": "a", "response_ids": [1]}"#, ["needs"]),
    (#"{"prompt": "a", "prompt_ids": [1]}"#, ["needs"]),
    (#"{"messages": [{"role": "user", "content": "a"}]}"#, ["tokenshift_recorder.render"]),
    // Wrong types.
    (#"{"prompt": 1, "response": "b"}"#, [#""prompt" should be a string"#]),
    (#"{"prompt": "a", "response": ["b"]}"#, [#""response" should be a string"#]),
    (#"{"id": 1.5, "prompt": "a", "response": "b"}"#, [#""id" should be"#]),
    (#"{"id": true, "prompt": "a", "response": "b"}"#, [#""id" should be"#]),
    (#"{"sample_id": "1", "prompt": "a", "response": "b"}"#, [#""sample_id" should be"#]),
    (#"{"correct": 2, "prompt": "a", "response": "b"}"#, [#""correct" should be true or false"#]),
    (#"{"correct": "1", "prompt": "a", "response": "b"}"#, [#""correct" should be true or false"#]),
    (#"{"reward": "1", "prompt": "a", "response": "b"}"#, [#""reward" should be a number"#]),
    (#"{"source": {}, "prompt": "a", "response": "b"}"#, [#""source" should be"#]),
    // Wrong ids.
    (#"{"prompt_ids": "1 2", "response_ids": []}"#, [#""prompt_ids" should be a list"#]),
    (#"{"prompt_ids": [1, -2], "response_ids": []}"#, [#""prompt_ids"[1] is -2"#, "token id"]),
    (#"{"prompt_ids": [], "response_ids": [2147483648]}"#, [#""response_ids"[0] is 2147483648"#]),
    (#"{"prompt_ids": [], "response_ids": [1, 2, 3.0]}"#, [#""response_ids"[2] is 3.0"#]),
    (#"{"prompt_ids": [], "response_ids": [null]}"#, [#""response_ids"[0] is null"#]),
    (#"{"prompt_ids": [], "response_ids": ["7"]}"#, [#""response_ids"[0] is "7""#]),
    (#"{"prompt_ids": [[1]], "response_ids": []}"#, [#""prompt_ids"[0] is [1]"#]),
    (#"{"prompt_ids": [1e30], "response_ids": []}"#, [#""prompt_ids"[0] is 1"#]),
  ])
  func `a wrong line is refused with its place and what is wrong`(
    text: String, words: [String]
  ) {
    expectError(mentioning: ["texts.jsonl, line 7: "] + words) { _ = try parse(text) }
  }

  @Test func `a line of bytes that are no UTF-8 is refused`() {
    let bytes = Array(#"{"prompt": "a", "response": ""#.utf8) + [0xFF] + Array(#""}"#.utf8)
    expectError(mentioning: ["texts.jsonl, line 2: ", "UTF-8"]) {
      _ = try TextLine(parsing: bytes, line: 2, path: "texts.jsonl")
    }
  }

  @Test func `a huge wrong value does not fill the screen`() {
    let text = String(repeating: "x", count: 100_000)
    do {
      _ = try parse(#"{"prompt_ids": ["\#(text)"], "response_ids": []}"#)
      Issue.record("nothing was thrown")
    } catch {
      #expect("\(error)".count < 300)
    }
  }

  @Test func `NaN is nothing, and an id beyond 64 bits its digits`() throws {
    let text =
      #"{"prompt": "a", "response": "b", "reward": NaN, "source": NaN, "id": 123456789012345678901}"#
    let line = try TextLine(parsing: Array(text.utf8), line: 1, path: "t")
    #expect(line.reward == nil && line.source == "")
    #expect(line.id == "123456789012345678901")
  }
}
