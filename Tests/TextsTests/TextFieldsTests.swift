import JSON
import Testing
import Texts

/// What the fields of a line are called.
struct TextFieldsTests {
  private static func row(
    _ text: String, _ fields: String? = nil, hasResponse: Bool = true
  ) throws -> TextRow {
    let members = try #require(try JSONValue(parsing: Array(text.utf8)).objectValue)
    return try TextRow(
      members, fields.map { try TextFields(parsing: $0) } ?? TextFields(), hasResponse: hasResponse)
  }

  private static func names(_ row: TextRow) -> String { TextFields.text(of: row.names) }

  @Test(arguments: [
    (#"{"prompt": "p", "response": "r", "answer": 3, "input": 4}"#, "", ["answer", "input"]),
    (#"{"prompt": "p", "completion": "r", "answer": 3}"#, "response=completion", ["answer"]),
    (#"{"prompt": "p", "response": null, "completion": "r"}"#, "response=completion", ["response"]),
    (
      #"{"input": "p", "output": "r", "gts": 2, "score": 1, "step": 5}"#,
      "reward=score,prompt=input,response=output", ["gts", "step"]
    ),
    (
      #"{"input": "p", "output": "r", "score": 1, "reward": 2}"#, "prompt=input,response=output",
      ["score"]
    ),
    (#"{"question": "p", "answer": "r"}"#, "prompt=question,response=answer", []),
    (#"{"prompt_ids": [1], "response_ids": [2], "completion": "r"}"#, "", ["completion"]),
    (#"{"prompt_ids": [1], "completion": "r"}"#, "response=completion", []),
  ])
  func `other trainers' names are taken where the plain ones aren't there`(
    text: String, names: String, rest: [String]
  ) throws {
    let row = try Self.row(text)
    #expect(Self.names(row) == names)
    #expect(row.rest.map(\.key) == rest)
    if row.values[.promptIDs] == nil { #expect(row.values[.prompt]?.stringValue == "p") }
    if row.values[.responseIDs] == nil { #expect(row.values[.response]?.stringValue == "r") }
  }

  @Test(arguments: [
    (#"{"prompt": "p", "completion": "r", "response": "s"}"#, ["response", "completion"]),
    (#"{"input": "p", "output": "r", "question": "q", "answer": "s"}"#, ["input", "question"]),
  ])
  func `a line that could mean two things is refused`(text: String, words: [String]) {
    let error = #expect(throws: TextFieldError.self) { _ = try Self.row(text) }
    for word in words + ["--fields"] {
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `names that are given are the only ones of their fields`() throws {
    let row = try Self.row(
      #"{"q": "p", "a": "r", "prompt": "x", "response": "y", "uid": 7, "id": 8, "acc": 1}"#,
      "prompt=q,response=a,id=uid,correct=acc")
    #expect(row.values[.prompt] == .string("p"))
    #expect(row.values[.response] == .string("r"))
    #expect(row.values[.id] == .integer(7))
    #expect(row.values[.correct] == .integer(1))
    #expect(row.rest.map(\.key) == ["prompt", "response", "id"])
    // A plain name that another field has taken is not its own field's as well.
    let swapped = try Self.row(#"{"response": "p", "b": "r"}"#, "prompt=response,response=b")
    #expect(swapped.values[.prompt] == .string("p") && swapped.values[.response] == .string("r"))
  }

  @Test func `a mapping is read back as it is written`() throws {
    let fields = try TextFields(parsing: "response=b=c,prompt=a")
    #expect(fields.names == [.prompt: "a", .response: "b=c"])
    #expect(fields.description == "prompt=a,response=b=c")
    for (text, word) in [
      ("prompt", "names no field"), ("prompt=", "names no field"), ("", "names no field"),
      ("a=b", "'a' is no field"), ("prompt=a,prompt=b", "twice"), ("prompt=a,id=a", "two fields"),
    ] {
      let error = #expect(throws: TextFieldError.self) { _ = try TextFields(parsing: text) }
      #expect(error?.description.contains(word) == true, "\(text): \(error?.description ?? "")")
    }
  }

  private static let chat = #"[{"role": "user", "content": "a"}]"#

  private static let render =
    "python -m tokenshift_recorder.render TEXTS --tokenizer DIR --output ids.jsonl"

  @Test(arguments: [
    #"{"messages": \#(chat)}"#, #"{"prompt": \#(chat), "completion": \#(chat)}"#,
    #"{"prompt": "a", "response": \#(chat)}"#,
    #"{"prompt": "a", "response": "b", "messages": []}"#,
  ])
  func `chat messages are refused with what renders them`(text: String) {
    let error = #expect(throws: TextFieldError.self) { _ = try Self.row(text) }
    let found = error?.description ?? ""
    #expect(found.hasSuffix(Self.render) && !found.contains("\n"), "\(found)")
  }

  @Test func `where only prompts are wanted, responses are not looked at`() throws {
    let row = try Self.row(
      #"{"question": "p", "answer": 3, "response": [{"role": "x"}]}"#, hasResponse: false)
    #expect(row.values[.prompt] == .string("p"))
    #expect(row.rest.map(\.key) == ["answer"])
    let error = #expect(throws: TextFieldError.self) {
      _ = try Self.row(#"{"prompt": \#(Self.chat)}"#, hasResponse: false)
    }
    #expect(error?.description.contains("apply_chat_template(row[\"prompt\"]") == true)
  }
}
