import ArgumentParser
import Reporting
import RunLogs
import Scoring
import Study

/// `tokenshift compare`: checkpoints and prompts in, the page out.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Compare checkpoints: sample from each, score everything under all, write the report.",
    discussion: """
      The first checkpoint is before, each other one after. Prompts are JSON lines with "prompt" or \
      "prompt_ids" (or --fields); a "response" there is not looked at. OUTPUT gets NAME.jsonl with each \
      model's responses, texts.jsonl with all of them, log.h5, and index.html with figures, report.md, \
      tables.tex and report.json.

      What is finished is kept when the command is stopped, by whatever; --resume goes on, and gives the \
      bits of an undisturbed run. --dry-run says what it takes at most.

      Example:
        tokenshift compare base=ckpt/base rl=ckpt/rl --texts prompts.jsonl --output comparison
      """)

  @Argument(
    help: ArgumentHelp(
      "Checkpoint folders in Hugging Face layout, or BASEDIR+ADAPTERDIR, before first; without a name "
        + "they are called as the folder is.", valueName: "NAME=DIR"), completion: .directory)
  var models: [String]

  @Option(
    help: ArgumentHelp("The prompts, JSON lines.", valueName: "PROMPTS.jsonl"), completion: .file())
  var texts: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @OptionGroup var sampling: SamplingOptions

  @Option(
    help: """
      Precision of scoring's products: bf16 multiplies bf16 weights as stored, f32 is the exact path, auto \
      is bf16 for bf16 checkpoints on processors that have an instruction for it. Sampling is in f32.
      """)
  var compute = ComputeChoice.auto

  @Option(
    help: ArgumentHelp(
      "Memory for scoring to stay within, weights included, say 12GB. Default: nine tenths of the "
        + "machine's.", valueName: "SIZE"))
  var memory: MemorySize?

  @Option(help: "Whether tokenised prompts begin with the beginning-of-sequence token.")
  var bos = BeginningOfSequence.auto

  @OptionGroup var threads: ThreadsOption

  @Flag(help: "Go on where a stopped run of the same command left off; begin if there is none.")
  var resume = false

  @Flag(help: "Begin anew although a comparison was begun in the folder.")
  var overwrite = false

  @Flag(
    help: """
      Only say how much time, memory and disk space it takes at most, from a few tokens under each model. \
      Writes nothing.
      """)
  var dryRun = false

  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var fields: FieldsOption
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !(resume && overwrite) else {
      throw ValidationError("--resume goes on and --overwrite begins anew: give one of them")
    }
    guard !texts.isEmpty else { throw ValidationError("--texts is empty; name the file") }
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
  }

  func run() throws {
    threads.apply()
    Interruption.watch()
    var settings = sampling.settings
    settings.beginningOfSequence = bos
    let comparison = try Comparison(
      models: models.map { argument in
        let (name, directory) = NamedArgument.model(argument)
        return .init(name: name, directory: directory)
      },
      prompts: TextFile(path: texts, requiring: .prompts, fields: fields.names), settings: settings,
      folder: output, ignoresRemoteCode: remoteCode.isIgnored)
    let budget = memory?.bytes ?? MemoryPlan.defaultBudget
    if dryRun {
      return try report(
        comparison.estimate(compute: compute, memory: budget, provenance: .ofThisCommand) {
          try Interruption.check("nothing was begun")
        })
    }
    let count = try sample(comparison)
    let run = try ScoringRun(
      output: comparison.log, resuming: resume, overwriting: overwrite, isQuiet: verbosity.isQuiet)
    let scorer = try comparison.scorer(compute: compute, memory: budget) {
      try Interruption.check("responses are sampled; the same command with --resume scores them")
    }
    _ = try run.score(scorer)
    let (page, sentences) = try comparison.report()
    try verbosity.report(
      ["\(Phrase.count(count, "response")) of \(models.count) models"]
        + scorer.summary.lines + sentences,
      json: CompareResult(
        page: page, log: comparison.log, texts: comparison.texts, responses: count,
        sentences: sentences),
      path: page)
  }

  private func sample(_ comparison: Comparison) throws -> Int {
    var bars: [String: ProgressBar] = [:]
    return try comparison.sample(resuming: resume, overwriting: overwrite) {
      try Interruption.check("the same command with --resume goes on")
    } progress: { progress in
      let bar =
        bars[progress.model]
        ?? ProgressBar(
          label: "sampling from \(progress.model)", unit: "responses", isQuiet: verbosity.isQuiet,
          alreadyDone: progress.done)
      bars[progress.model] = bar
      bar.update(done: progress.done, total: progress.total)
    }
  }

  private func report(_ estimate: Comparison.Cost) throws {
    let scoring = estimate.scoring
    try verbosity.report(
      [
        "\(Phrase.count(estimate.prompts, "prompt")), \(Phrase.count(estimate.responses, "response")) of "
          + "at most \(sampling.maxTokens) tokens",
        "time: at most about \(ProgressBar.time(estimate.sampleSeconds + scoring.seconds)) (sampling "
          + "\(ProgressBar.time(estimate.sampleSeconds)), scoring "
          + "\(ProgressBar.time(scoring.seconds))), if all responses become as long as they may",
        "memory: about \(MemorySize(bytes: scoring.memoryBytes)), weights included",
        "disk: at most about \(MemorySize(bytes: scoring.diskBytes)) while it runs, "
          + "\(MemorySize(bytes: scoring.logBytes)) for the log",
      ],
      json: estimate, last: "nothing was written: without --dry-run it begins")
  }
}

private struct CompareResult: Encodable {
  let page: String
  let log: String
  let texts: String
  let responses: Int
  let sentences: [String]
}
