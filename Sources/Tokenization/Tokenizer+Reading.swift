import Foundation

extension Tokenizer {
  /// Reads `tokenizer.json` and, if it is there, `tokenizer_config.json` of a checkpoint's folder.
  ///
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  public init(directory: String) throws(TokenizerError) {
    let folder = URL(filePath: directory)
    let configuration = folder.appending(path: "tokenizer_config.json").path
    let exists = FileManager.default.fileExists(atPath: configuration)
    try self.init(
      contentsOf: folder.appending(path: "tokenizer.json").path,
      configuration: exists ? configuration : nil)
  }

  /// Reads a `tokenizer.json` and, if given, a `tokenizer_config.json`.
  ///
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  public init(
    contentsOf path: String, configuration: String? = nil
  ) throws(TokenizerError) {
    let bytes = try FileValue.bytes(ofFile: path)
    let root = try FileValue(parsing: bytes, file: path)
    let parts = try TokenizerParts(root)
    var settings = TokenizerConfiguration.none
    if let configuration {
      let bytes = try FileValue.bytes(ofFile: configuration)
      let contents = Set(parts.addedTokens.map { Vocabulary.Key($0.content) })
      settings = try TokenizerConfiguration(
        FileValue(parsing: LargeIntegers.asReals(bytes), file: configuration), knowing: contents)
    }
    self.init(parts, settings, fileDigest: ContentDigest.hexadecimal(bytes))
  }

  private init(
    _ parts: TokenizerParts, _ settings: TokenizerConfiguration, fileDigest: String
  ) {
    let template = parts.template(under: settings)
    let beginning = settings.beginning.flatMap { parts.identifier(of: $0) }
    let only = parts.template.before.count == 1 ? parts.template.before.first : nil
    tokens = parts.tokens()
    vocabularySize = tokens.count
    specialTokenIDs = Set(parts.addedTokens.filter(\.isSpecial).map(\.identifier))
    beginningOfSequenceID = beginning ?? only
    endOfSequenceID = settings.end.flatMap { parts.identifier(of: $0) }
    prefixTokenIDs = template.before
    suffixTokenIDs = template.after
    hasChatTemplate = settings.hasChatTemplate
    contentDigest = ContentDigest.digest(of: parts)
    self.fileDigest = fileDigest
    composesCanonically = parts.composesCanonically
    preTokenizer = parts.preTokenizer
    model = parts.model
    let plain = parts.addedTokens.filter { !$0.isNormalized }
    plainMatcher = AddedTokenMatcher(plain, patterns: plain.map { Array($0.content.utf8) })
    let normalized = parts.addedTokens.filter(\.isNormalized)
    normalizedMatcher = AddedTokenMatcher(
      normalized, patterns: normalized.map { parts.normalizedContent(of: $0) })
  }
}

/// The parts of a `tokenizer.json`, read and checked against each other.
struct TokenizerParts {
  let vocabulary: Vocabulary
  let model: BytePairModel
  let addedTokens: [AddedToken]
  let composesCanonically: Bool
  let preTokenizer: PreTokenizer
  let template: SpecialTokenTemplate

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
      } else { .none }
    try Self.checkDecoder(root.required("decoder"))
    try refuseEqualPatterns(root)
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

  /// What is added to a text: as transformers does it, `add_bos_token` and `add_eos_token` replace
  /// the template of `tokenizer.json` if one of them is given.
  func template(under settings: TokenizerConfiguration) -> SpecialTokenTemplate {
    guard settings.decidesAddedEnds else { return template }
    let beginning = settings.addsBeginning ? settings.beginning : nil
    let end = settings.addsEnd ? settings.end : nil
    return SpecialTokenTemplate(
      before: [beginning.flatMap { identifier(of: $0) }].compactMap { $0 },
      after: [end.flatMap { identifier(of: $0) }].compactMap { $0 })
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
