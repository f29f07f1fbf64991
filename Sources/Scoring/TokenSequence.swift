public import Tokenization

/// A text as the token ids that are scored.
public struct TokenSequence: Sendable, Equatable {
  /// Prompt and response, nothing inserted.
  public var ids: [Int32]
  /// Where the response starts.
  public var responseStart: Int
  /// Whether the ids were made from text here, rather than given.
  public var isRetokenized: Bool
  /// Whether decoding the ids gives the text back; true where there is no text to compare with.
  public var decodesBack: Bool
}

/// Whether a beginning-of-sequence token is put before a tokenised prompt.
public enum BeginningOfSequence: String, Sendable, CaseIterable {
  /// Where the tokenizer's own configuration does.
  case auto
  /// Always.
  case always
  /// Never.
  case never
}

extension TextLine {
  /// The ids to score: those given, else prompt and response tokenised apart and joined.
  ///
  /// Given ids are taken as they are, because generated ids are not what tokenising their text
  /// gives: nothing is inserted, nothing appended.
  ///
  /// - Parameters:
  ///   - tokenizer: nil if the checkpoint has none.
  ///   - beginning: for tokenised prompts only.
  ///   - path: the texts' file, for messages.
  ///   - directory: the tokenizer's folder, for messages.
  public func sequence(
    tokenizer: Tokenizer?, beginning: BeginningOfSequence, path: String, directory: String
  ) throws -> TokenSequence {
    if let promptIDs, let responseIDs {
      let decodesBack =
        if let response, let tokenizer {
          decodes(responseIDs, to: response, with: tokenizer)
        } else {
          true
        }
      return TokenSequence(
        ids: promptIDs + responseIDs, responseStart: promptIDs.count, isRetokenized: false,
        decodesBack: decodesBack)
    }
    guard let tokenizer, let prompt, let response else {
      throw ScoringError.needsTokenizer(path: path, line: line, directory: directory)
    }
    var ids = try tokenizer.encode(prompt, addSpecialTokens: false)
    if let first = beginningToken(beginning, tokenizer) { ids.insert(first, at: 0) }
    let responseIDs = try tokenizer.encode(response, addSpecialTokens: false)
    return TokenSequence(
      ids: ids + responseIDs, responseStart: ids.count, isRetokenized: true,
      decodesBack: decodes(responseIDs, to: response, with: tokenizer))
  }

  private func beginningToken(_ policy: BeginningOfSequence, _ tokenizer: Tokenizer) -> Int32? {
    switch policy {
    case .always: tokenizer.beginningOfSequenceID
    case .never: nil
    case .auto: tokenizer.prefixTokenIDs.first
    }
  }

  /// Compared as bytes, with and without special tokens: texts come both ways.
  private func decodes(_ ids: [Int32], to text: String, with tokenizer: Tokenizer) -> Bool {
    let known = ids.allSatisfy { $0 < tokenizer.vocabularySize }
    return known
      && [true, false].contains { skipping in
        tokenizer.decode(ids, skipSpecialTokens: skipping).utf8.elementsEqual(text.utf8)
      }
  }
}
