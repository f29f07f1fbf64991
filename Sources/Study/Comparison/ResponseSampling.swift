internal import Kernels
package import Scoring
internal import Tokenization
package import Training
internal import Transformer

/// Samples a checkpoint's responses to the prompts of a file, as lines that `score` reads.
package struct ResponseSampling {
  /// How many responses, how long, and how they are drawn.
  package struct Settings: Sendable, Equatable, Codable {
    /// Responses to each prompt.
    package var samples = 1
    /// Most tokens of a response.
    package var maximumTokens = 256
    /// Divides the logits; 0 takes the most likely token.
    package var temperature = 1.0
    /// The mass of the most likely tokens that are drawn from.
    package var topP = 1.0
    /// Of all random choices.
    package var seed: UInt64 = 0
    /// Rows decoded together; nil for what suits the model's size.
    package var batchRows: Int?
    /// Whether tokenised prompts begin with the beginning-of-sequence token.
    package var beginningOfSequence = BeginningOfSequence.auto

    /// The defaults of `generate`.
    package init() {}
  }

  private struct Prompt {
    let line: TextLine
    let ids: [Int32]
  }

  private let checkpoint: Checkpoint
  private let path: String
  private let prompts: [Prompt]
  private let sampler: RolloutSampler

  /// Reads the prompts; one that stands several times is continued once.
  ///
  /// - Parameters:
  ///   - checkpoint: whose responses; its name is their source.
  ///   - file: of prompts.
  ///   - settings: how to sample.
  /// - Throws: `ScoringError` for a prompt that is empty, too long or of another tokenizer.
  package init(_ checkpoint: Checkpoint, prompts file: TextFile, settings: Settings) throws {
    self.checkpoint = checkpoint
    path = file.path
    prompts = try Self.distinct(file, checkpoint, settings)
    var sampling = RolloutSampler.Settings()
    sampling.sampler = Sampler(temperature: settings.temperature, topP: settings.topP)
    sampling.samplesPerPrompt = settings.samples
    sampling.maximumTokens = settings.maximumTokens
    sampling.stopTokens = try checkpoint.stopTokens()
    sampling.seed = settings.seed
    sampling.batchRows = settings.batchRows
    sampler = RolloutSampler(sampling)
  }

  /// Different prompts.
  package var promptCount: Int { prompts.count }
  /// Responses to all of them.
  package var responseCount: Int { prompts.count * sampler.settings.samplesPerPrompt }

  /// Prompts that are sampled between two chances to stop: whole batches, so that wherever a run is
  /// stopped and gone on with, the same rows are decoded together and have the same bits.
  private var chunk: Int { promptsPerBatch * max(Parallel.threadCount, 1) }

  /// Prompts that are decoded together.
  var promptsPerBatch: Int { sampler.promptsPerBatch(for: checkpoint.model) }

  /// Samples, some prompts at a time.
  ///
  /// - Parameters:
  ///   - first: prompts that are done already, a multiple of `promptsPerBatch`.
  ///   - progress: gets the number of responses that are finished.
  ///   - write: takes finished responses in their order; what it throws ends the sampling.
  /// - Throws: `ScoringError.notFinite` naming the prompt's line, and what `write` throws.
  package func run(
    after first: Int = 0, progress: (Int) -> Void, write: ([RolloutLine]) throws -> Void
  ) throws {
    for start in stride(from: first, to: prompts.count, by: chunk) {
      let some = prompts[start..<min(start + chunk, prompts.count)]
      let done = start * sampler.settings.samplesPerPrompt
      let rollouts: [Rollout]
      do {
        rollouts = try sampler.rollouts(
          of: some.map(\.ids), keys: some.map(\.line.promptID), model: checkpoint.model
        ) { progress(done + $0) }
      } catch {
        guard case .logitsNotFinite(let prompt, _, let token) = error else { throw error }
        throw ScoringError.notFinite(
          model: checkpoint.name, path: path, line: some[start + prompt].line.line, token: token)
      }
      try write(rollouts.map { line(of: $0, some[start + $0.prompt]) })
    }
  }

  private static func distinct(
    _ file: TextFile, _ checkpoint: Checkpoint, _ settings: Settings
  ) throws -> [Prompt] {
    let configuration = checkpoint.model.configuration
    var known = Set<String>()
    var prompts: [Prompt] = []
    for line in try file.lines() where known.insert(line.promptID).inserted {
      let ids = try line.promptTokens(
        tokenizer: checkpoint.tokenizer, unusable: checkpoint.tokenizerError,
        beginning: settings.beginningOfSequence, path: file.path, directory: checkpoint.directory)
      if let reason = complaint(about: ids, settings, configuration) {
        throw ScoringError.badLine(path: file.path, line: line.line, reason)
      }
      prompts.append(Prompt(line: line, ids: ids))
    }
    return prompts
  }

  /// Why a prompt can't be continued; nil if it can.
  private static func complaint(
    about ids: [Int32], _ settings: Settings, _ configuration: TransformerConfiguration
  ) -> String? {
    let size = configuration.vocabularySize
    if ids.isEmpty { return "the prompt is empty; nothing can be continued" }
    if configuration.contextLength - ids.count < settings.maximumTokens {
      return
        "the prompt's \(ids.count) tokens and \(settings.maximumTokens) more don't fit into the "
        + "context of \(configuration.contextLength); lower --max-tokens"
    }
    return ids.allSatisfy { $0 < size }
      ? nil
      : "the prompt has a token id of \(size) or more; are these ids from another tokenizer?"
  }

  private func line(of rollout: Rollout, _ prompt: Prompt) -> RolloutLine {
    var line = RolloutLine(
      rollout, promptID: prompt.line.promptID, promptIDs: prompt.ids, source: checkpoint.name)
    line.prompt = prompt.line.prompt
    line.response = checkpoint.tokenizer?.decode(
      rollout.tokenIDs, skipSpecialTokens: true, after: prompt.ids.last)
    return line
  }

  /// Lines as long as responses can become, for estimates.
  func longestLines() -> [String] {
    prompts.flatMap { prompt in
      (0..<sampler.settings.samplesPerPrompt).map { sample in
        let ids = [Int32](
          repeating: prompt.ids.last ?? 0, count: sampler.settings.maximumTokens)
        let rollout = Rollout(prompt: 0, sample: sample, tokenIDs: ids)
        return line(of: rollout, prompt).text
      }
    }
  }

  /// Seconds that sampling takes at most: every response is taken to become as long as it may.
  ///
  /// - Parameters:
  ///   - prompts: so many are tried.
  ///   - tokens: at most so many are sampled of each.
  /// - Returns: an estimate from tokens a second, in one batch.
  /// - Throws: as sampling does.
  func longestSeconds(trying prompts: Int = 8, tokens: Int = 16) throws -> Double {
    let some = self.prompts.prefix(prompts)
    var settings = sampler.settings
    settings.maximumTokens = min(tokens, settings.maximumTokens)
    settings.stopTokens = []
    var made = 0
    let clock = ContinuousClock()
    let time = try clock.measure {
      made = try RolloutSampler(settings).rollouts(
        of: some.map(\.ids), keys: some.map(\.line.promptID), model: checkpoint.model
      ).reduce(0) { $0 + $1.tokenIDs.count }
    }
    let all = Double(responseCount) * Double(sampler.settings.maximumTokens)
    return (time / .seconds(1)) * all / Double(max(made, 1))
  }
}
