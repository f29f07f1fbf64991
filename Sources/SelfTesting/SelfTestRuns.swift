internal import Analysis
internal import Foundation
internal import RunLogs
internal import Scoring
internal import Transformer

/// What was scored: the logs from which everything else follows.
struct SelfTestRuns {
  /// Unedited, trained and edited checkpoints in 32 bits.
  let exact: TokenTable
  /// The same and the planted one in bfloat16, and the unedited one in 32 bits as `again`; nil for weights
  /// that aren't stored so.
  let reduced: TokenTable?
  /// Unedited, edited and planted once more in 32 bits, and the unedited one in the reduced precision as
  /// `again`: in smaller batches, and as the settings' `scoringAgain` does it.
  let again: TokenTable
  /// What was planted.
  let planting: Planting
  /// Trained and edited ones, and the relative size of edits.
  let changed: [(name: String, relative: Double?)]

  /// Smaller than the command's 4,096, so that other texts go through the model together.
  private static let otherBatch = 1_500

  /// A pair of the unedited checkpoint and another one.
  func pair(_ name: String, after before: String = SelfTest.Name.base) throws -> PairName {
    try PairName(before: before, after: name)
  }

  init(
    _ test: SelfTest, _ inputs: SelfTest.Inputs, _ how: SelfTest.Settings, folder: URL,
    provenance: Provenance, progress: @escaping (SelfTest.Stage, Int, Int) throws -> Void
  ) throws {
    typealias Name = SelfTest.Name
    let seed = how.seed
    let texts = try TextFile(path: inputs.texts) { try progress(.exact, 0, 0) }
    let base = try Checkpoint(name: Name.base, directory: inputs.model)
    let isReduced = base.storedTypes.contains(ComputeType.bfloat16.rawValue)
    var folders = inputs.trained.map { (name: $0.name, directory: $0.directory) }
    for (number, edit) in test.edits.enumerated() {
      let place = folder.appending(path: edit.name)
      try EditedCheckpoint.write(
        inputs.model, to: place, relative: edit.relative, seed: seed &+ UInt64(1_000 * number)
      ) { try progress(.exact, 0, 0) }
      folders.append((edit.name, place.path))
    }
    let edited = folder.appending(path: Name.edited).path
    changed =
      inputs.trained.map { ($0.name, nil) } + test.edits.map { ($0.name, Optional($0.relative)) }
    let log = { (stage: SelfTest.Stage) in
      ScoredLog(
        texts: texts, path: folder.appending(path: "\(stage).h5").path, provenance: provenance
      ) { try progress(stage, $0, $1) }
    }
    func open(
      _ name: String, _ directory: String, _ compute: ComputeChoice
    ) throws -> Checkpoint {
      try Checkpoint(name: name, directory: directory, compute: compute)
    }
    let exact = try log(.exact).table(
      of: [base] + folders.map { try open($0.name, $0.directory, .f32) },
      pairs: folders.map { try PairName(before: Name.base, after: $0.name) })
    self.exact = exact
    let planting = try Planting(
      PairName(before: Name.base, after: Name.edited), in: exact, seed: seed)
    self.planting = planting
    let shifts = planting.shifts(of: Name.planted, in: exact)
    let others = folders + [(Name.planted, edited)]
    var settings = Scorer.Settings()
    settings.replicate = .float32
    reduced =
      try isReduced
      ? log(.reduced).table(
        of: [open(Name.base, inputs.model, .bf16)]
          + others.map { try open($0.name, $0.directory, .bf16) }
          + [open(Name.again, inputs.model, .f32)],
        pairs: others.map { try PairName(before: Name.base, after: $0.name) }
          + [PairName(before: Name.again, after: Name.base)], settings, shifts) : nil
    settings.replicate = nil
    settings.batchTokens = Self.otherBatch
    var table: TokenTable?
    try how.scoringAgain {
      table = try log(.again).table(
        of: [
          base, open(Name.edited, edited, .f32), open(Name.planted, edited, .f32),
          open(Name.again, inputs.model, isReduced ? .bf16 : .f32),
        ],
        pairs: [
          PairName(before: Name.base, after: Name.planted),
          PairName(before: Name.edited, after: Name.planted),
        ], settings, shifts)
    }
    guard let table else { preconditionFailure("SelfTest: scoringAgain didn't call what it got") }
    again = table
  }
}

/// Scores texts into a log and opens it.
private struct ScoredLog {
  let texts: TextFile
  let path: String
  let provenance: Provenance
  let progress: (Int, Int) throws -> Void

  func table(
    of checkpoints: [Checkpoint], pairs: [PairName], _ settings: Scorer.Settings? = nil,
    _ shifts: LogitShifts? = nil
  ) throws -> TokenTable {
    var settings = settings ?? Scorer.Settings()
    settings.keepsMovedMass = false
    var scorer = try Scorer(
      checkpoints: checkpoints, texts: texts, pairs: pairs, settings: settings,
      memory: MemoryPlan.defaultBudget
    ) { _ in try progress(0, 0) }
    scorer.shifts = shifts
    return try TokenTable(
      scorer.newLog(at: path, provenance) { try progress($0.doneTokens, $0.totalTokens) })
  }
}
