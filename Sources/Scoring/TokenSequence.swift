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
  ///
  /// Of given ids only the response is compared: a prompt's ids often hold a chat template's tokens
  /// that its text leaves out.
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
  /// - Returns: the ids, and where the response starts.
  /// - Throws: `ScoringError` if there is no tokenizer, or no token for `beginning`, where one is
  ///   needed; `TokenizerError` if the text can't be tokenised.
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
    let promptIDs = try tokenizer.encode(prompt, addSpecialTokens: false)
    let responseIDs = try tokenizer.encode(response, addSpecialTokens: false)
    let beginningIDs = try beginningTokens(beginning, tokenizer, directory: directory)
    return TokenSequence(
      ids: beginningIDs + promptIDs + responseIDs,
      responseStart: beginningIDs.count + promptIDs.count, isRetokenized: true,
      decodesBack: decodes(promptIDs, to: prompt, with: tokenizer)
        && decodes(responseIDs, to: response, with: tokenizer))
  }

  /// The prompt's ids: those given, else the prompt tokenised.
  ///
  /// - Parameters:
  ///   - tokenizer: nil if the checkpoint has none.
  ///   - beginning: for tokenised prompts only.
  ///   - path: the texts' file, for messages.
  ///   - directory: the tokenizer's folder, for messages.
  /// - Returns: the ids; empty for an empty prompt.
  /// - Throws: as `sequence(tokenizer:beginning:path:directory:)`.
  public func promptTokens(
    tokenizer: Tokenizer?, beginning: BeginningOfSequence, path: String, directory: String
  ) throws -> [Int32] {
    if let promptIDs { return promptIDs }
    guard let tokenizer, let prompt else {
      throw ScoringError.needsTokenizer(path: path, line: line, directory: directory)
    }
    return try beginningTokens(beginning, tokenizer, directory: directory)
      + tokenizer.encode(prompt, addSpecialTokens: false)
  }

  /// None or one.
  private func beginningTokens(
    _ policy: BeginningOfSequence, _ tokenizer: Tokenizer, directory: String
  ) throws(ScoringError) -> [Int32] {
    switch policy {
    case .always:
      guard let token = tokenizer.beginningOfSequenceID else {
        throw .noBeginningOfSequence(directory: directory)
      }
      return [token]
    case .never: return []
    case .auto: return Array(tokenizer.prefixTokenIDs.prefix(1))
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
