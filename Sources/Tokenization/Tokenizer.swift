/// Text to token ids and back, exactly as Hugging Face tokenizers does it for byte-pair encoding,
/// both of bytes (Qwen2, Llama 3, GPT-2) and of characters with bytes to fall back to (Llama 2,
/// Mistral, Gemma, Phi-3).
///
/// A value of this type is read from `tokenizer.json` once and can be used by many threads.
package struct Tokenizer: Sendable {
  /// The largest id plus one, added tokens included.
  package let vocabularySize: Int
  /// The ids that `decode(_:skipSpecialTokens:)` may leave out.
  package let specialTokenIDs: Set<Int32>
  /// The id of the configuration's `bos_token`, else of the template's only token before the text.
  package let beginningOfSequenceID: Int32?
  /// The id of the configuration's `eos_token`.
  package let endOfSequenceID: Int32?
  /// What the tokenizer's own configuration puts before a text; mostly empty or one token.
  package let prefixTokenIDs: [Int32]
  /// What the tokenizer's own configuration puts after a text; mostly empty.
  package let suffixTokenIDs: [Int32]
  /// Whether `tokenizer_config.json` holds a chat template.
  package let hasChatTemplate: Bool
  /// SHA-256 of everything that turns text into ids, in hexadecimal.
  ///
  /// Equal for files that differ only in layout, order of keys or spelling of merges. Not part of
  /// it: what is put before and after a text, and which tokens count as special.
  package let contentDigest: String
  /// SHA-256 of `tokenizer.json`, in hexadecimal.
  package let fileDigest: String
  /// The class of transformers that builds this tokenizer otherwise than `tokenizer.json` has it; nil
  /// where the file counts or says the same.
  package let rebuiltAs: String?

  let normalizer: Normalizer
  let preTokenizer: PreTokenizer
  let model: BytePairModel
  let decoder: TokenDecoder
  /// Found in the text as it is.
  let plainMatcher: AddedTokenMatcher
  /// Found in the normalised text.
  let normalizedMatcher: AddedTokenMatcher
  let tokens: [Token?]
  /// For each added token what it is to the text after it.
  let addedTokenPlaces: [Int32: TextPlace]

  /// Tokens, ids that nothing stands for not counted.
  package var tokenCount: Int { tokens.count { $0 != nil } }

  /// What an id stands for.
  struct Token: Sendable {
    /// What the token is in the text.
    let bytes: [UInt8]
    /// What it gives to the decoder, if that differs: of a tokenizer of bytes its bytes, else its
    /// text in the file, such as `▁the` or `<0x0A>`.
    ///
    /// Hugging Face tokenizers reads an added token's letters as bytes, too, where it can: `é`
    /// becomes the byte 0xE9.
    let decoded: [UInt8]?
    /// Whether `decode` leaves it out on demand.
    let isSkippable: Bool
  }

  /// The token ids of a text.
  ///
  /// Some tokenizers put a space before a text, so that its first word is a word like any other
  /// (Llama 2's `Prepend`, Mistral's `Metaspace`). After ordinary tokens the text goes on and no
  /// space is put there; after an added token one is put where Hugging Face tokenizers puts it
  /// inside a text.
  ///
  /// - Parameters:
  ///   - text: Any text; the empty one has no tokens.
  ///   - addSpecialTokens: Whether to add `prefixTokenIDs` and `suffixTokenIDs`.
  ///   - previous: The id that stands before the text; nil where a text starts, as it does after
  ///     `beginningOfSequenceID`.
  /// - Returns: `[T]` ids below `vocabularySize`.
  /// - Throws: `TokenizerError.matchFailed` if an expression of the file gives up, which those of
  ///   the known models don't.
  package func encode(
    _ text: String, addSpecialTokens: Bool, after previous: Int32? = nil
  ) throws(TokenizerError) -> [Int32] {
    var tokenIDs = addSpecialTokens ? prefixTokenIDs : []
    let bytes = Array(text.utf8)
    for part in plainMatcher.parts(of: bytes, bytes.indices) {
      if let identifier = part.identifier {
        tokenIDs.append(identifier)
        continue
      }
      // Between two parts stands an added token.
      let place = part.range.lowerBound == 0 ? place(after: previous) : .addedToken
      if let normalized = try normalizer.normalized(bytes[part.range], at: place) {
        try encodeNormalized(normalized, normalized.indices, at: place, into: &tokenIDs)
      } else {
        try encodeNormalized(bytes, part.range, at: place, into: &tokenIDs)
      }
    }
    return addSpecialTokens ? tokenIDs + suffixTokenIDs : tokenIDs
  }

  private func encodeNormalized(
    _ bytes: [UInt8], _ range: Range<Int>, at place: TextPlace, into tokenIDs: inout [Int32]
  ) throws(TokenizerError) {
    for part in normalizedMatcher.parts(of: bytes, range) {
      if let identifier = part.identifier {
        tokenIDs.append(identifier)
      } else {
        let place = part.range.lowerBound == range.lowerBound ? place : .normalizedToken
        var found: [Int32] = []
        try preTokenizer.forEachPiece(of: bytes, part.range, at: place) { bytes, piece in
          model.encode(bytes, piece, into: &found)
        }
        tokenIDs += found
      }
    }
  }

  private func place(after previous: Int32?) -> TextPlace {
    guard let previous, previous != beginningOfSequenceID else { return .start }
    return addedTokenPlaces[previous] ?? .text
  }

  /// The text of token ids; bytes that are no valid UTF-8 become U+FFFD, unknown ids nothing.
  ///
  /// - Parameters:
  ///   - tokenIDs: `[T]`.
  ///   - skipSpecialTokens: Whether to leave out special tokens.
  ///   - previous: The id that stands before them; nil where a text starts. A space that `encode`
  ///     puts at this place is taken away again, another one is the text's own.
  /// - Returns: The text; where a text starts, as `tokenizer.decode` of Hugging Face tokenizers
  ///   gives it.
  package func decode(
    _ tokenIDs: [Int32], skipSpecialTokens: Bool = false, after previous: Int32? = nil
  ) -> String {
    let found = tokenIDs.compactMap { identifier in
      token(identifier).flatMap { skipSpecialTokens && $0.isSkippable ? nil : $0 }
    }
    switch decoder {
    case .byteLevel:
      var bytes: [UInt8] = []
      for token in found { bytes += token.decoded ?? token.bytes }
      return String(decoding: bytes, as: UTF8.self)
    case .chain(let steps):
      let bytes = TokenDecoder.text(
        of: found.map { $0.decoded ?? $0.bytes }, by: steps,
        continues: !beginsWithSpace(at: place(after: previous)))
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Whether a space at this place is what `encode` puts there.
  private func beginsWithSpace(at place: TextPlace) -> Bool {
    // Where a text starts the decoder does what the file says.
    if place == .start { return true }
    let prepends = normalizer.steps.contains { if case .prepend = $0 { true } else { false } }
    if prepends && place == .addedToken { return true }
    return preTokenizer.steps.contains { step in
      guard case .metaspace(let metaspace) = step else { return false }
      return metaspace.isPrefixed(isFirst: true, place)
    }
  }

  /// What a token is in the text, often no whole character; nil for an id that isn't used.
  ///
  /// For an added token that is its content. Spaces are spaces and `<0x0A>` is its byte, however
  /// the file writes them.
  package func bytes(of tokenID: Int32) -> [UInt8]? { token(tokenID)?.bytes }

  private func token(_ identifier: Int32) -> Token? {
    let index = Int(identifier)
    return tokens.indices.contains(index) ? tokens[index] : nil
  }
}
