internal import Foundation
package import Training

/// The runs of a folder of presets, each after the one whose model it starts from.
package struct StudyPlan {
  /// One preset.
  package struct Stage {
    /// The file's name without its ending; runs and models are called so.
    package let name: String
    /// The file.
    package let path: String
    /// The stage that it starts from; nil for random weights.
    package let parent: String?
    /// The stage that divergences are measured from; nil for the parent.
    package let reference: String?
  }

  /// In an order in which they can be run.
  package let stages: [Stage]
  /// The one that starts from random weights.
  package let base: Stage

  /// Reads all presets of a folder.
  ///
  /// - Throws: `TrainingError` of a preset; `StudyError` where the runs don't hang together.
  package init(folder: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.sorted()
    var open = try names.map { try Self.stage(folder + "/" + $0) }
    guard !open.isEmpty else { throw StudyError(folder, "has no presets, *.yaml") }
    let roots = open.filter { $0.parent == nil }
    guard roots.count == 1, let base = roots.first else {
      throw StudyError(
        folder, "\(roots.count) presets start from new-model; one has to be the base of all")
    }
    var ordered: [Stage] = []
    while !open.isEmpty {
      let ready = open.filter { stage in
        [stage.parent, stage.reference].allSatisfy { needed in
          needed == nil || ordered.contains { $0.name == needed }
        }
      }
      guard !ready.isEmpty else {
        throw Self.fault(of: open, among: Set(names.map { String($0.dropLast(".yaml".count)) }))
      }
      ordered += ready
      open.removeAll { stage in ready.contains { $0.name == stage.name } }
    }
    (stages, self.base) = (ordered, base)
  }

  /// Why none of some stages can be run: another preset is missing, or they start from each other.
  private static func fault(of stages: [Stage], among names: Set<String>) -> StudyError {
    for stage in stages {
      if let parent = stage.parent, !names.contains(parent) {
        return StudyError(stage.path, "starts from '\(parent)', which is no preset of the folder")
      }
      if let reference = stage.reference, !names.contains(reference) {
        return StudyError(
          stage.path, "has the reference '\(reference)', which is no preset of the folder")
      }
    }
    return StudyError(
      stages[0].path,
      "and \(stages.dropFirst().map(\.name).joined(separator: ", ")) start from or refer to each other; "
        + "one of them has to come first")
  }

  private static func stage(_ path: String) throws -> Stage {
    let configuration = try TrainingConfiguration(path: path)
    return Stage(
      name: URL(filePath: path).deletingPathExtension().lastPathComponent, path: path,
      parent: try configuration.model.map { try run(of: $0, path) },
      reference: try configuration.reference.map { try run(of: $0, path) })
  }

  /// The run that a model's folder belongs to: `…/sft/final` is the run `sft`.
  private static func run(of model: String, _ path: String) throws -> String {
    let url = URL(filePath: model)
    guard url.lastPathComponent == "final" else {
      throw StudyError(path, "'\(model)' should be another preset's …/NAME/final")
    }
    return url.deletingLastPathComponent().lastPathComponent
  }

  /// The configuration of a stage with a seed and an output of its own.
  package func configuration(
    of stage: Stage, seed: UInt64, folder: String
  ) throws -> TrainingConfiguration {
    var configuration = try TrainingConfiguration(path: stage.path)
    configuration.seed = seed
    configuration.output = Self.run(stage.name, seed, folder)
    if let parent = stage.parent { configuration.model = Self.model(parent, seed, folder) }
    configuration.reference = stage.reference.map { Self.model($0, seed, folder) }
    return configuration
  }

  /// The folder of a run.
  static func run(_ name: String, _ seed: UInt64, _ folder: String) -> String {
    "\(folder)/seed-\(seed)/\(name)"
  }

  /// The folder of its last checkpoint.
  static func model(_ name: String, _ seed: UInt64, _ folder: String) -> String {
    run(name, seed, folder) + "/final"
  }
}
