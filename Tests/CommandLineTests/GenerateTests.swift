import Foundation
import JSON
import Testing

/// `generate`, and that `score` reads what it writes.
@Suite(.timeLimit(.minutes(15)))
struct GenerateTests {
  private static let prompts = """
    {"prompt": "Q: 7 - 59 = ?\\nA:", "prompt_id": "p0"}
    {"prompt": "Q: 57 - 37 = ?\\nA:", "response": "not looked at", "prompt_id": "p1"}
    {"prompt": "Q: 57 - 37 = ?\\nA:", "prompt_id": "p1"}

    """

  private static let arguments = [
    "generate", "--model", "rl=\(Workplace.demo("rl"))", "--texts", "texts.jsonl", "--samples", "3",
    "--max-tokens", "60", "--seed", "5",
  ]

  private func rows(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
  }

  @Test func `responses come with ids and numbers, are the same again, and can be scored`() throws {
    try Workplace.with(texts: Self.prompts) { place in
      let first = try place.run(Self.arguments + ["--output", "a.jsonl"])
      #expect(first.status == 0)
      #expect(first.output.hasSuffix("wrote a.jsonl\n"))
      let again = try place.run(Self.arguments + ["--output", "b.jsonl", "--batch-rows", "3"])
      #expect(again.status == 0)
      let text = try String(contentsOfFile: place.path("a.jsonl"), encoding: .utf8)
      let other = try String(contentsOfFile: place.path("b.jsonl"), encoding: .utf8)
      let found = try rows(text)
      // Two prompts, as the second stands there twice, three samples each.
      #expect(found.count == 6)
      for (row, twin) in zip(found, try rows(other)) {
        let ids = try #require(row["response_ids"]?.arrayValue)
        #expect(!ids.isEmpty && ids.count <= 60)
        #expect(twin["response_ids"]?.arrayValue == ids)
        for key in ["logprobs", "behavior_logprobs", "entropies"] {
          let values = try #require(row[key]?.arrayValue)
          #expect(values.count == ids.count)
        }
        #expect(row["source"]?.stringValue == "rl")
        let ended = ids.last?.integerValue == 1_021
        #expect(row["finish"]?.stringValue == (ended ? "stop" : "length"))
      }
      let scored = try place.run([
        "score", "--model", "rl=\(Workplace.demo("rl"))", "--texts", "a.jsonl", "--output", "a.h5",
      ])
      #expect(scored.status == 0)
      #expect(!scored.output.contains("decode back"))
    }
  }

  @Test(
    arguments: [
      (#"{"response": "x"}"#, "line 1: needs \"prompt\" or \"prompt_ids\""),
      (#"{"prompt_ids": []}"#, "line 1: the prompt is empty"),
      (#"{"prompt_ids": [5000]}"#, "line 1: the prompt has a token id of 1024 or more"),
      (
        #"{"prompt_ids": [\#(Array(repeating: "1", count: 1_000).joined(separator: ","))]}"#,
        "lower --max-tokens"
      ),
    ])
  func `a prompt that can't be continued is refused`(line: String, message: String) throws {
    try Workplace.with(texts: line + "\n") { place in
      let outcome = try place.run(Self.arguments + ["--output", "a.jsonl"])
      expectRefusal(outcome, status: 2, ["texts.jsonl", message])
      #expect(try place.files() == ["texts.jsonl"])
    }
  }
}
