import ArgumentParser
import Files
import Foundation
import Kernels
import Scoring
import Tokenization
import Training
import Transformer

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
      valueName: "NAME=DIR"),
    transform: ModelArgument.init(parsing:))
  var model: ModelArgument

  @Option(help: ArgumentHelp("The prompts, JSON lines.", valueName: "FILE.jsonl"))
  var texts: String

  @Option(help: ArgumentHelp("The responses to write.", valueName: "FILE.jsonl"))
  var output: String

  @Option(help: ArgumentHelp("Responses to each prompt.", valueName: "N"))
  var samples = 1

  @Option(help: ArgumentHelp("Most tokens of a response.", valueName: "N"))
  var maxTokens = 256

  @Option(help: ArgumentHelp("Divides the logits; 0 takes the most likely token.", valueName: "T"))
  var temperature = 1.0

  @Option(
    help: ArgumentHelp(
      "Choose among the most likely tokens that hold this much probability.", valueName: "P"))
  var topP = 1.0

  @Option(
    help: ArgumentHelp(
      "Of all random choices; the same seed gives the same responses.", valueName: "N"))
  var seed: UInt64 = 0

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
    guard samples > 0 else { throw ValidationError("--samples must be positive") }
    guard maxTokens > 0 else { throw ValidationError("--max-tokens must be positive") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature must be 0 or more")
    }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p goes from above 0 to 1") }
    guard batchRows ?? 1 > 0 else { throw ValidationError("--batch-rows must be positive") }
  }

  func run() throws {
    threads.apply()
    let file = try TextFile(path: texts, requiring: .prompts, fields: fields.names)
    let destination = try OutputFile(
      path: output, sparing: SparedFiles([texts], models: [model.directory]))
    let checkpoint = try Checkpoint(
      name: model.name, directory: model.directory, ignoresRemoteCode: remoteCode.isIgnored)
    let prompts = try distinctPrompts(of: file, checkpoint)
    var settings = RolloutSampler.Settings()
    settings.sampler = Sampler(temperature: temperature, topP: topP)
    settings.samplesPerPrompt = samples
    settings.maximumTokens = maxTokens
    settings.stopTokens = try checkpoint.stopTokens()
    settings.seed = seed
    settings.batchRows = batchRows
    let progress = ProgressBar(label: "generating", unit: "responses", isQuiet: verbosity.isQuiet)
    let total = prompts.count * samples
    let rollouts: [Rollout]
    do {
      rollouts = try RolloutSampler(settings).rollouts(
        of: prompts.map(\.ids), keys: prompts.map(\.line.promptID), model: checkpoint.model
      ) { progress.update(done: $0, total: total) }
    } catch { throw located(error, prompts, file) }
    let lines = rollouts.map { rollout in
      line(of: rollout, prompts[rollout.prompt], checkpoint).text
    }
    for line in lines { try destination.append(line) }
    try destination.commit()
    let stopped = rollouts.count { $0.finish == .stop }
    try verbosity.report(
      ["\(rollouts.count) responses to \(prompts.count) prompts, \(stopped) ended by themselves"],
      json: ["responses": rollouts.count, "prompts": prompts.count, "stopped": stopped],
      path: output)
  }

  /// The error with the line of its prompt, as `score` gives it.
  private func located(
    _ error: TransformerError, _ prompts: [Prompt], _ file: TextFile
  ) -> any Error {
    guard case .logitsNotFinite(let prompt, _, let token) = error else { return error }
    return ScoringError.notFinite(
      model: model.name, path: file.path, line: prompts[prompt].line.line, token: token)
  }

  private struct Prompt {
    let line: TextLine
    let ids: [Int32]
  }

  /// A file of responses names a prompt many times; each is continued once.
  private func distinctPrompts(of file: TextFile, _ checkpoint: Checkpoint) throws -> [Prompt] {
    var known = Set<String>()
    var prompts: [Prompt] = []
    for line in try file.lines() where known.insert(line.promptID).inserted {
      let ids = try line.promptTokens(
        tokenizer: checkpoint.tokenizer, unusable: checkpoint.tokenizerError, beginning: bos,
        path: file.path, directory: checkpoint.directory)
      let size = checkpoint.model.configuration.vocabularySize
      let room = checkpoint.model.configuration.contextLength - ids.count
      guard !ids.isEmpty, ids.allSatisfy({ $0 < size }), room >= maxTokens else {
        throw ScoringError.badLine(
          path: file.path, line: line.line,
          ids.isEmpty
            ? "the prompt is empty; nothing can be continued"
            : room < maxTokens
              ? "the prompt's \(ids.count) tokens and \(maxTokens) more don't fit into the context of "
                + "\(checkpoint.model.configuration.contextLength); lower --max-tokens"
              : "the prompt has a token id of \(size) or more; are these ids from another tokenizer?"
        )
      }
      prompts.append(Prompt(line: line, ids: ids))
    }
    return prompts
  }

  private func line(
    of rollout: Rollout, _ prompt: Prompt, _ checkpoint: Checkpoint
  ) -> RolloutLine {
    var line = RolloutLine(
      rollout, promptID: prompt.line.promptID, promptIDs: prompt.ids, source: model.name)
    line.prompt = prompt.line.prompt
    line.response = checkpoint.tokenizer?.decode(
      rollout.tokenIDs, skipSpecialTokens: true, behind: prompt.ids.last)
    return line
  }
}
