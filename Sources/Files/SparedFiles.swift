internal import Foundation

/// Files that a command reads, and folders of checkpoints: its outputs spare them.
package struct SparedFiles: Sendable {
  private var files: [FileIdentity: String] = [:]

  /// None.
  package init() {}

  /// These files; of a folder all files that lie in it.
  package init(_ paths: [String]) {
    for path in paths { add(path) }
  }

  /// Adds a file, or the files of a folder; what isn't there is left to whoever reads it.
  package mutating func add(_ path: String) {
    guard let identity = FileIdentity(path) else { return }
    guard identity.kind == .folder else {
      files[identity] = path
      return
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names {
      let file = path.hasSuffix("/") ? path + name : path + "/" + name
      // No command reads HDF5 from a folder that it is given, and a log of ours may lie there.
      if !name.hasSuffix(".h5"), let identity = FileIdentity(file), identity.kind != .folder {
        files[identity] = file
      }
    }
  }

  /// Refuses a destination that is one of these files, or a checkpoint's, or whose draft or journal
  /// would be.
  ///
  /// - Parameters:
  ///   - path: of the file to write.
  ///   - companions: endings of the files that are written beside it.
  ///   - isOwn: whether a file in a checkpoint's folder is one that this command writes itself.
  /// - Returns: where the file goes.
  /// - Throws: `DestinationError`.
  @discardableResult
  package func check(
    _ path: String, companions: [String] = ["partial"],
    isOwn: (String) -> Bool = { _ in false }
  ) throws(DestinationError) -> Destination {
    let destination = try Destination(path)
    try check(destination.target, named: path)
    for suffix in companions { try check(destination.companion(suffix), named: path) }
    if FileIdentity(destination.target) != nil, !isOwn(destination.target),
      let folder = Self.checkpoint(around: destination.target)
    {
      throw DestinationError(
        path,
        "lies in a checkpoint's folder, \(folder), where nothing is replaced: choose another place")
    }
    return destination
  }

  private func check(_ file: String, named path: String) throws(DestinationError) {
    guard let identity = FileIdentity(file), let input = files[identity] else { return }
    throw DestinationError(
      path,
      file.hasSuffix(path)
        ? "is read by this command, as \(input): choose another name for the output"
        : "would be written by way of \(file), which this command reads: choose another name for the "
          + "output")
  }

  /// The folder of a file, if a checkpoint lies there.
  private static func checkpoint(around file: String) -> String? {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let isCheckpoint = names.contains { name in
      ["config.json", "adapter_config.json"].contains(name) || name.hasSuffix(".safetensors")
    }
    return isCheckpoint ? folder : nil
  }
}
