import Foundation

/// Folders, with the system's own reason where one is refused.
package enum Folder {
  /// Makes a folder, and those around it that are missing; one that is there is fine.
  /// - Throws: `FileError`: a part of the path is a file, the rights, a full disk.
  package static func create(_ path: String) throws(FileError) {
    if unsafe mkdir(path, 0o777) == 0 { return }
    let number = errno
    switch number {
    case EEXIST:
      var status = stat()
      if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
      throw FileError(path: path, number: number)
    case ENOENT:
      let parent = URL(filePath: path).deletingLastPathComponent().path
      guard parent != path, !parent.isEmpty else {
        throw FileError(path: path, number: number)
      }
      try create(parent)
      guard unsafe mkdir(path, 0o777) == 0 else {
        throw FileError(path: path, number: errno)
      }
    default: throw FileError(path: path, number: number)
    }
  }

  /// Brings the names in a folder to the disk; some systems refuse, none needs it.
  package static func synchronize(_ path: String) {
    let folder = unsafe open(path, O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
