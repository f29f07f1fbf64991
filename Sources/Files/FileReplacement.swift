import Foundation

/// A file that appears under its name complete or not at all.
///
/// It is written beside its place; `commit` brings it to the disk and renames it. Unless committed
/// it is removed, and what had the name before stays. After a kill a `….partial` may be left, which
/// the next attempt removes. A symbolic link stays, and the file that it leads to is replaced.
package struct FileReplacement: ~Copyable {
  /// The final path.
  package let path: String
  private let target: String
  private let temporary: String
  private let descriptor: Int32

  /// Starts a file that is to replace the one at `path`.
  /// - Throws: `FileError` with the system's reason, or where the name is a device's, a pipe's or a
  ///   folder's.
  package init(path: String) throws(FileError) {
    self.path = path
    let names = Self.names(path)
    (target, temporary) = (try? names.get()) ?? (path, "")
    // Never a file that is there, nor what a link leads to.
    descriptor =
      temporary.isEmpty
      ? -1 : unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let number = errno
      _ = try names.get()
      throw FileError(path: path, number: number)
    }
  }

  private static func names(
    _ path: String
  ) -> Result<(target: String, temporary: String), FileError> {
    Result { () throws(FileError) in
      do throws(DestinationError) {
        let destination = try Destination(path)
        return (destination.target, try destination.freeDraft())
      } catch {
        throw FileError(path: error.path, reason: error.reason)
      }
    }
  }

  deinit {
    // Of one that couldn't be begun nothing is ours.
    if descriptor < 0 { return }
    close(descriptor)
    // After a commit the name is gone and this does nothing.
    _ = unsafe unlink(temporary)
  }

  /// Appends bytes.
  /// - Throws: `FileError` with the system's reason, such as a full disk.
  package mutating func append(_ bytes: [UInt8]) throws(FileError) {
    try append(unsafe bytes.span.bytes)
  }

  /// Appends floats as they are, 4 bytes each.
  /// - Throws: as for bytes.
  package mutating func append(_ floats: Span<Float>) throws(FileError) {
    try append(unsafe floats.bytes)
  }

  /// Gives the file its name, once its bytes are on the disk.
  /// - Throws: `FileError` with the system's reason.
  package consuming func commit() throws(FileError) {
    guard fsync(descriptor) == 0, unsafe rename(temporary, target) == 0 else { throw fault() }
    Folder.synchronize(URL(filePath: target).deletingLastPathComponent().path)
  }

  /// Appends bytes as they are.
  /// - Throws: `FileError` with the system's reason, such as a full disk.
  package func append(_ bytes: RawSpan) throws(FileError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(written..<bytes.byteCount)
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw fault()
      }
      written += count
    }
  }

  private borrowing func fault() -> FileError {
    FileError(path: path, number: errno)
  }
}
