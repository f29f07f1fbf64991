/// The parts of a `tokenizer.json`, read and checked against each other.
struct TokenizerParts {
  let vocabulary: Vocabulary
  let model: BytePairModel
  private var added = AddedTokenTable()
  let normalizer: Normalizer
  let preTokenizer: PreTokenizer
  let decoder: TokenDecoder
  /// Nil if the file has no post-processor.
  let template: SpecialTokenTemplate?

  init(_ root: FileValue) throws(TokenizerError) {
    if let version = try root.optional("version"), try version.string() != "1.0" {
      throw version.unsupported("version \(try version.string())", fix: "version 1.0 is read")
    }
    let model = try root.required("model")
    // Old files don't name the type; then the members tell.
    if let type = try model.optional("type"), try type.string() != "BPE" {
      throw type.unsupported(
        "the model \(try type.string())", fix: "BPE is read, of bytes or with byte fallback")
    }
    vocabulary = try Vocabulary(model.required("vocab"))
    normalizer =
      if let normalizer = try root.optional("normalizer") { try Normalizer(normalizer) } else {
        .none
      }
    preTokenizer =
      if let preTokenizer = try root.optional("pre_tokenizer") {
        try PreTokenizer(preTokenizer)
      } else { .none }
    self.model = try BytePairModel(model, vocabulary: vocabulary, symbols: preTokenizer.symbols)
    template =
      if let processor = try root.optional("post_processor") {
        try SpecialTokenTemplate(processor)
      } else { nil }
    decoder = try TokenDecoder(root.required("decoder"))
    try refuseMixtures(root)
    if let list = try root.optional("added_tokens") {
      for token in try AddedToken.list(list, vocabulary: vocabulary) { try take(token, of: root) }
    }
  }

  var addedTokens: [AddedToken] { added.tokens }

  /// How many tokens there are, added ones included.
  var tokenCount: Int {
    vocabulary.count + addedTokens.count { vocabulary.identifier(of: $0.content) == nil }
  }

  /// Parts that are each implemented, and not together.
  private func refuseMixtures(_ root: FileValue) throws(TokenizerError) {
    let isOfBytes = if case .bytes = preTokenizer.symbols { true } else { false }
    if isOfBytes != decodesBytes {
      throw try root.required("decoder").unsupported(
        isOfBytes
          ? "a decoder without ByteLevel after a pre-tokenizer with it"
          : "the decoder ByteLevel after a pre-tokenizer without it",
        fix: "use a tokenizer with ByteLevel in both or in neither")
    }
    let prefixesFirst = preTokenizer.steps.contains { step in
      if case .metaspace(let metaspace) = step { metaspace.prefix == .first } else { false }
    }
    if prefixesFirst && !normalizer.keepsTheStart {
      throw try root.required("normalizer").unsupported(
        "a normalizer that moves the text's start before a Metaspace with prepend_scheme first",
        fix: "use a tokenizer without one of the two")
    }
  }

  /// Adds a token of the file itself.
  private mutating func take(_ token: AddedToken, of root: FileValue) throws(TokenizerError) {
    let pattern = token.isNormalized ? try normalizedContent(of: token) : nil
    if let pattern {
      if pattern.isEmpty {
        throw root.invalid(
          "added_tokens: of \(token.content.debugDescription) normalising leaves nothing",
          fix: "remove it from the file")
      }
      if added.index(ofPattern: pattern) != nil {
        throw root.invalid(
          "added_tokens: \(token.content.debugDescription) equals another one when normalised",
          fix: "remove one from the file")
      }
    }
    added.put(token, pattern: pattern, at: nil)
  }

  /// Takes all added tokens away, to be added in another order.
  mutating func removeAddedTokens() -> [AddedToken] {
    defer { added = AddedTokenTable() }
    return added.tokens
  }

  /// Whether a file says the same of everything but tokens that are added to its own.
  func isAs(_ file: FileValue) -> Bool {
    do {
      let normalizer = try file.optional("normalizer").map(Normalizer.init) ?? .none
      let preTokenizer = try file.optional("pre_tokenizer").map(PreTokenizer.init) ?? .none
      guard
        try normalizer == self.normalizer && preTokenizer == self.preTokenizer
          && TokenDecoder(file.required("decoder")) == decoder
          && model.hasOptions(of: file.required("model"), vocabulary, preTokenizer.symbols)
      else { return false }
      let own = try file.optional("added_tokens")?.elements() ?? []
      return try own.allSatisfy { value in
        let content = try value.required("content").string()
        guard let index = added.index(ofContent: content) else { return false }
        return try addedTokens[index].identifier == value.required("id").tokenIdentifier()
      }
    } catch {
      return false
    }
  }

  /// Refuses a post-processor with ids that no token has, all tokens being added.
  func refuseUnknownTemplateTokens(_ root: FileValue) throws(TokenizerError) {
    guard let template else { return }
    let known = Set(addedTokens.map(\.identifier))
    for identifier in template.before + template.after where !known.contains(identifier) {
      let index = Int(identifier)
      if vocabulary.tokens.indices.contains(index), vocabulary.tokens[index] != nil { continue }
      throw root.invalid(
        "post_processor: the token id \(identifier) is not in the vocabulary",
        fix: "write the file again with tokenizers")
    }
  }

  /// Adds a token that a file beside `tokenizer.json` names, unless it is added there, with the id
  /// that Hugging Face tokenizers gives it.
  ///
  /// - Parameters:
  ///   - token: Its id is found here.
  ///   - place: Where it is named.
  ///   - replaces: Whether it counts against what `tokenizer.json` says of the same token.
  /// - Throws: `TokenizerError` at the place where the token is named.
  mutating func add(
    _ token: AddedToken, at place: FileValue, replacing replaces: Bool
  ) throws(TokenizerError) {
    let known = added.index(ofContent: token.content)
    if known != nil && !replaces { return }
    let identifier = Int32(nextIdentifier(for: token.content))
    if known == nil, vocabulary.tokens.indices.contains(Int(identifier)),
      vocabulary.identifier(of: token.content) == nil
    {
      throw place.unsupported(
        "the token \(token.content.debugDescription), which tokenizer.json lacks and has no free id for,",
        fix: "load and save the tokenizer with transformers")
    }
    let token = AddedToken(
      identifier: identifier, content: token.content, isSpecial: token.isSpecial,
      isSingleWord: token.isSingleWord, stripsLeft: token.stripsLeft,
      stripsRight: token.stripsRight, isNormalized: token.isNormalized)
    let pattern = token.isNormalized ? try normalizedContent(of: token) : nil
    if let pattern, let other = added.index(ofPattern: pattern), other != known {
      throw place.unsupported(
        "the token \(token.content.debugDescription), which equals another one when normalised,",
        fix: "remove it from the file")
    }
    added.put(token, pattern: pattern, at: known)
  }

  /// The id that a token has, or gets when it is added.
  func nextIdentifier(for content: String) -> Int {
    Int(identifier(of: content) ?? max(Int32(vocabulary.count), added.last + 1))
  }

  func isAdded(_ content: String) -> Bool { added.index(ofContent: content) != nil }

  /// What of an added token is looked for in normalised text.
  func normalizedContent(of token: AddedToken) throws(TokenizerError) -> [UInt8] {
    let content = Array(token.content.utf8)
    return try normalizer.normalized(content[...], at: .start) ?? content
  }

  func identifier(of token: String) -> Int32? {
    added.index(ofContent: token).map { addedTokens[$0].identifier }
      ?? vocabulary.identifier(of: token)
  }

  /// What each id stands for; nil where no token has it.
  func tokens() throws(TokenizerError) -> [Tokenizer.Token?] {
    let fallback = model.fallbackBytes
    let bytesOfToken = decoder.bytesOfToken()
    var tokens = vocabulary.tokens.enumerated().map { index, token in
      token.map { token in
        let bytes = fallback[Int32(index)].map { [$0] } ?? bytesOfToken(token)
        return Tokenizer.Token(
          bytes: bytes, decoded: decoded(token, unless: bytes, bytesOfToken), isSkippable: false)
      }
    }
    let special = Set(addedTokens.filter(\.isSpecial).map { Vocabulary.Key($0.content) })
    for added in addedTokens {
      let index = Int(added.identifier)
      if index >= tokens.count {
        tokens += [Tokenizer.Token?](repeating: nil, count: index + 1 - tokens.count)
      }
      let content = Array(added.content.utf8)
      let shown = added.isNormalized ? try normalizedContent(of: added) : content
      let text = String(decoding: shown, as: UTF8.self)
      // Gemma adds runs of `▁`, which its model makes of spaces.
      let isOfModel = vocabulary.identifier(of: added.content) != nil
      let bytes = isOfModel && !decodesBytes ? bytesOfToken(added.content) : content
      tokens[index] = Tokenizer.Token(
        bytes: bytes, decoded: decoded(text, unless: bytes, bytesOfToken),
        isSkippable: special.contains(Vocabulary.Key(text)))
    }
    return tokens
  }

  /// What a token gives to the decoder, or nil if that is `bytes`.
  private func decoded(
    _ token: String, unless bytes: [UInt8], _ bytesOfToken: (String) -> [UInt8]
  ) -> [UInt8]? {
    let decoded = decodesBytes ? bytesOfToken(token) : Array(token.utf8)
    return decoded == bytes ? nil : decoded
  }

  private var decodesBytes: Bool { if case .byteLevel = decoder { true } else { false } }
}
