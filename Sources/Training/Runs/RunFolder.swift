internal import Adapters
internal import Files
internal import Foundation

/// The files of one run.
struct RunFolder {
  let path: String

  var journal: String { path + "/log.jsonl" }
  var rollouts: String { path + "/rollouts.jsonl" }
  /// Held by the process that trains here.
  private var lockFile: String { path + "/.lock" }
  /// What the starting model wrote to learn from, where it did.
  var demonstrations: String { path + "/demonstrations.jsonl" }
  var log: String { path + "/log.h5" }
  var configuration: String { path + "/config.yaml" }
  var final: String { path + "/final" }

  private static let prefix = "step-"

  /// Refuses to begin where a file of the run would go over one that it reads, or over what is no file.
  ///
  /// - Parameters:
  ///   - configuration: of the run.
  ///   - files: others that are read.
  /// - Throws: `DestinationError`.
  func check(_ configuration: TrainingConfiguration, reading files: [String]) throws {
    let folders = [
      configuration.model, configuration.reference, configuration.newModel.tokenizer,
      configuration.demonstrations.writer,
    ]
    let sources = [
      configuration.taskFile, configuration.demonstrations.file, configuration.rollouts.file,
    ]
    var spared = SparedFiles(sources.compactMap { $0 } + files)
    for folder in folders.compactMap({ $0 }) {
      let model = try? ModelFolder(folder)
      for part in model.map({ [$0.base] + $0.adapters }) ?? [folder] { spared.add(part) }
    }
    let own = configuration.demonstrations.style == .own ? [demonstrations] : []
    for file in [journal, rollouts, log, self.configuration] + own {
      try spared.check(file, isOwn: { _ in true })
    }
  }

  /// The checkpoint of a step.
  func checkpoint(_ step: Int) -> String {
    let digits = String(step)
    return path + "/" + Self.prefix + String(repeating: "0", count: max(6 - digits.count, 0))
      + digits
  }

  /// The last step from which the run can go on; nil for none.
  func lastResumableStep() -> Int? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name -> Int? in
      guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.count)),
        step > 0, FileManager.default.fileExists(atPath: state(of: step))
      else { return nil }
      return step
    }.max()
  }

  /// The state in the checkpoint of a step.
  func state(of step: Int) -> String { checkpoint(step) + "/" + TrainingState.fileName }

  /// Takes away the states of earlier steps: only the last is ever read, and each is three times as
  /// large as the model.
  func removeStates(before step: Int) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(Self.prefix) {
      guard let other = Int(name.dropFirst(Self.prefix.count)), other < step else { continue }
      try? FileManager.default.removeItem(atPath: state(of: other))
    }
  }

  /// Takes away a file or a folder, if it is there.
  func remove(_ path: String) throws(FileError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw FileError(error, path: path)
    }
  }

  /// Gives a complete checkpoint its name, also on the disk: a power cut leaves it there or not.
  func publish(_ temporary: String, as path: String) throws(FileError) {
    // Left by a run that was stopped between this checkpoint's folder and its successor's.
    try remove(path)
    do { try FileManager.default.moveItem(atPath: temporary, toPath: path) } catch {
      throw FileError(error, path: path)
    }
    Folder.synchronize(self.path)
  }

  /// Lines of a configuration without those on what stops a run: they decide none of its numbers, so that a
  /// run which was stopped can go on without.
  private static func decisiveLines(of yaml: String) -> [Substring] {
    var isOfStop = false
    return yaml.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if !line.hasPrefix(" ") { isOfStop = line == "stop:" }
      return !isOfStop
    }
  }

  /// Makes the folder where there is none.
  func create() throws(CheckpointError) {
    do throws(FileError) { try Folder.create(path) } catch {
      throw CheckpointError(error, "the folder cannot be made")
    }
  }

  /// Does something while no other process trains in the folder, which has to be there.
  ///
  /// - Throws: `TrainingError` where one does, and what `body` throws.
  func whileLocked<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = try lock()
    do {
      let result = try body()
      lock.release()
      return result
    } catch {
      lock.release()
      throw error
    }
  }

  private func lock() throws -> FileLock {
    do throws(FileError) { return try FileLock(path: lockFile, patience: .zero) } catch {
      guard error.fault == .other else { throw error }
      throw TrainingError.file(
        path: path, reason: "another process trains here; wait for it, or choose another output")
    }
  }

  /// Checks that the folder is free for a new run, or holds one of the same configuration.
  func prepare(_ configuration: TrainingConfiguration, resuming: Bool) throws {
    let manager = FileManager.default
    if resuming, let old = try? String(contentsOfFile: self.configuration, encoding: .utf8) {
      let pair = zip(Self.decisiveLines(of: old), Self.decisiveLines(of: configuration.yaml)).first
      { !$0.0.utf8.elementsEqual($0.1.utf8) }
      if let (before, now) = pair {
        throw TrainingError.file(
          path: self.configuration,
          reason: "the run was started with '\(before.trimmingCharacters(in: .whitespaces))', not "
            + "'\(now.trimmingCharacters(in: .whitespaces))'; resume it as it was")
      }
      if manager.fileExists(atPath: final) {
        throw TrainingError.file(path: final, reason: "the run is finished; nothing to resume")
      }
      return
    }
    let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
    var lines = [journal, rollouts]
    if configuration.demonstrations.style == .own { lines.append(demonstrations) }
    let isUsed = names.contains { name in
      name == "final" || name.hasPrefix(Self.prefix) || name == "log.h5"
        || name.hasSuffix(".jsonl") && lines.contains(path + "/" + name)
    }
    if isUsed { throw TrainingError.outputInUse(path: path) }
    if let old = try? String(contentsOfFile: self.configuration, encoding: .utf8),
      !old.utf8.elementsEqual(configuration.yaml.utf8)
    {
      throw TrainingError.file(
        path: self.configuration,
        reason: "is another configuration; choose another output for the run")
    }
    try write(configuration.yaml, to: self.configuration)
  }

  /// Writes a file, complete or not at all.
  func write(_ text: String, to path: String) throws {
    var file = try FileReplacement(path: path)
    try file.append(Array(text.utf8))
    try file.commit()
  }
}
