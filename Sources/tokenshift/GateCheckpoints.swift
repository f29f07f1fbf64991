import Adapters
import ArgumentParser
import Files
import Foundation
import Gating
import Kernels
import RunLogs
import Scoring
import Study
import Texts

/// What `gate` needs where it is given checkpoints instead of logs: they are scored first.
struct GateCheckpoints: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Score these texts under all checkpoints first: --baseline and --candidate are then folders, or "
        + "NAME=DIR. JSON lines as 'score' takes them.", valueName: "FILE.jsonl"))
  var texts: String?

  @Option(
    help: ArgumentHelp("The token log to keep; with --texts.", valueName: "LOG.h5"))
  var log: String?

  @Option(help: "Precision of products, as in 'score'.")
  var compute = ComputeChoice.auto

  @Option(
    help: ArgumentHelp("Memory for scoring to stay within, as in 'score'.", valueName: "SIZE"))
  var memory: MemorySize?

  @Option(help: "Whether tokenised prompts begin with the beginning-of-sequence token.")
  var bos = BeginningOfSequence.auto

  @OptionGroup var threads: ThreadsOption

  @Flag(
    help: """
      Go on where a stopped run of the same command left off, and take a finished log as it is.
      """)
  var resume = false

  @Flag(help: "Begin anew although a stopped run left finished texts in the log's journal.")
  var overwrite = false

  @Flag(
    help: """
      Only say about how much time, memory and disk space scoring will take. Writes nothing, spends no look.
      """)
  var dryRun = false

  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var fields: FieldsOption

  func validate() throws {
    guard !(resume && overwrite) else {
      throw ValidationError("--resume goes on and --overwrite begins anew: give one of them")
    }
    guard texts != "" else { throw ValidationError("--texts is empty; name the file") }
    guard log != "" else { throw ValidationError("--log is empty; name the token log to keep") }
    if texts == nil {
      let given: [(name: String, isGiven: Bool)] = [
        ("--log", log != nil), ("--dry-run", dryRun), ("--resume", resume),
        ("--overwrite", overwrite), ("--memory", memory != nil), ("--fields", fields.fields != nil),
      ]
      if let option = given.first(where: \.isGiven)?.name {
        throw ValidationError("\(option) goes with --texts, which scores checkpoints first")
      }
    } else if log == nil {
      throw ValidationError(
        "--texts scores checkpoints: say with --log LOG.h5 where to keep the log")
    }
  }

  /// The checkpoints of a gate, each with a name of its own.
  struct Models {
    let baselines: [ModelArgument]
    let candidate: ModelArgument

    /// - Parameters:
    ///   - baselines: folders, or NAME=DIR.
    ///   - candidate: the same.
    /// - Throws: `ValidationError` where two have one name.
    init(baselines: [String], candidate: String) throws {
      self.baselines = baselines.enumerated().map { index, argument in
        ModelArgument(
          argument, unnamed: baselines.count == 1 ? "baseline" : "baseline-\(index + 1)")
      }
      self.candidate = ModelArgument(candidate, unnamed: "candidate")
      var names: Set<String> = []
      for model in all where !names.insert(model.name).inserted {
        throw ValidationError("two checkpoints are called '\(model.name)': name them NAME=DIR")
      }
    }

    var all: [ModelArgument] { baselines + [candidate] }
  }

  /// Whether a path is a checkpoint's folder rather than a run's.
  static func isCheckpoint(_ path: String) -> Bool {
    func holds(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: path + "/" + name)
    }
    return ["config.json", "adapter_config.json"].contains(where: holds)
      && !LogSource.files(at: path).contains(where: FileManager.default.fileExists)
  }

  /// What reading and writing are to spare.
  func spared(_ models: Models) -> SparedFiles {
    SparedFiles([texts].compactMap { $0 }, models: models.all.map(\.directory))
  }

  /// Scores the texts, or takes the finished log.
  ///
  /// - Parameters:
  ///   - models: all of them.
  ///   - isQuiet: whether there is no progress to be seen.
  /// - Returns: the log.
  /// - Throws: `UnfinishedRun` where it was stopped, else an error of the part that is wrong.
  func score(_ models: Models, isQuiet: Bool) throws -> TokenLog {
    let log = log ?? ""
    try spared(models).check(log: log)
    let run = try ScoringRun(
      output: log, resuming: resume, overwriting: overwrite, isQuiet: isQuiet)
    _ = try run.score(scorer(models, untouched: run.untouched))
    return try TokenLog(path: log)
  }

  /// Reads models and texts; a signal ends it between two of them.
  func scorer(_ models: Models, untouched: String) throws -> Scorer {
    let file = try TextFile(path: texts ?? "", fields: fields.names) {
      try Interruption.check(untouched)
    }
    let checkpoints = try models.all.map {
      try Interruption.check(untouched)
      return try Checkpoint(
        name: $0.name, directory: $0.directory, compute: compute, readsAll: !dryRun,
        ignoresRemoteCode: remoteCode.isIgnored)
    }
    var settings = Scorer.Settings()
    settings.beginningOfSequence = bos
    let pairs = try models.baselines.map {
      try PairName(before: $0.name, after: models.candidate.name)
    }
    return try Scorer(
      checkpoints: checkpoints, texts: file, pairs: pairs, settings: settings,
      memory: memory?.bytes ?? MemoryPlan.defaultBudget
    ) { _ in try Interruption.check(untouched) }
  }
}

extension ModelArgument {
  /// `NAME=DIR`, or a folder, which is called as its part in the command.
  fileprivate init(_ argument: String, unnamed: String) {
    let labelled = NamedArgument.labelled(argument)
    (name, directory) = (labelled.label ?? unnamed, labelled.path)
  }
}
