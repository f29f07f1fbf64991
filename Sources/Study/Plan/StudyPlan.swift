internal import Files
internal import Foundation
package import Training

/// The runs of a study, each after the ones whose models it takes.
package struct StudyPlan: Sendable {
  /// One run: a preset, or a variant of one.
  package struct Stage: Sendable {
    /// The file's name without its ending, or the variant's; runs and models are called so.
    package let name: String
    /// The preset's file.
    package let path: String
    /// The run that it is a variant of; nil for a preset.
    package let original: String?
    /// Keys that the study changes.
    let changes: [StudyChange]
    /// The runs whose models it takes, by the link's key.
    package let links: [String: String]
    /// The seeds that it has; nil for all.
    package internal(set) var seeds: [UInt64]?

    /// Whether a seed has it.
    package func isOf(seed: UInt64) -> Bool { seeds?.contains(seed) ?? true }

    /// The stage that it starts from; nil for random weights.
    package var parent: String? { links[StudyLink.start.key] }
    /// The stage that divergences are measured from; nil for the parent.
    package var reference: String? { links[StudyLink.reference.key] }
  }

  /// In an order in which they can be run.
  package let stages: [Stage]
  /// The one that starts from random weights.
  package let base: Stage
  /// The study's file; nil for a folder of presets.
  package let file: StudyFile?

  /// Runs that are another one with some keys changed, with that one's name.
  package var originals: [String: String] {
    Dictionary(stages.compactMap { stage in stage.original.map { (stage.name, $0) } }) { first, _ in
      first
    }
  }

  /// Reads a study's file, or all presets of a folder.
  ///
  /// - Throws: `TrainingError` of a preset; `StudyError` where the runs don't hang together.
  package init(path: String) throws {
    if FileIdentity(path)?.kind == .folder {
      try self.init(folder: path)
    } else {
      try self.init(StudyFile(path: path))
    }
  }

  /// Reads all presets of a folder.
  ///
  /// - Throws: as the other.
  package init(folder: String) throws {
    let presets = try Self.presets(of: folder).map { name in
      try Self.stage(name, folder + "/" + name + ".yaml", changes: [])
    }
    try self.init(presets, place: folder, file: nil)
  }

  /// Reads the runs of a study.
  ///
  /// - Throws: as the other.
  package init(_ file: StudyFile) throws {
    try self.init(StudyStages(file).stages, place: file.path, file: file)
    if let name = file.reference { _ = try self.stage(named: name, "\(file.path): reference") }
    // A name that isn't there would turn the guard off.
    for (name, key) in file.regimeRuns {
      _ = try self.stage(named: name, "\(file.path): regime: \(key)")
    }
    try file.search?.check(self)
  }

  private init(_ stages: [Stage], place: String, file: StudyFile?) throws {
    let roots = stages.filter { $0.parent == nil && $0.original == nil }
    guard roots.count == 1, let base = roots.first else {
      throw StudyError(
        place, "\(roots.count) presets start from new-model; one has to be the base of all")
    }
    self.stages = try Self.ordered(stages, isFolder: file == nil)
    (self.base, self.file) = (base, file)
  }

  private init(_ stages: [Stage], _ base: Stage, _ file: StudyFile?) {
    (self.stages, self.base, self.file) = (stages, base, file)
  }

  /// Names of a folder's presets.
  static func presets(of folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") }.sorted().map { String($0.dropLast(".yaml".count)) }
    guard !names.isEmpty else { throw StudyError(folder, "has no presets, *.yaml") }
    return names
  }

  /// Whether a path leads to a folder without any preset.
  package static func isFolderWithoutPresets(_ path: String) -> Bool {
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    return names.map { !$0.contains { $0.hasSuffix(".yaml") } } ?? false
  }

  // MARK: Parts of it

  /// The stage of that name.
  package func stage(named name: String) -> Stage? { stages.first { $0.name == name } }

  /// The stage that a file or an option names.
  ///
  /// - Throws: `StudyError` at this place where there is none, with the nearest name.
  func stage(named name: String, _ place: String) throws -> Stage {
    guard let stage = stage(named: name) else {
      let nearest = StudyNode.nearest(to: name, among: stages.map(\.name))
      throw StudyError(place, "there is no run '\(name)'; did you mean '\(nearest)'?")
    }
    return stage
  }

  /// Only these runs, which have to hold base.
  package func keeping(_ names: Set<String>) -> StudyPlan {
    StudyPlan(stages.filter { names.contains($0.name) }, base, file)
  }

  /// Only the runs that a seed has.
  package func of(seed: UInt64) -> StudyPlan {
    StudyPlan(stages.filter { $0.isOf(seed: seed) }, base, file)
  }

  /// Some runs with all that they need, and base.
  ///
  /// - Throws: `StudyError` for a name that no run has.
  package func needed(for names: [String]) throws -> StudyPlan {
    var needed: Set<String> = [base.name]
    var open = names
    while let name = open.popLast() {
      let stage = try stage(named: name, "--runs")
      if needed.insert(name).inserted { open += stage.links.values }
    }
    return keeping(needed)
  }

  // MARK: Order

  /// Stages in an order in which each comes after those that it needs; those of few seeds take what needs
  /// them along.
  private static func ordered(_ stages: [Stage], isFolder: Bool) throws -> [Stage] {
    let names = Set(stages.map(\.name))
    var (open, ordered): ([Stage], [Stage]) = (stages, [])
    while !open.isEmpty {
      let ready = open.filter { stage in
        stage.links.values.allSatisfy { needed in ordered.contains { $0.name == needed } }
      }
      guard !ready.isEmpty else { throw fault(of: open, among: names, isFolder) }
      for var stage in ready {
        for needed in ordered where stage.links.values.contains(needed.name) {
          guard let seeds = needed.seeds else { continue }
          stage.seeds = stage.seeds.map { $0.filter(seeds.contains) } ?? seeds
        }
        ordered.append(stage)
      }
      open.removeAll { stage in ready.contains { $0.name == stage.name } }
    }
    return ordered
  }

  /// Why none of some stages can be run: another run is missing, or they start from each other.
  private static func fault(
    of stages: [Stage], among names: Set<String>, _ isFolder: Bool
  ) -> StudyError {
    let words = isFolder ? "no preset of the folder" : "no run of the study"
    for stage in stages {
      for link in StudyLink.all {
        guard let other = stage.links[link.key], !names.contains(other) else { continue }
        let subject = stage.original == nil ? "" : "\(stage.name) "
        return StudyError(stage.path, "\(subject)\(link.words) '\(other)', which is \(words)")
      }
    }
    let place = stages[0].path
    guard stages.count > 1 else {
      return StudyError(place, "\(stages[0].name) starts from or refers to itself")
    }
    return StudyError(
      place,
      "\(stages.map(\.name).joined(separator: ", ")) start from or refer to each other; one of them has to "
        + "come first")
  }

  // MARK: Configurations

  /// A stage as its file has it, with some keys changed.
  static func stage(
    _ name: String, _ path: String, original: String? = nil, changes: [StudyChange],
    seeds: [UInt64]? = nil
  ) throws -> Stage {
    let configuration = try configuration(path, changes, of: name)
    var links: [String: String] = [:]
    for link in StudyLink.all {
      links[link.key] = try configuration[keyPath: link.value].map { try run(of: $0, path) }
    }
    return Stage(
      name: name, path: path, original: original, changes: changes, links: links, seeds: seeds)
  }

  /// A file's configuration with some keys changed; errors of these name their own place.
  private static func configuration(
    _ path: String, _ changes: [StudyChange], of name: String
  ) throws -> TrainingConfiguration {
    do throws(TrainingError) {
      return try TrainingConfiguration(path: path, overrides: changes.map(\.override))
    } catch {
      // The place of a key that was set is the option that sets it.
      let text = "\(error)"
      guard let change = changes.first(where: { text.hasPrefix("--set \($0.override): ") }) else {
        throw error
      }
      throw StudyError(
        change.place, "\(name): " + text.dropFirst("--set \(change.override): ".count))
    }
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
    var configuration = try Self.configuration(stage.path, stage.changes, of: stage.name)
    configuration.seed = seed
    configuration.output = Self.run(stage.name, seed, folder)
    for link in StudyLink.all {
      configuration[keyPath: link.value] =
        stage.links[link.key].map { Self.model($0, seed, folder) }
    }
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
