internal import Analysis
internal import Files
internal import Foundation
internal import Plotting
internal import RunLogs
internal import Scoring

/// The figures of a study: its training logs over all seeds, and the map of one seed's checkpoints.
struct StudyFigures {
  let plan: StudyPlan
  let seeds: [UInt64]
  let folder: String
  let provenance: Provenance

  /// Runs that no other run starts from: halves of others would only crowd the figures.
  private var stages: [StudyPlan.Stage] {
    let parents = Set(plan.stages.compactMap(\.parent))
    return plan.stages.filter { $0.parent != nil && !parents.contains($0.name) }
  }

  /// Draws both.
  ///
  /// - Throws: an error of whatever can't be read or drawn.
  func write() throws {
    guard !stages.isEmpty, let first = seeds.first else { return }
    let sources = try seeds.flatMap { seed in
      try stages.map { stage in
        try LogSource(path: StudyPlan.run(stage.name, seed, folder), label: stage.name)
      }
    }
    _ = try LogFigures(sources).write(
      to: URL(filePath: folder + "/figures"), sparing: SparedFiles())
    let texts = StudyTexts(plan: plan, seed: first, folder: folder)
    let references = try texts.references().map { ($0.name, try TextFile(path: $0.path)) }
    let series = try CheckpointSeries(
      stages.map { ($0.name, StudyPlan.run($0.name, first, folder)) })
    let map = DynamicsMap(
      series: series, texts: references, folder: folder + "/dynamics", provenance: provenance)
    _ = try map.write { _ in }
  }
}
