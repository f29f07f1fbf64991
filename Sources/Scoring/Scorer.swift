import Foundation
package import RunLogs
internal import Tokenization
package import Transformer

/// Scores texts under several checkpoints and writes everything about each token to a log.
package struct Scorer: Sendable {
  /// How to score.
  package struct Settings: Sendable, Equatable, Codable {
    /// k, the most likely tokens that are kept for each position.
    package var topCount = 10
    /// Tokens that go through a model together.
    package var batchTokens = 4_096
    /// Whether a tokenised prompt begins with the tokenizer's first token.
    package var beginningOfSequence = BeginningOfSequence.auto
    /// Whether lines that are wrong by themselves are left out and counted, rather than refused.
    package var skipsBadLines = false
    /// A precision that every model is scored in a second time.
    package var replicate: ComputeType?
    /// Which texts these are, if any are.
    package var replicateTexts = ReplicateTexts.enough
    /// Whether the log keeps how much probability each token of the vocabulary gained and lost.
    package var keepsMovedMass = true
    /// The model whose tokenizer makes ids of text; nil for the one that extends the others.
    package var tokenizer: String?

    /// Defaults.
    package init() {}
  }

  /// How far a run is.
  package struct Progress: Sendable {
    /// Tokens scored under all models.
    package var doneTokens: Int
    /// Tokens of all texts.
    package var totalTokens: Int
  }

  /// What a run did, for the last words of a command.
  package struct Summary: Sendable, Equatable {
    /// Texts in the log.
    package var sequenceCount = 0
    /// Tokens in the log.
    package var tokenCount = 0
    /// Tokens with statistics.
    package var measuredCount = 0
    /// Texts with an empty response.
    package var emptyResponseCount = 0
    /// Texts longer than the context of a model, of which what fits is measured.
    package var beyondContextCount = 0
    /// Their tokens that are after its end.
    package var beyondContextTokenCount = 0
    /// Tokens of responses that their masks leave out.
    package var maskedTokenCount = 0
    /// Texts with a token that a model lacks; from there on they are not measured for it.
    package var beyondVocabularyCount = 0
    /// Texts whose ids do not decode to their text.
    package var notDecodingBackCount = 0
    /// Bad lines of the file that were left out.
    package var skippedLineCount = 0
    /// Tokenised texts that begin with two beginning-of-sequence tokens, mostly one of their own and an
    /// automatic one.
    package var doubledBeginningCount = 0
    /// How far each model's log-probabilities are in the other precision, in the models' order, over
    /// the batches that this run scored itself.
    package var replicates: [PrecisionDifference] = []
  }

  /// The models, in their order.
  package let checkpoints: [Checkpoint]
  let texts: TextFile
  let pairs: [PairName]
  let settings: Settings
  /// The part of the texts that is scored; nil for all.
  let shard: Shard?
  let survey: TextSurvey
  /// Those of the survey's batches that are scored.
  let batches: Range<Int>
  /// How models and texts share memory.
  package let plan: MemoryPlan
  /// Changes of a model's logits, to see whether they are found; nil for none.
  package var shifts: LogitShifts?
  /// Whose tokenizer makes ids of text.
  let tokenizerChoice: TokenizerChoice
  private let source: TextStream.Source

  /// Prepares a run: checks that models, pairs and tokenizers fit together, and reads all texts once.
  ///
  /// The texts are tokenised and checked, so that a bad one is found before any work, and read again
  /// while they are scored: they never are in memory at once.
  ///
  /// - Parameters:
  ///   - checkpoints: at least one; names differ.
  ///   - texts: what to score.
  ///   - pairs: nil for the first model with each other one.
  ///   - settings: how.
  ///   - shard: the part of the texts to score; nil for all.
  ///   - memory: bytes that the run may take; nil for no limit. No bit of any column depends on it.
  ///   - reading: called often with the bytes that are read; what it throws ends the pass.
  /// - Throws: `ScoringError`.
  package init(
    checkpoints: [Checkpoint], texts: TextFile, pairs: [PairName]? = nil,
    settings: Settings = Settings(), shard: Shard? = nil, memory: Int? = nil,
    reading: (UInt64) throws -> Void = { _ in }
  ) throws {
    self.checkpoints = checkpoints
    self.texts = texts
    self.settings = settings
    self.shard = shard
    // Before pairs are made of them: two models of one name are no pair of a model with itself.
    try Self.checkNames(checkpoints.map(\.name))
    self.pairs = try pairs ?? Self.defaultPairs(checkpoints.map(\.name))
    guard let first = checkpoints.first else {
      throw ScoringError.badModels("no model to score with; give --model NAME=DIR")
    }
    try Self.checkModels(checkpoints, self.pairs)
    let choice = try TokenizerChoice(of: checkpoints, named: settings.tokenizer)
    tokenizerChoice = choice
    let chosen = checkpoints.first { $0.name == choice.model } ?? first
    if let replicate = settings.replicate,
      checkpoints.allSatisfy({ $0.model.compute == replicate })
    {
      throw ScoringError.badModels(
        "every model is computed in \(replicate.rawValue) already, so a replicate in it would be the same "
          + "numbers; name the other precision")
    }
    source = TextStream.Source(
      file: texts, tokenizer: chosen.tokenizer, widest: Self.widest(checkpoints)?.tokenizer,
      // Of a tokenizer that was named nobody asks whether others could be used.
      unusable: settings.tokenizer == nil
        ? checkpoints.lazy.compactMap(\.tokenizerError).first : nil,
      directory: chosen.directory,
      beginning: settings.beginningOfSequence,
      vocabularies: checkpoints.map { ($0.name, $0.model.configuration.vocabularySize) },
      skipsBadLines: settings.skipsBadLines)
    survey = try TextSurvey(
      source, batchTokens: settings.batchTokens,
      sharing: PromptSharing(checkpoints.map(\.model.configuration)),
      contextLength: Self.contextLength(of: checkpoints),
      replicates: settings.replicate == nil ? nil : settings.replicateTexts, progress: reading)
    batches = shard?.batches(of: survey) ?? survey.batches.indices
    let own = survey.batches[batches]
    plan = try MemoryPlan(
      checkpoints.map(\.model),
      MemoryPlan.Load(
        rows: own.reduce(0) { $0 + $1.rowCount }, batchRows: own.map(\.rowCount).max() ?? 0,
        blockTokens: own.map(\.counts.tokenCount).max() ?? 0,
        blockTexts: own.map(\.texts.count).max() ?? 0, pairCount: self.pairs.count,
        topCount: min(settings.topCount, Self.smallestVocabulary(of: checkpoints)),
        replicateRows: own.reduce(0) { $0 + $1.replicateRowCount },
        movedVocabularies: settings.keepsMovedMass
          ? BatchScorer.movedVocabularies(
            checkpoints.map(\.model.configuration), Self.indices(of: self.pairs, in: checkpoints))
          : []), budget: memory)
  }

  /// Pairs as indices of models.
  static func indices(
    of pairs: [PairName], in checkpoints: [Checkpoint]
  ) -> [(before: Int, after: Int)] {
    let names = checkpoints.map(\.name)
    return pairs.compactMap { pair in
      guard let before = names.firstIndex(of: pair.before),
        let after = names.firstIndex(of: pair.after)
      else { return nil }
      return (before, after)
    }
  }

  /// The first model with each other one.
  package static func defaultPairs(_ names: [String]) throws -> [PairName] {
    guard let first = names.first else { return [] }
    return try names.dropFirst().map { try PairName(before: first, after: $0) }
  }

  /// Tokens of all texts that are scored.
  package var totalTokens: Int { summary.tokenCount }

  /// What the run will have done; known before it, from the first pass over the texts.
  package var summary: Summary {
    var summary = Summary()
    for batch in survey.batches[batches] { summary += batch.counts }
    summary.skippedLineCount = survey.skippedCount
    return summary
  }

  /// Which model's tokenizer made ids of the texts, and how the others' differ; nil if all are the
  /// same, or no text was tokenised.
  package var tokenizerNote: String? {
    survey.isRetokenized && (tokenizerChoice.areDifferent || settings.tokenizer != nil)
      ? "tokenizer of the texts: \(tokenizerChoice.description)" : nil
  }

  /// What is wrong with the first of the lines that are left out.
  package var firstSkippedLine: ScoringError? { survey.firstSkipped }

  /// The batches that a writer has from an earlier run.
  func batchesDone(in writer: TokenLogWriter) throws -> Range<Int> {
    let sizes = writer.blockSizes
    let known = survey.batches[batches].prefix(sizes.count)
    let fits =
      known.count == sizes.count
      && zip(known, sizes).allSatisfy {
        $0.counts.sequenceCount == $1.sequences && $0.counts.tokenCount == $1.tokens
      }
    guard fits else {
      throw ScoringError.unreadable(
        path: TokenLogWriter.journalPath(for: writer.destination),
        reason: "its blocks are cut in another way than this version cuts them; begin again")
    }
    return batches.lowerBound..<batches.lowerBound + sizes.count
  }

  /// Reads the texts of these batches again and hands them over batch by batch.
  func forEachBatch(
    of range: Range<Int>, pause: () throws -> Void = {}, _ body: ([PreparedText]) throws -> Void
  ) throws {
    guard let first = survey.batches[range].first else { return }
    var stream = try TextStream(source, from: first.place, pause: pause)
    for batch in survey.batches[range] {
      var texts: [PreparedText] = []
      while texts.count < batch.texts.count, var text = try stream.next(pause: pause) {
        text.index = batch.texts.lowerBound + texts.count
        texts.append(text)
      }
      let tokens = texts.reduce(0) { $0 + $1.sequence.ids.count }
      guard texts.count == batch.texts.count, tokens == batch.counts.tokenCount,
        texts.last?.line.line == batch.lastLine
      else {
        throw ScoringError.unreadable(
          path: self.texts.path,
          reason: "was changed while it was read; score again once nobody writes to it")
      }
      try body(texts)
    }
  }

  static func contextLength(of checkpoints: [Checkpoint]) -> Int {
    checkpoints.map(\.model.configuration.contextLength).min() ?? 0
  }

  /// Whether there are pairs whose moved mass is to be kept.
  var keepsMovedMass: Bool { settings.keepsMovedMass && !pairs.isEmpty }

  /// k, no larger than any vocabulary.
  var topCount: Int { min(settings.topCount, smallestVocabulary) }

  private var smallestVocabulary: Int { Self.smallestVocabulary(of: checkpoints) }

  private static func smallestVocabulary(of checkpoints: [Checkpoint]) -> Int {
    checkpoints.map(\.model.configuration.vocabularySize).min() ?? 0
  }

  /// Ids below are tokens of all models: they have rows for them, and their tokenizers names.
  var sharedVocabulary: Int {
    let named = checkpoints.compactMap { $0.tokenizer?.vocabularySize }.min()
    return min(smallestVocabulary, named ?? smallestVocabulary)
  }
}
