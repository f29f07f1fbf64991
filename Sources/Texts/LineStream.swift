internal import Foundation

/// The lines of a file that aren't blank, one after the other, with their numbers.
///
/// Lines end with a line feed; a carriage return before it is white space. A byte order mark is no
/// part of the first line. A file that is packed with gzip or zstd is unpacked while it is read. Memory
/// is a piece of the file and the longest line.
package struct LineStream {
  /// Bytes of a line that are read: longer ones are a mistake, or endless.
  package static let longestLine = 256 << 20

  /// A line without its line feed.
  package struct Line {
    /// UTF-8, if it is a text.
    package var bytes: [UInt8]
    /// From 1, blank lines counted.
    package var number: Int
    /// Where it begins.
    package var place: Start
  }

  /// The beginning of a line.
  package struct Start: Equatable, Sendable {
    /// Bytes before it, of what the file unpacks to.
    package var offset: UInt64 = 0
    /// Lines before it.
    package var lines = 0

    /// The beginning of a file.
    package init() {}
  }

  private let path: String
  private let longest: Int
  private var file: UnpackedBytes
  /// Of the next line.
  private var place: Start
  private var buffer: [UInt8] = []
  /// Where the rest of the buffer begins.
  private var start = 0
  private var isAtEnd = false

  /// Bytes that are read, of the file as it lies on the disk.
  package var fileOffset: UInt64 { file.fileOffset }

  /// Opens a file at the beginning of a line.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - place: the beginning of the first line to read.
  ///   - longest: the most bytes of a line.
  ///   - checksFirstLine: whether a first line that begins an array, a longer object or a table is
  ///     refused at once, for those who don't leave bad lines out.
  ///   - pause: called now and then; what it throws ends it.
  /// - Throws: `TextError` if the file can't be read or is known to be no JSON lines, and what `pause`
  ///   throws.
  package init(
    path: String, from place: Start = Start(), longest: Int = longestLine,
    checksFirstLine: Bool = true, pause: () throws -> Void = {}
  ) throws {
    (self.path, self.place, self.longest) = (path, place, longest)
    file = try UnpackedBytes(path: path, from: place.offset, pause: pause)
    guard place.offset == 0 else { return }
    while buffer.count < 4_096, let piece = try file.next() { buffer += piece }
    try ForeignFormat.check(buffer, path: path)
    if checksFirstLine { try ForeignFormat.checkFirstLine(buffer, path: path) }
  }

  /// The next line that isn't blank; nil at the end.
  ///
  /// - Parameter pause: called now and then, within long lines too; what it throws ends it.
  /// - Returns: the line; nil at the end.
  /// - Throws: `TextError`, and what `pause` throws.
  package mutating func next(pause: () throws -> Void = {}) throws -> Line? {
    while let line = try nextOfAny(pause) {
      let isBlank = line.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if !isBlank { return line }
    }
    return nil
  }

  private mutating func nextOfAny(_ pause: () throws -> Void) throws -> Line? {
    // What is searched already holds no line feed.
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) { return take(upTo: end, skipping: 1) }
      if isAtEnd { return start < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil }
      buffer.removeFirst(start)
      (searched, start) = (buffer.count, 0)
      guard buffer.count <= longest else {
        throw TextError(
          path, line: place.lines + 1,
          "is longer than \(longest) bytes, which no text is; end each JSON object with a line feed"
        )
      }
      try pause()
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
