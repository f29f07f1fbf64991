internal import Files
internal import Foundation
internal import HDF5

/// The files that the columns of a virtual log lie in.
///
/// The library reads missing ones as NaN and 0 and says nothing; a log must not.
struct VirtualSources {
  /// Relative to the folder of the log, or absolute.
  private let names: [String]
  private let tokenCounts: [Int]

  init(parts: [ShardLog], destination: String) {
    names = Self.names(parts, destination)
    tokenCounts = parts.map(\.tokenCount)
  }

  func write(to root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("virtual_sources", to: .strings(names))
    try root.setAttribute("virtual_tokens", to: .integers(tokenCounts.map(Int64.init)))
  }

  /// Refuses a log whose parts are missing or were replaced by others.
  ///
  /// - Returns: the parts' paths; none of a log that holds its columns itself.
  static func checked(_ file: HDF5File) throws(RunLogError) -> [String] {
    let found = try translating { () throws(HDF5Error) in
      (try file.root.attribute("virtual_sources"), try file.root.attribute("virtual_tokens"))
    }
    guard case .strings(let names)? = found.0, case .integers(let counts)? = found.1 else {
      return []
    }
    // Opened through a link: the names are as seen from the file itself.
    let place = (try? Destination(file.path))?.target ?? file.path
    let folder = URL(filePath: place).deletingLastPathComponent()
    let paths = names.map { $0.hasPrefix("/") ? $0 : folder.appending(path: $0).path }
    for ((name, path), count) in zip(zip(names, paths), counts) {
      let tokens: [Int]
      do throws(HDF5Error) {
        tokens = try HDF5File.open(path).root.dataset("tok/id").shape()
      } catch {
        throw RunLogError(
          error.kind == .missingFile ? .missingFile : .damaged, file.path,
          "its columns lie in \(name), which can't be read: \(error.message); "
            + "bring the shard back, or merge with --copy")
      }
      guard tokens == [Int(count)] else {
        throw RunLogError(
          .damaged, file.path,
          "its columns lie in \(name), which has \(tokens) tokens now, not \(count): merge again")
      }
    }
    return paths
  }

  /// The shards' paths as seen from the folder of the merged log, so that both can be moved together.
  static func names(_ parts: [ShardLog], _ destination: String) -> [String] {
    let folder = components(destination).dropLast()
    return parts.map { part in
      let target = components(part.path)
      let shared = zip(folder, target).prefix { $0 == $1 }.count
      // Nothing in common but the root: no folder holds both.
      if shared <= 1 { return URL(filePath: part.path).standardizedFileURL.path }
      return (Array(repeating: "..", count: folder.count - shared) + target.dropFirst(shared))
        .joined(separator: "/")
    }
  }

  private static func components(_ path: String) -> [String] {
    URL(filePath: path).standardizedFileURL.pathComponents
  }
}
