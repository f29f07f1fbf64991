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
    try self.init(
      json: FileValue.bytes(ofFile: path), named: path,
      configuration: configuration.map { path throws(TokenizerError) in
        (try FileValue.bytes(ofFile: path), path)
      })
  }

  /// Takes the contents of a `tokenizer.json` and, if given, of a `tokenizer_config.json`.
  ///
  /// - Throws: `TokenizerError` if one is broken or asks for what isn't implemented.
  public init(json: [UInt8], configuration: [UInt8]? = nil) throws(TokenizerError) {
    try self.init(
      json: json, named: "tokenizer.json",
      configuration: configuration.map { ($0, "tokenizer_config.json") })
  }

  private init(
    json bytes: [UInt8], named path: String, configuration: (bytes: [UInt8], path: String)?
  ) throws(TokenizerError) {
    let parts = try TokenizerParts(FileValue(parsing: bytes, file: path))
    var settings = TokenizerConfiguration.none
    if let configuration {
      settings = try TokenizerConfiguration(
        FileValue(
          parsing: LargeIntegers.asReals(configuration.bytes), file: configuration.path), of: parts)
    }
    try self.init(parts, settings, fileDigest: ContentDigest.hexadecimal(bytes))
  }

  private init(
    _ parts: TokenizerParts, _ settings: TokenizerConfiguration, fileDigest: String
  ) throws(TokenizerError) {
    let template = parts.template ?? settings.template
    let only = template.before.count == 1 ? template.before.first : nil
    tokens = try parts.tokens()
    vocabularySize = tokens.count
    specialTokenIDs = Set(parts.addedTokens.filter(\.isSpecial).map(\.identifier))
    beginningOfSequenceID = settings.beginning ?? only
    endOfSequenceID = settings.end
    prefixTokenIDs = template.before
    suffixTokenIDs = template.after
    hasChatTemplate = settings.hasChatTemplate
    contentDigest = ContentDigest.digest(of: parts)
    self.fileDigest = fileDigest
    normalizer = parts.normalizer
    preTokenizer = parts.preTokenizer
    model = parts.model
    decoder = parts.decoder
    let plain = parts.addedTokens.filter { !$0.isNormalized }
    plainMatcher = AddedTokenMatcher(plain, patterns: plain.map { Array($0.content.utf8) })
    let normalized = parts.addedTokens.filter(\.isNormalized)
    normalizedMatcher = AddedTokenMatcher(
      normalized,
      patterns: try normalized.map { token throws(TokenizerError) in
        try parts.normalizedContent(of: token)
      })
    var places: [Int32: TextPlace] = [:]
    for token in parts.addedTokens {
      places[token.identifier] = token.isNormalized ? .normalizedToken : .addedToken
    }
    addedTokenPlaces = places
  }
}
