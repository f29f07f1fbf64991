import Foundation
internal import Kernels
public import RunLogs
internal import TokenStatistics
public import Transformer

/// Scores texts under several checkpoints and writes everything about each token to a log.
public struct Scorer: Sendable {
  /// How to score.
  public struct Settings: Sendable, Equatable, Codable {
    /// k, the most likely tokens that are kept for each position.
    public var topCount = 10
    /// Tokens that go through a model together.
    public var batchTokens = 4_096
    /// Whether a tokenised prompt begins with the tokenizer's first token.
    public var beginningOfSequence = BeginningOfSequence.auto
    /// A precision that every model is scored in a second time.
    public var replicate: ComputeType?

    /// Defaults.
    public init() {}
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Tokens scored under all models.
    public var doneTokens: Int
    /// Tokens of all texts.
    public var totalTokens: Int
  }

  /// What a run did, for the last words of a command.
  public struct Summary: Sendable, Equatable {
    /// Texts in the log.
    public var sequenceCount = 0
    /// Tokens in the log.
    public var tokenCount = 0
    /// Tokens with statistics.
    public var measuredCount = 0
    /// Texts with an empty response.
    public var emptyResponseCount = 0
    /// Texts longer than the context of a model, which are not measured.
    public var beyondContextCount = 0
    /// Texts whose ids do not decode to their text.
    public var notDecodingBackCount = 0
    /// How far each model's log-probabilities are in the other precision, in the models' order.
    public var replicates: [PrecisionDifference] = []
  }

  let checkpoints: [Checkpoint]
  let texts: TextFile
  let pairs: [PairName]
  let settings: Settings
  let sequences: [TokenSequence]

  /// Prepares a run: tokenises, and checks that models, pairs, tokenizers and ids fit together.
  ///
  /// - Parameters:
  ///   - checkpoints: at least one; names differ.
  ///   - texts: what to score.
  ///   - pairs: nil for the first model with each other one.
  ///   - settings: how.
  /// - Throws: `ScoringError` or `TokenizerError`.
  public init(
    checkpoints: [Checkpoint], texts: TextFile, pairs: [PairName]? = nil,
    settings: Settings = Settings()
  ) throws {
    self.checkpoints = checkpoints
    self.texts = texts
    self.settings = settings
    // Before pairs are made of them: two models of one name are no pair of a model with itself.
    try Self.checkNames(checkpoints.map(\.name))
    self.pairs = try pairs ?? Self.defaultPairs(checkpoints.map(\.name))
    guard let first = checkpoints.first(where: { $0.tokenizer != nil }) ?? checkpoints.first else {
      throw ScoringError.badModels("no model to score with; give --model NAME=DIR")
    }
    let sequences = try texts.lines.map { line in
      try line.sequence(
        tokenizer: first.tokenizer, beginning: settings.beginningOfSequence, path: texts.path,
        directory: first.directory)
    }
    self.sequences = sequences
    try checkModels()
    try checkIDs(tokenizerOf: first)
  }

  /// The first model with each other one.
  public static func defaultPairs(_ names: [String]) throws -> [PairName] {
    guard let first = names.first else { return [] }
    return try names.dropFirst().map { try PairName(before: first, after: $0) }
  }

  /// Tokens of all texts.
  public var totalTokens: Int { sequences.reduce(0) { $0 + $1.ids.count } }

  /// Runs all models over all texts and appends block after block to the log; publishing it is
  /// the caller's.
  ///
  /// - Parameters:
  ///   - writer: a log opened with `header(…)`.
  ///   - progress: called after each batch; what it throws ends the run.
  /// - Returns: counts of what was scored and what was not.
  /// - Throws: `ScoringError`, `TransformerError` or `RunLogError`.
  public func run(
    into writer: TokenLogWriter, progress: (Progress) throws -> Void = { _ in }
  ) throws -> Summary {
    let names = checkpoints.map(\.name)
    let scorer = BatchScorer(
      models: checkpoints.map(\.model),
      pairs: pairs.compactMap { pair in
        guard let before = names.firstIndex(of: pair.before),
          let after = names.firstIndex(of: pair.after)
        else { return nil }
        return (before, after)
      },
      topCount: min(settings.topCount, smallestVocabulary))
    var summary = Summary()
    for batch in batches() {
      let block = try block(of: batch, scorer: scorer, summary: &summary)
      try writer.append(block)
      summary.tokenCount += block.tokenCount
      try progress(Progress(doneTokens: summary.tokenCount, totalTokens: totalTokens))
    }
    return summary
  }

  var contextLength: Int {
    checkpoints.map(\.model.configuration.contextLength).min() ?? 0
  }

  private var smallestVocabulary: Int {
    checkpoints.map(\.model.configuration.vocabularySize).min() ?? 0
  }

  /// Texts in the file's order, as many as fit into a batch; a longer text is a batch of its own.
  func batches() -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var start = 0
    var tokens = 0
    for (index, sequence) in sequences.enumerated() {
      if index > start, tokens + sequence.ids.count > settings.batchTokens {
        batches.append(start..<index)
        (start, tokens) = (index, 0)
      }
      tokens += sequence.ids.count
    }
    if start < sequences.count { batches.append(start..<sequences.count) }
    return batches
  }

  private func block(
    of batch: Range<Int>, scorer: BatchScorer, summary: inout Summary
  ) throws -> TokenLogBlock {
    let scored = batch.filter { index in
      sequences[index].ids.count >= 2 && sequences[index].ids.count <= contextLength
    }
    let results = try scorer.score(scored.map { sequences[$0].ids })
    let replicates = try settings.replicate.map {
      try scorer.replicate($0).score(scored.map { sequences[$0].ids })
    }
    if let replicates { summary.add(replicates, to: results) }
    var builder = BlockBuilder(
      modelCount: checkpoints.count, pairCount: pairs.count,
      topCount: min(settings.topCount, smallestVocabulary))
    var next = results.startIndex
    for index in batch {
      let sequence = sequences[index]
      let isTooLong = sequence.ids.count > contextLength
      let count = isTooLong ? 0 : max(sequence.ids.count - 1, 0)
      let positions = results[next..<next + count]
      let replicate = replicates.map { $0[next..<next + count] }
      next += count
      try checkFinite(positions, line: texts.lines[index].line)
      builder.add(
        texts.lines[index].record(of: sequence), positions: positions, replicate: replicate,
        unmeasured: isTooLong ? .beyondContext : .firstToken)
      summary.sequenceCount += 1
      summary.measuredCount += count
      summary.emptyResponseCount += sequence.responseStart == sequence.ids.count ? 1 : 0
      summary.beyondContextCount += isTooLong ? 1 : 0
      summary.notDecodingBackCount += sequence.decodesBack ? 0 : 1
    }
    return builder.block
  }

  func checkFinite(_ positions: ArraySlice<PositionStatistics>, line: Int) throws {
    for (offset, position) in positions.enumerated() {
      for (index, model) in position.models.enumerated() where !model.logPartition.isFinite {
        throw ScoringError.notFinite(
          model: checkpoints[index].name, path: texts.path, line: line, token: offset + 1)
      }
    }
  }
}
