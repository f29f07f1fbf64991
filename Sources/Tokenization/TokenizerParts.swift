/// The parts of a `tokenizer.json`, read and checked against each other.
struct TokenizerParts {
  let vocabulary: Vocabulary
  let model: BytePairModel
  let addedTokens: [AddedToken]
  let composesCanonically: Bool
  let preTokenizer: PreTokenizer
  /// Nil if the file has no post-processor.
  let template: SpecialTokenTemplate?

  init(_ root: FileValue) throws(TokenizerError) {
    if let version = try root.optional("version"), try version.string() != "1.0" {
      throw version.unsupported("version \(try version.string())", mend: "version 1.0 is read")
    }
    let model = try root.required("model")
    // Old files don't name the type; then the members tell.
    if let type = try model.optional("type"), try type.string() != "BPE" {
      throw type.unsupported("the model \(try type.string())", mend: "byte-level BPE is read")
    }
    vocabulary = try Vocabulary(model.required("vocab"))
    self.model = try BytePairModel(model, vocabulary: vocabulary)
    composesCanonically =
      if let normalizer = try root.optional("normalizer") {
        try Self.composesCanonically(normalizer)
      } else { false }
    addedTokens =
      if let list = try root.optional("added_tokens") {
        try AddedToken.list(list, vocabulary: vocabulary)
      } else { [] }
    preTokenizer = try PreTokenizer(root.required("pre_tokenizer"))
    template =
      if let processor = try root.optional("post_processor") {
        try SpecialTokenTemplate(processor)
      } else { nil }
    try Self.checkDecoder(root.required("decoder"))
    try refuseEqualPatterns(root)
    try refuseUnknownTemplateTokens(root)
  }

  private static func composesCanonically(_ value: FileValue) throws(TokenizerError) -> Bool {
    let type = try value.required("type").string()
    switch type {
    case "NFC": return true
    case "Sequence":
      var composes = false
      for part in try value.required("normalizers").elements() {
        if try composesCanonically(part) { composes = true }
      }
      return composes
    default:
      throw value.unsupported("the normalizer \(type)", mend: "null, NFC and Sequence are read")
    }
  }

  private static func checkDecoder(_ value: FileValue) throws(TokenizerError) {
    let type = try value.required("type").string()
    if type == "Sequence" {
      let parts = try value.required("decoders").elements()
      if parts.count == 1, let part = parts.first { return try checkDecoder(part) }
      throw value.unsupported(
        "a sequence of \(parts.count) decoders", mend: "ByteLevel alone is read")
    }
    if type != "ByteLevel" {
      throw value.unsupported("the decoder \(type)", mend: "ByteLevel is read")
    }
  }

  private func refuseEqualPatterns(_ root: FileValue) throws(TokenizerError) {
    var patterns: Set<[UInt8]> = []
    for token in addedTokens where token.isNormalized {
      if !patterns.insert(normalizedContent(of: token)).inserted {
        throw root.invalid(
          "added_tokens: \(token.content.debugDescription) equals another one when normalised",
          mend: "remove one from the file")
      }
    }
  }

  private func refuseUnknownTemplateTokens(_ root: FileValue) throws(TokenizerError) {
    guard let template else { return }
    let known = Set(addedTokens.map(\.identifier))
    for identifier in template.before + template.after where !known.contains(identifier) {
      let index = Int(identifier)
      if vocabulary.tokens.indices.contains(index), vocabulary.tokens[index] != nil { continue }
      throw root.invalid(
        "post_processor: the token id \(identifier) is not in the vocabulary",
        mend: "write the file again with tokenizers")
    }
  }

  /// What of an added token is looked for in normalised text.
  func normalizedContent(of token: AddedToken) -> [UInt8] {
    let content = Array(token.content.utf8)
    return composesCanonically
      ? CanonicalComposition.shared.normalized(content[...]) ?? content : content
  }

  func identifier(of token: String) -> Int32? {
    addedTokens.first { $0.content.utf8.elementsEqual(token.utf8) }?.identifier
      ?? vocabulary.identifier(of: token)
  }

  /// What each id stands for; nil where no token has it.
  func tokens() -> [Tokenizer.Token?] {
    var tokens = vocabulary.tokens.map { token in
      token.map { token in
        Tokenizer.Token(
          bytes: ByteAlphabet.bytes(of: token) ?? Array(token.utf8), decoded: nil,
          isSkippable: false)
      }
    }
    let special = Set(addedTokens.filter(\.isSpecial).map { Vocabulary.Key($0.content) })
    for added in addedTokens {
      let index = Int(added.identifier)
      if index >= tokens.count {
        tokens += [Tokenizer.Token?](repeating: nil, count: index + 1 - tokens.count)
      }
      let content = Array(added.content.utf8)
      let shown = added.isNormalized ? normalizedContent(of: added) : content
      let text = String(decoding: shown, as: UTF8.self)
      let decoded = ByteAlphabet.bytes(of: text) ?? shown
      tokens[index] = Tokenizer.Token(
        bytes: content, decoded: decoded == content ? nil : decoded,
        isSkippable: special.contains(Vocabulary.Key(text)))
    }
    return tokens
  }
}
