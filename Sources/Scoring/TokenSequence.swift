package import Tokenization

/// A text as the token ids that are scored.
package struct TokenSequence: Sendable, Equatable {
  /// Prompt and response, nothing inserted.
  package var ids: [Int32]
  /// Where the response starts.
  package var responseStart: Int
  /// Whether the ids were made from text here, rather than given.
  package var isRetokenized: Bool
  /// Whether decoding the ids gives the text back; true where there is no text to compare with.
  ///
  /// Of given ids only the response is compared: a prompt's ids often hold a chat template's tokens
  /// that its text leaves out.
  package var decodesBack: Bool
  /// Whether each of the response's tokens counts as one; nil if all do.
  ///
  /// Output of tools and turns of others stand within responses and are none of the model's.
  package var responseMask: [Bool]?

  /// Whether a token counts as one of the response.
  func isCounted(_ token: Int) -> Bool {
    token >= responseStart && responseMask?[token - responseStart] ?? true
  }

  /// Whether any token counts as one of the response.
  var hasResponse: Bool { responseStart < ids.count && responseMask?.contains(true) ?? true }
}

// MARK: What fits into a context

extension TokenSequence {
  /// Tokens from the first on that are predicted or predict: one more than the context, whose last
  /// token predicts the one after it.
  func reach(contextLength: Int) -> Int { min(ids.count, contextLength + 1) }

  /// Tokens that are predicted: all but the first that are within reach.
  func measuredCount(contextLength: Int) -> Int { max(reach(contextLength: contextLength) - 1, 0) }

  /// What goes through the models: the ids that fit, and how many of them are the prompt's.
  func inputs(contextLength: Int) -> (ids: [Int32], promptLength: Int) {
    let count = min(ids.count, contextLength)
    return (Array(ids.prefix(count)), min(responseStart, count))
  }
}

/// Whether a beginning-of-sequence token is put before a tokenised prompt.
package enum BeginningOfSequence: String, Sendable, CaseIterable, Codable {
  /// Where the tokenizer's own configuration does.
  case auto
  /// Always.
  case always
  /// Never.
  case never
}

extension TextLine {
  /// The ids to score: of prompt and response those given, else the text tokenised; both joined.
  ///
  /// Given ids are taken as they are, because generated ids are not what tokenising their text
  /// gives: nothing is inserted, nothing appended. Prompt and response are tokenised apart, the
  /// response as text that goes on: a tokenizer that begins a text with a space of its own puts
  /// none between the two.
  ///
  /// - Parameters:
  ///   - tokenizer: nil if no checkpoint has one that can be used.
  ///   - unusable: why a checkpoint's tokenizer can't be used, thrown where one is needed.
  ///   - beginning: for tokenised prompts only.
  ///   - path: the texts' file, for messages.
  ///   - directory: the tokenizer's folder, for messages.
  /// - Returns: the ids, and where the response starts.
  /// - Throws: `ScoringError` if there is no tokenizer, or no token for `beginning`, where one is
  ///   needed; `TokenizerError` if the text can't be tokenised.
  package func sequence(
    tokenizer: Tokenizer?, unusable: TokenizerError? = nil, beginning: BeginningOfSequence,
    path: String, directory: String
  ) throws -> TokenSequence {
    let givenPrompt = promptIDs
    let promptIDs = try promptTokens(
      tokenizer: tokenizer, unusable: unusable, beginning: beginning, path: path,
      directory: directory)
    let previous = promptIDs.last
    let ids: [Int32]
    if let responseIDs {
      ids = responseIDs
    } else {
      ids = try self.needed(tokenizer, unusable, path: path, directory: directory)
        .encode(response ?? "", addSpecialTokens: false, after: previous)
    }
    var decodesBack = true
    if let tokenizer {
      if givenPrompt == nil, let prompt {
        let beginning = try beginningTokens(beginning, tokenizer, directory: directory)
        let written = Array(promptIDs.dropFirst(beginning.count))
        decodesBack = decodes(written, to: prompt, with: tokenizer, after: nil)
      }
      if let response {
        decodesBack =
          decodesBack && decodes(ids, to: response, with: tokenizer, after: previous)
      }
    }
    return TokenSequence(
      ids: promptIDs + ids, responseStart: promptIDs.count,
      isRetokenized: givenPrompt == nil || responseIDs == nil, decodesBack: decodesBack,
      responseMask: responseMask)
  }

  /// The prompt's ids: those given, else the prompt tokenised.
  ///
  /// - Parameters:
  ///   - tokenizer: nil if no checkpoint has one that can be used.
  ///   - unusable: why a checkpoint's tokenizer can't be used, thrown where one is needed.
  ///   - beginning: for tokenised prompts only.
  ///   - path: the texts' file, for messages.
  ///   - directory: the tokenizer's folder, for messages.
  /// - Returns: the ids; empty for an empty prompt.
  /// - Throws: as `sequence(tokenizer:unusable:beginning:path:directory:)`.
  package func promptTokens(
    tokenizer: Tokenizer?, unusable: TokenizerError? = nil, beginning: BeginningOfSequence,
    path: String, directory: String
  ) throws -> [Int32] {
    if let promptIDs { return promptIDs }
    let tokenizer = try needed(tokenizer, unusable, path: path, directory: directory)
    return try beginningTokens(beginning, tokenizer, directory: directory)
      + tokenizer.encode(prompt ?? "", addSpecialTokens: false)
  }

  private func needed(
    _ tokenizer: Tokenizer?, _ unusable: TokenizerError?, path: String, directory: String
  ) throws -> Tokenizer {
    if let unusable { throw unusable }
    guard let tokenizer else {
      throw ScoringError.needsTokenizer(path: path, line: line, directory: directory)
    }
    return tokenizer
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

  /// Compared as bytes, with and without special tokens, and both as text that goes on and as one
  /// that starts: texts come in all these ways.
  private func decodes(
    _ ids: [Int32], to text: String, with tokenizer: Tokenizer, after previous: Int32?
  ) -> Bool {
    let known = ids.allSatisfy { $0 < tokenizer.vocabularySize }
    return known
      && [true, false].contains { skipping in
        [previous, nil].contains { previous in
          tokenizer.decode(ids, skipSpecialTokens: skipping, after: previous).utf8
            .elementsEqual(text.utf8)
        }
      }
  }
}
