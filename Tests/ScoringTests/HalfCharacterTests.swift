import Scoring
import Testing

@Suite struct HalfCharacterTests {
  @Test(arguments: [#"a\ud800b"#, #"\udc00"#, #"\ud83d"#])
  func `half of a character is called so`(text: String) throws {
    let line = #"{"prompt": "\#(text)", "response": "x"}"#
    let error = try #require(throws: ScoringError.self) {
      try TextLine(parsing: Array(line.utf8), line: 3, path: "texts.jsonl")
    }
    #expect(error.description.contains("half of a character; write \\ufffd"), "\(error)")
    #expect(!error.description.contains("one JSON object per line"))
    let whole = line.replacing(text, with: #"\ud83d\ude42"#)
    #expect(try TextLine(parsing: Array(whole.utf8), line: 3, path: "texts.jsonl").prompt == "🙂")
  }
}
