internal import Foundation
package import RunLogs
internal import Texts
internal import TokenStatistics
internal import Tokenization
internal import Transformer

extension Scorer {
  /// What the log says about its origin.
  ///
  /// - Parameter provenance: build, command and time.
  /// - Returns: the header for a `TokenLogWriter`.
  package func header(_ provenance: Provenance) -> TokenLogHeader {
    let tokenizers = checkpoints.compactMap(\.tokenizer)
    let widest = Self.widest(checkpoints)?.tokenizer
    return TokenLogHeader(
      producer: "tokenshift", producerVersion: provenance.version,
      created: provenance.created.formatted(.iso8601), commandLine: provenance.commandLine,
      settings: settingsAsJSON,
      scoringTemperature: 1,
      topK: topCount,
      texts: TextsRecord(
        fileName: URL(filePath: texts.path).lastPathComponent, digest: texts.digest,
        lineCount: survey.lineCount, skippedLineCount: survey.skippedCount,
        isRetokenized: survey.isRetokenized,
        notDecodingBackCount: survey.notDecodingBackCount),
      tokenizer: TokenizerRecord(
        digest: tokenizerChoice.digest,
        specialIDs: Set(tokenizers.flatMap(\.specialTokenIDs)).sorted().map { Int($0) },
        tokens: widest.map { tokenizer in
          (0..<tokenizer.vocabularySize).map { tokenizer.bytes(of: Int32($0)) ?? [] }
        }, model: tokenizerChoice.model,
        lackingCounts: tokenizerChoice.lacking.filter { $0.value > 0 }),
      models: checkpoints.map { $0.record(replicate: settings.replicate) }, pairs: pairs,
      shard: shardRecord, sharedVocabularySize: sharedVocabulary,
      replicateTextCount: settings.replicate == nil ? nil : survey.replicateTextCount,
      movedMassThreshold: keepsMovedMass ? MovedMassSums.threshold : nil)
  }

  /// Which texts of the file these are; the counts of the header are those of the whole file, so
  /// that all shards have one header but for this.
  private var shardRecord: ShardRecord? {
    guard let shard else { return nil }
    let own = survey.batches[batches]
    let first = own.first?.texts.lowerBound ?? textCount(before: batches.lowerBound)
    return ShardRecord(
      index: shard.index, count: shard.count, texts: first..<(own.last?.texts.upperBound ?? first),
      lines: own.first.flatMap { first in own.last.map { first.place.lines + 1...$0.lastLine } })
  }

  private func textCount(before batch: Int) -> Int {
    batch > 0 ? survey.batches[batch - 1].texts.upperBound : 0
  }

  private var settingsAsJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let record = SettingsRecord(
      settings: settings,
      fields: survey.fieldNames.isEmpty ? nil : survey.fieldNames.sorted().joined(separator: ","))
    return (try? encoder.encode(record)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

/// Settings, and what of the texts belongs beside them.
private struct SettingsRecord: Encodable {
  let settings: Scorer.Settings
  /// Fields that don't have their plain names; nil if all have.
  let fields: String?

  private enum Key: String, CodingKey { case fields }

  func encode(to encoder: any Encoder) throws {
    try settings.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(fields, forKey: .fields)
  }
}

extension Checkpoint {
  func record(replicate: ComputeType? = nil) -> ModelRecord {
    // An adapter's configuration scales what its weights add.
    let weightFiles = digests.keys.filter {
      $0.hasSuffix(".safetensors") || $0.hasSuffix("adapter_config.json")
    }.sorted()
    let combined = weightFiles.map { "\($0) \(digests[$0] ?? "")\n" }.joined()
    return ModelRecord(
      name: name, folder: folderName,
      architecture: model.configuration.family.architecture, parameterCount: parameterCount,
      storedTypes: storedTypes, computeType: model.compute.rawValue,
      replicateType: replicate?.rawValue, fileDigests: digests,
      weightsDigest: Digest.ofText(combined), tokenizerDigest: tokenizer?.contentDigest ?? "",
      vocabularySize: model.configuration.vocabularySize,
      unreadConfigurationKeys: unreadConfigurationKeys)
  }
}
