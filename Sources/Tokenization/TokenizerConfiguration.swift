/// What `tokenizer_config.json` adds to `tokenizer.json`.
struct TokenizerConfiguration {
  /// The tokens for the ends of a text.
  var beginning: Int32?
  var end: Int32?
  /// What `add_bos_token` and `add_eos_token` put around a text.
  ///
  /// It counts only if `tokenizer.json` has no post-processor: where there is one, transformers
  /// ignores the two switches.
  var template = SpecialTokenTemplate.none
  var hasChatTemplate = false

  static let none = TokenizerConfiguration()
}

extension TokenizerConfiguration {
  /// - Throws: `TokenizerError` for wrong types, and for tokens that `tokenizer.json` lacks:
  ///   transformers would add them, and ids would change.
  init(_ value: FileValue, of parts: TokenizerParts) throws(TokenizerError) {
    beginning = try Self.identifier(value, "bos_token", parts)
    end = try Self.identifier(value, "eos_token", parts)
    hasChatTemplate = try value.optional("chat_template") != nil
    let before = try value.flag("add_bos_token", default: false) ? beginning : nil
    let after = try value.flag("add_eos_token", default: false) ? end : nil
    template = SpecialTokenTemplate(
      before: [before].compactMap { $0 }, after: [after].compactMap { $0 })
    try Self.checkAddedTokens(value, parts)
  }

  /// The id of a token that is given as a string or as an object with its content.
  private static func identifier(
    _ value: FileValue, _ key: String, _ parts: TokenizerParts
  ) throws(TokenizerError) -> Int32? {
    guard let token = try value.optional(key) else { return nil }
    let content = try token.isString ? token : token.required("content")
    let text = try content.string()
    if let identifier = parts.identifier(of: text) { return identifier }
    throw content.unsupported(
      "the token \(text.debugDescription), which tokenizer.json lacks,",
      mend: "load and save the tokenizer with transformers")
  }

  private static func checkAddedTokens(
    _ value: FileValue, _ parts: TokenizerParts
  ) throws(TokenizerError) {
    guard let added = try value.optional("added_tokens_decoder") else { return }
    let known = Set(parts.addedTokens.map { Vocabulary.Key($0.content) })
    for (_, token) in try added.members() {
      let content = try token.required("content")
      let text = try content.string()
      if known.contains(Vocabulary.Key(text)) { continue }
      throw content.unsupported(
        "the token \(text.debugDescription), which tokenizer.json doesn't add,",
        mend: "load and save the tokenizer with transformers")
    }
  }
}
