import Foundation
import Scoring
import TestSupport
import Testing

/// Files of texts: line ends, marks, blank lines, and files that are none.
struct TextFileTests {
  private static let first = #"{"prompt": "a", "response": "b"}"#
  private static let second = #"{"id": "é", "prompt_ids": [1], "response_ids": [2, 3]}"#

  private func read(_ bytes: [UInt8]) throws -> [TextLine] {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "texts.jsonl")
      try Data(bytes).write(to: url)
      return try TextFile(path: url.path).lines()
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
    let texts = try read(Array(text.utf8))
    #expect(texts.map(\.line) == lines)
    #expect(texts.map(\.prompt) == ["a", nil])
    #expect(texts.map(\.responseIDs) == [nil, [2, 3]])
    #expect(texts.last?.id == "é")
  }

  // Files are read by the megabyte: lines that end at, before and after its end, and longer ones.
  @Test(arguments: [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000], ["\n", "\r\n"])
  func `lines of any length are read whole`(length: Int, end: String) throws {
    let frame = #"{"prompt": "", "response": "b"}"#.utf8.count + end.utf8.count
    let long = String(repeating: "x", count: length - frame)
    let lines = [
      #"{"prompt": "\#(long)", "response": "b"}"#, Self.second, "",
      #"{"prompt": "é\#(long)", "response": "b"}"#, Self.first,
    ]
    let texts = try read(Array(lines.map { $0 + end }.joined().utf8))
    #expect(texts.map(\.line) == [1, 2, 4, 5])
    #expect(texts.map { $0.prompt?.utf8.count } == [long.utf8.count, nil, long.utf8.count + 2, 1])
  }

  @Test func `a Unicode line separator within a text does not end the line`() throws {
    let lines = try read(Array("{\"prompt\": \"a\u{2028}\u{85}b\", \"response\": \"c\"}\n".utf8))
    #expect(lines.map(\.prompt) == ["a\u{2028}\u{85}b"])
  }

  @Test func `a bad line after blank ones is named by its number in the file`() {
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
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "texts.jsonl")
      try Data("\u{FEFF}\(Self.first)\n\n".utf8).write(to: url)
      #expect(
        try TextFile(path: url.path).digest
          == "1243dcd4cf4a128e9159e4273a992756424574525867070bedbc46d85fe199fe")
    }
  }
}
