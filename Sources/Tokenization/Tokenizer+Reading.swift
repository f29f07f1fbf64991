import Foundation
import JSON

extension Tokenizer {
  /// The files of a folder that turn text into ids, `tokenizer.json` first; the others may be missing.
  public static let fileNames = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
  ]

  /// Reads `tokenizer.json` of a checkpoint's folder, and the files beside it that change what it
  /// does.
  ///
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  public init(directory: String) throws(TokenizerError) {
    let folder = URL(filePath: directory)
    let paths = Self.fileNames.map { folder.appending(path: $0).path }
    var settings: [FileValue?] = []
    for path in paths.dropFirst() {
      let exists = FileManager.default.fileExists(atPath: path)
      settings.append(exists ? try Self.settings(FileValue.bytes(ofFile: path), path) : nil)
    }
    try self.init(
      json: FileValue.bytes(ofFile: paths[0]), named: paths[0],
      TokenizerSettings(
        configuration: settings[0], specialTokensMap: settings[1], addedTokens: settings[2]))
  }

  /// Reads a `tokenizer.json` and, if given, a `tokenizer_config.json`.
  ///
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  public init(
    contentsOf path: String, configuration: String? = nil
  ) throws(TokenizerError) {
    var settings = TokenizerSettings()
    if let configuration {
      settings.configuration = try Self.settings(
        FileValue.bytes(ofFile: configuration), configuration)
    }
    try self.init(json: FileValue.bytes(ofFile: path), named: path, settings)
  }

  /// Takes the contents of a `tokenizer.json` and, if given, of a `tokenizer_config.json`.
  ///
  /// - Throws: `TokenizerError` if one is broken or asks for what isn't implemented.
  public init(json: [UInt8], configuration: [UInt8]? = nil) throws(TokenizerError) {
    var settings = TokenizerSettings()
    if let configuration {
      settings.configuration = try Self.settings(configuration, "tokenizer_config.json")
    }
    try self.init(json: json, named: "tokenizer.json", settings)
  }

  /// Python writes these files, and reads what it writes.
  private static func settings(
    _ bytes: [UInt8], _ path: String
  ) throws(TokenizerError) -> FileValue {
    try FileValue(parsing: bytes, file: path, dialect: .python)
  }

  private init(
    json bytes: [UInt8], named path: String, _ settings: TokenizerSettings
  ) throws(TokenizerError) {
    var parts = try TokenizerParts(FileValue(parsing: bytes, file: path))
    let configuration = try TokenizerConfiguration(settings, of: &parts)
    try self.init(parts, configuration, fileDigest: ContentDigest.hexadecimal(bytes))
  }

  private init(
    _ parts: TokenizerParts, _ settings: TokenizerConfiguration, fileDigest: String
  ) throws(TokenizerError) {
    let template = parts.template ?? .none
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
