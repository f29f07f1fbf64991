internal import Files
internal import Foundation
internal import Scoring
internal import Training

/// What was measured of a run, in a file beside it: the measures with what they were made from.
struct KeptMeasures {
  /// What measures depend on.
  struct Basis: Codable, Equatable {
    /// SHA-256 of the run's configuration.
    var configuration: String
    /// SHA-256 of its last checkpoint's weights; nil where they are not here.
    var checkpoint: String?
    /// The same of base's.
    var base: String?
    /// The same of the models that it starts from, refers to or learned from; nil of those that aren't here,
    /// and in files of before.
    var links: [String: String]?
    /// How much was asked.
    var evaluation: [String: Int]
    /// Which measures there were.
    var version: Int

    /// Whether measures of another basis hold for this one, where weights that are not here count for the
    /// ones that were.
    func holds(for other: Basis) -> Bool {
      func agrees(_ mine: String?, _ others: String?) -> Bool {
        mine == nil || others == nil || mine == others
      }
      return configuration == other.configuration && evaluation == other.evaluation
        && version == other.version && agrees(checkpoint, other.checkpoint)
        && agrees(base, other.base)
        && (links ?? [:]).allSatisfy { agrees($0.value, other.links?[$0.key]) }
    }
  }

  /// Raised when a run is asked for more, or in another way: older measures are then made again.
  ///
  /// Not for a base's path of one point: captions tell of bases that lack it, and measuring anew needs all models.
  private static let version = 2

  let plan: StudyPlan
  let folder: String
  let evaluation: StudyEvaluation

  /// The file of a run's measures.
  static func path(ofRun run: String) -> String { run + "/measures.json" }

  /// What a run's folder was made by.
  ///
  /// - Throws: an error of the preset.
  func configuration(of stage: StudyPlan.Stage, seed: UInt64) throws -> KeptConfiguration {
    try KeptConfiguration(inStudy: folder) {
      try plan.configuration(of: stage, seed: seed, folder: $0)
    }
  }

  /// Calls the study's folder in a run's files as it is called now, so that the run can go on and what was
  /// measured of it still counts.
  ///
  /// - Throws: an error of a file.
  func rename(_ configuration: KeptConfiguration) throws {
    let path = Self.path(ofRun: configuration.wanted.output)
    if let data = try? Data(contentsOf: URL(filePath: path)),
      var file = try? JSONDecoder().decode(MeasuresFile.self, from: data),
      file.basis.configuration == configuration.digest
    {
      file.basis.configuration = Digest.ofText(configuration.wanted.yaml)
      try Self.write(file, to: path)
    }
    try configuration.rename()
  }

  /// What measures of a run would be made from now.
  ///
  /// - Throws: an error of the configuration or of a file of weights.
  func basis(of stage: StudyPlan.Stage, seed: UInt64) throws -> Basis {
    Basis(
      configuration: try configuration(of: stage, seed: seed).digest,
      checkpoint: try weights(of: stage.name, seed), base: try weights(of: plan.base.name, seed),
      links: try links(of: stage, seed: seed), evaluation: evaluation.sizes, version: Self.version)
  }

  /// SHA-256 of the weights of each model that a run starts from, refers to or learned from, by
  /// `StudyLink.key`; none for those that aren't here.
  func links(of stage: StudyPlan.Stage, seed: UInt64) throws -> [String: String] {
    try stage.links.compactMapValues { try weights(of: $0, seed) }
  }

  private func weights(of name: String, _ seed: UInt64) throws -> String? {
    let path = StudyPlan.model(name, seed, folder) + "/model.safetensors"
    return FileIdentity(path) == nil ? nil : try Digest.ofFile(path)
  }

  /// Measures that are kept and still hold; nil where there are none.
  ///
  /// - Throws: as `basis`.
  func run(of stage: StudyPlan.Stage, seed: UInt64) throws -> StudyRun? {
    let path = Self.path(ofRun: StudyPlan.run(stage.name, seed, folder))
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      let file = try? JSONDecoder().decode(MeasuresFile.self, from: data),
      file.run.name == stage.name, file.run.seed == seed,
      file.basis.holds(for: try basis(of: stage, seed: seed))
    else { return nil }
    return file.run
  }

  /// Keeps measures.
  ///
  /// - Throws: an error of the file, or as `basis`.
  func keep(_ run: StudyRun, of stage: StudyPlan.Stage) throws {
    try Self.write(
      MeasuresFile(run: run, basis: try basis(of: stage, seed: run.seed)),
      to: Self.path(ofRun: StudyPlan.run(stage.name, run.seed, folder)))
  }

  private static func write(_ file: MeasuresFile, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let text = String(decoding: try encoder.encode(file), as: UTF8.self)
    try OutputFile.write(text + "\n", to: path)
  }
}

/// A run's members, and beside them what they were measured from.
private struct MeasuresFile: Codable {
  let run: StudyRun
  var basis: KeptMeasures.Basis

  enum CodingKeys: CodingKey { case basis }

  init(run: StudyRun, basis: KeptMeasures.Basis) { (self.run, self.basis) = (run, basis) }

  init(from decoder: any Decoder) throws {
    run = try StudyRun(from: decoder)
    basis = try decoder.container(keyedBy: CodingKeys.self)
      .decode(KeptMeasures.Basis.self, forKey: .basis)
  }

  func encode(to encoder: any Encoder) throws {
    try run.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(basis, forKey: .basis)
  }
}

extension StudyEvaluation {
  /// What a study's file calls each of its sizes, and the most that it can be.
  static var keys: [(name: String, size: WritableKeyPath<StudyEvaluation, Int>, most: Int)] {
    [
      ("problems", \.problems, 100_000), ("samples", \.samples, 1_000),
      ("other-problems", \.otherProblems, 100_000), ("other-samples", \.otherSamples, 1_000),
      ("text-problems", \.textProblems, 100_000), ("text-samples", \.textSamples, 1_000),
    ]
  }

  /// All sizes by these names.
  var sizes: [String: Int] {
    Dictionary(uniqueKeysWithValues: Self.keys.map { ($0.name, self[keyPath: $0.size]) })
  }
}
