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
        specialIDs: (tokenizer?.specialTokenIDs ?? []).sorted().map { Int($0) },
        tokens: tokenizer.map { tokenizer in
          (0..<tokenizer.vocabularySize).map { tokenizer.bytes(of: Int32($0)) ?? [] }
        }),
      models: checkpoints.map { $0.record(replicate: settings.replicate) }, pairs: pairs)
  }

  private var settingsAsJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension BeginningOfSequence: Codable {}

extension Checkpoint {
  func record(replicate: ComputeType? = nil) -> ModelRecord {
    let weightFiles = digests.keys.filter { $0.hasSuffix(".safetensors") }.sorted()
    let combined = weightFiles.map { "\($0) \(digests[$0] ?? "")\n" }.joined()
    return ModelRecord(
      name: name, folder: URL(filePath: directory).standardizedFileURL.lastPathComponent,
      architecture: model.configuration.family.architecture, parameterCount: parameterCount,
      storedTypes: storedTypes, computeType: model.compute.rawValue,
      replicateType: replicate?.rawValue, fileDigests: digests,
      weightsDigest: Digest.ofText(combined), tokenizerDigest: tokenizer?.contentDigest ?? "")
  }
}
