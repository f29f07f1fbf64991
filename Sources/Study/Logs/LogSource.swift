package import Analysis
internal import Files
internal import Foundation
package import RunLogs
internal import Training

/// A log that figures are drawn of, told by its contents.
package enum LogSource {
  case tokens(path: String, TokenLog)
  case training(TrainingRun)
  case dynamics(path: String, DynamicsLog)

  /// Readers of training logs that are no HDF5, asked in turn: each says what it reads, and gives nil for
  /// a file of another kind.
  private static let readers: [(name: String, read: @Sendable (String) throws -> TrainingLog?)] = [
    (
      "a run's log.jsonl (log.jsonl.gz)",
      {
        LogSource.isJournal($0) ? try TrainingLog(journalBesideConfiguration: $0) : nil
      }
    )
  ]

  /// Whether a file is a training run's journal, packed or not, by its name.
  package static func isJournal(_ path: String) -> Bool {
    ["log.jsonl", TrainingLog.packedJournalName].contains(URL(filePath: path).lastPathComponent)
  }

  /// Whether a path is a training log's, or a folder's, which is then read as a run's.
  ///
  /// - Throws: `RunLogError` where it is no HDF5 file.
  package static func isTraining(_ path: String) throws -> Bool {
    try isFolder(path) || isJournal(path) || kind(of: path) == .training
  }

  /// What else than HDF5 and folders is read, in words.
  package static var names: [String] { readers.map(\.name) }

  /// Opens a log, or the log in a run's folder.
  ///
  /// - Parameters:
  ///   - path: of either.
  ///   - label: what a training run is called; nil to find a name.
  /// - Throws: `StudyError`, `RunLogError` or `TrainingError` naming the file.
  package init(path: String, label: String?) throws {
    try Self.refusePipes(path)
    if let run = try Self.run(path, label: label) {
      self = .training(run)
      return
    }
    if let label {
      throw StudyError(path, "is no training run; only these take a name, here '\(label)'")
    }
    self =
      try Self.kind(of: path) == .dynamics
      ? .dynamics(path: path, try DynamicsLog(path: path))
      : .tokens(path: path, try TokenLog(path: path))
  }

  private static func kind(of path: String) throws -> LogKind {
    guard
      !["json", "jsonl", "csv"].contains(URL(filePath: path).pathExtension)
        || FileIdentity(path) == nil
    else {
      throw StudyError(
        path,
        "is no log of ours; 'tokenshift import' makes one of another trainer's or engine's file, "
          + "'tokenshift score' of responses")
    }
    return try LogKind(path: path)
  }

  /// Logs are read here and there: a pipe can't be, and opening one waits for whoever writes to it.
  private static func refusePipes(_ path: String) throws {
    if let kind = FileIdentity(path)?.kind, kind.isStream {
      throw StudyError(path, "is \(kind.words), and a log is a file: write it to one first")
    }
  }

  /// The files that are read for a path.
  package static func files(at path: String) -> [String] {
    isFolder(path)
      ? ["log.h5", "log.jsonl", TrainingLog.packedJournalName, "config.yaml"]
        .map { path + "/" + $0 } : [path]
  }

  /// The training run at a path; nil for another kind of log.
  private static func run(_ path: String, label: String?) throws -> TrainingRun? {
    let url = URL(filePath: path)
    let log: TrainingLog
    var folder = url.deletingLastPathComponent()
    if isFolder(path) {
      folder = url
      log = try TrainingLog(ofRun: path)
    } else if let read = try read(path) {
      log = read
    } else {
      guard try kind(of: path) == .training else { return nil }
      log = try TrainingLog(path: path)
    }
    // `log` says nothing; the folder is what the user named.
    let stem = url.deletingPathExtension().lastPathComponent
    let isUnnamed = isFolder(path) || stem == "log" || isJournal(path)
    let name = isUnnamed ? folder.standardized.lastPathComponent : stem
    return TrainingRun(path: path, folderName: name, label: label, log: log)
  }

  private static func read(_ path: String) throws -> TrainingLog? {
    for reader in readers {
      if let log = try reader.read(path) { return log }
    }
    return nil
  }

  private static func isFolder(_ path: String) -> Bool {
    let target = URL(filePath: path).resolvingSymlinksInPath()
    return (try? target.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
