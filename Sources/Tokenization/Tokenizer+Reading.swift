import Foundation
import JSON

extension Tokenizer {
  /// The files of a folder that turn text into ids, `tokenizer.json` first; the others may be missing.
  package static let fileNames = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
  ]

  /// Reads `tokenizer.json` of a checkpoint's folder, and the files beside it that change what it
  /// does, `config.json` for the model's type among them.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - modelType: The type of the model that it is for; nil: what `config.json` says, if there is
  ///     one.
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  package init(directory: String, modelType: String? = nil) throws(TokenizerError) {
    let folder = URL(filePath: directory)
    let paths = Self.fileNames.map { folder.appending(path: $0).path }
    var settings: [FileValue?] = []
    for path in paths.dropFirst() {
      let exists = FileManager.default.fileExists(atPath: path)
      settings.append(exists ? try Self.settings(FileValue.bytes(ofFile: path), path) : nil)
    }
    let model = folder.appending(path: "config.json").path
    let isKnown = modelType != nil || !FileManager.default.fileExists(atPath: model)
    try self.init(
      json: FileValue.bytes(ofFile: paths[0]), named: paths[0],
      TokenizerSettings(
        configuration: settings[0], specialTokensMap: settings[1], addedTokens: settings[2],
        model: isKnown
          ? TokenizerClass.Model(type: modelType)
          : TokenizerClass.Model(Self.settings(FileValue.bytes(ofFile: model), model))))
  }

  /// Reads a `tokenizer.json` and, if given, a `tokenizer_config.json`.
  ///
  /// - Throws: `TokenizerError` if a file is missing, broken, or asks for what isn't implemented.
  package init(
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
  /// - Parameters:
  ///   - json: The one.
  ///   - configuration: The other.
  ///   - modelType: The type of the model that it is for, as `config.json` names it.
  /// - Throws: `TokenizerError` if one is broken or asks for what isn't implemented.
  package init(
    json: [UInt8], configuration: [UInt8]? = nil, modelType: String? = nil
  ) throws(TokenizerError) {
    var settings = TokenizerSettings()
    settings.model.type = modelType
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
    let file = try FileValue(parsing: bytes, file: path)
    let kind = try TokenizerClass.chosen(settings.configuration, settings.model) {
      Data(bytes).range(of: Data(#""ByteLevel""#.utf8)) != nil
    }
    let merged = try MergedSettings(settings)
    var root = try kind?.rebuilt(file, merged) ?? file
    if kind != nil, try !settings.readsOlderFiles() {
      // Such a class adds the configuration's tokens and none of the file's.
      root = root.replacing([JSONMember(key: "added_tokens", value: .array([]))])
    }
    var parts = try TokenizerParts(root)
    let configuration = try TokenizerConfiguration(settings, merged, kind, root, of: &parts)
    try parts.refuseUnknownTemplateTokens(root)
    try self.init(
      parts, configuration, fileDigest: ContentDigest.hexadecimal(bytes),
      rebuiltAs: kind.flatMap { parts.isAs(file) ? nil : $0.rawValue })
  }

  private init(
    _ parts: TokenizerParts, _ settings: TokenizerConfiguration, fileDigest: String,
    rebuiltAs: String?
  ) throws(TokenizerError) {
    self.rebuiltAs = rebuiltAs
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
