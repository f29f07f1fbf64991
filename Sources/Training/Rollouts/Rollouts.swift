internal import Kernels
internal import Tasks
package import Transformer

/// A sampled response with what the model thought of each of its tokens.
package struct Rollout: Sendable, Equatable {
  /// Why a response ended.
  package enum Finish: String, Sendable {
    /// With one of the stop tokens, which is the last of its ids.
    case stop
    /// At the most tokens allowed.
    case length
  }

  /// Index of the prompt.
  package let prompt: Int
  /// Number of the sample among those of its prompt, from 0.
  package let sample: Int
  /// The tokens, stop token included.
  package internal(set) var tokenIDs: [Int32] = []
  /// ln p of each token at temperature 1, over the full vocabulary, nats.
  package internal(set) var logProbabilities: [Double] = []
  /// ln p of each token at the sampling temperature, before `topP` cuts: the behaviour policy.
  package internal(set) var behaviorLogProbabilities: [Double] = []
  /// Entropy at each position, temperature 1, nats.
  package internal(set) var entropies: [Double] = []
  /// Why it ended.
  package internal(set) var finish = Finish.length

  /// A response of which only the tokens are known.
  package init(prompt: Int, sample: Int, tokenIDs: [Int32] = []) {
    (self.prompt, self.sample, self.tokenIDs) = (prompt, sample, tokenIDs)
  }
}

/// Samples responses to prompts, many rows at once.
package struct RolloutSampler: Sendable {
  /// How to sample.
  package struct Settings: Sendable, Equatable {
    /// Temperature and top-p.
    package var sampler = Sampler()
    /// Responses to each prompt.
    package var samplesPerPrompt = 1
    /// Most tokens of a response.
    package var maximumTokens = 256
    /// Tokens that end a response.
    package var stopTokens: Set<Int32> = []
    /// Of all random choices.
    package var seed: UInt64 = 0
    /// Rows that are decoded together, prompts taken whole; nil for what suits the model's size.
    ///
    /// Batches are decoded side by side, each on one thread, if there are as many as threads.
    package var batchRows: Int?

    /// Defaults.
    package init() {}
  }

  /// How to sample.
  package let settings: Settings

  /// A sampler of rollouts.
  package init(_ settings: Settings) {
    precondition(settings.samplesPerPrompt > 0 && settings.maximumTokens > 0)
    self.settings = settings
  }

  /// Samples responses to all prompts.
  ///
  /// Each row has random numbers of its own, keyed by the seed, the prompt's key and the sample's
  /// number: neither the order of prompts nor the batch decides what a row draws. (Logits may
  /// differ in their last bits with the rows beside them, which changes a choice only where the
  /// random number falls into that gap.)
  ///
  /// - Parameters:
  ///   - prompts: token ids, each at least one long.
  ///   - keys: names of the prompts, for their random numbers.
  ///   - model: the model.
  ///   - progress: gets the number of finished rollouts.
  /// - Returns: `samplesPerPrompt` rollouts of each prompt, in order.
  /// - Throws: `TransformerError` for an empty or too long prompt, a token out of range, or logits that
  ///   aren't finite.
  package func rollouts(
    of prompts: [[Int32]], keys: [String], model: Transformer, progress: (Int) -> Void = { _ in }
  ) throws(TransformerError) -> [Rollout] {
    precondition(prompts.count == keys.count)
    let promptsPerBatch = promptsPerBatch(for: model)
    let batches = stride(from: 0, to: prompts.count, by: promptsPerBatch).map {
      $0..<min($0 + promptsPerBatch, prompts.count)
    }
    var finished: [Rollout] = []
    for start in stride(from: 0, to: batches.count, by: Self.batchesPerReport) {
      let some = batches[start..<min(start + Self.batchesPerReport, batches.count)]
      let results = Parallel.mapLarge(some.count) { index in
        Result { () throws(TransformerError) in
          try batch(some[start + index], prompts: prompts, keys: keys, model: model)
        }
      }
      for result in results { finished += try result.get() }
      progress(finished.count)
    }
    return finished
  }

  private static let batchesPerReport = 16

  /// Prompts whose responses are decoded together; what is sampled in pieces of whole batches has the
  /// same bits.
  package func promptsPerBatch(for model: Transformer) -> Int {
    max(1, (settings.batchRows ?? Self.batchRows(for: model)) / settings.samplesPerPrompt)
  }

  /// Rows that are decoded together, unless settings say otherwise.
  ///
  /// The keys and values of few rows stay in the cache, and batches go side by side on the threads;
  /// the weights of a large model are read from memory at every token, for as many rows as can be.
  package static func batchRows(for model: Transformer) -> Int {
    let isSmall = ParameterLayout(model.configuration).count < 1 << 24
    return isSmall ? 64 : 256
  }

  private func batch(
    _ range: Range<Int>, prompts: [[Int32]], keys: [String], model: Transformer
  ) throws(TransformerError) -> [Rollout] {
    let count = settings.samplesPerPrompt
    var rollouts = range.flatMap { prompt in
      (0..<count).map { Rollout(prompt: prompt, sample: $0) }
    }
    var generators = rollouts.map { rollout in
      CounterGenerator(
        seed: settings.seed, stream: StableHash.value(of: keys[rollout.prompt]),
        index: UInt64(rollout.sample))
    }
    let decoder = try Decoder(
      model: model, prompts: range.map { prompts[$0] },
      promptOfRow: rollouts.map { $0.prompt - range.lowerBound },
      capacity: settings.maximumTokens)
    var active = Array(rollouts.indices)
    var choices = decoder.firstLogits(of: active) { logits in
      choose(from: logits, rows: active, &generators)
    }
    while true {
      for (row, choice) in zip(active, choices) {
        let prompt = rollouts[row].prompt
        guard choice.isFinite else {
          throw TransformerError.logitsNotFinite(
            prompt: prompt, key: keys[prompt],
            token: prompts[prompt].count + rollouts[row].tokenIDs.count)
        }
        rollouts[row].append(choice, settings)
      }
      let kept = active.indices.filter { !rollouts[active[$0]].isFinished(settings) }
      if kept.isEmpty { return rollouts }
      let tokens = kept.map { choices[$0].token }
      active = kept.map { active[$0] }
      choices = decoder.step(tokens, rows: active) { logits in
        choose(from: logits, rows: active, &generators)
      }
    }
  }

  private func choose(
    from logits: Span<Float>, rows: [Int], _ generators: inout [CounterGenerator]
  ) -> [Sampler.Choice] {
    let width = logits.count / max(rows.count, 1)
    let numbers = rows.map { generators[$0].uniform() }
    let sampler = settings.sampler
    return Parallel.map(rows.count) { row in
      sampler.choose(
        from: logits.extracting(row * width..<(row + 1) * width), uniform: numbers[row])
    }
  }
}

extension Sampler.Choice {
  /// Weights that are finite may overflow on the way to the logits.
  fileprivate var isFinite: Bool {
    logProbability.isFinite && temperedLogProbability.isFinite && entropy.isFinite
  }
}

extension Rollout {
  fileprivate mutating func append(
    _ choice: Sampler.Choice, _ settings: RolloutSampler.Settings
  ) {
    tokenIDs.append(choice.token)
    logProbabilities.append(choice.logProbability)
    behaviorLogProbabilities.append(choice.temperedLogProbability)
    entropies.append(choice.entropy)
    if settings.stopTokens.contains(choice.token) { finish = .stop }
  }

  fileprivate func isFinished(_ settings: RolloutSampler.Settings) -> Bool {
    finish == .stop || tokenIDs.count == settings.maximumTokens
  }
}
