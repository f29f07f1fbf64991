import Foundation

/// A file of texts: JSON lines, blank lines allowed.
///
/// It is read when it is used and as often as it is used, never kept: files may be larger than
/// memory.
public struct TextFile: Sendable {
  /// The path as given.
  public let path: String
  /// SHA-256 of the file.
  public let digest: String
  /// What each line must have.
  let needed: TextLine.Needed

  /// Reads the file once, for its digest.
  /// - Throws: `ScoringError.unreadable`.
  public init(
    path: String, requiring needed: TextLine.Needed = .promptsAndResponses
  ) throws(ScoringError) {
    self.path = path
    self.needed = needed
    digest = try Digest.ofFile(path)
  }

  /// All texts in the file's order: for files that fit into memory.
  /// - Throws: `ScoringError` naming file, line and mend; `.noTexts` for a file of blank lines.
  public func lines() throws(ScoringError) -> [TextLine] {
    var stream = try LineStream(path: path)
    var lines: [TextLine] = []
    while let line = try stream.next() { lines.append(try parse(line)) }
    guard !lines.isEmpty else { throw ScoringError.noTexts(path: path) }
    return lines
  }

  /// The text of a line.
  func parse(_ line: LineStream.Line) throws(ScoringError) -> TextLine {
    try TextLine(parsing: line.bytes, line: line.number, path: path, requiring: needed)
  }
}

/// The lines of a file that aren't blank, one after the other, with their numbers.
///
/// Lines end with a line feed; a carriage return before it is white space. A byte order mark is no
/// part of the first line. Memory is a piece of the file and the longest line.
struct LineStream {
  /// A line without its line feed.
  struct Line {
    var bytes: [UInt8]
    /// From 1, blank lines counted.
    var number: Int
    /// Where it begins.
    var place: Place
  }

  /// The beginning of a line.
  struct Place: Equatable, Sendable {
    /// Bytes before it.
    var offset: UInt64 = 0
    /// Lines before it.
    var lines = 0
  }

  private var file: ByteStream
  /// Of the next line.
  private var place: Place
  private var buffer: [UInt8] = []
  /// Where the rest of the buffer begins.
  private var start = 0
  private var isAtEnd = false

  /// Bytes of the file before the next line.
  var offset: UInt64 { place.offset }

  /// Opens a file at the beginning of a line.
  init(path: String, from place: Place = Place()) throws(ScoringError) {
    self.place = place
    file = try ByteStream(path: path, from: place.offset)
  }

  /// The next line that isn't blank; nil at the end.
  mutating func next() throws(ScoringError) -> Line? {
    while let line = try nextOfAny() {
      let isBlank = line.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if !isBlank { return line }
    }
    return nil
  }

  private mutating func nextOfAny() throws(ScoringError) -> Line? {
    // What is searched already holds no line feed.
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) { return take(upTo: end, skipping: 1) }
      if isAtEnd { return start < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil }
      buffer.removeFirst(start)
      (searched, start) = (buffer.count, 0)
      if let piece = try file.next() { buffer += piece } else { isAtEnd = true }
    }
  }

  private mutating func take(upTo end: Int, skipping terminator: Int) -> Line {
    var bytes = Array(buffer[start..<end])
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let line = place
    place.offset += UInt64(bytes.count + terminator)
    place.lines += 1
    start = end + terminator
    if line.offset == 0, bytes.starts(with: mark) { bytes.removeFirst(mark.count) }
    return Line(bytes: bytes, number: place.lines, place: line)
  }
}
