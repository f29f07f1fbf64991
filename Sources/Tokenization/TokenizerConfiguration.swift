/// What `tokenizer_config.json` adds to `tokenizer.json`.
struct TokenizerConfiguration {
  /// The ends of a text, as strings.
  var beginning: String?
  var end: String?
  /// Whether the file says at all which ends are added; if so it overrules the template.
  var decidesAddedEnds = false
  var addsBeginning = false
  var addsEnd = false
  var hasChatTemplate = false

  static let none = TokenizerConfiguration()
}

extension TokenizerConfiguration {
  /// - Throws: `TokenizerError` for wrong types, and for added tokens that `tokenizer.json` lacks:
  ///   transformers would add them, and ids would change.
  init(_ value: FileValue, knowing contents: Set<Vocabulary.Key>) throws(TokenizerError) {
    beginning = try Self.token(value, "bos_token")
    end = try Self.token(value, "eos_token")
    addsBeginning = try value.flag("add_bos_token", default: false)
    addsEnd = try value.flag("add_eos_token", default: false)
    decidesAddedEnds = value.hasMember("add_bos_token") || value.hasMember("add_eos_token")
    hasChatTemplate = try value.optional("chat_template") != nil
    if let added = try value.optional("added_tokens_decoder") {
      for (_, token) in try added.members() {
        let content = try token.required("content")
        if try !contents.contains(Vocabulary.Key(content.string())) {
          throw content.unsupported(
            "the token \(try content.string().debugDescription), which tokenizer.json doesn't add,",
            mend: "load and save the tokenizer with transformers")
        }
      }
    }
  }

  /// A token given as a string or as an object with its content.
  private static func token(
    _ value: FileValue, _ key: String
  ) throws(TokenizerError) -> String? {
    guard let token = try value.optional(key) else { return nil }
    return try token.isString ? token.string() : token.required("content").string()
  }
}
