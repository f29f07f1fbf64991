import Foundation
import Scoring
import TestSupport
import Testing

/// Files of texts: line ends, marks, blank lines, and files that are none.
struct TextFileTests {
  private static let first = #"{"prompt": "a", "response": "b"}"#
  private static let second = #"{"id": "é", "prompt_ids": [1], "response_ids": [2, 3]}"#

  private func read(_ bytes: [UInt8]) throws -> TextFile {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "texts.jsonl")
      try Data(bytes).write(to: url)
      return try TextFile(path: url.path)
    }
  }

  @Test(arguments: [
    ("plain", "\(first)\n\(second)\n", [1, 2]),
    ("no line end at the end", "\(first)\n\(second)", [1, 2]),
    ("Windows line ends", "\(first)\r\n\(second)\r\n", [1, 2]),
    ("byte order mark", "\u{FEFF}\(first)\n\(second)\n", [1, 2]),
    ("blank lines", "\n \t\n\(first)\n\r\n\n  \(second)  \n\n", [3, 6]),
  ])
  func `texts are read with their line numbers`(name: String, text: String, lines: [Int]) throws {
    let file = try read(Array(text.utf8))
    #expect(file.lines.map(\.line) == lines)
    #expect(file.lines.map(\.prompt) == ["a", nil])
    #expect(file.lines.map(\.responseIDs) == [nil, [2, 3]])
    #expect(file.lines.last?.id == "é")
  }

  @Test func `a Unicode line separator within a text does not end the line`() throws {
    let file = try read(Array("{\"prompt\": \"a\u{2028}\u{85}b\", \"response\": \"c\"}\n".utf8))
    #expect(file.lines.map(\.prompt) == ["a\u{2028}\u{85}b"])
  }

  @Test func `a bad line behind blank ones is named by its number in the file`() {
    let text = "\n\(Self.first)\n\n{\"prompt\": 1}\n"
    expectError(mentioning: ["texts.jsonl, line 4: ", "\"prompt\" should be a string"]) {
      _ = try read(Array(text.utf8))
    }
  }

  @Test func `a pretty-printed file is told to put one object on each line`() {
    expectError(mentioning: ["line 1: ", "one JSON object per line"]) {
      _ = try read(Array("[\n  \(Self.first)\n]\n".utf8))
    }
  }

  @Test(arguments: ["", "\n\n", "\u{FEFF}", " \r\n\t"])
  func `a file without texts is refused`(text: String) {
    expectError(mentioning: ["texts.jsonl", "holds no texts", "prompt"]) {
      _ = try read(Array(text.utf8))
    }
  }

  @Test func `a missing file and a folder are refused by name`() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending(path: "nothing.jsonl").path
      expectError(mentioning: [missing, "no such file"]) { _ = try TextFile(path: missing) }
      expectError(mentioning: [folder.path, "is a folder"]) {
        _ = try TextFile(path: folder.path)
      }
    }
  }

  @Test func `the digest is that of the whole file, mark and blank lines included`() throws {
    // printf '\357\273\277{"prompt": "a", "response": "b"}\n\n' | sha256sum
    let file = try read(Array("\u{FEFF}\(Self.first)\n\n".utf8))
    #expect(file.digest == "1243dcd4cf4a128e9159e4273a992756424574525867070bedbc46d85fe199fe")
  }
}
