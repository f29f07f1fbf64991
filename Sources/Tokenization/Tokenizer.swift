/// Text to token ids and back, exactly as Hugging Face tokenizers does it for byte-level
/// byte-pair encoding: the kind that Qwen2, Llama 3 and GPT-2 use.
///
/// A value of this type is read from `tokenizer.json` once and can be used by many threads.
public struct Tokenizer: Sendable {
  /// The largest id plus one, added tokens included.
  public let vocabularySize: Int
  /// The ids that `decode(_:skipSpecialTokens:)` may leave out.
  public let specialTokenIDs: Set<Int32>
  /// The id of the configuration's `bos_token`, else of the template's only token before the text.
  public let beginningOfSequenceID: Int32?
  /// The id of the configuration's `eos_token`.
  public let endOfSequenceID: Int32?
  /// What the tokenizer's own configuration puts before a text; mostly empty or one token.
  public let prefixTokenIDs: [Int32]
  /// What the tokenizer's own configuration puts behind a text; mostly empty.
  public let suffixTokenIDs: [Int32]
  /// Whether `tokenizer_config.json` holds a chat template.
  public let hasChatTemplate: Bool
  /// SHA-256 of everything that turns text into ids, in hexadecimal.
  ///
  /// Equal for files that differ only in layout, order of keys or spelling of merges. Not part of
  /// it: what is put before and behind a text, and which tokens count as special.
  public let contentDigest: String
  /// SHA-256 of `tokenizer.json`, in hexadecimal.
  public let fileDigest: String

  let composesCanonically: Bool
  let preTokenizer: PreTokenizer
  let model: BytePairModel
  /// Found in the text as it is.
  let plainMatcher: AddedTokenMatcher
  /// Found in the normalised text.
  let normalizedMatcher: AddedTokenMatcher
  let tokens: [Token?]

  /// What an id stands for.
  struct Token: Sendable {
    /// What the token is in the text.
    let bytes: [UInt8]
    /// What it becomes when decoded, if that differs.
    ///
    /// Hugging Face tokenizers reads an added token's letters as bytes, too, where it can: `é`
    /// becomes the byte 0xE9.
    let decoded: [UInt8]?
    /// Whether `decode` leaves it out on demand.
    let isSkippable: Bool
  }

  /// The token ids of a text.
  ///
  /// - Parameters:
  ///   - text: Any text; the empty one has no tokens.
  ///   - addSpecialTokens: Whether to add `prefixTokenIDs` and `suffixTokenIDs`.
  /// - Returns: `[T]` ids below `vocabularySize`.
  /// - Throws: `TokenizerError.matchFailed` if the pre-tokenizer's expression gives up, which
  ///   those of the known models don't.
  public func encode(
    _ text: String, addSpecialTokens: Bool
  ) throws(TokenizerError) -> [Int32] {
    var tokenIDs = addSpecialTokens ? prefixTokenIDs : []
    let bytes = Array(text.utf8)
    for part in plainMatcher.parts(of: bytes, bytes.indices) {
      if let identifier = part.identifier {
        tokenIDs.append(identifier)
      } else if composesCanonically,
        let normalized = CanonicalComposition.shared.normalized(bytes[part.range])
      {
        try encodeNormalized(normalized, normalized.indices, into: &tokenIDs)
      } else {
        try encodeNormalized(bytes, part.range, into: &tokenIDs)
      }
    }
    return addSpecialTokens ? tokenIDs + suffixTokenIDs : tokenIDs
  }

  private func encodeNormalized(
    _ bytes: [UInt8], _ range: Range<Int>, into tokenIDs: inout [Int32]
  ) throws(TokenizerError) {
    for part in normalizedMatcher.parts(of: bytes, range) {
      if let identifier = part.identifier {
        tokenIDs.append(identifier)
      } else {
        var found: [Int32] = []
        try preTokenizer.forEachPiece(of: bytes, part.range) { model.encode($0, into: &found) }
        tokenIDs += found
      }
    }
  }

  /// The text of token ids; bytes that are no valid UTF-8 become U+FFFD, unknown ids nothing.
  ///
  /// - Parameters:
  ///   - tokenIDs: `[T]`.
  ///   - skipSpecialTokens: Whether to leave out special tokens.
  /// - Returns: The text, as `tokenizer.decode` of Hugging Face tokenizers gives it.
  public func decode(_ tokenIDs: [Int32], skipSpecialTokens: Bool = false) -> String {
    var bytes: [UInt8] = []
    for identifier in tokenIDs {
      guard let token = token(identifier), !(skipSpecialTokens && token.isSkippable) else {
        continue
      }
      bytes += token.decoded ?? token.bytes
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a token is in the text, often no whole character; nil for an id that isn't used.
  ///
  /// For an added token that is its content.
  public func bytes(of tokenID: Int32) -> [UInt8]? { token(tokenID)?.bytes }

  private func token(_ identifier: Int32) -> Token? {
    let index = Int(identifier)
    return tokens.indices.contains(index) ? tokens[index] : nil
  }
}
