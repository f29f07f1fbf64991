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
  private let evaluation: StudyEvaluation

  /// All parts given; nothing is begun.
  ///
  /// - Parameters:
  ///   - plan: the runs.
  ///   - seeds: each trains all of them that it has.
  ///   - folder: where everything goes; what is finished there is kept.
  ///   - provenance: for the logs.
  package init(plan: StudyPlan, seeds: [UInt64], folder: String, provenance: Provenance) {
    (self.plan, self.seeds, self.folder) = (plan, seeds, folder)
    self.provenance = provenance
    evaluation = plan.file?.evaluation ?? StudyEvaluation()
  }

  private var place: StudyFolder {
    StudyFolder(plan: plan, path: folder, evaluation: evaluation)
  }

  // MARK: Training

  /// Trains what isn't finished, seed by seed.
  ///
  /// A run that misses its gate, is stopped by a detector or diverges ends those that need its model, and no
  /// others.
  ///
  /// - Parameters:
  ///   - note: takes a line for people about what is done now.
  ///   - train: runs a trainer to its end, or goes on with what is there; gets what the run is called.
  /// - Returns: what ended the first run that can't be finished; nil where all are.
  /// - Throws: `StudyError` for a run of another configuration, and whatever else a run throws.
  package func train(
    note: (String) -> Void,
    train: (inout Trainer, _ name: String, _ resuming: Bool) throws -> Void
  ) throws -> (any Error)? {
    try checkOutputs()
    var first: (any Error)?
    for seed in seeds {
      let states = try place.states(seed: seed)
      let open = Set(StudyFolder.toTrain(states).map(\.stage.name))
      var failed: Set<String> = []
      for (stage, state) in states {
        if let cause = stage.links.values.sorted().first(where: failed.contains),
          open.contains(stage.name)
        {
          failed.insert(stage.name)
          note("seed \(seed): \(stage.name) is left out: it needs \(cause)")
          continue
        }
        do {
          if state == .missedGate {
            let configuration = try place.configuration(stage, seed)
            throw GateNotMet(output: configuration.output, steps: configuration.steps)
          }
          guard open.contains(stage.name) else {
            // Looked at again: what it was made from may have been made anew just now.
            _ = try place.state(of: stage, seed: seed)
            note("seed \(seed): \(stage.name) is there")
            continue
          }
          note("seed \(seed): \(stage.name)")
          try self.train(stage, seed, isBegun: state != .open, train)
        } catch  where Self.endsOneRun(error) {
          note("seed \(seed): \(stage.name): \(error)")
          failed.insert(stage.name)
          first = first ?? error
        }
      }
    }
    return first
  }

  /// Whether other runs can go on all the same.
  private static func endsOneRun(_ error: any Error) -> Bool {
    if case TrainingError.diverged = error { return true }
    return error is GateNotMet || error is RunStopped
  }

  private func train(
    _ stage: StudyPlan.Stage, _ seed: UInt64, isBegun: Bool,
    _ train: (inout Trainer, String, Bool) throws -> Void
  ) throws {
    let configuration = try place.configuration(stage, seed)
    var trainer = try Trainer(configuration)
    try place.prepare(stage, seed: seed)
    try train(&trainer, "seed \(seed), \(stage.name)", isBegun)
    if trainer.gateIsMet == false {
      throw GateNotMet(output: configuration.output, steps: configuration.steps)
    }
  }

  // MARK: What there is

  /// What would be run, and how far it is, in lines for people.
  ///
  /// - Throws: `StudyError` for a run of another configuration.
  package func outlook() throws -> [String] {
    var lines: [String] = []
    var count: [StudyFolder.State: Int] = [:]
    var (budget, unlimited) = (0, 0)
    for seed in seeds {
      let states = try place.states(seed: seed)
      let open = Set(StudyFolder.toTrain(states).map(\.stage.name))
      for (stage, found) in states {
        let isOpen = open.contains(stage.name)
        let state = isOpen && found == .measured ? .begun : found
        count[state, default: 0] += 1
        let from = stage.parent.map { "from \($0)" } ?? "from random weights"
        lines.append("seed \(seed): \(stage.name), \(from), \(state.words)")
        guard isOpen else { continue }
        let tokens = try place.configuration(stage, seed).tokenBudget
        budget += tokens
        unlimited += tokens == 0 ? 1 : 0
      }
    }
    let parts = StudyFolder.State.allCases.compactMap { state in
      count[state].map { "\($0) \(state.words)" }
    }
    guard !parts.isEmpty else { return lines }
    let others =
      unlimited == 0
      ? ""
      : " and what \(Phrase.count(unlimited, "run")) without a budget \(unlimited == 1 ? "takes" : "take")"
    let left =
      budget + unlimited == 0 ? "" : "; left: \(Number.count(budget)) tokens of updates\(others)"
    return lines + [parts.joined(separator: ", ") + left]
  }

  // MARK: Measuring

  /// How many runs are measured before they are kept: base's texts are scored anew with each lot.
  private static let lot = 8

  /// Measures what isn't, and keeps it beside each run.
  ///
  /// - Parameter note: takes a line for people about what is done now.
  /// - Returns: all measured runs of all seeds that have a base to compare with.
  /// - Throws: `StudyError` for a run of another configuration, and whatever a measurement throws.
  package func measureRuns(note: (String) -> Void) throws -> [StudyRun] {
    try checkOutputs()
    var runs: [StudyRun] = []
    for seed in seeds { runs += try measureRuns(of: seed, note) }
    return runs
  }

  private func measureRuns(of seed: UInt64, _ note: (String) -> Void) throws -> [StudyRun] {
    let states = try place.states(seed: seed)
    let missing = states.filter { $0.state != .finished && $0.state != .measured }.map(\.stage.name)
    guard !missing.contains(plan.base.name) else {
      note("seed \(seed): left out: \(plan.base.name) isn't finished")
      return []
    }
    if !missing.isEmpty {
      note("seed \(seed): not finished, left out: \(missing.joined(separator: ", "))")
    }
    let there = states.filter { !missing.contains($0.stage.name) }.map(\.stage)
    var known: [StudyRun] = []
    var open: [StudyPlan.Stage] = []
    for stage in there {
      if let run = try place.kept.run(of: stage, seed: seed) {
        known.append(run)
      } else {
        open.append(stage)
      }
    }
    let measurement = StudyMeasurement(
      plan: plan.of(seed: seed), seed: seed, folder: folder, provenance: provenance,
      evaluation: evaluation)
    if !open.isEmpty { note("seed \(seed): measuring") }
    while !open.isEmpty {
      let lot = open.prefix(Self.lot).map(\.name)
      open.removeFirst(lot.count)
      // Their models have to be here, others' measures are.
      let stages = there.filter { stage in
        lot.contains(stage.name)
          || known.contains { $0.name == stage.name }
            && states.contains { $0.stage.name == stage.name && $0.state == .finished }
      }
      let measured = try measurement.runs(of: stages, keeping: known, note: note)
      for run in measured where lot.contains(run.name) {
        if let stage = plan.stage(named: run.name) { try place.kept.keep(run, of: stage) }
        known.append(run)
      }
    }
    return there.compactMap { stage in known.first { $0.name == stage.name } }
  }

  /// Measures the finished runs of all seeds, and writes tables and figures.
  ///
  /// - Parameter note: takes a line for people about what is done now.
  /// - Returns: what was measured and what it answers.
  /// - Throws: as `measureRuns`, `StudyError` where no seed has a base, and whatever a drawing throws.
  package func measure(note: (String) -> Void) throws -> StudyReport {
    let runs = try measureRuns(note: note)
    guard !runs.isEmpty else {
      let output = try place.configuration(plan.base, seeds.first ?? 1).output
      throw StudyError(output, "isn't finished; train it first, or leave its seed out of --seeds")
    }
    let summary = StudySummary(runs: runs)
    let variants = plan.originals
    let logs = ReadLogs()
    let pictures = try StudyPictures(summary: summary, variants: variants) { run in
      try logs.log(inFolder: StudyPlan.run(run.name, run.seed, folder))
    }
    let report = StudyReport(
      summary, claims: try claims(), regime: plan.file?.regime ?? StudyRegime(),
      reference: plan.file?.reference, variants: variants, published: try published(),
      provoked: pictures.signatureTable)
    try report.write(to: folder, heading: try heading())
    note("drawing")
    try StudyFigures(
      plan: plan, seeds: seeds, folder: folder, provenance: provenance, evaluation: evaluation,
      pictures: pictures
    ) { try place.state(of: $0, seed: $1) == .finished }.write()
    return report
  }

  /// The claims that the study's file names; nil where it names none.
  private func claims() throws -> StudyClaims? {
    try plan.file?.claims.map { try StudyClaims(path: $0) }
  }

  /// The numbers that the study's file names; nil where it names none.
  private func published() throws -> PublishedNumbers? {
    try plan.file?.published.map { try PublishedNumbers(path: $0) }
  }

  /// The study's title, and what keeps its numbers from being what they seem.
  private func heading() throws -> String {
    let title = plan.file?.title.map { "# \($0)\n\n" } ?? ""
    let notes = try (plan.file?.notes ?? []) + self.notes() + absences()
    return title + (notes.isEmpty ? "" : notes.map { "- \($0)\n" }.joined() + "\n")
  }

  /// What of the study isn't in its tables, by seed: means of the others would be read as means of all.
  private func absences() throws -> [String] {
    let others = (plan.file?.seeds ?? seeds).filter { !seeds.contains($0) }
    let part =
      others.isEmpty
      ? []
      : ["a part of the study, without seed \(others.map { "\($0)" }.joined(separator: ", "))"]
    var missing: [(runs: String, seeds: [UInt64])] = []
    for seed in seeds {
      let runs = try place.states(seed: seed).filter {
        $0.state != .finished && $0.state != .measured
      }.map { "\($0.stage.name) (\($0.state.words))" }.joined(separator: ", ")
      guard !runs.isEmpty else { continue }
      if let known = missing.firstIndex(where: { $0.runs == runs }) {
        missing[known].seeds.append(seed)
      } else {
        missing.append((runs, [seed]))
      }
    }
    return part
      + missing.map { entry in
        let seeds = entry.seeds.map(String.init).joined(separator: ", ")
        return "not in the tables, seed \(seeds): \(entry.runs)"
      }
  }

  /// What is wrong with the learning rates, where the study's file names those that were tried: lines for
  /// people before it begins, and in its tables.
  ///
  /// - Throws: `StudyError` for a file that no search wrote.
  package func notes() throws -> [String] {
    guard let path = plan.file?.rates else { return [] }
    return try RateTable(path: path).faults(of: plan).map { "rates not searched: \($0)" }
  }

  /// The runs' own files are checked as each is begun; claims before any of them, since they stand first.
  private func checkOutputs() throws {
    _ = try claims()
    _ = try published()
    let files = [plan.file?.path, plan.file?.claims, plan.file?.published].compactMap { $0 }
    let spared = SparedFiles(plan.stages.map(\.path) + files)
    for name in StudyReport.fileNames { try spared.check(folder + "/" + name) }
  }
}
