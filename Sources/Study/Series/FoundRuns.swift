internal import Adapters
internal import Files
internal import Foundation

/// The runs of a folder that anybody's trainers wrote: their checkpoints, and the logs beside these.
///
/// A run is a folder in it with checkpoints (`step-000050`, `checkpoint-50`, `final`) or a log, or the folder
/// itself where it has some; plain checkpoints whose names differ in the number at their end, as `rl-030` and
/// `rl-060`, are one run, too.
struct FoundRuns {
  /// One of them.
  struct Run {
    var name: String
    /// By step.
    var checkpoints: [CheckpointSeries.Point]
    /// The log that was found beside them.
    var log: String?
  }

  /// In the order of their names.
  private(set) var runs: [Run] = []
  /// Folders in which nothing was found.
  private(set) var ignored: [String] = []

  /// Looks into a folder.
  ///
  /// - Throws: `StudyError` where it has no run.
  init(_ folder: String) throws {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
      throw StudyError(folder, "can't be read as a folder")
    }
    let own = CheckpointSeries.checkpoints(in: folder)
    if !own.isEmpty {
      runs.append(
        Run(
          name: URL(filePath: folder).standardized.lastPathComponent, checkpoints: own,
          log: Self.log(in: [folder] + own.reversed().map(\.path))))
    }
    let taken = Set(own.map { URL(filePath: $0.path).lastPathComponent })
    for name in names where !name.hasPrefix(".") && !taken.contains(name) {
      let path = folder + "/" + name
      if FileIdentity(path)?.kind == .folder { add(name, path) }
    }
    guard !runs.isEmpty else {
      throw StudyError(
        folder,
        "holds neither presets (*.yaml) nor runs: folders with checkpoints (step-000050, checkpoint-50, "
          + "final) or logs (log.h5, log.jsonl, log.jsonl.gz, trainer_state.json)")
    }
    for index in runs.indices {
      runs[index].checkpoints.sort { ($0.step ?? .max) < ($1.step ?? .max) }
    }
    // A number alone is no series: `llama-3` is a name.
    for index in runs.indices where runs[index].checkpoints.count == 1 {
      let name = URL(filePath: runs[index].checkpoints[0].path).lastPathComponent
      guard names.contains(name), !runs.contains(where: { $0.name == name }) else { continue }
      runs[index].name = name
    }
  }

  private mutating func add(_ name: String, _ path: String) {
    let points = CheckpointSeries.checkpoints(in: path)
    if points.isEmpty, ModelFolder.isModel(path) {
      let parts = name.wholeMatch(of: /(.+)[-_.@]([0-9]+)/)
      let point = CheckpointSeries.Point(step: parts.flatMap { Int($0.2) }, path: path)
      let run = parts.map { String($0.1) } ?? name
      if point.step != nil, let known = runs.firstIndex(where: { $0.name == run }) {
        runs[known].checkpoints.append(point)
        runs[known].log = Self.log(in: [path]) ?? runs[known].log
      } else {
        runs.append(Run(name: run, checkpoints: [point], log: Self.log(in: [path])))
      }
      return
    }
    let log = Self.log(in: [path] + points.reversed().map(\.path))
    if points.isEmpty, log == nil {
      ignored.append(path)
    } else {
      runs.append(Run(name: name, checkpoints: points, log: log))
    }
  }

  /// The first log in some folders.
  private static func log(in folders: [String]) -> String? {
    for folder in folders {
      for name in ["log.h5", "log.jsonl", "log.jsonl.gz", "trainer_state.json"] {
        let path = folder + "/" + name
        if FileManager.default.fileExists(atPath: path) { return path }
      }
    }
    return nil
  }
}
