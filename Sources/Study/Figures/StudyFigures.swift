internal import Analysis
internal import Files
internal import Foundation
internal import Plotting
internal import Reporting
internal import RunLogs
internal import Scoring

/// The figures of a study: its training logs over all seeds, and the map of one seed's checkpoints.
struct StudyFigures {
  let plan: StudyPlan
  let seeds: [UInt64]
  let folder: String
  let provenance: Provenance
  let evaluation: StudyEvaluation
  /// Those of measures and logs.
  let pictures: StudyPictures
  /// Whether a seed's run is there with its model and logs.
  let isThere: (StudyPlan.Stage, UInt64) throws -> Bool

  /// Presets of a seed that no other one starts from: halves of others, and variants, would only crowd the
  /// figures; of more than can be told apart the first ones.
  private func stages(of seed: UInt64) throws -> [StudyPlan.Stage] {
    let presets = plan.stages.filter { $0.original == nil }
    let parents = Set(presets.compactMap(\.parent))
    return try presets.filter { $0.parent != nil && !parents.contains($0.name) }
      .prefix(TrainingFigures.mostConditions)
      .filter { try $0.isOf(seed: seed) && isThere($0, seed) }
  }

  /// Draws all.
  ///
  /// - Throws: an error of whatever can't be read or drawn.
  func write() throws {
    let entries = try pictures.entries()
    _ = try FigureSet(entries).write(
      to: URL(filePath: folder + "/figures"), sparing: SparedFiles())
    let sources = try seeds.flatMap { seed in
      try stages(of: seed).map { stage in
        try LogSource(path: StudyPlan.run(stage.name, seed, folder), label: stage.name)
      }
    }
    guard !sources.isEmpty else { return }
    // By steps, which are of other sizes from method to method: only where nothing is drawn by tokens.
    if !entries.contains(where: { [StageFigure.name, RolloutFigure.name].contains($0.name) }) {
      _ = try LogFigures(sources).write(
        to: URL(filePath: folder + "/figures"), sparing: SparedFiles())
    }
    guard let first = try seeds.first(where: { try !stages(of: $0).isEmpty }) else { return }
    let texts = StudyTexts(plan: plan, seed: first, folder: folder, evaluation: evaluation)
    let references = try texts.references().map { ($0.name, try TextFile(path: $0.path)) }
    let series = try CheckpointSeries(
      stages(of: first).map { ($0.name, StudyPlan.run($0.name, first, folder)) })
    let map = DynamicsMap(
      series: series, texts: references, folder: folder + "/dynamics", provenance: provenance)
    _ = try map.write { _ in }
  }
}
