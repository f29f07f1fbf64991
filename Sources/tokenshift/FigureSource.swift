import Analysis
import ArgumentParser
import Foundation
import RunLogs
import Training

/// What an argument of `figures` leads to.
enum FigureSource {
  case tokens(path: String, TokenLog)
  case training(TrainingRun)
  case dynamics(path: String, DynamicsLog)

  /// Opens a log, or the log in a run's folder, with or without `LABEL=` before it.
  init(_ argument: String) throws {
    let (label, path) = Self.parts(argument)
    if let run = try Self.run(path, label: label) {
      self = .training(run)
      return
    }
    if let label {
      throw ValidationError(
        "\(path): is no training run; only these take a name, here '\(label)'")
    }
    self =
      try LogKind(path: path) == .dynamics
      ? .dynamics(path: path, try DynamicsLog(path: path))
      : .tokens(path: path, try TokenLog(path: path))
  }

  /// The files that are read for an argument.
  static func files(_ argument: String) -> [String] {
    let path = parts(argument).path
    return isFolder(path)
      ? ["log.h5", "log.jsonl", "config.yaml"].map { path + "/" + $0 } : [path]
  }

  /// A path that exists as it stands has no label.
  static func parts(_ argument: String) -> (label: String?, path: String) {
    let named = NamedArgument(argument)
    guard let name = named.name, !name.isEmpty,
      !FileManager.default.fileExists(atPath: argument)
    else { return (nil, argument) }
    return (name, named.value)
  }

  /// The training run at a path; nil for another kind of log.
  private static func run(_ path: String, label: String?) throws -> TrainingRun? {
    let url = URL(filePath: path)
    let log: TrainingLog
    var folder = url.deletingLastPathComponent()
    if isFolder(path) {
      folder = url
      log = try newest(in: path)
    } else if url.lastPathComponent == "log.jsonl" {
      log = try journal(path)
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

  /// The log of a run's folder: HDF5, or the lines beside it if these have more steps, as in a run
  /// that goes on or was killed.
  static func newest(in folder: String) throws -> TrainingLog {
    let published = folder + "/log.h5"
    let lines = folder + "/log.jsonl"
    let manager = FileManager.default
    guard manager.fileExists(atPath: published) || manager.fileExists(atPath: lines) else {
      throw ValidationError(
        "\(folder): holds no log.h5; name a token log, or the folder that 'tokenshift train' "
          + "writes to")
    }
    guard manager.fileExists(atPath: lines) else { return try TrainingLog(path: published) }
    let now = try journal(lines)
    guard manager.fileExists(atPath: published) else { return now }
    let before = try TrainingLog(path: published)
    return now.steps.count > before.steps.count ? now : before
  }

  private static func journal(_ path: String) throws -> TrainingLog {
    let beside = URL(filePath: path).deletingLastPathComponent().appending(path: "config.yaml")
    return try TrainingLog(
      journal: path, configuration: try? String(contentsOf: beside, encoding: .utf8))
  }
}
