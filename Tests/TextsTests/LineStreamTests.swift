import Foundation
import TestSupport
import Testing
import Texts

/// Lines of files: packed ones, ones that are no JSON lines, and ones that never end.
struct LineStreamTests {
  private struct Stopped: Error {}

  private static func lines(
    _ path: String, from place: LineStream.Start = .init()
  ) throws -> [LineStream.Line] {
    var stream = try LineStream(path: path, from: place)
    var lines: [LineStream.Line] = []
    while let line = try stream.next() { lines.append(line) }
    return lines
  }

  private static func withFile<Result>(
    _ bytes: [UInt8], _ body: (String) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "texts.jsonl")
      try Data(bytes).write(to: url)
      return try body(url.path)
    }
  }

  @Test(arguments: ["two.gz", "two.zst", "members.gz", "frames.zst", "long.gz"])
  func `packed files have the lines of the plain one`(name: String) throws {
    let lines = try Self.lines(Places.fixture("texts/\(name)"))
    let texts = lines.map { String(decoding: $0.bytes, as: UTF8.self) }
    let first = "{\"id\": \"a\", \"prompt_ids\": [1, 2], \"response_ids\": [3, 4, 5]}"
    let second = "{\"id\": \"é\", \"prompt_ids\": [6], \"response_ids\": [7, 8]}"
    let long =
      "{\"id\": \"" + String(repeating: "x", count: 3_000_000)
      + "\", \"prompt_ids\": [1], \"response_ids\": [2]}"
    #expect(texts == (name == "long.gz" ? [first, long, second] : [first, second]))
    #expect(lines.map(\.number) == Array(1...lines.count))
    // From any line on, as a run that goes on reads it.
    for (index, line) in lines.enumerated() {
      let rest = try Self.lines(Places.fixture("texts/\(name)"), from: line.place)
      #expect(rest.map(\.bytes) == lines[index...].map(\.bytes))
      #expect(rest.map(\.number) == lines[index...].map(\.number))
    }
  }

  @Test(arguments: ["two.gz", "two.zst"])
  func `a packed file that was cut is named with the place`(name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(filePath: Places.fixture("texts/\(name)"))))
    try Self.withFile(Array(bytes.dropLast(9))) { path in
      let error = #expect(throws: TextError.self) { _ = try Self.lines(path) }
      let text = error?.description ?? ""
      #expect(
        text.contains("texts.jsonl: ends in the middle: the file was cut, at byte "), "\(text)")
    }
  }

  private static let object = Array("{\"prompt\": \"é\", \"response\": \"b\"}\n".utf8)

  private struct Other {
    let bytes: [UInt8]
    let words: [String]

    init(_ bytes: [UInt8], _ words: [String]) { (self.bytes, self.words) = (bytes, words) }
    init(_ text: String, _ words: [String]) { self.init(Array(text.utf8), words) }
  }

  /// Each character as so many bytes, the first or the last of which it is.
  private static func wide(_ count: Int, lowFirst: Bool) -> [UInt8] {
    let zeros = [UInt8](repeating: 0, count: count - 1)
    return object.flatMap { byte -> [UInt8] in lowFirst ? [byte] + zeros : zeros + [byte] }
  }

  private static let others: [Other] = [
    Other([0xFF, 0xFE] + wide(2, lowFirst: true), ["UTF-16", "iconv"]),
    Other([0xFE, 0xFF] + wide(2, lowFirst: false), ["UTF-16", "iconv"]),
    Other(wide(2, lowFirst: true), ["UTF-16LE", "iconv -f UTF-16LE"]),
    Other(wide(2, lowFirst: false), ["UTF-16BE"]),
    Other([0xFF, 0xFE, 0, 0] + wide(4, lowFirst: true), ["UTF-32"]),
    Other("PAR1", ["Parquet", "tokenshift_recorder.parquet FILE --output texts.jsonl"]),
    Other("ARROW1", ["Arrow"]),
    Other("PK\u{3}\u{4}", ["zip", "spreadsheet"]),
    Other([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], ["HDF5"]),
    Other("BZh91AY", ["bunzip2"]),
    Other([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], ["unxz"]),
    Other("version https://git-lfs.github.com/spec/v1\n", ["git lfs pull"]),
    Other("[{\"prompt\": 1}]", ["line 1", "jq -c '.[]'"]),
    Other("\n[\n  {\"prompt\": 1}\n]", ["jq -c '.[]'"]),
    Other("{\n  \"prompt\": 1\n}", ["jq -c ."]),
    Other("id,\"prompt\",response\n1,a,b\n", ["CSV", "read_csv"]),
    Other("question\tanswer\n1\t2\n", ["tabs", "read_csv", "sep="]),
  ]

  @Test func `what is no JSON lines is named with what makes them`() throws {
    for other in Self.others {
      try Self.withFile(other.bytes) { path in
        let error = #expect(throws: TextError.self) { _ = try Self.lines(path) }
        let text = error?.description ?? ""
        #expect(!text.contains("\n"))
        for word in other.words { #expect(text.contains(word), "\(text) lacks: \(word)") }
      }
    }
  }

  @Test func `lines that only resemble such files are read`() throws {
    for text in ["[1, 2]", "nonsense, response_x", "{ \"a\": 1}", "17"] {
      try Self.withFile(Array(text.utf8)) { path in
        let lines = try Self.lines(path).map(\.bytes)
        #expect(lines == [Array(text.utf8)])
      }
    }
  }

  @Test func `a line without an end is refused once it is longer than any text`() throws {
    let endless = Places.fixture("texts/endless.zst")
    var stream = try LineStream(path: endless)
    let error = #expect(throws: TextError.self) { _ = try stream.next() }
    #expect(error?.line == 1)
    #expect(error?.reason.hasPrefix("is longer than 268435456 bytes") == true)
    try Self.withFile(Array("12345678\n123456789\n".utf8)) { path in
      // Pieces are larger than the limit here: whole lines that are there anyway are no danger.
      var stream = try LineStream(path: path, longest: 8)
      #expect(try stream.next()?.number == 1)
    }
  }

  @Test func `long lines are asked within whether to go on`() throws {
    var stream = try LineStream(path: Places.fixture("texts/endless.zst"))
    var count = 0
    #expect(throws: Stopped.self) {
      _ = try stream.next {
        count += 1
        if count == 5 { throw Stopped() }
      }
    }
  }

  @Test func `pipes and devices are refused, links to files are not`() throws {
    for path in ["/dev/zero", "/dev/null"] {
      let error = #expect(throws: TextError.self) { try ByteStream.checkIsRegular(path) }
      #expect(error?.description.contains("pipe or a device") == true)
    }
    try withTemporaryFolder { folder in
      let (file, link) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
      try Data("x".utf8).write(to: URL(filePath: file))
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
      try ByteStream.checkIsRegular(file)
      try ByteStream.checkIsRegular(link)
    }
  }
}
