internal import Texts
internal import Tokenization

/// A text with the ids that are scored.
struct PreparedText {
  var line: TextLine
  var sequence: TokenSequence
  /// Where its line begins in the file.
  var place: LineStream.Start
  /// Its number among all texts, from 0; known once batches are cut.
  var index = 0
}

/// Texts, tokenised and checked one after the other: the same in a first pass and in a later one.
///
/// A line is *bad* if it is wrong by itself: no JSON object, a field of the wrong type, no prompt or
/// response, chat messages, ids that no model has, a text that can't be tokenised. What would be
/// wrong with every line, say a missing tokenizer, is never skipped.
struct TextStream {
  /// How lines become ids, and which of them are refused.
  struct Source: Sendable {
    let file: TextFile
    /// The tokenizer that makes ids of text, and its model's folder.
    let tokenizer: Tokenizer?
    /// The tokenizer with the most tokens: given ids may be tokens that only a later model has.
    let widest: Tokenizer?
    /// Why a checkpoint's tokenizer can't be used, to be thrown where one is needed.
    let unusable: TokenizerError?
    let directory: String
    let beginning: BeginningOfSequence
    /// A line with an id that none of them has is of another vocabulary.
    let vocabularies: [(model: String, size: Int)]
    /// Whether bad lines are left out rather than thrown.
    let skipsBadLines: Bool

    /// Whether a tokenised prompt begins with two beginning-of-sequence tokens, as one does that a
    /// template gave one and the tokenizer another.
    func beginsTwice(_ text: PreparedText) -> Bool {
      guard text.line.promptIDs == nil, let token = tokenizer?.beginningOfSequenceID else {
        return false
      }
      return text.sequence.ids.prefix(2) == [token, token]
    }
  }

  private let source: Source
  private var lines: LineStream
  /// Lines that aren't blank, so far.
  private(set) var lineCount = 0
  /// Bad lines so far that were left out.
  private(set) var skippedCount = 0
  /// What is wrong with the first of them.
  private(set) var firstSkipped: ScoringError?

  init(
    _ source: Source, from place: LineStream.Start = .init(), pause: () throws -> Void = {}
  ) throws {
    self.source = source
    do {
      lines = try LineStream(
        path: source.file.path, from: place, checksFirstLine: !source.skipsBadLines, pause: pause)
    } catch let error as TextError { throw ScoringError(error) }
  }

  /// Bytes of the file that are read.
  var fileOffset: UInt64 { lines.fileOffset }

  /// The next text; nil at the end.
  ///
  /// - Parameter pause: called for each line, and within long ones; what it throws ends it.
  /// - Returns: the text; nil at the end.
  /// - Throws: `ScoringError`; of kind `badLine` only unless these are skipped; and what `pause` throws.
  mutating func next(pause: () throws -> Void = {}) throws -> PreparedText? {
    while let line = try nextLine(pause) {
      try pause()
      lineCount += 1
      do {
        return try prepare(line)
      } catch let error as ScoringError {
        guard source.skipsBadLines, case .badLine = error else { throw error }
        firstSkipped = firstSkipped ?? error
        skippedCount += 1
      }
    }
    return nil
  }

  private mutating func nextLine(_ pause: () throws -> Void) throws -> LineStream.Line? {
    do { return try lines.next(pause: pause) } catch let error as TextError {
      // Not a bad line, which could be left out: what is after it can't be read.
      throw ScoringError(error)
    }
  }

  private func prepare(_ line: LineStream.Line) throws -> PreparedText {
    let text = try source.file.parse(line)
    let path = source.file.path
    let sequence: TokenSequence
    do {
      sequence = try text.sequence(
        // Ids alone may be tokens that only the widest one has; text takes the one that the log names.
        tokenizer: text.promptIDs != nil && text.responseIDs != nil
          ? source.widest : source.tokenizer,
        unusable: source.unusable, beginning: source.beginning,
        path: path,
        directory: source.directory)
    } catch let error as TokenizerError {
      // Wrong with every line that needs a tokenizer, not with this one.
      if case .unsupported = error { throw error }
      throw ScoringError.badLine(path: path, line: line.number, "\(error)")
    }
    try checkIDs(sequence.ids, line: line.number)
    return PreparedText(line: text, sequence: sequence, place: line.place)
  }

  private func checkIDs(_ ids: [Int32], line: Int) throws(ScoringError) {
    guard let (model, size) = source.vocabularies.max(by: { $0.size < $1.size }),
      let place = ids.firstIndex(where: { $0 >= size })
    else { return }
    throw .badLine(
      path: source.file.path, line: line,
      "token \(place) has id \(ids[place]), model '\(model)' has ids below \(size); are these "
        + "ids from another tokenizer?")
  }
}
