internal import Files
internal import Foundation
internal import RunLogs
internal import Scoring
internal import StatisticalInference
internal import Tasks
package import Training

/// Trains runs of a study at several learning rates, on seeds and problems that the study itself doesn't
/// report.
///
/// Runs that start from others start from these at their best rates, or at the study's where none were
/// tried.
package struct RateSearch {
  /// One training.
  package struct Trial: Sendable, Equatable, CustomStringConvertible {
    /// The run.
    let run: String
    /// Nil for the study's own: others start from it.
    let rate: Double?
    let seed: UInt64

    init(run: String, rate: Double?, seed: UInt64) {
      (self.run, self.rate, self.seed) = (run, rate, seed)
    }

    /// Reads what `description` writes; nil for anything else.
    package init?(_ text: String) {
      let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, let seed = UInt64(parts[2]) else { return nil }
      let rate = Double(parts[1])
      guard rate != nil || parts[1].isEmpty else { return nil }
      self.init(run: parts[0], rate: rate, seed: seed)
    }

    /// `NAME@RATE@SEED`.
    package var description: String { "\(run)@\(rate.map { "\($0)" } ?? "")@\(seed)" }

    /// The run's folder within its seed's.
    fileprivate var folder: String { rate.map { "\(run)@\($0)" } ?? run }
  }

  private let plan: StudyPlan
  private let search: StudySearch
  private let folder: String

  /// Nothing is begun.
  ///
  /// - Parameters:
  ///   - plan: a study whose file has a search.
  ///   - folder: of the study; everything goes to `rates` in it.
  /// - Throws: `StudyError` where the file has none.
  package init(_ plan: StudyPlan, folder: String) throws {
    guard let search = plan.file?.search else {
      throw StudyError(
        plan.file?.path ?? "--search",
        "names no learning rates to try; write 'search: {rates: {NAME: [1e-3, 3e-3]}}' in the study's file"
      )
    }
    (self.search, self.folder) = (search, folder + "/rates")
    let names = search.rates.map(\.run).filter { plan.stage(named: $0) != nil }
    self.plan = try plan.needed(for: names)
  }

  private func rates(of run: String) -> [Double]? { search.rates.first { $0.run == run }?.rates }

  /// Lots of trainings: those of one can be done side by side, after those of the ones before.
  package var rounds: [[Trial]] {
    plan.stages.map { stage in
      let rates = rates(of: stage.name)?.map(Optional.some) ?? [nil]
      return rates.flatMap { rate in
        search.seeds.map { Trial(run: stage.name, rate: rate, seed: $0) }
      }
    }
  }

  // MARK: One training

  /// The configuration of a trial.
  ///
  /// - Throws: `StudyError` where a run that it starts from has no best rate yet.
  private func configuration(of trial: Trial) throws -> KeptConfiguration {
    let stage = try plan.stage(named: trial.run, "--trial")
    let rates = try stage.links.mapValues { try self.rates(of: $0) == nil ? nil : best(of: $0) }
    return try KeptConfiguration(inStudy: folder) {
      try configuration(of: trial, stage, from: rates, in: $0)
    }
  }

  /// The same in a folder of some name, with the rates of what it starts from.
  private func configuration(
    of trial: Trial, _ stage: StudyPlan.Stage, from rates: [String: Double?], in folder: String
  ) throws -> TrainingConfiguration {
    var configuration = try plan.configuration(of: stage, seed: trial.seed, folder: folder)
    configuration.output = Self.path(of: trial, in: folder)
    for link in StudyLink.all {
      guard let name = stage.links[link.key] else { continue }
      let start = Trial(run: name, rate: rates[link.key] ?? nil, seed: trial.seed)
      configuration[keyPath: link.value] = Self.path(of: start, in: folder) + "/final"
    }
    if let rate = trial.rate { configuration.optimizer.learningRate = rate }
    configuration.evaluation.split = .validation
    // A rate at which a run goes wrong is a result.
    configuration.stop = TrainingConfiguration.Stop()
    return configuration
  }

  private func path(of trial: Trial) -> String { Self.path(of: trial, in: folder) }

  private static func path(of trial: Trial, in folder: String) -> String {
    "\(folder)/seed-\(trial.seed)/\(trial.folder)"
  }

  private func best(of run: String) throws -> Double {
    guard let best = try table(of: run).best(of: run) else {
      throw StudyError("\(folder)/seed-*/\(run)@*", "no rate of '\(run)' is usable")
    }
    return best.rate
  }

  /// What a trial depends on, and what came of it.
  private struct TrialFile: Codable {
    let cell: RateTable.Cell
    let configuration: String
    let problems: Int
    let samples: Int
  }

  private func file(of trial: Trial) -> String { path(of: trial) + "/rate.json" }

  /// What came of a trial; nil where it isn't done, or was done otherwise.
  private func cell(of trial: Trial) throws -> RateTable.Cell? {
    guard let data = try? Data(contentsOf: URL(filePath: file(of: trial))),
      let file = try? JSONDecoder().decode(TrialFile.self, from: data),
      file.configuration == (try configuration(of: trial).digest),
      file.problems == search.problems, file.samples == search.samples
    else { return nil }
    return file.cell
  }

  private func table(of run: String) throws -> RateTable {
    let trials = rounds.joined().filter { $0.run == run && $0.rate != nil }
    return RateTable(try trials.compactMap { try cell(of: $0) })
  }

  /// Whether a trial is done.
  ///
  /// - Throws: `StudyError` for a run of another configuration.
  package func isDone(_ trial: Trial) throws -> Bool {
    guard trial.rate == nil else { return try cell(of: trial) != nil }
    return try StudyFolder.isTrained(configuration(of: trial))
  }

  /// Trains and measures what isn't done of a trial.
  ///
  /// - Parameters:
  ///   - trial: one of a round, with those of the rounds before done.
  ///   - train: runs a trainer to its end, or goes on with what is there; gets what the run is called.
  /// - Throws: `StudyError` for a run of another configuration, `GateNotMet`, and whatever else a run throws.
  package func run(
    _ trial: Trial, train: (inout Trainer, _ name: String, _ resuming: Bool) throws -> Void
  ) throws {
    guard try !isDone(trial) else { return }
    let kept = try self.configuration(of: trial)
    let configuration = kept.wanted
    var diverged = false
    if try !StudyFolder.isTrained(kept) {
      if !kept.isNamedSo { try Trainer.whileLocked(configuration.output, kept.rename) }
      var trainer = try Trainer(configuration)
      let isBegun = FileManager.default.fileExists(atPath: configuration.output + "/config.yaml")
      do {
        try train(&trainer, "seed \(trial.seed), \(trial.folder)", isBegun)
      } catch let error as TrainingError {
        guard case .diverged = error, trial.rate != nil else { throw error }
        diverged = true
      }
      if !diverged, trainer.gateIsMet == false {
        throw GateNotMet(output: configuration.output, steps: configuration.steps)
      }
    }
    guard let rate = trial.rate else { return }
    let cell = RateTable.Cell(
      run: trial.run, rate: rate, seed: trial.seed,
      accuracy: diverged ? 0 : try accuracy(of: trial),
      tokens: Self.tokens(ofRun: configuration.output), diverged: diverged)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let file = TrialFile(
      cell: cell, configuration: try self.configuration(of: trial).digest,
      problems: search.problems,
      samples: search.samples)
    try OutputFile.write(
      String(decoding: try encoder.encode(file), as: UTF8.self) + "\n", to: self.file(of: trial))
  }

  /// Tokens of a run's updates; 0 for one that diverged in its first step, which has no log.
  private static func tokens(ofRun run: String) -> Double {
    let log = try? TrainingLog(ofRun: run)
    return log?[.tokens]?.reduce(0, +) ?? 0
  }

  private func accuracy(of trial: Trial) throws -> Double {
    let start = try StartingModel(directory: path(of: trial) + "/final")
    var settings = HeldOutAccuracy.Settings()
    settings.split = .validation
    (settings.problems, settings.samples) = (search.problems, search.samples)
    settings.includesGreedy = false
    settings.seed = trial.seed
    let task = try StudyTexts(plan: plan, seed: trial.seed, folder: folder).task()
    let result = try HeldOutAccuracy(task, settings).fillingContext(of: start).measure(start)
    return result.sampled?.accuracy.value ?? .nan
  }

  // MARK: The result

  /// What came of all trials, also in `OUTPUT/rates.json`.
  ///
  /// - Throws: an error of the file.
  package func report() throws -> RateReport {
    let cells = try rounds.joined().filter { $0.rate != nil }.compactMap { try cell(of: $0) }
    let report = RateReport(
      RateTable(cells),
      rates: try Dictionary(
        uniqueKeysWithValues: plan.stages.map { ($0.name, try plan.learningRate(of: $0)) }))
    try OutputFile.write(try report.text + "\n", to: folder + ".json")
    return report
  }
}
