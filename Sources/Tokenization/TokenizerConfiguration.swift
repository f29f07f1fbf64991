/// What the files beside `tokenizer.json` add to it.
struct TokenizerConfiguration {
  /// The tokens for the ends of a text.
  var beginning: Int32?
  var end: Int32?
  var hasChatTemplate = false

  static let none = TokenizerConfiguration()
}

extension TokenizerConfiguration {
  /// Takes what counts in the settings, as transformers does, and adds their tokens to `parts`.
  ///
  /// `add_bos_token`, `add_eos_token`, `legacy`, `do_lower_case` and `clean_up_tokenization_spaces` change
  /// no id where there is a `tokenizer.json`.
  ///
  /// - Throws: `TokenizerError` for wrong types and for settings that would change ids.
  init(_ settings: TokenizerSettings, of parts: inout TokenizerParts) throws(TokenizerError) {
    for named in try settings.tokens() where !named.token.content.isEmpty {
      try parts.add(named.token, at: named.place, replacing: named.isBinding)
    }
    if let configuration = settings.configuration {
      try Self.refuseSwitches(configuration, parts)
      hasChatTemplate = try configuration.optional("chat_template") != nil
    }
    beginning = try Self.identifier(settings, "bos_token", parts)
    end = try Self.identifier(settings, "eos_token", parts)
  }

  private static func identifier(
    _ settings: TokenizerSettings, _ key: String, _ parts: TokenizerParts
  ) throws(TokenizerError) -> Int32? {
    guard let token = try settings.value(key) else { return nil }
    let content = try token.isString ? token : token.required("content")
    return parts.identifier(of: try content.string())
  }

  private static func refuseSwitches(
    _ value: FileValue, _ parts: TokenizerParts
  ) throws(TokenizerError) {
    if let splits = try value.optional("split_special_tokens"), try splits.boolean() {
      throw splits.unsupported(
        "true, which reads special tokens as plain text,",
        mend: "set it to false, or give the texts as ids")
    }
    guard let name = try value.optional("tokenizer_class"), name.isString,
      let prefix = try value.optional("add_prefix_space")
    else { return }
    // Classes that build their own pre-tokenizer from this switch, whatever tokenizer.json says.
    let ofBytes: Set = ["Qwen2Tokenizer", "GPT2Tokenizer"]
    let ofScalars: Set = ["LlamaTokenizer"]
    var kind = try name.string()
    if kind.hasSuffix("Fast") { kind.removeLast(4) }
    let isOfBytes = if case .bytes = parts.preTokenizer.symbols { true } else { false }
    guard isOfBytes ? ofBytes.contains(kind) : ofScalars.contains(kind) else { return }
    if try prefix.boolean() != parts.putsSpaceFirst {
      throw prefix.unsupported(
        "\(try prefix.boolean()), which tokenizer.json does otherwise,",
        mend: "load and save the tokenizer with transformers, or give the texts as ids")
    }
  }
}
