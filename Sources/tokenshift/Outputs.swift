import Adapters
import Files
import Foundation
import Kernels
import RunLogs

extension SparedFiles {
  /// What a command reads: files, and all that lies in the folders of models.
  init(_ files: [String] = [], models: [String]) {
    self.init(files)
    for model in models {
      let folder = try? ModelFolder(model)
      for path in folder.map({ [$0.base] + $0.adapters }) ?? [model] { add(path) }
    }
  }

  /// Refuses a log's name unless a log may go there; one of ours may be replaced anywhere.
  ///
  /// - Throws: `DestinationError`.
  func check(log path: String) throws {
    try check(
      path, companions: ["partial", "journal"],
      isOwn: { (try? LogKind(path: $0)) != nil })
  }
}

/// A file that appears when it is whole; it is begun before the work, so that a folder which can't be
/// written to shows at once.
final class OutputFile {
  private var file: FileReplacement?

  /// Begins it.
  ///
  /// - Throws: `DestinationError` where the name is a spared file's, or no file's; `MappedFileError`.
  init(path: String, sparing spared: SparedFiles = SparedFiles()) throws {
    try spared.check(path)
    file = try FileReplacement(path: path)
  }

  /// Writes text at its end.
  func append(_ text: String) throws { try file?.append(Array(text.utf8)) }

  /// Gives it its name.
  func commit() throws { try file.take()?.commit() }

  /// Writes a whole text.
  static func write(_ text: String, to path: String) throws {
    let file = try OutputFile(path: path)
    try file.append(text)
    try file.commit()
  }
}
