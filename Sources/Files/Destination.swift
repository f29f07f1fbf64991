internal import Foundation

/// Why nothing is written to a path: what, where and the fix.
package struct DestinationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path as given.
  package let path: String
  /// What is wrong and how to fix it, without the path.
  package let reason: String

  init(_ path: String, _ reason: String) { (self.path, self.reason) = (path, reason) }

  /// One line.
  package var description: String { "\(path): \(reason)" }
}

/// A place for a file: a name that is free, or a regular file that may be replaced.
///
/// A symbolic link is followed: the file that it leads to is replaced, and the link stays. Devices,
/// pipes, sockets and folders are refused: renaming a file over one would take it away.
package struct Destination: Sendable, Equatable {
  /// The path as given.
  package let path: String
  /// The file itself, after all symbolic links are followed.
  package let target: String

  /// Looks at what has the name.
  /// - Throws: `DestinationError` unless it is a regular file, or nothing.
  package init(_ path: String) throws(DestinationError) {
    guard !path.isEmpty else { throw DestinationError("''", "is no name for a file") }
    guard !path.hasSuffix("/") else {
      throw DestinationError(path, "ends in a slash as folders do: give the name of a file")
    }
    self.path = path
    target = try Self.followed(path)
    switch FileIdentity(target)?.kind {
    case nil, .regular: break
    case .folder: throw DestinationError(path, "is a folder: give the name of a file")
    case .some(let kind):
      throw DestinationError(
        path, "is \(kind.words), and only a file can be replaced by one: choose another name")
    }
  }

  /// The file of a draft or a journal beside the destination, say `log.h5.partial`.
  ///
  /// - Throws: `DestinationError` where anything but a regular file has that name: what a link leads
  ///   to isn't ours.
  package func companion(_ suffix: String) throws(DestinationError) -> String {
    let beside = target + "." + suffix
    if let kind = FileIdentity(beside, followingLinks: false)?.kind, kind != .regular {
      throw DestinationError(
        beside,
        "is \(kind.words), where a file of this run has to be: remove it, or choose another "
          + "output")
    }
    return beside
  }

  /// The name of a draft, free: what a stopped run left there is removed.
  ///
  /// Whoever creates it must refuse to open what is there, so that a link planted meanwhile isn't
  /// followed.
  /// - Throws: `DestinationError` as `companion` does.
  package func freeDraft() throws(DestinationError) -> String {
    let draft = try companion("partial")
    // Where that fails, creating it says why.
    try? FileManager.default.removeItem(atPath: draft)
    return draft
  }

  private static let mostLinks = 40

  private static func followed(_ path: String) throws(DestinationError) -> String {
    var place = path
    for _ in 0...mostLinks {
      guard FileIdentity(place, followingLinks: false)?.kind == .link,
        let next = try? FileManager.default.destinationOfSymbolicLink(atPath: place)
      else { return place }
      if next.hasPrefix("/") {
        place = next
      } else {
        // Of the link's folder, whose own name may be a link: nothing is shortened.
        let folder = place.lastIndex(of: "/").map { place[...$0] } ?? ""
        place = folder + next
      }
    }
    throw DestinationError(path, "is a link that leads in a circle: choose another name")
  }
}
