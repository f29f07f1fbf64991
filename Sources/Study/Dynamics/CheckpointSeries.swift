internal import Adapters
internal import Analysis
internal import Foundation
internal import RunLogs
package import Scoring
internal import Training

/// The checkpoints of runs, from the folders that a user names.
///
/// A run's folder stands for its checkpoints (`step-000050` and `final`, or `checkpoint-50` as other
/// trainers call them), after the model that its `config.yaml` started from. `NAME=CHECKPOINT` adds
/// one checkpoint to the run of that name, `NAME=CHECKPOINT@150` at that step.
package struct CheckpointSeries {
  /// The checkpoints, run by run.
  package private(set) var members: [DynamicsScorer.Member] = []
  /// What was expected and isn't there, for people.
  package private(set) var notes: [String] = []

  /// Finds the checkpoints of runs.
  ///
  /// - Parameter arguments: folders, each with the name that was given, or nil.
  /// - Throws: `StudyError` for what is no run and no checkpoint.
  package init(_ arguments: [(label: String?, path: String)]) throws {
    var runs: [TrainingRun] = []
    var series: [(run: String, points: [Point])] = []
    for (label, named) in arguments {
      let (path, stated) = Self.step(stated: named)
      let points = Self.checkpoints(in: path)
      if !points.isEmpty {
        guard !series.contains(where: { $0.run == path }) else {
          throw StudyError(
            path, "is given twice; name each run once")
        }
        let run = Self.run(path, label: label)
        runs.append(run)
        series.append((path, try start(of: path) + points))
      } else if Self.isCheckpoint(path) {
        guard let label else {
          throw StudyError(
            path, "is one checkpoint; say which run it belongs to, as in NAME=\(path)")
        }
        let point = Point(step: stated ?? Self.step(of: path), path: path)
        if let known = series.firstIndex(where: { $0.run == label }) {
          series[known].points.append(point)
        } else {
          series.append((label, [point]))
        }
      } else {
        throw StudyError(
          path, "holds no checkpoints (step-000050, final, checkpoint-50, …) and is none")
      }
    }
    try addMembers(series, conditions: TrainingCondition.group(runs))
  }

  /// Takes checkpoints that were found before, run by run: a folder stands for the model in it.
  ///
  /// - Throws: `StudyError` where steps fall.
  init(points: [(run: String, points: [Point])]) throws {
    try addMembers(points, conditions: [])
  }

  /// A checkpoint of a run; the step is nil where nothing says it.
  struct Point {
    var step: Int?
    let path: String
  }

  private mutating func addMembers(
    _ series: [(run: String, points: [Point])], conditions: [TrainingCondition]
  ) throws {
    for (run, points) in series {
      let condition = conditions.first { $0.runs.contains { $0.path == run } }
      var last = 0
      for point in points {
        // A folder without a number stands for where it is in the list.
        let step = point.step ?? last
        guard step >= last else {
          throw StudyError(
            point.path, "comes after step \(last) of '\(run)'; give checkpoints in their order")
        }
        last = step
        members.append(
          DynamicsScorer.Member(
            .init(
              run: run, condition: condition?.label ?? run,
              objective: condition?.objective ?? "", step: step, path: point.path),
            directory: point.path))
      }
    }
  }

  // MARK: Folders

  static func isCheckpoint(_ path: String) -> Bool {
    ModelFolder.isModel(path)
  }

  /// A path that doesn't exist as it stands may end in a step, as `ckpt/rl@150`.
  private static func step(stated path: String) -> (path: String, step: Int?) {
    guard !FileManager.default.fileExists(atPath: path),
      let found = path.wholeMatch(of: /(.+)@([0-9]+)/), let step = Int(found.2)
    else { return (path, nil) }
    return (String(found.1), step)
  }

  /// The number at the end of a folder's name.
  static func step(of path: String) -> Int? {
    URL(filePath: path).standardized.lastPathComponent.firstMatch(of: /[0-9]+$/)
      .flatMap { Int($0.output) }
  }

  /// A run's checkpoints by step; empty if the folder holds none.
  ///
  /// A model beside them, where Hugging Face's Trainer saves its last or best one, is the last of them, but for one
  /// that is a checkpoint again.
  static func checkpoints(in folder: String) -> [Point] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var points = names.compactMap { name -> Point? in
      guard name.wholeMatch(of: /(step|checkpoint)-[0-9]+/) != nil,
        isCheckpoint(folder + "/" + name)
      else { return nil }
      return Point(step: step(of: name), path: folder + "/" + name)
    }.sorted { ($0.step ?? 0) < ($1.step ?? 0) }
    if names.contains("final"), isCheckpoint(folder + "/final") {
      // A gate or a budget may end a run before its configuration's last step.
      let log = try? TrainingLog(ofRun: folder)
      let steps = log?.steps.last ?? ConfigurationFile(folder)?.steps
      // The last of the series is the same model again.
      if steps == nil || steps != points.last?.step {
        points.append(Point(step: steps, path: folder + "/final"))
      }
    } else if !points.isEmpty, isCheckpoint(folder) {
      // A configuration alone is no model: some trainers write it first.
      let weights = names.filter { $0.hasSuffix(".safetensors") }
      func isAgain(_ point: Point) -> Bool {
        weights.allSatisfy {
          FileManager.default.contentsEqual(
            atPath: point.path + "/" + $0, andPath: folder + "/" + $0)
        }
      }
      if !weights.isEmpty, !points.contains(where: isAgain) {
        points.append(Point(step: nil, path: folder))
      }
    }
    return points
  }

  /// The model that a run of ours started from, as step 0.
  private mutating func start(of folder: String) throws -> [Point] {
    guard let model = ConfigurationFile(folder)?.model else { return [] }
    guard Self.isCheckpoint(model) else {
      notes.append("\(folder): its first model \(model) isn't there; its path starts later")
      return []
    }
    return [Point(step: 0, path: model)]
  }

  /// The run without its numbers: enough to tell which runs differ in their seed only.
  private static func run(_ folder: String, label: String?) -> TrainingRun {
    let text = ConfigurationFile(folder)?.text
    return TrainingRun(
      path: folder, folderName: URL(filePath: folder).standardized.lastPathComponent, label: label,
      log: TrainingLog(
        steps: [1], columns: [], attributes: text.map { ["configuration": $0] } ?? [:]))
  }
}

/// What `train` recorded in a run's folder.
private struct ConfigurationFile {
  let text: String
  let model: String?
  let steps: Int?

  /// Nil if there is none that can be read.
  init?(_ folder: String) {
    let path = folder + "/config.yaml"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    self.text = text
    let configuration = try? TrainingConfiguration(path: path, overrides: [])
    (model, steps) = (configuration?.model, configuration?.steps)
  }
}
