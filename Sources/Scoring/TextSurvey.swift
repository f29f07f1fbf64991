internal import Foundation
internal import Texts
internal import Tokenization
internal import Transformer

/// What a first pass over the texts finds: all that must be known before the first batch is scored.
///
/// Every line is parsed, tokenised and checked, so that a bad one is found before hours of work, and
/// none is kept: memory is a few numbers for each batch. Tokenising twice is cheap beside scoring.
struct TextSurvey: Sendable {
  /// Texts that go through a model together, in the file's order.
  struct Batch: Sendable {
    /// Where the line of the first one begins.
    var place: LineStream.Start
    /// Number of the last one's line, from 1.
    var lastLine: Int
    /// Numbers of the texts, from 0.
    var texts: Range<Int>
    /// Counts of these texts.
    var counts = Scorer.Summary()
    /// Tokens that go through the models, those of a shared prompt once.
    var rowCount = 0
    /// Of them those that go through the models again in another precision, at most.
    var replicateRowCount = 0
  }

  /// How many tokens of the log a batch may have for each that goes through the models: a block of
  /// the log holds shared prompts as often as they occur, and is in memory whole.
  private static let mostRepeats = 4

  /// All batches of the file.
  private(set) var batches: [Batch] = []
  /// Lines that aren't blank, bad ones counted.
  private(set) var lineCount = 0
  /// Bad lines that were left out.
  private(set) var skippedCount = 0
  /// What is wrong with the first of them.
  private(set) var firstSkipped: ScoringError?
  /// Whether any text was tokenised here.
  private(set) var isRetokenized = false
  /// Texts whose ids do not decode to their text.
  private(set) var notDecodingBackCount = 0
  /// Fields that don't have their plain names, as "response=completion".
  private(set) var fieldNames: Set<String> = []
  /// How many texts are scored a second time, in another precision.
  private(set) var replicateTextCount = 0
  /// Which texts these are, and their rows; nil for all or none.
  private var replicateRows: [Int: Int]?
  /// How long it took.
  private(set) var seconds = 0.0

  /// Reads the texts.
  ///
  /// - Parameters:
  ///   - source: the texts.
  ///   - batchTokens: at most so many go through a model together, or a single longer text; a prompt
  ///     that several texts share counts once.
  ///   - sharing: what decides which prompts are shared.
  ///   - contextLength: what is after its end is not measured.
  ///   - replicates: which texts are scored a second time; nil for none.
  ///   - progress: called often with the bytes that are read; what it throws ends the pass.
  /// - Throws: `ScoringError`, say for a bad line, unless those are skipped and one is good.
  init(
    _ source: TextStream.Source, batchTokens: Int, sharing: PromptSharing, contextLength: Int,
    replicates: ReplicateTexts?, progress: (UInt64) throws -> Void
  ) throws {
    let start = ContinuousClock.now
    defer { seconds = (ContinuousClock.now - start).seconds }
    var stream = try TextStream(source)
    var origin = OriginOfIDs()
    var shared = sharing
    var candidates = ReplicateCandidates()
    var index = 0
    var reported: UInt64 = 0
    let vocabulary = source.vocabularies.map(\.size).min() ?? 0
    let most = Self.mostRepeats * min(batchTokens, 1 << 32)
    while let text = try stream.next(pause: { try progress(reported) }) {
      var counts = Scorer.Summary(
        of: text.sequence, contextLength: contextLength, vocabulary: vocabulary)
      counts.doubledBeginningCount = source.beginsTwice(text) ? 1 : 0
      let rowCount = text.sequence.rowCount(sharing: shared, contextLength: contextLength)
      if let last = batches.indices.last,
        batches[last].rowCount + rowCount <= batchTokens,
        batches[last].counts.tokenCount + counts.tokenCount <= most,
        // Texts without tokens have names all the same.
        batches[last].texts.count < most
      {
        batches[last].texts = batches[last].texts.lowerBound..<index + 1
        batches[last].lastLine = text.line.line
        batches[last].counts += counts
        batches[last].rowCount += rowCount
      } else {
        shared = sharing
        batches.append(
          Batch(
            place: text.place, lastLine: text.line.line, texts: index..<index + 1, counts: counts,
            rowCount: text.sequence.rowCount(sharing: shared, contextLength: contextLength)))
      }
      if text.sequence.isScored(contextLength: contextLength) {
        let inputs = text.sequence.inputs(contextLength: contextLength)
        shared.add(inputs.ids, promptLength: inputs.promptLength)
      }
      fieldNames.formUnion(text.line.fieldNames.map { TextFields.text(of: [$0.key: $0.value]) })
      isRetokenized = isRetokenized || text.sequence.isRetokenized
      notDecodingBackCount += counts.notDecodingBackCount
      origin.add(text, tokenizer: source.widest)
      if let replicates, replicates != .all {
        let sequence = text.sequence
        candidates.add(
          index: index, author: text.line.source,
          positions: sequence.measuredResponseCount(
            contextLength: contextLength, vocabulary: vocabulary),
          rows: min(sequence.ids.count, contextLength))
      }
      index += 1
      reported = stream.fileOffset
      try progress(reported)
    }
    (lineCount, skippedCount) = (stream.lineCount, stream.skippedCount)
    firstSkipped = stream.firstSkipped
    guard index > 0 else {
      throw firstSkipped ?? ScoringError.noTexts(path: source.file.path)
    }
    guard origin.isPlausible else {
      throw ScoringError.idsOfAnotherTokenizer(
        path: source.file.path, directory: source.directory)
    }
    choose(candidates, replicates)
  }

  private mutating func choose(_ candidates: ReplicateCandidates, _ wanted: ReplicateTexts?) {
    guard let wanted else { return }
    replicateRows = wanted == .all ? nil : candidates.choice(wanted)
    replicateTextCount = replicateRows?.count ?? textCount
    for batch in batches.indices {
      let chosen = replicateRows.map { rows in batches[batch].texts.compactMap { rows[$0] } }
      batches[batch].replicateRowCount =
        chosen.map { min($0.reduce(0, +), batches[batch].rowCount) } ?? batches[batch].rowCount
    }
  }

  /// Whether a text is one of those that are scored a second time, if any are.
  func isReplicated(text index: Int) -> Bool { replicateRows.map { $0[index] != nil } ?? true }

  /// The number of texts.
  var textCount: Int { batches.last?.texts.upperBound ?? 0 }

  /// Tokens of all texts.
  var tokenCount: Int { batches.reduce(0) { $0 + $1.counts.tokenCount } }
}

/// Whether given ids are this tokenizer's.
///
/// A few texts that don't decode back are normal (bytes cut by a length limit), and so are files
/// whose texts were trimmed; if no response is found in what its ids say, they mean something else.
private struct OriginOfIDs {
  private var comparableCount = 0
  private var isFound = false

  var isPlausible: Bool { isFound || comparableCount < 2 }

  mutating func add(_ text: PreparedText, tokenizer: Tokenizer?) {
    guard !isFound, let tokenizer, text.line.responseIDs != nil,
      let response = text.line.response, !response.isEmpty
    else { return }
    comparableCount += 1
    let trimmed = response.trimmingCharacters(in: .whitespacesAndNewlines)
    let ids = Array(text.sequence.ids[text.sequence.responseStart...])
    isFound =
      text.sequence.decodesBack
      || [true, false].contains {
        tokenizer.decode(ids, skipSpecialTokens: $0).contains(trimmed) && !trimmed.isEmpty
      }
  }
}

extension TokenSequence {
  /// Tokens of the response that are counted and measured under all models.
  ///
  /// From an id on that reaches `vocabulary`, the smallest of all models', nothing is measured under all.
  fileprivate func measuredResponseCount(contextLength: Int, vocabulary: Int) -> Int {
    let reach = reach(contextLength: contextLength)
    let known = ids.prefix(reach).firstIndex { $0 >= vocabulary } ?? reach
    let first = max(responseStart, 1)
    return (first..<max(first, known)).count(where: isCounted)
  }

  /// Whether it has anything to predict.
  func isScored(contextLength: Int) -> Bool { measuredCount(contextLength: contextLength) > 0 }

  /// Tokens that go through the models in a batch with these prompts.
  fileprivate func rowCount(sharing: PromptSharing, contextLength: Int) -> Int {
    guard isScored(contextLength: contextLength) else { return 0 }
    let inputs = inputs(contextLength: contextLength)
    let isShared = sharing.firstText(like: inputs.ids, promptLength: inputs.promptLength) != nil
    return inputs.ids.count - (isShared ? inputs.promptLength : 0)
  }
}

extension Scorer.Summary {
  /// What becomes of one text.
  ///
  /// From an id on that reaches `vocabulary`, the smallest of all models', nothing is measured under all.
  init(of sequence: TokenSequence, contextLength: Int, vocabulary: Int) {
    let count = sequence.ids.count
    let reach = sequence.reach(contextLength: contextLength)
    let known = sequence.ids.prefix(reach).firstIndex { $0 >= vocabulary } ?? reach
    sequenceCount = 1
    tokenCount = count
    measuredCount = max(known - 1, 0)
    emptyResponseCount = sequence.responseStart == count ? 1 : 0
    beyondContextCount = reach < count ? 1 : 0
    // A text of one token has no prediction in any context.
    beyondContextTokenCount = count - max(reach, min(count, 1))
    maskedTokenCount = (sequence.responseMask ?? []).count { !$0 }
    beyondVocabularyCount = reach > 1 && known < reach ? 1 : 0
    notDecodingBackCount = sequence.decodesBack ? 0 : 1
  }

  static func += (sum: inout Self, other: Self) {
    sum.sequenceCount += other.sequenceCount
    sum.tokenCount += other.tokenCount
    sum.measuredCount += other.measuredCount
    sum.emptyResponseCount += other.emptyResponseCount
    sum.beyondContextCount += other.beyondContextCount
    sum.beyondContextTokenCount += other.beyondContextTokenCount
    sum.maskedTokenCount += other.maskedTokenCount
    sum.beyondVocabularyCount += other.beyondVocabularyCount
    sum.notDecodingBackCount += other.notDecodingBackCount
    sum.skippedLineCount += other.skippedLineCount
    sum.doubledBeginningCount += other.doubledBeginningCount
  }
}
