import Adapters
import ArgumentParser
import Files
import Foundation
import Kernels
import RunLogs
import Scoring
import Transformer

/// `tokenshift score`: checkpoints and texts in, a token log out.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score texts under several checkpoints and write a token log.",
    discussion: """
      Every token gets its log-probability, entropy, rank and top tokens under each model, and for \
      each pair the divergences over the full vocabulary. The log is HDF5.

      Texts are JSON lines, plain or packed with gzip or zstd: {"prompt": …, "response": …} or \
      {"prompt_ids": […], "response_ids": […]}, optional id, prompt_id, sample_id, source, correct, \
      reward, finish, response_mask (0 or 1 for each of response_ids: 0 is scored, but none of the \
      response's tokens); other fields are kept. Of a text longer than the context what fits is scored.

      A LoRA adapter that peft saved is merged while loading: NAME=ADAPTERDIR where its \
      base_model_name_or_path is a folder here, else NAME=BASEDIR+ADAPTERDIR.

      A run that was stopped, by whatever, goes on with --resume after the last finished batch, and \
      its log has the bits of an undisturbed run. Several machines share the work with --shard; \
      'tokenshift merge' makes one log of theirs, with the bits of a single run.

      Example:
        tokenshift score --model base=ckpt/base --model rl=ckpt/rl \\
          --texts responses.jsonl --output log.h5            # with --dry-run: what will it take?
        mpirun -n 4 tokenshift score --shard auto --resume --model base=ckpt/base \\
          --texts responses.jsonl --output log.h5   # log.shard-1-of-4.h5 …
      """)

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A checkpoint folder in Hugging Face layout, or BASEDIR+ADAPTERDIR, and its name; repeat for each "
        + "model.",
      valueName: "NAME=DIR"), completion: .directory,
    transform: ModelArgument.init(parsing:))
  var model: [ModelArgument]

  @Option(
    help: ArgumentHelp("The texts, JSON lines.", valueName: "FILE.jsonl"), completion: .file())
  var texts: String

  @Option(help: ArgumentHelp("The token log to write.", valueName: "LOG.h5"), completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Pairs before:after, with commas; default: the first model with each other one.",
      valueName: "A:B,…"))
  var pairs: String?

  @Option(
    help: ArgumentHelp(
      "How many of the most likely tokens to keep for each position.", valueName: "K"))
  var topK = 10

  @Option(help: "Whether tokenised prompts begin with the beginning-of-sequence token.")
  var bos = BeginningOfSequence.auto

  @Option(
    help: ArgumentHelp(
      """
      The model whose tokenizer makes ids of text. Default: the one whose tokenizer extends the others', \
      whatever the order of --model.
      """, valueName: "NAME"))
  var tokenizer: String?

  @Option(
    help: ArgumentHelp(
      "Tokens that go through a model together; more need more memory.", valueName: "N"))
  var batchTokens = 4_096

  @Option(
    help: """
      Precision of products: bf16 multiplies bf16 weights as stored, f32 is the exact path, auto is \
      bf16 for bf16 checkpoints on processors that have an instruction for it.
      """)
  var compute = ComputeChoice.auto

  @Option(
    help: ArgumentHelp(
      "Score every model a second time in this precision, keep it in the log and say how far it is.",
      valueName: "bf16|f32"))
  var replicate: ComputeChoice?

  @Option(
    help: ArgumentHelp(
      """
      How many texts --replicate scores again, spread evenly over authors, or 'all'. Default: enough for \
      verdicts, 72 texts and 2,300 response tokens at least.
      """, valueName: "N|all"),
    transform: ReplicateTexts.init(argument:))
  var replicateTexts: ReplicateTexts?

  @Flag(
    help: """
      Don't keep how much probability each token of the vocabulary gained and lost in each text.
      """)
  var noMovedMass = false

  @Option(
    help: ArgumentHelp(
      """
      Memory to stay within, weights included, say 12GB. Models that don't fit into it together go one \
      after another over the texts, block by block, with hidden states on the disk; the log has the same \
      bits. Default: nine tenths of the machine's.
      """, valueName: "SIZE"))
  var memory: MemorySize?

  @OptionGroup var threads: ThreadsOption

  @Option(
    help: ArgumentHelp(
      """
      Score part i (from 1) of n parts with about as many tokens; 'auto' takes both from mpirun, \
      srun or torchrun. The log's name gets the part, or has it for {shard} and n for {shards}.
      """, valueName: "i/n"),
    transform: ShardArgument.init(parsing:))
  var shard: ShardArgument?

  @Flag(help: "Go on where a stopped run of the same command left off; begin if there is none.")
  var resume = false

  @Flag(help: "Begin anew although a stopped run left finished texts in the log's journal.")
  var overwrite = false

  @Flag(
    help: "Leave lines out that are no text to score, and count them, instead of refusing them.")
  var skipBadLines = false
  @Flag(
    help: """
      Refuse to run where the number of threads could change a bit. It never does, unless a oneDNN is \
      installed whose threads can't be held back.
      """)
  var deterministic = false

  @Flag(
    help: """
      Only say about how much time, memory and disk space the run will take, from a few hundred tokens \
      sent through a part of each model. Writes nothing.
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
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the log") }
    guard (1...1_000).contains(topK) else { throw ValidationError("--top-k goes from 1 to 1000") }
    guard batchTokens > 0 else { throw ValidationError("--batch-tokens must be positive") }
    if replicate == .auto {
      throw ValidationError("--replicate is bf16 or f32: the precision to compare with")
    }
    if replicateTexts != nil, replicate == nil {
      throw ValidationError("--replicate-texts goes with --replicate bf16 or f32")
    }
  }

  func run() throws {
    threads.apply()
    let pairNames = try pairs.map { try PairName.list($0) }
    let part = try shard?.resolved(in: ProcessInfo.processInfo.environment)
    let output = part?.path(for: output) ?? output
    try SparedFiles([texts], models: model.map(\.directory)).check(log: output)
    Interruption.watch()
    if dryRun {
      return try report(estimateOf: scorer(pairNames, part, untouched: "nothing was begun"))
    }
    let run = try ScoringRun(
      output: output, resuming: resume, overwriting: overwrite, isQuiet: verbosity.isQuiet)
    let scorer = try scorer(pairNames, part, untouched: run.untouched)
    guard let summary = try run.score(scorer) else {
      return try report(scorer, output, "\(output) is complete already")
    }
    try report(scorer, output, "wrote \(output)", replicates: summary.replicates)
  }

  /// Reads models and texts; a signal ends it between two of them.
  private func scorer(
    _ pairs: [PairName]?, _ part: Shard?, untouched: String
  ) throws -> Scorer {
    let textFile = try TextFile(path: texts, fields: fields.names) {
      try Interruption.check(untouched)
    }
    let checkpoints = try model.map {
      try Interruption.check(untouched)
      return try Checkpoint(
        name: $0.name, directory: $0.directory, compute: compute, readsAll: !dryRun,
        ignoresRemoteCode: remoteCode.isIgnored)
    }
    if deterministic, !MatrixMultiply.hasFixedBits,
      checkpoints.contains(where: { $0.model.compute == .bfloat16 })
    {
      throw ValidationError(
        "--deterministic: the threads of this oneDNN can't be held back; add --compute f32")
    }
    var settings = Scorer.Settings()
    settings.topCount = topK
    settings.batchTokens = batchTokens
    settings.beginningOfSequence = bos
    settings.skipsBadLines = skipBadLines
    settings.tokenizer = tokenizer
    settings.replicate = replicate.map { $0 == .bf16 ? .bfloat16 : .float32 }
    settings.replicateTexts = replicateTexts ?? .enough
    settings.keepsMovedMass = !noMovedMass
    let size = try? FileManager.default.attributesOfItem(atPath: texts)[.size] as? Int
    let progress = ProgressBar(label: "reading texts", unit: "MB", isQuiet: verbosity.isQuiet)
    return try Scorer(
      checkpoints: checkpoints, texts: textFile, pairs: pairs, settings: settings, shard: part,
      memory: memory?.bytes ?? MemoryPlan.defaultBudget
    ) { bytes in
      progress.update(done: Int(bytes >> 20), total: (size ?? 0) >> 20)
      try Interruption.check(untouched)
    }
  }

  /// The last words; `replicates` are of the batches that this run scored itself.
  private func report(
    _ scorer: Scorer, _ output: String, _ last: String, replicates: [PrecisionDifference] = []
  ) throws {
    let summary = scorer.summary
    let skipped = summary.skippedLineCount
    let first = scorer.firstSkippedLine.map { ["the first bad line: \($0)"] } ?? []
    let precision = replicate.map { $0 == .bf16 ? ComputeType.bfloat16 : .float32 }
    let differences = zip(scorer.checkpoints, replicates).map { checkpoint, difference in
      difference.line(of: checkpoint, replicate: precision)
    }
    try verbosity.report(
      summary.lines + [scorer.tokenizerNote].compactMap { $0 } + differences + first,
      json: ScoreResult(log: output, summary, tokenizer: scorer.tokenizerNote),
      last: skipped == 0
        ? last : "\(last), without \(skipped) bad line\(skipped == 1 ? "" : "s") of \(texts)")
  }
}

extension BeginningOfSequence: ExpressibleByArgument {}
extension ComputeChoice: ExpressibleByArgument {}

extension ReplicateTexts {
  /// "all", or a number.
  fileprivate init(argument: String) throws {
    if argument == "all" {
      self = .all
    } else if let count = Int(argument), count > 0 {
      self = .count(count)
    } else {
      throw ValidationError("write a number of texts above 0, or all")
    }
  }
}

/// `NAME=DIR`.
struct ModelArgument {
  let name: String
  let directory: String

  init(parsing argument: String) throws {
    guard let pair = NamedArgument(argument).pair else {
      throw ValidationError("write a name and a folder, say --model base=checkpoints/base")
    }
    (name, directory) = pair
  }
}

extension PairName {
  /// The pairs of a list with commas.
  ///
  /// - Throws: `RunLogError`, or `ValidationError` for an empty list.
  static func list(_ text: String) throws -> [PairName] {
    let names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard names.contains(where: { !$0.isEmpty }) else {
      throw ValidationError("--pairs names no pair: write before:after, say base:rl")
    }
    return try names.map { try PairName(parsing: $0) }
  }
}

extension CommandLine {
  /// The command line, quoted so that a shell reads it back.
  static var pasted: String {
    arguments.map { argument in
      let isPlain = argument.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@+".contains($0))
      }
      return isPlain && !argument.isEmpty
        ? argument : "'" + argument.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
