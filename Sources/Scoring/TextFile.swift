package import Texts

/// A file of texts: JSON lines, blank lines allowed.
///
/// It is read when it is used and as often as it is used, never kept: files may be larger than
/// memory.
package struct TextFile: Sendable {
  /// The path as given.
  package let path: String
  /// SHA-256 of the file.
  package let digest: String
  /// What each line must have.
  let needed: TextLine.Needed
  /// What the fields of a line are called.
  let fields: TextFields

  /// Reads the file once, for its digest.
  ///
  /// - Parameters:
  ///   - path: a regular file, plain or packed with gzip or zstd; the digest is of the file as it is.
  ///   - needed: what each line must have.
  ///   - fields: what the fields of a line are called.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Throws: `ScoringError.unreadable`, say for a pipe, and what `pause` throws.
  package init(
    path: String, requiring needed: TextLine.Needed = .promptsAndResponses,
    fields: TextFields = TextFields(), pause: () throws -> Void = {}
  ) throws {
    self.path = path
    self.needed = needed
    self.fields = fields
    do { try ByteStream.checkIsRegular(path) } catch { throw ScoringError(error) }
    digest = try Digest.ofFile(path, pause: pause)
  }

  /// All texts in the file's order: for files that fit into memory.
  /// - Throws: `ScoringError` naming file, line and fix; `.noTexts` for a file of blank lines.
  package func lines() throws -> [TextLine] {
    var lines: [TextLine] = []
    do {
      var stream = try LineStream(path: path)
      while let line = try stream.next() { lines.append(try parse(line)) }
    } catch let error as TextError { throw ScoringError(error) }
    guard !lines.isEmpty else { throw ScoringError.noTexts(path: path) }
    return lines
  }

  /// The text of a line.
  func parse(_ line: LineStream.Line) throws(ScoringError) -> TextLine {
    try TextLine(
      parsing: line.bytes, line: line.number, path: path, requiring: needed, fields: fields)
  }
}
