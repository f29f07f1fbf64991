internal import Files
internal import Foundation
internal import RunLogs
internal import Training

/// Where a study's runs are, and how far each of them is.
struct StudyFolder {
  let plan: StudyPlan
  let path: String
  let evaluation: StudyEvaluation

  /// How far a run is.
  enum State: String, CaseIterable {
    /// All of it is there.
    case finished
    /// Its measures are there without its model.
    case measured
    /// It did all its steps, and no evaluation showed what its gate asks for.
    case missedGate = "gate missed"
    /// It was stopped, and goes on.
    case begun
    /// Nothing of it is there.
    case open = "to do"

    /// For people.
    var words: String { rawValue }
  }

  var kept: KeptMeasures { KeptMeasures(plan: plan, folder: path, evaluation: evaluation) }

  /// The configuration of a run.
  func configuration(_ stage: StudyPlan.Stage, _ seed: UInt64) throws -> TrainingConfiguration {
    try plan.configuration(of: stage, seed: seed, folder: path)
  }

  /// How far a run is.
  ///
  /// - Throws: `StudyError` for a run of another configuration, and errors of its log.
  func state(of stage: StudyPlan.Stage, seed: UInt64) throws -> State {
    let configuration = try kept.configuration(of: stage, seed: seed)
    let run = configuration.wanted.output
    func isThere(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: run + "/" + name)
    }
    let isTrained = isThere("final")
    // Measures without a model are held against these weights themselves.
    if isTrained || !isThere("measures.json"), isThere("config.yaml") {
      try checkLinks(of: stage, seed: seed, run: run)
    }
    guard isTrained || isThere("measures.json") else {
      return isThere("config.yaml") ? .begun : .open
    }
    guard configuration.kept != nil else { throw Self.isOther(run) }
    guard isTrained else {
      return try kept.run(of: stage, seed: seed) == nil ? .begun : .measured
    }
    return try Self.gateIsMet(configuration.wanted) ? .finished : .missedGate
  }

  // MARK: What a run was made from

  private static func linksFile(ofRun run: String) -> String { run + "/links.json" }

  /// Makes a run's folder ready to be trained in: notes which weights the run begins with, where it does, and
  /// calls the study's folder as it is called now.
  ///
  /// - Throws: an error of a file, also where another process trains there.
  func prepare(_ stage: StudyPlan.Stage, seed: UInt64) throws {
    let run = StudyPlan.run(stage.name, seed, path)
    let configuration = try kept.configuration(of: stage, seed: seed)
    let goesOn = Trainer.canResume(run)
    guard !goesOn || !configuration.isNamedSo else { return }
    try Trainer.whileLocked(run) {
      if !goesOn { try noteLinks(of: stage, seed: seed) }
      if !configuration.isNamedSo { try kept.rename(configuration) }
    }
  }

  /// Its configuration has only their paths.
  private func noteLinks(of stage: StudyPlan.Stage, seed: UInt64) throws {
    let links = try kept.links(of: stage, seed: seed)
    guard !links.isEmpty else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try OutputFile.write(
      String(decoding: try encoder.encode(links), as: UTF8.self) + "\n",
      to: Self.linksFile(ofRun: StudyPlan.run(stage.name, seed, path)))
  }

  /// Throws where another model is now where one was that a run was made from; what isn't known agrees.
  private func checkLinks(of stage: StudyPlan.Stage, seed: UInt64, run: String) throws {
    guard let data = try? Data(contentsOf: URL(filePath: Self.linksFile(ofRun: run))),
      let noted = try? JSONDecoder().decode([String: String].self, from: data)
    else { return }
    let links = try kept.links(of: stage, seed: seed)
    for (key, digest) in noted.sorted(by: { $0.key < $1.key }) {
      guard let now = links[key], now != digest else { continue }
      throw StudyError(
        run,
        "was made from other weights of '\(stage.links[key] ?? key)' than there are now; remove it to make it "
          + "anew, or bring the old ones back")
    }
  }

  private static func isOther(_ run: String) -> StudyError {
    StudyError(run, "was made by another configuration; remove it or choose another --output")
  }

  private static func gateIsMet(_ configuration: TrainingConfiguration) throws -> Bool {
    let log = try TrainingLog(path: configuration.output + "/log.h5")
    return !configuration.gate.isSet || configuration.gate.isMet(by: log)
  }

  /// Whether a run is there as a whole.
  ///
  /// - Throws: `StudyError` for one of another configuration, `GateNotMet` for one that missed its gate.
  static func isTrained(_ configuration: KeptConfiguration) throws -> Bool {
    let run = configuration.wanted.output
    guard FileManager.default.fileExists(atPath: run + "/final") else { return false }
    guard configuration.kept != nil else { throw isOther(run) }
    guard try gateIsMet(configuration.wanted) else {
      throw GateNotMet(output: run, steps: configuration.wanted.steps)
    }
    return true
  }

  /// All runs that a seed has, in the plan's order, with how far each is.
  ///
  /// - Throws: as `state(of:seed:)`.
  func states(seed: UInt64) throws -> [(stage: StudyPlan.Stage, state: State)] {
    try plan.of(seed: seed).stages.map { ($0, try state(of: $0, seed: seed)) }
  }

  /// Runs of a seed that have to be trained: those that are neither finished nor measured, and those whose
  /// models they need.
  static func toTrain(
    _ states: [(stage: StudyPlan.Stage, state: State)]
  ) -> [(stage: StudyPlan.Stage, state: State)] {
    var needed: Set<String> = []
    for (stage, state) in states.reversed() {
      let isOpen = state == .open || state == .begun
      guard isOpen || state == .measured && needed.contains(stage.name) else { continue }
      needed.insert(stage.name)
      needed.formUnion(stage.links.values)
    }
    return states.filter { stage, state in
      state == .open || state == .begun || state == .measured && needed.contains(stage.name)
    }
  }
}
