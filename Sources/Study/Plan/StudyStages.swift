/// The runs that a study's file asks for: presets with changed keys, and variants of them.
struct StudyStages {
  private(set) var stages: [StudyPlan.Stage] = []

  /// Reads their configurations.
  ///
  /// - Throws: `StudyError`, or `TrainingError` of a preset.
  init(_ file: StudyFile) throws {
    let presets = try StudyPlan.presets(of: file.presets)
    for (run, place, _) in file.changes { try Self.check(run, presets, "set: ", place) }
    func changes(_ name: String) -> [StudyChange] {
      file.commonChanges + file.changes.filter { $0.run == name }.flatMap(\.changes)
    }
    // Variants can be of presets that aren't run themselves.
    var known: [String: StudyPlan.Stage] = [:]
    func preset(_ name: String) throws -> StudyPlan.Stage {
      if let stage = known[name] { return stage }
      let stage = try StudyPlan.stage(
        name, file.presets + "/" + name + ".yaml", changes: changes(name))
      known[name] = stage
      return stage
    }
    let runs = file.runs ?? presets.map { ($0, file.path) }
    for (name, place) in runs {
      try Self.check(name, presets, "runs: ", place)
      guard !stages.contains(where: { $0.name == name }) else {
        throw StudyError(place, "runs: '\(name)' is there twice")
      }
      stages.append(try preset(name))
    }
    for variant in file.variants {
      guard !presets.contains(variant.name), !stages.contains(where: { $0.name == variant.name })
      else {
        throw StudyError(variant.place, "variants: the name '\(variant.name)' is taken")
      }
      try Self.check(
        variant.original, presets + known.keys.sorted(), "variants: \(variant.name): ",
        variant.place)
      let original = try preset(variant.original)
      let stage = try StudyPlan.stage(
        variant.name, original.path, original: variant.original,
        changes: original.changes + variant.changes, seeds: variant.seeds ?? original.seeds)
      known[variant.name] = stage
      stages.append(stage)
    }
  }

  private static func check(
    _ name: String, _ known: [String], _ what: String, _ place: String
  ) throws {
    guard !known.contains(name) else { return }
    throw StudyError(
      place,
      "\(what)there is no run '\(name)'; did you mean '\(StudyNode.nearest(to: name, among: known))'?"
    )
  }
}
