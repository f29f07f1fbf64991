internal import Foundation
internal import Kernels

/// A file of JSON lines that only ever grows.
///
/// A line is with the system when `append` returns, so a killed process loses at most the line that
/// it was writing. `synchronize` brings all lines to the disk: those survive a power cut.
struct JSONLinesJournal {
  let path: String
  private let file: FileHandle

  /// Starts the file with these lines in the place of whatever is there.
  init(path: String, keeping lines: [Data.SubSequence]) throws(MappedFileError) {
    self.path = path
    var kept = try FileReplacement(path: path)
    for line in lines { try kept.append(Array(line) + [Self.lineEnd]) }
    try kept.commit()
    do {
      file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
    } catch { throw MappedFileError(error, path: path) }
  }

  private static let lineEnd: UInt8 = 0x0A

  /// The complete lines of a file; none if it isn't there.
  static func lines(of path: String) throws(MappedFileError) -> [Data.SubSequence] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw MappedFileError(error, path: path)
    }
    // What follows the last line end is the line at which a process was killed.
    return data.split(separator: lineEnd, omittingEmptySubsequences: false).dropLast()
  }

  /// Adds whole lines.
  func append(_ text: String) throws(MappedFileError) {
    do { try file.write(contentsOf: Data(text.utf8)) } catch {
      throw MappedFileError(error, path: path)
    }
  }

  /// Brings all lines to the disk.
  func synchronize() throws(MappedFileError) {
    do { try file.synchronize() } catch { throw MappedFileError(error, path: path) }
  }
}
