internal import Foundation
package import RunLogs
internal import Texts

/// Dumps of other programs and engines' responses as one token log.
///
/// Every source is read twice with bounded memory: first to learn what it has, then to write it. Several
/// sources are joined on equal ids; texts that one of them lacks are left out and counted.
package struct TokenLogImport {
  /// A file, and what it is called.
  package struct Input: Sendable {
    package var path: String
    /// The model's name in the log; nil for the one that its format has.
    package var name: String?
    /// nil to tell it by the contents.
    package var format: ImportFormat?

    package init(path: String, name: String? = nil, format: ImportFormat? = nil) {
      (self.path, self.name, self.format) = (path, name, format)
    }
  }

  /// What a user decides.
  package struct Settings: Sendable {
    package var options = DumpOptions()
    /// The tokenizer's digest and tokens, for the log.
    package var tokenizer = TokenizerRecord(digest: "", specialIDs: [], tokens: nil)
    /// Number of tokens of the vocabulary; nil if unknown.
    package var vocabularySize: Int?
    /// Of sampling, where the user knows it.
    package var temperature: Double?
    /// nil for the first model with each other.
    package var pairs: [PairName]?
    /// Whether models whose log-probabilities are defined otherwise may be a pair.
    package var mixesDefinitions = false

    package init() {}
  }

  /// What was learned of a source.
  package struct Survey: Sendable {
    package let input: Input
    package let format: ImportFormat
    package let digest: String
    package let source: DumpSource
    package let textCount: Int
    package let tokenCount: Int
    /// The models' names in the log.
    package let names: [String]
    /// Longest list of most likely tokens, the occurring one apart, of each model.
    let listLengths: [Int]
    /// Whether each measured token has a rank, by model.
    let hasRanks: [Bool]
    /// Whether a text has a prompt's tokens.
    let hasPrompts: Bool
  }

  package let surveys: [Survey]
  package let header: TokenLogHeader
  let settings: Settings

  /// Looks the sources through.
  ///
  /// - Parameters:
  ///   - inputs: at least one.
  ///   - settings: what the user decides.
  ///   - provenance: build, command and time.
  ///   - pause: called now and then; what it throws ends the import.
  /// - Throws: `ImportFault` for what is wrong with a file, `TextError` where one can't be read.
  package init(
    _ inputs: [Input], settings: Settings, provenance: Provenance, pause: () throws -> Void = {}
  ) throws {
    var surveys: [Survey] = []
    for input in inputs {
      surveys.append(try Survey(input, settings, isOnly: inputs.count == 1, pause: pause))
    }
    self.surveys = surveys
    self.settings = settings
    header = try Self.header(surveys, settings, provenance)
  }

  private static func header(
    _ surveys: [Survey], _ settings: Settings, _ provenance: Provenance
  ) throws -> TokenLogHeader {
    let models = surveys.flatMap { $0.records(settings) }
    if let twin = models.indices.first(where: { index in
      models[..<index].contains { $0.name == models[index].name }
    }) {
      throw ImportFault(
        surveys.last?.input.path ?? "", nil,
        "holds a model '\(models[twin].name)', as another file does; name them: NAME=FILE")
    }
    let pairs =
      try settings.pairs
      ?? models.dropFirst().map {
        try PairName(before: models[0].name, after: $0.name)
      }
    for pair in pairs where !settings.mixesDefinitions {
      try checkDefinitions(pair, models, surveys)
    }
    let temperatures = Set(models.map(\.source?.temperature))
    let first = surveys[0]
    return TokenLogHeader(
      producer: "tokenshift import", producerVersion: provenance.version,
      created: provenance.created.formatted(.iso8601), commandLine: provenance.commandLine,
      scoringTemperature: temperatures.count == 1 ? temperatures.first ?? nil : nil,
      topK: surveys.flatMap(\.listLengths).max() ?? 0,
      texts: TextsRecord(
        fileName: URL(filePath: first.input.path).lastPathComponent, digest: first.digest,
        lineCount: first.textCount, isRetokenized: !first.source.hasIDs, notDecodingBackCount: 0),
      tokenizer: settings.tokenizer, models: models, pairs: pairs,
      sharedVocabularySize: settings.vocabularySize,
      pairColumns: [PairColumn.probabilityChange, .logProbabilityChange].map(\.rawValue)
        + PairBound.allCases.map(\.rawValue))
  }

  /// Refuses to compare numbers whose difference is not one of models.
  private static func checkDefinitions(
    _ pair: PairName, _ models: [ModelRecord], _ surveys: [Survey]
  ) throws {
    let sources = [pair.before, pair.after].compactMap { name in
      models.first { $0.name == name }?.source
    }
    // A dump that has both puts them side by side itself.
    let isOneFile = surveys.contains {
      $0.names.contains(pair.before) && $0.names.contains(pair.after)
    }
    guard sources.count == 2, !isOneFile else { return }
    func words(_ source: SourceRecord) -> String {
      (source.temperature.map { "at temperature \($0)" } ?? "at an unknown temperature")
        + ", " + source.processing
    }
    let (before, after) = (sources[0], sources[1])
    guard before.temperature == after.temperature, before.processing == after.processing else {
      throw ImportFault(
        surveys[0].input.path, nil,
        "log-probabilities of '\(pair.before)' are \(words(before)), those of '\(pair.after)' "
          + "\(words(after)): their difference isn't one of the models; 'tokenshift mismatch' explains it, "
          + "--mixed-definitions compares them all the same")
    }
  }
}

extension TokenLogImport.Survey {
  fileprivate init(
    _ input: TokenLogImport.Input, _ settings: TokenLogImport.Settings, isOnly: Bool,
    pause: () throws -> Void
  ) throws {
    let path = input.path
    try ByteStream.checkIsRegular(path)
    let isMapped = settings.options.mapping?.tokens != nil
    let format =
      try input.format
      ?? (isMapped ? .tokens : FormatRecognition.format(of: path, pause: pause))
    var reader = try DumpReaders.open(
      path, as: format, options: settings.options, pause: pause)
    var (texts, tokens, hasPrompts) = (0, 0, false)
    var (lengths, ranks) = ([Int](), [Bool]())
    while let text = try reader.next(pause: pause) {
      texts += 1
      tokens += text.tokenIDs.count
      hasPrompts = hasPrompts || text.responseStart > 0
      if lengths.isEmpty {
        lengths = text.models.map { _ in 0 }
        ranks = text.models.map { _ in true }
      }
      if let size = settings.vocabularySize,
        let id = text.highestIDs.first(where: { Int($0) >= size })
      {
        throw ImportFault(
          path, "text \(texts)",
          "has the id \(id), but the vocabulary has \(size) tokens; give the tokenizer of the model"
        )
      }
      for (index, model) in text.models.enumerated() {
        for (place, list) in model.lists.enumerated() {
          let top = TokenList(list, occurring: text.tokenIDs[place])
          lengths[index] = max(lengths[index], top.top.count)
        }
        for (place, rank) in model.rank.enumerated()
        where rank == 0 && !model.logProbability[place].isNaN {
          ranks[index] = false
        }
      }
    }
    guard texts > 0 else {
      throw ImportFault(
        path, nil,
        "has no text of '\(format.rawValue)' whose tokens are known"
          + (reader.source.notes.first.map { ": " + $0 } ?? "; name its format with --format"))
    }
    let source = reader.source
    (self.input, self.format, self.source) = (input, format, source)
    digest = try SourceDigest.ofFile(path)
    (textCount, tokenCount, self.hasPrompts) = (texts, tokens, hasPrompts)
    (listLengths, hasRanks) = (lengths, ranks)
    names = source.models.map { model in
      guard let name = input.name else { return model.name }
      return source.models.count == 1 ? name : "\(name)-\(model.name)"
    }
  }

  /// The log's models, as far as this source has them.
  fileprivate func records(_ settings: TokenLogImport.Settings) -> [ModelRecord] {
    source.models.indices.map { index in
      let model = source.models[index]
      var columns = [ModelColumn.logProbability.rawValue]
      if model.hasEntropy {
        columns.append(ModelColumn.entropy.rawValue)
      } else if listLengths[index] > 0 {
        columns += ModelBound.allCases.map(\.rawValue)
      }
      if model.hasRank, hasRanks[index] { columns.append(ModelIndexColumn.rank.rawValue) }
      if listLengths[index] > 0 { columns += ["topk/id", "topk/logp", "topk/rest_logmass"] }
      let file = URL(filePath: input.path).lastPathComponent
      return ModelRecord(
        name: names[index], folder: file, architecture: "unknown", parameterCount: 0,
        storedTypes: [], computeType: "unknown", fileDigests: [file: digest], weightsDigest: "",
        tokenizerDigest: settings.tokenizer.digest, vocabularySize: settings.vocabularySize,
        source: SourceRecord(
          format: format.rawValue, fileName: file, columns: columns,
          temperature: settings.temperature ?? model.temperature,
          processing: model.processing.rawValue, hasIDs: source.hasIDs, hasMask: source.hasMask,
          precision: source.precision))
    }
  }
}

extension DumpedText {
  /// The highest id that occurs, and the highest of lists; fewer where there are none.
  fileprivate var highestIDs: [UInt32] {
    let listed = models.lazy.flatMap(\.lists).joined().lazy.map(\.id)
    return [tokenIDs.lazy.filter { $0 != Self.unknownID }.max(), listed.max()].compactMap(\.self)
  }
}

/// The list of a position, apart from a token that is there only because it occurs.
struct TokenList {
  /// Nobody outside is more likely than the last.
  let top: ArraySlice<ListedToken>

  /// An occurring token that comes last may be one more than the engine was asked for: whoever is missing
  /// then may be more likely, so it doesn't count as one of the list.
  init(_ list: [ListedToken], occurring id: UInt32) {
    top = list.last?.id == id ? list.dropLast() : list[...]
  }
}
