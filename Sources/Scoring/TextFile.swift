import Foundation

/// A file of texts: JSON lines, blank lines allowed.
public struct TextFile: Sendable {
  /// The path as given.
  public let path: String
  /// SHA-256 of the file.
  public let digest: String
  /// The texts in the file's order.
  public let lines: [TextLine]

  /// Reads and checks every line, so that a bad one is found before any work is done.
  /// - Throws: `ScoringError` naming file, line and mend.
  public init(
    path: String, requiring needed: TextLine.Needed = .promptsAndResponses
  ) throws {
    self.path = path
    digest = try Digest.ofFile(path)
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw ScoringError.unreadable(path: path, reason: error.localizedDescription)
    }
    // A byte order mark is no part of the first line.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes
    let pieces = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    var lines: [TextLine] = []
    for (index, piece) in pieces.enumerated() {
      let isBlank = piece.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      if isBlank { continue }
      lines.append(
        try TextLine(
          parsing: Array(piece), line: index + 1, path: path, requiring: needed))
    }
    guard !lines.isEmpty else { throw ScoringError.noTexts(path: path) }
    self.lines = lines
  }
}
