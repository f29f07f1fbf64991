internal import Adapters
package import Files
internal import Foundation
internal import Reporting
package import RunLogs
package import Scoring
internal import Training

/// Two or more checkpoints and prompts: responses of each, all of them scored under all, and the report.
///
/// A folder keeps every step: `NAME.jsonl` with a model's responses, `texts.jsonl` with all of them,
/// `log.h5`, and the report's files. `comparison.json` says of what they were made, so that a stopped
/// comparison goes on only as the same one.
package struct Comparison {
  /// A checkpoint and its name.
  package struct Model: Sendable, Equatable {
    /// In logs and figures.
    package let name: String
    /// A folder, or BASEDIR+ADAPTERDIR.
    package let directory: String

    /// Both given.
    package init(name: String, directory: String) {
      (self.name, self.directory) = (name, directory)
    }
  }

  private let models: [Model]
  private let prompts: TextFile
  private let settings: ResponseSampling.Settings
  private let folder: String
  /// Whether code beside weights is left alone instead of refused.
  private let ignoresRemoteCode: Bool

  /// Checks names and outputs; nothing is written.
  ///
  /// - Parameters:
  ///   - models: at least two, in the order of before and after.
  ///   - prompts: JSON lines with prompts.
  ///   - settings: of sampling.
  ///   - folder: where everything goes.
  ///   - ignoresRemoteCode: whether code beside weights is left alone instead of refused.
  /// - Throws: `StudyError` for models that can't be told apart, `DestinationError` where an output
  ///   may not go.
  package init(
    models: [Model], prompts: TextFile, settings: ResponseSampling.Settings, folder: String,
    ignoresRemoteCode: Bool
  ) throws {
    (self.models, self.prompts, self.settings) = (models, prompts, settings)
    (self.folder, self.ignoresRemoteCode) = (folder, ignoresRemoteCode)
    guard models.count >= 2 else {
      throw StudyError("", "a comparison needs two checkpoints: before and after")
    }
    for model in models { try ModelRecord.checkName(model.name) }
    for (index, model) in models.enumerated()
    where models[..<index].contains(where: { $0.name == model.name }) {
      throw StudyError(
        "", "two checkpoints are called '\(model.name)'; name them, as in base=DIR rl=DIR")
    }
    // The names of files of its own.
    for model in models where ["texts", "comparison"].contains(model.name) {
      throw StudyError("", "'\(model.name)' is the name of a file here; call the model otherwise")
    }
    let spared = spared
    for model in models { try spared.check(responses(of: model)) }
    for name in ["texts.jsonl", "comparison.json"] { try spared.check(folder + "/" + name) }
    try spared.check(log: log)
  }

  /// What is read, and so never written to.
  package var spared: SparedFiles {
    SparedFiles([prompts.path], models: models.map(\.directory))
  }
  /// All responses.
  package var texts: String { folder + "/texts.jsonl" }
  /// The token log.
  package var log: String { folder + "/log.h5" }

  private var record: String { folder + "/comparison.json" }
  private func responses(of model: Model) -> String { "\(folder)/\(model.name).jsonl" }

  // MARK: Sampling

  /// How far the sampling is.
  package struct Progress {
    /// Whose responses.
    package let model: String
    /// Finished and wanted.
    package let done, total: Int
  }

  /// Samples what isn't there yet, and puts all responses into one file.
  ///
  /// - Parameters:
  ///   - resuming: whether finished responses of the same comparison are kept.
  ///   - overwriting: whether those of another one may be replaced.
  ///   - pause: called between some prompts; what it throws ends the sampling, and what is finished
  ///     stays.
  ///   - progress: sees how far it is.
  /// - Returns: responses in all.
  /// - Throws: `StudyError` where the folder holds another comparison; `ScoringError`, `FileError`.
  package func sample(
    resuming: Bool, overwriting: Bool, pause: () throws -> Void, progress: (Progress) -> Void
  ) throws -> Int {
    var isBegun = try isBegun(resuming: resuming, overwriting: overwriting)
    var count = 0
    for model in models {
      let place = responses(of: model)
      if isBegun, FileManager.default.fileExists(atPath: place) {
        count += try JSONLinesJournal.lines(of: place).count
        continue
      }
      let checkpoint = try Checkpoint(
        name: model.name, directory: model.directory, ignoresRemoteCode: ignoresRemoteCode)
      let sampling = try ResponseSampling(checkpoint, prompts: prompts, settings: settings)
      // Only now: nothing is kept of a comparison whose prompts or first model are wrong.
      if !isBegun { try begin() }
      isBegun = true
      count += sampling.responseCount
      try sample(sampling, model, to: place, pause: pause, progress: progress)
    }
    let all = try OutputFile(path: texts, sparing: spared)
    for model in models {
      try all.append(bytes: [UInt8](Data(contentsOf: URL(filePath: responses(of: model)))))
    }
    try all.commit()
    return count
  }

  private func sample(
    _ sampling: ResponseSampling, _ model: Model, to place: String,
    pause: () throws -> Void, progress: (Progress) -> Void
  ) throws {
    let draft = place + ".unfinished"
    var kept = try JSONLinesJournal.lines(of: draft)
    // Whole batches only: so each response is drawn beside the same others as in one go.
    let wanted = sampling.responseCount
    let each = sampling.promptsPerBatch * settings.samples
    kept = Array(kept.prefix(kept.count == wanted ? wanted : kept.count / each * each))
    let journal = try JSONLinesJournal(path: draft, keeping: kept)
    progress(Progress(model: model.name, done: kept.count, total: wanted))
    try sampling.run(after: kept.count / settings.samples) {
      progress(Progress(model: model.name, done: $0, total: wanted))
    } write: { lines in
      try journal.append(lines.map(\.text).joined())
      try pause()
    }
    try journal.synchronize()
    try journal.rename(to: place)
  }

  /// Whether the folder holds a part of this comparison that is to be kept.
  ///
  /// - Throws: `StudyError` where it holds another one, or one that nobody said what to do with.
  private func isBegun(resuming: Bool, overwriting: Bool) throws -> Bool {
    if overwriting { return false }
    guard let old = try? String(contentsOfFile: record, encoding: .utf8) else {
      // Files of these names that somebody else put there.
      for path in models.map(responses(of:)) + [texts, log]
      where FileManager.default.fileExists(atPath: path) {
        throw StudyError(
          path,
          "is there and of no comparison; choose another --output, or --overwrite to replace it")
      }
      return false
    }
    guard resuming else {
      throw StudyError(
        record, "a comparison was begun here; --resume goes on with it, --overwrite begins anew")
    }
    guard try old == Record(self).text else {
      throw StudyError(
        record,
        "is of other models, prompts or settings; choose another --output, or --overwrite to begin "
          + "anew")
    }
    return true
  }

  /// Takes away what another comparison left, and then says of what the folder is: stopped between the
  /// two it is still the other one's, of which something is missing that `--resume` makes again.
  private func begin() throws {
    try Folder.create(folder)
    // The log and its journal too: --resume would take those of another comparison for its own.
    let drafts = models.map(responses(of:)).flatMap { [$0, $0 + ".unfinished"] }
    for path in drafts + [texts, log, log + ".journal"]
    where FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
    }
    try OutputFile.write(Record(self).text, to: record)
  }

  private struct Record: Encodable {
    struct Side: Encodable {
      let name: String
      let directory: String
    }

    let models: [Side]
    let prompts: String
    let promptsDigest: String
    let sampling: ResponseSampling.Settings

    init(_ comparison: Comparison) {
      models = comparison.models.map { Side(name: $0.name, directory: $0.directory) }
      prompts = comparison.prompts.path
      promptsDigest = comparison.prompts.digest
      sampling = comparison.settings
    }

    var text: String { get throws { try JSONText.text(of: self) + "\n" } }
  }

  // MARK: Scoring and the report

  /// What scores all responses under all models; the first is before, each other one after.
  ///
  /// - Parameters:
  ///   - compute: the precision of products.
  ///   - memory: bytes to stay within.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Returns: a scorer that has read the responses.
  /// - Throws: as `Scorer` does.
  package func scorer(
    compute: ComputeChoice, memory: Int, pause: () throws -> Void
  ) throws -> Scorer {
    try scorer(of: texts, compute: compute, memory: memory, readsAll: true, pause: pause)
  }

  private func scorer(
    of texts: String, compute: ComputeChoice, memory: Int, readsAll: Bool, pause: () throws -> Void
  ) throws -> Scorer {
    let checkpoints = try models.map { model in
      try pause()
      return try Checkpoint(
        name: model.name, directory: model.directory, compute: compute, readsAll: readsAll,
        ignoresRemoteCode: ignoresRemoteCode)
    }
    return try Scorer(
      checkpoints: checkpoints, texts: TextFile(path: texts), pairs: nil,
      settings: Scorer.Settings(), memory: memory
    ) { _ in try pause() }
  }

  /// Writes the report of the log: page, Markdown, tables, JSON and figures.
  ///
  /// - Returns: the page's path, and the sentences that it begins with.
  /// - Throws: `RunLogError`, `FigureError`, `PlottingError`, or Foundation's errors.
  package func report() throws -> (page: String, sentences: [String]) {
    let report = try Report(of: [TokenLog(path: log)], responses: [nil])
    let page = try report.write(to: URL(filePath: folder), sparing: spared)
    return (page.relativePath, report.sentences)
  }

  // MARK: Estimate

  /// What a comparison takes at most: every response is taken to become as long as it may.
  package struct Cost: Encodable {
    /// Different prompts.
    package let prompts: Int
    /// Responses of all models.
    package let responses: Int
    /// Seconds of sampling.
    package let sampleSeconds: Double
    /// Of scoring, with memory and disk.
    package let scoring: RunEstimate
  }

  /// Tries a few tokens under each model.
  ///
  /// - Parameters:
  ///   - compute: the precision of scoring.
  ///   - memory: bytes to stay within.
  ///   - provenance: for the log's size.
  ///   - pause: called now and then; what it throws ends the trial.
  /// - Returns: upper bounds, as far as the machine goes on as fast.
  /// - Throws: as sampling and scoring would.
  package func estimate(
    compute: ComputeChoice, memory: Int, provenance: Provenance, pause: () throws -> Void
  ) throws -> Cost {
    let trial = FileManager.default.temporaryDirectory
      .appending(path: "tokenshift-compare-\(UUID().uuidString).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: trial) }
    let file = try OutputFile(path: trial)
    var (prompts, responses, seconds) = (0, 0, 0.0)
    for model in models {
      try pause()
      let checkpoint = try Checkpoint(
        name: model.name, directory: model.directory, readsAll: false,
        ignoresRemoteCode: ignoresRemoteCode)
      let sampling = try ResponseSampling(checkpoint, prompts: self.prompts, settings: settings)
      prompts = sampling.promptCount
      responses += sampling.responseCount
      seconds += try sampling.longestSeconds()
      for line in sampling.longestLines() { try file.append(line) }
    }
    try file.commit()
    let scorer = try scorer(
      of: trial, compute: compute, memory: memory, readsAll: false, pause: pause)
    let scoring = try scorer.estimate(header: scorer.header(provenance), pause: pause)
    return Cost(
      prompts: prompts, responses: responses, sampleSeconds: seconds, scoring: scoring)
  }
}
