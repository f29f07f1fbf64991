import Scoring
import Testing
import Texts

/// Lines as other trainers and tables write them, and the mask of a response.
struct TextNamesTests {
  private func parse(
    _ text: String, _ fields: String? = nil,
    requiring needed: TextLine.Needed = .promptsAndResponses
  ) throws -> TextLine {
    try TextLine(
      parsing: Array(text.utf8), line: 7, path: "texts.jsonl", requiring: needed,
      fields: fields.map { try TextFields(parsing: $0) } ?? TextFields())
  }

  @Test func `a dump of verl has its score as reward`() throws {
    let line = try parse(#"{"input": "p", "output": "r", "gts": "3", "score": 0.5, "step": 9}"#)
    #expect((line.prompt, line.response, line.reward) == ("p", "r", 0.5))
    #expect(line.metadata == #"{"gts":"3","step":9}"#)
    #expect(line.fieldNames == [.prompt: "input", .response: "output", .reward: "score"])
  }

  @Test func `every field can have another name`() throws {
    let line = try parse(
      #"""
      {"a": "i", "b": "pi", "c": 4, "d": "rl", "e": 1, "f": 2, "g": "stop", "h": "p", "i": "r",
       "j": [1], "k": [2, 3], "l": [0, 1], "id": "kept"}
      """#,
      "id=a,prompt_id=b,sample_id=c,source=d,correct=e,reward=f,finish=g,prompt=h,response=i,"
        + "prompt_ids=j,response_ids=k,response_mask=l")
    #expect((line.id, line.promptID, line.sampleID) == ("i", "pi", 4))
    #expect((line.source, line.correct, line.reward, line.finish) == ("rl", true, 2, "stop"))
    #expect((line.prompt, line.response) == ("p", "r"))
    #expect((line.promptIDs, line.responseIDs) == ([1], [2, 3]))
    #expect(line.responseMask == [false, true])
    #expect(line.metadata == #"{"id":"kept"}"#)
  }

  @Test(arguments: [("1", true), ("0", false), ("1.0", true), ("0.0", false), ("true", true)])
  func `right is also 1, and wrong 0`(written: String, isCorrect: Bool) throws {
    let line = try parse(#"{"prompt": "p", "response": "r", "correct": \#(written)}"#)
    #expect(line.correct == isCorrect)
  }

  @Test func `whole numbers of tables are names and numbers`() throws {
    let line = try parse(#"{"id": 12.0, "sample_id": 3.0, "prompt": "p", "response": "r"}"#)
    #expect((line.id, line.promptID, line.sampleID) == ("12", "12", 3))
  }

  @Test func `a mask of ones is none`() throws {
    let line = try parse(
      #"{"prompt_ids": [1], "response_ids": [2, 3], "response_mask": [1, true]}"#)
    #expect(line.responseMask == nil)
    #expect(line.metadata == "{}")
  }

  @Test(arguments: [
    (
      #"{"prompt": "p", "response": "r", "response_mask": [1]}"#,
      [#""response_mask" needs "response_ids""#]
    ),
    (
      #"{"prompt": "p", "response_ids": [1, 2], "response_mask": [1]}"#,
      ["has 1 entries for 2 response ids"]
    ),
    (#"{"prompt": "p", "response_ids": [1], "response_mask": [2]}"#, ["[0] is 2, not 0 or 1"]),
    (#"{"prompt": "p", "response_ids": [1], "response_mask": ["1"]}"#, ["[0] is \"1\""]),
    (#"{"prompt": "p", "response_ids": [1], "response_mask": "1"}"#, ["a list of 0 and 1"]),
    (#"{"prompt": "p", "output": "r"}"#, ["needs", "--fields prompt=…,response=…"]),
    (#"{"input": 1, "output": "r"}"#, [#""input" should be a string"#]),
    (#"{"prompt": [{"role": "user"}], "completion": []}"#, ["tokenshift_recorder.render"]),
  ])
  func `what is wrong is said in the line's own names`(text: String, words: [String]) {
    expectError(mentioning: ["texts.jsonl, line 7: "] + words) { _ = try parse(text) }
  }

  @Test func `a missing field is asked for under its given name`() {
    expectError(mentioning: [#"needs "q" or "prompt_ids", and "a" or "response_ids""#]) {
      _ = try parse(#"{"prompt": "p", "response": "r"}"#, "prompt=q,response=a")
    }
  }

  @Test func `Latin-1 is named with what converts it`() {
    let bytes = Array(#"{"prompt": "caf"#.utf8) + [0xE9] + Array(#"", "response": "b"}"#.utf8)
    expectError(mentioning: ["texts.jsonl, line 2: ", "UTF-8", "iconv -f LATIN1"]) {
      _ = try TextLine(parsing: bytes, line: 2, path: "texts.jsonl")
    }
  }
}
