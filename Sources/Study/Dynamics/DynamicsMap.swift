internal import Adapters
package import Analysis
internal import Files
internal import Foundation
internal import Reporting
package import RunLogs
package import Scoring

/// Measures the checkpoints of runs on reference models' texts, and draws where they stand.
package struct DynamicsMap {
  private let series: CheckpointSeries
  private let texts: [(name: String, file: TextFile)]
  private let folder: String
  private let provenance: Provenance
  /// How texts go through the models.
  package var settings = Scorer.Settings()
  /// Whether code beside weights is left alone instead of refused.
  package var ignoresRemoteCode = false

  /// All parts given; nothing is begun.
  package init(
    series: CheckpointSeries, texts: [(name: String, file: TextFile)], folder: String,
    provenance: Provenance
  ) {
    (self.series, self.texts) = (series, texts)
    (self.folder, self.provenance) = (folder, provenance)
  }

  /// Writes `dynamics.h5`, `dynamics.tsv` and the figure.
  ///
  /// - Parameter progress: sees how far the measuring is.
  /// - Returns: the points of the map.
  /// - Throws: `DestinationError` before anything is measured; `UndrawnMap` where what was measured is
  ///   kept and can't be drawn; `ScoringError`.
  package func write(progress: (DynamicsScorer.Progress) -> Void) throws -> LearningDynamics {
    let log = folder + "/dynamics.h5"
    let table = folder + "/dynamics.tsv"
    let spared = SparedFiles(texts.map(\.file.path), models: series.members.map(\.directory))
    try spared.check(log: log)
    try spared.check(table)
    let scorer = try DynamicsScorer(
      series.members, texts: texts.map { ($0.name, $0.file) }, settings: settings,
      ignoresRemoteCode: ignoresRemoteCode)
    var measured = try scorer.run(progress: progress)
    measured.attributes = [
      "command_line": provenance.commandLine, "created": provenance.created.formatted(.iso8601),
      "producer_version": provenance.version,
    ]
    let place = URL(filePath: folder)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try measured.write(to: log)
    let dynamics = LearningDynamics(measured)
    try OutputFile.write(dynamics.table, to: table)
    do { _ = try FigureSet(of: dynamics).write(to: place, sparing: spared) } catch {
      throw UndrawnMap(cause: error, log: log)
    }
    return dynamics
  }
}

/// What was measured is kept, and can't be drawn.
package struct UndrawnMap: Error {
  /// Why.
  package let cause: any Error
  /// Where the measured costs are.
  package let log: String

  /// What a user can do with it.
  package var note: String {
    "\(log) is written; 'tokenshift figures \(log)' draws it without measuring again"
  }
}
