internal import Kernels

/// Texts as the rows of one matrix, one after the other and without padding; a prompt that several
/// texts begin with is there once.
///
/// Attention looks back only, so a text's first tokens have the same hidden states whatever follows:
/// a later text with the same prompt has rows for its other tokens alone, which see the first one's
/// rows as their past.
package struct PackedSequences: Sendable {
  /// Where the rows of a text are.
  package struct Text: Sendable, Equatable {
    /// The rows that are its own.
    package let rows: Range<Int>
    /// Rows of an earlier text, which are those of its tokens before its own; empty without any.
    package let prefix: Range<Int>

    /// Number of tokens.
    package var count: Int { prefix.count + rows.count }

    /// The row of one of its tokens.
    package func row(ofToken index: Int) -> Int {
      index < prefix.count
        ? prefix.lowerBound + index : rows.lowerBound + (index - prefix.count)
    }
  }

  /// `[rows]`: the token of each row.
  package private(set) var ids: [Int32] = []
  /// Where the texts' rows are, in their order.
  package private(set) var texts: [Text] = []

  /// Texts that share nothing.
  package init(_ sequences: [[Int32]]) {
    for sequence in sequences { append(sequence, prefix: 0..<0) }
  }

  /// Texts whose prompts are shared where that changes nothing.
  ///
  /// - Parameters:
  ///   - sequences: token ids, prompt and response.
  ///   - promptLengths: how many of each are its prompt's.
  ///   - sharing: what decides which prompts are shared; none is known to it yet.
  package init(_ sequences: [[Int32]], promptLengths: [Int], sharing: PromptSharing) {
    precondition(
      sequences.count == promptLengths.count,
      "\(promptLengths.count) prompts of \(sequences.count) texts")
    var sharing = sharing
    for (sequence, length) in zip(sequences, promptLengths) {
      let first = sharing.firstText(like: sequence, promptLength: length)
      append(sequence, prefix: first.map { texts[$0].rows.prefix(length) } ?? 0..<0)
      sharing.add(sequence, promptLength: length)
    }
  }

  private mutating func append(_ sequence: [Int32], prefix: Range<Int>) {
    let own = sequence.dropFirst(prefix.count)
    texts.append(Text(rows: ids.count..<ids.count + own.count, prefix: prefix))
    ids += own
  }

  /// Number of rows: tokens of all texts, those of a shared prompt once.
  package var rowCount: Int { ids.count }

  /// The same rows with a token replaced where a vocabulary doesn't have it.
  ///
  /// What comes before it is not touched, and what comes after it is not to be used.
  package func known(to configuration: TransformerConfiguration) -> PackedSequences {
    let size = configuration.vocabularySize
    guard ids.contains(where: { $0 >= size }) else { return self }
    var copy = self
    for index in ids.indices where ids[index] >= size { copy.ids[index] = 0 }
    return copy
  }

  /// For attention.
  var segments: [CausalAttention.Segment] {
    texts.map { CausalAttention.Segment(rows: $0.rows, prefix: $0.prefix) }
  }

  /// `[rows]`: the place of each row's token in its text.
  var positions: [Int32] {
    texts.flatMap { text in Int32(text.prefix.count)..<Int32(text.count) }
  }
}

/// Finds texts that begin with the prompt of an earlier one.
package struct PromptSharing: Sendable {
  /// Shorter prompts are not shared: the smaller products of attention would cost what is saved.
  static let shortestPrompt = 8

  /// What must be the same for two texts' prompts to have the same hidden states: the tokens, and
  /// for each model the frequencies, which some scalings take from the whole text's length.
  private struct Prompt: Hashable {
    let ids: ArraySlice<Int32>
    let frequencyClasses: [Int]
  }

  private let scalings: [RopeScaling]
  private var textCount = 0
  private var firstTexts: [Prompt: Int] = [:]

  /// - Parameter configurations: of all models that the texts go through in the same rows.
  package init(_ configurations: [TransformerConfiguration]) {
    scalings = configurations.flatMap { $0.ropes.map(\.scaling) }
  }

  /// The text whose prompt this one shares.
  ///
  /// - Parameters:
  ///   - sequence: token ids, prompt and response.
  ///   - promptLength: how many of these are the prompt's.
  /// - Returns: its number, from 0; nil where none has this prompt.
  package func firstText(like sequence: [Int32], promptLength: Int) -> Int? {
    prompt(of: sequence, promptLength).flatMap { firstTexts[$0] }
  }

  /// Takes the next text.
  package mutating func add(_ sequence: [Int32], promptLength: Int) {
    if let prompt = prompt(of: sequence, promptLength), firstTexts[prompt] == nil {
      firstTexts[prompt] = textCount
    }
    textCount += 1
  }

  private func prompt(of sequence: [Int32], _ length: Int) -> Prompt? {
    guard length >= Self.shortestPrompt else { return nil }
    return Prompt(
      ids: sequence[..<length],
      frequencyClasses: scalings.map { $0.frequencyClass(ofLength: sequence.count) })
  }
}
