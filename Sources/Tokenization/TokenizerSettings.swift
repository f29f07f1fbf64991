/// The files beside `tokenizer.json` that change what it does.
struct TokenizerSettings {
  /// `tokenizer_config.json`.
  var configuration: FileValue?
  /// `special_tokens_map.json` and `added_tokens.json`, which older versions of transformers wrote.
  var specialTokensMap: FileValue?
  var addedTokens: FileValue?
}

extension TokenizerSettings {
  /// The keys of tokens that every tokenizer may have, in the order in which they are added.
  private static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// A token that one of the files names, and where.
  struct Named {
    let place: FileValue
    let token: AddedToken
    /// Whether it counts against what `tokenizer.json` says of the same token.
    var isBinding = false
  }

  /// Whether the older files count: transformers reads them only without this key.
  private func readsOlderFiles() throws(TokenizerError) -> Bool {
    try configuration?.optional("added_tokens_decoder") == nil
  }

  /// The value of a key, that of `special_tokens_map.json` first.
  func value(_ key: String) throws(TokenizerError) -> FileValue? {
    if try readsOlderFiles(), let value = try specialTokensMap?.optional(key) { return value }
    return try configuration?.optional(key)
  }

  /// All tokens that transformers adds to those of `tokenizer.json`, unless they are there, in the
  /// order in which it adds them.
  ///
  /// - Throws: `TokenizerError` for wrong types.
  func tokens() throws(TokenizerError) -> [Named] {
    // A list under its older name in the older file is no list of special tokens for the other one.
    let special = try specialTokens(withOlderList: false)
    let contents = Set(special.map { Vocabulary.Key($0.token.content) })
    return try numberedTokens(special: contents) + specialTokens(withOlderList: true)
  }

  /// Those that stand with their ids, which only say in which order they are added.
  private func numberedTokens(
    special: Set<Vocabulary.Key>
  ) throws(TokenizerError) -> [Named] {
    var found: [(id: Int, named: Named)] = []
    if let decoder = try configuration?.optional("added_tokens_decoder") {
      for (key, value) in try decoder.members() {
        guard let id = Int(key) else {
          throw value.invalid(
            "\(key.debugDescription) where a token id belongs",
            mend: "load and save the tokenizer with transformers")
        }
        found.append((id, try Named(value, isSpecial: value.flag("special", default: false))))
      }
    } else if let addedTokens {
      for (key, value) in try addedTokens.members() {
        let isSpecial = special.contains(Vocabulary.Key(key))
        let token = AddedToken(
          identifier: -1, content: key, isSpecial: isSpecial, isSingleWord: false,
          stripsLeft: false, stripsRight: false, isNormalized: !isSpecial)
        found.append((Int(try value.tokenIdentifier()), Named(place: value, token: token)))
      }
    }
    return found.sorted { $0.id < $1.id }.map { found in
      var named = found.named
      named.isBinding = true
      return named
    }
  }

  /// Those that have a role.
  private func specialTokens(withOlderList: Bool) throws(TokenizerError) -> [Named] {
    var found: [Named] = []
    for name in Self.names {
      if let value = try value(name) { found.append(try Named(value, isSpecial: true)) }
    }
    // Names of one model's own, such as `image_token`.
    for (key, value) in try configuration?.members() ?? []
    where key.hasSuffix("_token") && !Self.names.contains(key) && value.isTokenLike {
      found.append(try Named(value, isSpecial: true))
    }
    let extra = try configuration?.optional("extra_special_tokens")
    if let extra, !extra.isArray {
      for (_, value) in try extra.members() { found.append(try Named(value, isSpecial: true)) }
    }
    var list = extra?.isArray == true ? try extra?.elements() ?? [] : []
    if try readsOlderFiles(), let more = try specialTokensMap?.optional("extra_special_tokens"),
      more.isArray
    {
      list += try more.elements()
    }
    // The older name counts where the newer one has no list.
    if list.isEmpty {
      let key = "additional_special_tokens"
      let older = try withOlderList ? value(key) : configuration?.optional(key)
      list = try older?.elements() ?? []
    }
    for value in list { found.append(try Named(value, isSpecial: true)) }
    return found
  }
}

extension TokenizerSettings.Named {
  /// A token that is given as a string or as an object with its content.
  fileprivate init(_ value: FileValue, isSpecial: Bool) throws(TokenizerError) {
    guard !value.isString else {
      let token = AddedToken(
        identifier: -1, content: try value.string(), isSpecial: isSpecial, isSingleWord: false,
        stripsLeft: false, stripsRight: false, isNormalized: !isSpecial)
      self.init(place: value, token: token)
      return
    }
    let token = AddedToken(
      identifier: -1, content: try value.required("content").string(), isSpecial: isSpecial,
      isSingleWord: try value.flag("single_word", default: false),
      stripsLeft: try value.flag("lstrip", default: false),
      stripsRight: try value.flag("rstrip", default: false),
      isNormalized: try value.flag("normalized", default: !isSpecial))
    self.init(place: try value.required("content"), token: token)
  }
}

extension FileValue {
  /// Whether this is how a token is written, rather than a switch such as `add_bos_token`.
  fileprivate var isTokenLike: Bool { isString || isObject }
}
