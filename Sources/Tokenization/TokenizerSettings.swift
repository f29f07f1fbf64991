/// The files beside `tokenizer.json` that change what it does.
struct TokenizerSettings {
  /// `tokenizer_config.json`.
  var configuration: FileValue?
  /// `special_tokens_map.json` and `added_tokens.json`, which older versions of transformers wrote.
  var specialTokensMap: FileValue?
  var addedTokens: FileValue?
  /// What `config.json` says.
  var model = TokenizerClass.Model()
}

extension TokenizerSettings {
  /// A token that one of the files names, and where.
  struct Named {
    let place: FileValue
    let token: AddedToken
    /// Whether it counts against what `tokenizer.json` says of the same token.
    var isBinding = false
    /// Whether no file names it, only the class.
    var isDefault = false
  }

  /// Whether the older files count: transformers reads them only without this key.
  func readsOlderFiles() throws(TokenizerError) -> Bool {
    try configuration?.optional("added_tokens_decoder") == nil
  }

  /// `special_tokens_map.json`, if it counts.
  func olderSpecialTokens() throws(TokenizerError) -> FileValue? {
    try readsOlderFiles() ? specialTokensMap : nil
  }

  /// The tokens that stand with their ids, which only say in which order they are added.
  ///
  /// - Parameters:
  ///   - merged: All settings.
  ///   - others: `added_tokens` of `tokenizer.json`, where these are added anew.
  ///   - taken: The ids of all of those, which leave none of the same number in the older file.
  /// - Returns: the tokens, by their ids.
  /// - Throws: `TokenizerError` for wrong types.
  func numberedTokens(
    _ merged: MergedSettings, with others: [AddedToken], taken: Set<Int32>
  ) throws(TokenizerError) -> [Named] {
    var found: [(id: Int, named: Named)] = []
    if let decoder = try configuration?.optional("added_tokens_decoder") {
      for (key, value) in try decoder.members() {
        guard let id = Int(key) else {
          throw value.invalid(
            "\(key.debugDescription) where a token id belongs",
            fix: "load and save the tokenizer with transformers")
        }
        found.append((id, try Named(value, isSpecial: value.flag("special", default: false))))
      }
    } else if let addedTokens {
      var special = Set<Vocabulary.Key>()
      for name in MergedSettings.names {
        guard let value = merged.value(name) else { continue }
        special.insert(Vocabulary.Key(try value.tokenContent()))
      }
      for member in merged.list ?? [] {
        special.insert(Vocabulary.Key(try member.value.tokenContent()))
      }
      for (key, value) in try addedTokens.members() {
        let id = try value.tokenIdentifier()
        if taken.contains(id) { continue }
        let isSpecial = special.contains(Vocabulary.Key(key))
        found.append((Int(id), Named(place: value, token: AddedToken(key, isSpecial: isSpecial))))
      }
      for token in others {
        found.append((Int(token.identifier), Named(place: addedTokens, token: token)))
      }
    }
    return found.sorted { $0.id < $1.id }.map { found in
      var named = found.named
      named.isBinding = true
      return named
    }
  }

  /// The tokens that have a role, in the order in which transformers adds them.
  ///
  /// - Parameters:
  ///   - merged: All settings.
  ///   - kind: The class that builds the tokenizer, which names some, too.
  ///   - root: `tokenizer.json`, whose `padding` may name one.
  /// - Returns: the tokens, in the order in which transformers adds them.
  /// - Throws: `TokenizerError` for wrong types.
  static func specialTokens(
    _ merged: MergedSettings, _ kind: TokenizerClass?, _ root: FileValue
  ) throws(TokenizerError) -> [Named] {
    var found: [(key: String, named: Named)] = []
    for name in MergedSettings.names {
      if let value = merged.value(name) {
        found.append((name, try Named(value, isSpecial: true)))
      } else if !merged.has(name), let content = try content(of: name, kind, root) {
        let token = AddedToken(content, isSpecial: true)
        found.append((name, Named(place: root, token: token, isDefault: true)))
      }
    }
    var others: [MergedSettings.Member] = []
    for member in merged.members
    where MergedSettings.isTokenKey(member.key) && !MergedSettings.names.contains(member.key) {
      // In the configuration an object has to say that it is a token.
      let isToken =
        member.isOlder
        ? member.value.isString || member.value.isObject : member.value.isMarkedAsToken
      if isToken { others.append(member) }
    }
    for member in others + merged.modelSpecific {
      let named = try Named(member.value, isSpecial: true)
      if let index = found.firstIndex(where: { $0.key.utf8.elementsEqual(member.key.utf8) }) {
        found[index].named = named
      } else {
        found.append((member.key, named))
      }
    }
    let list = try merged.extraTokens().map { member throws(TokenizerError) in
      try Named(member.value, isSpecial: member.isOlder ? true : nil)
    }
    return found.map(\.named) + list
  }

  /// The token that is named where no setting names one.
  private static func content(
    of name: String, _ kind: TokenizerClass?, _ root: FileValue
  ) throws(TokenizerError) -> String? {
    if let known = kind?.defaultTokens.first(where: { $0.key == name }) { return known.content }
    guard name == "pad_token", kind?.namesPadding != true,
      let padding = try root.optional("padding")
    else { return nil }
    return try padding.optional("pad_token")?.string()
  }
}

extension TokenizerSettings.Named {
  /// A token that is given as a string or as an object with its content.
  ///
  /// - Parameters:
  ///   - value: The string or the object.
  ///   - isSpecial: Whether it is special; nil: an object says so itself, a string is.
  /// - Throws: `TokenizerError` for wrong types.
  fileprivate init(_ value: FileValue, isSpecial: Bool?) throws(TokenizerError) {
    guard !value.isString else {
      self.init(
        place: value, token: AddedToken(try value.string(), isSpecial: isSpecial ?? true))
      return
    }
    let says = try value.flag("special", default: false)
    let isSpecial = isSpecial ?? says
    let token = AddedToken(
      identifier: -1, content: try value.tokenContent(), isSpecial: isSpecial,
      isSingleWord: try value.flag("single_word", default: false),
      stripsLeft: try value.flag("lstrip", default: false),
      stripsRight: try value.flag("rstrip", default: false),
      isNormalized: try value.flag("normalized", default: !isSpecial))
    self.init(place: try value.required("content"), token: token)
  }
}

extension AddedToken {
  /// A token of which only the text is known; its id is found when it is added.
  init(_ content: String, isSpecial: Bool) {
    self.init(
      identifier: -1, content: content, isSpecial: isSpecial, isSingleWord: false,
      stripsLeft: false, stripsRight: false, isNormalized: !isSpecial)
  }
}

extension FileValue {
  /// The text of a token that is given as a string or as an object.
  func tokenContent() throws(TokenizerError) -> String {
    isString ? try string() : try required("content").string()
  }

  /// Whether an object says that it is a token.
  fileprivate var isMarkedAsToken: Bool {
    guard isObject, let type = try? optional("__type") else { return false }
    return (try? type.string()) == "AddedToken"
  }
}
