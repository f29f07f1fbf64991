package import Analysis
internal import Foundation
package import RunLogs
internal import Training

/// A log that figures are drawn of, told by its contents.
package enum LogSource {
  case tokens(path: String, TokenLog)
  case training(TrainingRun)
  case dynamics(path: String, DynamicsLog)

  /// Opens a log, or the log in a run's folder.
  ///
  /// - Parameters:
  ///   - path: of either.
  ///   - label: what a training run is called; nil to find a name.
  /// - Throws: `StudyError`, `RunLogError` or `TrainingError` naming the file.
  package init(path: String, label: String?) throws {
    if let run = try Self.run(path, label: label) {
      self = .training(run)
      return
    }
    if let label {
      throw StudyError(path, "is no training run; only these take a name, here '\(label)'")
    }
    self =
      try LogKind(path: path) == .dynamics
      ? .dynamics(path: path, try DynamicsLog(path: path))
      : .tokens(path: path, try TokenLog(path: path))
  }

  /// The files that are read for a path.
  package static func files(at path: String) -> [String] {
    isFolder(path) ? ["log.h5", "log.jsonl", "config.yaml"].map { path + "/" + $0 } : [path]
  }

  /// The training run at a path; nil for another kind of log.
  private static func run(_ path: String, label: String?) throws -> TrainingRun? {
    let url = URL(filePath: path)
    let log: TrainingLog
    var folder = url.deletingLastPathComponent()
    if isFolder(path) {
      folder = url
      log = try TrainingLog(ofRun: path)
    } else if url.lastPathComponent == "log.jsonl" {
      log = try TrainingLog(journalBesideConfiguration: path)
    } else {
      guard try LogKind(path: path) == .training else { return nil }
      log = try TrainingLog(path: path)
    }
    // `log` says nothing; the folder is what the user named.
    let stem = url.deletingPathExtension().lastPathComponent
    let name = isFolder(path) || stem == "log" ? folder.standardized.lastPathComponent : stem
    return TrainingRun(path: path, folderName: name, label: label, log: log)
  }

  private static func isFolder(_ path: String) -> Bool {
    let target = URL(filePath: path).resolvingSymlinksInPath()
    return (try? target.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
