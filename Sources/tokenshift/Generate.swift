import Adapters
import ArgumentParser
import Files
import Reporting
import Scoring
import Study
import Training

/// `tokenshift generate`: a checkpoint and prompts in, responses out.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Sample responses to prompts, as JSON lines that `score` reads.",
    discussion: """
      Prompts are JSON lines with "prompt" or "prompt_ids" (or --fields), plain or packed with gzip or \
      zstd; a "response" there is not looked at. Each \
      line of the output has the ids, the log-probability of each token at temperature 1 and at the \
      sampling temperature, and the entropy at each position.

      Example:
        tokenshift generate --model rl=ckpt/rl --texts prompts.jsonl --output rl.jsonl \\
          --samples 4 --max-tokens 256 --seed 1
      """)

  @Option(
    help: ArgumentHelp(
      "A checkpoint folder, or BASEDIR+ADAPTERDIR, and the name of its texts' source.",
      valueName: "NAME=DIR"), completion: .directory,
    transform: ModelArgument.init(parsing:))
  var model: ModelArgument

  @Option(
    help: ArgumentHelp("The prompts, JSON lines.", valueName: "FILE.jsonl"), completion: .file())
  var texts: String

  @Option(
    help: ArgumentHelp("The responses to write.", valueName: "FILE.jsonl"), completion: .file())
  var output: String

  @OptionGroup var sampling: SamplingOptions

  @Option(
    help: ArgumentHelp(
      "Rows decoded together; more need more memory. Default: by the model's size.",
      valueName: "N"))
  var batchRows: Int?

  @Option(help: "Whether tokenised prompts begin with the beginning-of-sequence token.")
  var bos = BeginningOfSequence.auto

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var fields: FieldsOption
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard batchRows ?? 1 > 0 else { throw ValidationError("--batch-rows must be positive") }
  }

  func run() throws {
    threads.apply()
    let file = try TextFile(path: texts, requiring: .prompts, fields: fields.names)
    let destination = try OutputFile(
      path: output, sparing: SparedFiles([texts], models: [model.directory]))
    let checkpoint = try Checkpoint(
      name: model.name, directory: model.directory, ignoresRemoteCode: remoteCode.isIgnored)
    var settings = sampling.settings
    settings.batchRows = batchRows
    settings.beginningOfSequence = bos
    let responses = try ResponseSampling(checkpoint, prompts: file, settings: settings)
    let progress = ProgressBar(label: "generating", unit: "responses", isQuiet: verbosity.isQuiet)
    var stopped = 0
    try responses.run {
      progress.update(done: $0, total: responses.responseCount)
    } write: { lines in
      stopped += lines.count { $0.rollout.finish == .stop }
      for line in lines { try destination.append(line.text) }
    }
    try destination.commit()
    let count = responses.responseCount
    try verbosity.report(
      [
        "\(Phrase.count(count, "response")) to \(Phrase.count(responses.promptCount, "prompt")), "
          + "\(stopped) ended by themselves"
      ],
      json: ["responses": count, "prompts": responses.promptCount, "stopped": stopped],
      path: output)
  }
}
