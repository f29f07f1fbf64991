package import Files
package import Foundation

/// A file of JSON lines that only ever grows.
///
/// A line is with the system when `append` returns, so a killed process loses at most the line that
/// it was writing. `synchronize` brings all lines to the disk: those survive a power cut.
package struct JSONLinesJournal {
  /// Where it is.
  package let path: String
  private let file: FileHandle

  /// Starts the file with these lines in the place of whatever is there.
  ///
  /// - Throws: `FileError` with the system's reason.
  package init(path: String, keeping lines: [Data.SubSequence]) throws(FileError) {
    self.path = path
    var kept = try FileReplacement(path: path)
    for line in lines { try kept.append(Array(line) + [Self.lineEnd]) }
    try kept.commit()
    do {
      file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
    } catch { throw FileError(error, path: path) }
  }

  private static let lineEnd: UInt8 = 0x0A

  /// The complete lines of a file; none if it isn't there.
  package static func lines(of path: String) throws(FileError) -> [Data.SubSequence] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw FileError(error, path: path)
    }
    // What follows the last line end is the line at which a process was killed.
    return data.split(separator: lineEnd, omittingEmptySubsequences: false).dropLast()
  }

  /// Adds whole lines.
  package func append(_ text: String) throws(FileError) {
    do { try file.write(contentsOf: Data(text.utf8)) } catch {
      throw FileError(error, path: path)
    }
  }

  /// Brings all lines to the disk.
  package func synchronize() throws(FileError) {
    do { try file.synchronize() } catch { throw FileError(error, path: path) }
  }

  /// Gives the file another name, in the place of what has it: all lines are there.
  package func rename(to name: String) throws(FileError) {
    do {
      if FileManager.default.fileExists(atPath: name) {
        try FileManager.default.removeItem(atPath: name)
      }
      try FileManager.default.moveItem(atPath: path, toPath: name)
    } catch { throw FileError(error, path: name) }
  }
}
