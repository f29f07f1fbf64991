import Foundation

/// How large a file is and when it was changed: what tells, without reading it, that it isn't the one that
/// it was.
///
/// A change within the clock's tick (milliseconds) that keeps the size isn't seen.
package struct FileStamp: Hashable, Sendable, Codable {
  /// Bytes.
  package let size: Int
  /// Nanoseconds since 1970, as the system keeps them.
  package let modified: Int

  /// A stamp that was kept.
  package init(size: Int, modified: Int) { (self.size, self.modified) = (size, modified) }

  /// Asks the system; nil where no regular file is there, or where nobody may look.
  package init?(_ path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    size = Int(status.st_size)
    modified = Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }
}
