public import Foundation
public import RunLogs
internal import Tokenization
internal import Transformer

extension Scorer {
  /// What the log says about its origin.
  ///
  /// - Parameters:
  ///   - version: of the program.
  ///   - commandLine: ready to be pasted.
  ///   - created: when.
  /// - Returns: the header for a `TokenLogWriter`.
  public func header(version: String, commandLine: String, created: Date) -> TokenLogHeader {
    let tokenizer = checkpoints.lazy.compactMap(\.tokenizer).first
    let tokenizers = checkpoints.compactMap(\.tokenizer)
    let widest = Self.widest(checkpoints)?.tokenizer
    return TokenLogHeader(
      producer: "tokenshift", producerVersion: version,
      created: created.formatted(.iso8601), commandLine: commandLine, settings: settingsAsJSON,
      scoringTemperature: 1,
      topK: min(
        settings.topCount, checkpoints.map(\.model.configuration.vocabularySize).min() ?? 0),
      texts: TextsRecord(
        fileName: URL(filePath: texts.path).lastPathComponent, digest: texts.digest,
        lineCount: texts.lines.count,
        isRetokenized: sequences.contains { $0.isRetokenized },
        notDecodingBackCount: sequences.count { !$0.decodesBack }),
      tokenizer: TokenizerRecord(
        digest: tokenizer?.contentDigest ?? "",
        specialIDs: Set(tokenizers.flatMap(\.specialTokenIDs)).sorted().map { Int($0) },
        tokens: widest.map { tokenizer in
          (0..<tokenizer.vocabularySize).map { tokenizer.bytes(of: Int32($0)) ?? [] }
        }),
      models: checkpoints.map(\.record), pairs: pairs, sharedVocabularySize: sharedVocabulary)
  }

  private var settingsAsJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension BeginningOfSequence: Codable {}

extension Checkpoint {
  var record: ModelRecord {
    // An adapter's configuration scales what its weights add.
    let weightFiles = digests.keys.filter {
      $0.hasSuffix(".safetensors") || $0.hasSuffix("adapter_config.json")
    }.sorted()
    let combined = weightFiles.map { "\($0) \(digests[$0] ?? "")\n" }.joined()
    return ModelRecord(
      name: name, folder: folderName,
      architecture: model.configuration.family.architecture, parameterCount: parameterCount,
      storedTypes: storedTypes, computeType: "F32", fileDigests: digests,
      weightsDigest: Digest.ofText(combined), tokenizerDigest: tokenizer?.contentDigest ?? "",
      vocabularySize: model.configuration.vocabularySize)
  }
}
