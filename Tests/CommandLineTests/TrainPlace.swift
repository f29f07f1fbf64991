import Foundation
import RunLogs
import TestSupport
import Testing

/// A folder with a small run on the demo's base: demonstrations and rollouts, a checkpoint at each
/// step.
struct TrainPlace {
  let place: Workplace

  static let steps = 12

  /// Calls `body` with `run.yaml` in a new folder.
  static func with<Result>(_ body: (TrainPlace) throws -> Result) throws -> Result {
    try withTemporaryFolder { folder in
      let place = Workplace(folder: folder)
      let demonstrations = [(7, 5), (12, 30), (44, 9), (8, 8)].map { first, second in
        #"{"prompt": "Q: \#(first) + \#(second) = ?\nA:", "response": " \#(first + second)\n#### \#(first + second)"}"#
      }
      try place.write(demonstrations.joined(separator: "\n"), to: "demonstrations.jsonl")
      try place.write(
        """
        model: \(Workplace.demo("base"))
        output: run
        objective: sft-plus-rl
        steps: \(steps)
        seed: 3
        demonstrations:
          file: demonstrations.jsonl
          per-step: 2
        rollouts:
          task: carry-arithmetic
          prompts-per-step: 2
          samples: 4
          maximum-tokens: 16
        checkpoints:
          every: 1

        """, to: "run.yaml")
      return try body(TrainPlace(place: place))
    }
  }

  /// Starts `train`.
  func start(_ more: [String] = []) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: try Tool.path())
    process.currentDirectoryURL = place.folder
    process.arguments = ["train", "run.yaml", "--quiet"] + more
    process.standardOutput = FileHandle.nullDevice
    try place.write("", to: "error")
    process.standardError = try FileHandle(forWritingTo: place.folder.appending(path: "error"))
    try process.run()
    return process
  }

  /// What the process that was started last said before it ended.
  var error: String {
    (try? String(contentsOfFile: place.path("error"), encoding: .utf8)) ?? ""
  }

  /// All files of the run with their bytes, but the log in HDF5; times are taken out of the journal.
  func contents(of run: String = "run") throws -> [String: Data] {
    let folder = place.folder.appending(path: run)
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let url = folder.appending(path: name)
      let isFolder = try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory ?? false
      if isFolder || name == "log.h5" { continue }
      let data = try Data(contentsOf: url)
      files[name] =
        name == "log.jsonl"
        ? Data(
          String(decoding: data, as: UTF8.self).replacing(/"seconds":[^,}]*/, with: "").utf8) : data
    }
    return files
  }

  /// The log in HDF5; times are 0.
  func log(of run: String = "run") throws -> TrainingLog {
    var log = try TrainingLog(path: place.path(run + "/log.h5"))
    for index in log.columns.indices where log.columns[index].name == "seconds" {
      log.columns[index].values = log.columns[index].values.map { _ in 0 }
    }
    return log
  }
}
