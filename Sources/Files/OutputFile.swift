/// A file that appears when it is whole; it is begun before the work, so that a folder which can't be
/// written to shows at once.
package final class OutputFile {
  private var file: FileReplacement?

  /// Begins it.
  ///
  /// - Throws: `DestinationError` where the name is a spared file's, or no file's; `FileError`.
  package init(path: String, sparing spared: SparedFiles = SparedFiles()) throws {
    try spared.check(path)
    file = try FileReplacement(path: path)
  }

  /// Writes text at its end.
  package func append(_ text: String) throws { try file?.append(Array(text.utf8)) }

  /// Writes bytes at its end.
  package func append(bytes: [UInt8]) throws { try file?.append(bytes) }

  /// Gives it its name.
  package func commit() throws { try file.take()?.commit() }

  /// Writes a whole text.
  package static func write(_ text: String, to path: String) throws {
    let file = try OutputFile(path: path)
    try file.append(text)
    try file.commit()
  }
}
