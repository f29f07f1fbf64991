internal import Foundation

/// What a path leads to: two paths of one file are equal, whatever links and spellings they are of.
package struct FileIdentity: Hashable, Sendable {
  /// What it is.
  package enum Kind: Hashable, Sendable {
    /// Bytes on a disk.
    case regular
    /// A folder.
    case folder
    /// A symbolic link, where it isn't followed.
    case link
    /// A pipe with a name.
    case pipe
    /// A device.
    case device
    /// A socket.
    case socket

    /// Whether it can be read once at most, and opening it may wait for whoever writes to it.
    package var isStream: Bool { [.pipe, .device, .socket].contains(self) }

    /// As messages say it.
    package var words: String {
      switch self {
      case .regular: "a file"
      case .folder: "a folder"
      case .link: "a link"
      case .pipe: "a pipe"
      case .device: "a device"
      case .socket: "a socket"
      }
    }
  }

  /// What it is.
  package let kind: Kind
  private let device: UInt64
  private let number: UInt64

  /// Asks the system; nil where nothing is there, or where nobody may look.
  ///
  /// - Parameters:
  ///   - path: a file's or a folder's.
  ///   - followingLinks: whether a symbolic link is what it leads to.
  package init?(_ path: String, followingLinks: Bool = true) {
    var status = stat()
    let result =
      followingLinks ? unsafe stat(path, &status) : unsafe lstat(path, &status)
    guard result == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    case S_IFIFO: kind = .pipe
    case S_IFSOCK: kind = .socket
    default: kind = .device
    }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
  }
}
