internal import Files
internal import Foundation
internal import Reporting
package import RunLogs
package import Training

/// Trains all runs of a plan over some seeds; measures them, and writes tables and figures.
package struct StudyRunner {
  private let plan: StudyPlan
  private let seeds: [UInt64]
  private let folder: String
  private let provenance: Provenance

  /// All parts given; nothing is begun.
  ///
  /// - Parameters:
  ///   - plan: the runs.
  ///   - seeds: each trains all of them.
  ///   - folder: where everything goes; what is finished there is kept.
  ///   - provenance: for the logs.
  package init(plan: StudyPlan, seeds: [UInt64], folder: String, provenance: Provenance) {
    (self.plan, self.seeds, self.folder) = (plan, seeds, folder)
    self.provenance = provenance
  }

  /// Trains what isn't finished, seed by seed.
  ///
  /// - Parameters:
  ///   - note: takes a line for people about what is done now.
  ///   - train: runs a trainer to its end, or goes on with what is there.
  /// - Throws: `GateNotMet`, `StudyError` for a run of another configuration, and whatever a run throws.
  package func train(
    note: (String) -> Void, train: (inout Trainer, _ resuming: Bool) throws -> Void
  ) throws {
    try checkOutputs()
    for seed in seeds {
      for stage in plan.stages { try self.train(stage, seed, note, train) }
    }
  }

  /// Measures the finished runs of all seeds, and writes tables and figures.
  ///
  /// - Parameter note: takes a line for people about what is done now.
  /// - Returns: what was measured and what it answers.
  /// - Throws: `StudyError` where a run isn't finished, and whatever a measurement or a drawing throws.
  package func measure(note: (String) -> Void) throws -> StudyReport {
    try checkOutputs()
    for seed in seeds {
      for stage in plan.stages {
        let configuration = try plan.configuration(of: stage, seed: seed, folder: folder)
        guard try isFinished(configuration) else {
          throw StudyError(
            configuration.output,
            "isn't finished; train it first, or leave seed \(seed) out of --seeds")
        }
      }
    }
    var runs: [StudyRun] = []
    for seed in seeds {
      note("seed \(seed): measuring")
      runs += try StudyMeasurement(plan: plan, seed: seed, folder: folder, provenance: provenance)
        .runs()
    }
    let report = StudyReport(StudySummary(runs: runs))
    try OutputFile.write(report.markdown, to: folder + "/study.md")
    try OutputFile.write(try JSONText.text(of: report) + "\n", to: folder + "/study.json")
    note("drawing")
    try StudyFigures(plan: plan, seeds: seeds, folder: folder, provenance: provenance).write()
    return report
  }

  /// Trains a stage, or what is left of it.
  private func train(
    _ stage: StudyPlan.Stage, _ seed: UInt64, _ note: (String) -> Void,
    _ train: (inout Trainer, Bool) throws -> Void
  ) throws {
    let configuration = try plan.configuration(of: stage, seed: seed, folder: folder)
    if try isFinished(configuration) {
      note("seed \(seed): \(stage.name) is there")
      return
    }
    note("seed \(seed): \(stage.name)")
    var trainer = try Trainer(configuration)
    let isBegun = FileManager.default.fileExists(atPath: configuration.output + "/config.yaml")
    try train(&trainer, isBegun)
    if trainer.gateIsMet == false {
      throw GateNotMet(output: configuration.output, steps: configuration.steps)
    }
  }

  /// Whether a run is there as a whole.
  ///
  /// - Throws: `StudyError` for a run of another configuration, `GateNotMet` for one that missed its gate.
  private func isFinished(_ configuration: TrainingConfiguration) throws -> Bool {
    let run = configuration.output
    guard FileManager.default.fileExists(atPath: run + "/final") else { return false }
    let old = try? String(contentsOfFile: run + "/config.yaml", encoding: .utf8)
    guard old == configuration.yaml else {
      throw StudyError(
        run, "was made by another configuration; remove it or choose another --output")
    }
    let log = try TrainingLog(path: run + "/log.h5")
    guard !configuration.gate.isSet || configuration.gate.isMet(by: log) else {
      throw GateNotMet(output: run, steps: configuration.steps)
    }
    return true
  }

  /// The runs' own files are checked as each is begun.
  private func checkOutputs() throws {
    let spared = SparedFiles(plan.stages.map(\.path))
    for name in ["study.md", "study.json"] { try spared.check(folder + "/" + name) }
  }
}
