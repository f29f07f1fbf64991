/// What the files beside `tokenizer.json` add to it.
struct TokenizerConfiguration {
  /// The tokens for the ends of a text.
  var beginning: Int32?
  var end: Int32?
  var hasChatTemplate = false
}

extension TokenizerConfiguration {
  /// Takes what counts in the settings, as transformers does, and adds their tokens to `parts`.
  ///
  /// `add_bos_token`, `add_eos_token`, `do_lower_case` and `clean_up_tokenization_spaces` change no id
  /// where there is a `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - settings: The files.
  ///   - merged: Their members, put together.
  ///   - kind: The class that builds the tokenizer; nil if `tokenizer.json` counts.
  ///   - root: `tokenizer.json`.
  ///   - parts: What was read of it.
  /// - Throws: `TokenizerError` for wrong types and for settings that would change ids.
  init(
    _ settings: TokenizerSettings, _ merged: MergedSettings, _ kind: TokenizerClass?,
    _ root: FileValue, of parts: inout TokenizerParts
  ) throws(TokenizerError) {
    let taken = Set(parts.addedTokens.map(\.identifier))
    var anew: [AddedToken] = []
    // A class that builds anew adds both files' tokens in the order of their ids.
    if kind != nil, settings.addedTokens != nil, try settings.readsOlderFiles() {
      anew = parts.removeAddedTokens()
    }
    let special = try TokenizerSettings.specialTokens(merged, kind, root)
    let named = try settings.numberedTokens(merged, with: anew, taken: taken) + special
    for named in named where !named.token.content.isEmpty {
      // Transformers gives such a token an id for which the model has no row.
      if named.isDefault, let limit = settings.model.vocabularySize,
        parts.nextIdentifier(for: named.token.content) >= limit
      {
        continue
      }
      try parts.add(named.token, at: named.place, replacing: named.isBinding)
    }
    if kind == .qwen2 {
      // Adds all special tokens once more, as plain ones.
      for named in special where parts.isAdded(named.token.content) {
        let plain = AddedToken(named.token.content, isSpecial: true)
        try parts.add(plain, at: named.place, replacing: true)
      }
    }
    try Self.refuseSwitches(settings, merged, parts)
    hasChatTemplate = try settings.configuration?.optional("chat_template") != nil
    beginning = try Self.identifier("bos_token", merged, kind, parts)
    end = try Self.identifier("eos_token", merged, kind, parts)
  }

  private static func identifier(
    _ key: String, _ merged: MergedSettings, _ kind: TokenizerClass?, _ parts: TokenizerParts
  ) throws(TokenizerError) -> Int32? {
    if let value = merged.value(key) { return parts.identifier(of: try value.tokenContent()) }
    let known = merged.has(key) ? nil : kind?.defaultTokens.first { $0.key == key }
    return known.flatMap { parts.identifier(of: $0.content) }
  }

  private static func refuseSwitches(
    _ settings: TokenizerSettings, _ merged: MergedSettings, _ parts: TokenizerParts
  ) throws(TokenizerError) {
    if let splits = merged.value("split_special_tokens"), try splits.boolean() {
      throw splits.unsupported(
        "true, which reads special tokens as plain text,",
        fix: "set it to false, or give the texts as ids")
    }
    let mistrals: Set = ["mistral", "mistral3", "voxtral", "ministral", "pixtral"]
    if let fixes = merged.value("fix_mistral_regex"), fixes.isTrue, settings.model.isOlder,
      settings.model.type.map(mistrals.contains) == true, parts.tokenCount > 100_000
    {
      throw fixes.unsupported(
        "true, which replaces the pre-tokenizer of tokenizer.json,",
        fix: "save the tokenizer with that pre-tokenizer and remove the switch")
    }
  }
}
