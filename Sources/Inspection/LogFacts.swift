internal import Analysis
internal import HDF5
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// What a training log holds; Data/Schemas/inspect.schema.json says what the members are.
struct TrainingLogFacts: InspectedFacts {
  let path: String
  let kind = "training log"
  let steps: Int
  let rollouts: Int
  let metrics: [Metric]
  /// Absent for a log that `train` wrote.
  let imported: Imported?

  struct Imported: Encodable {
    /// The format that `import` read.
    let format: String
    let file: String
    /// SHA-256.
    let digest: String
    /// As they are written in the log; absent where nobody knows.
    let samplingTemperature: String?
    let aggregation: String?
    let loggingSteps: String?

    init?(_ attributes: [String: String]) {
      guard let format = attributes["imported_from"] else { return nil }
      self.format = format
      (file, digest) = (attributes["source_file"] ?? "", attributes["source_digest"] ?? "")
      samplingTemperature = attributes["sampling_temperature"]
      (aggregation, loggingSteps) = (attributes["aggregation"], attributes["logging_steps"])
    }
  }

  struct Metric: Encodable {
    let name: String
    let unit: String
    let definition: String
    /// The last that was measured.
    let last: Double?
  }

  init(path: String) throws {
    let log = try TrainingLog(path: path)
    self.path = path
    (steps, rollouts) = (log.steps.count, log.rollouts.count)
    imported = Imported(log.attributes)
    metrics = log.columns.map { column in
      Metric(
        name: column.name, unit: column.unit, definition: column.definition,
        last: column.values.last { !$0.isNaN })
    }
  }

  var lines: [(name: String, text: String)] {
    var lines = [("steps", Number.count(steps)), ("rollouts kept", Number.count(rollouts))]
    if let imported {
      lines += [("imported from", "\(imported.format), \(imported.file)")]
      lines += [("SHA-256 of it", imported.digest)]
      if let values = imported.aggregation { lines += [("values", values)] }
      if let steps = imported.loggingSteps { lines += [("steps from row to row", steps)] }
      if let temperature = imported.samplingTemperature {
        lines += [("sampling temperature", temperature)]
      }
    }
    return lines
      + metrics.map {
        ($0.name, "\(Number.text($0.last)) at the end, unit \($0.unit): \($0.definition)")
      }
  }
}

/// What a token log holds.
struct TokenLogFacts: InspectedFacts {
  let path: String
  let kind = "token log"
  let schemaVersion: String?
  let producer: String
  let producerVersion: String
  let created: String
  let commandLine: String
  let texts: Texts
  let shard: Shard?
  let sequences: Int
  let tokens: Int
  /// Tokens without numbers, by the reason in words.
  let notMeasured: [String: Int]
  let models: [Model]
  let pairs: [String]
  let replicateTexts: Int?
  let movedMass: Bool
  let topK: Int
  let tokenizerDigest: String
  let tokenizerNote: String?
  private let reasons: [(reason: String, count: Int)]

  private enum CodingKeys: CodingKey {
    case path, kind, schemaVersion, producer, producerVersion, created, commandLine, texts, shard
    case sequences, tokens, notMeasured, models, pairs, replicateTexts, movedMass, topK
    case tokenizerDigest, tokenizerNote
  }

  struct Texts: Encodable {
    let file: String
    let lines: Int
    let badLinesLeftOut: Int
    let digest: String

    var scored: Int { lines - badLinesLeftOut }
  }

  struct Shard: Encodable {
    let index: Int
    let count: Int
    /// First and last; absent without texts.
    let firstLine: Int?
    let lastLine: Int?
  }

  struct Model: Encodable {
    let name: String
    let architecture: String
    let parameters: Int
    let storedTypes: [String]
    let computeType: String
    let replicateType: String?
    let weightsDigest: String
    /// A JSON object as text.
    let unreadConfigurationKeys: String?
    /// Absent for a checkpoint that was scored.
    let imported: Imported?

    struct Imported: Encodable {
      let format: String
      let file: String
      let columns: [String]
      /// Absent where nobody says.
      let temperature: Double?
      let logProbabilities: String
      let ids: String
      let mask: String
      /// Means over measured response tokens; absent where the log has none.
      let meanLogProbability: Estimate?
      let meanEntropy: Estimate?

      init(_ source: SourceRecord, _ summary: ModelSummary) {
        meanLogProbability = summary.logProbability?.means.byToken
        meanEntropy = summary.entropy?.means.byToken ?? summary.entropyBounds
        (format, file, columns) = (source.format, source.fileName, source.columns)
        (temperature, logProbabilities) = (source.temperature, source.processing)
        ids = source.hasIDs ? "source" : "retokenized"
        mask = source.hasMask ? "source" : "unknown"
      }

      /// In words.
      var text: String {
        "imported from \(format), \(file); log-probabilities \(logProbabilities), "
          + (temperature.map { "temperature \($0)" } ?? "temperature unknown")
          + "; \(columns.joined(separator: ", "))"
      }

      /// What its numbers are on average.
      var means: String {
        let parts = [
          meanLogProbability.map { "log p \(Phrase.text($0, unit: "nats"))" },
          meanEntropy.map { "entropy \(Phrase.text($0, unit: "nats"))" },
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
      }
    }
  }

  init(path: String, schemaVersion: HDF5Attribute?) throws {
    let log = try TokenLog(path: path)
    let header = log.header
    self.path = path
    self.schemaVersion = if case .string(let version)? = schemaVersion { version } else { nil }
    (producer, producerVersion) = (header.producer, header.producerVersion)
    (created, commandLine) = (header.created, header.commandLine)
    texts = Texts(
      file: header.texts.fileName, lines: header.texts.lineCount,
      badLinesLeftOut: header.texts.skippedLineCount, digest: header.texts.digest)
    shard = header.shard.map {
      Shard(
        index: $0.index, count: $0.count, firstLine: $0.lines?.lowerBound,
        lastLine: $0.lines?.upperBound)
    }
    (sequences, tokens) = (log.sequenceCount, log.tokenCount)
    let found = try log.unmeasured()
    reasons = UnmeasuredReason.allCases.dropFirst().compactMap { reason in
      let count = found.count { $0 == reason }
      return count > 0 ? (reason.text, count) : nil
    }
    notMeasured = Dictionary(uniqueKeysWithValues: reasons.map { ($0.reason, $0.count) })
    let table = try TokenTable(log)
    models = try header.models.map { model in
      Model(
        name: model.name, architecture: model.architecture, parameters: model.parameterCount,
        storedTypes: model.storedTypes, computeType: model.computeType,
        replicateType: model.replicateType, weightsDigest: model.weightsDigest,
        unreadConfigurationKeys: model.unreadConfigurationKeys == "{}"
          ? nil : model.unreadConfigurationKeys,
        imported: try model.source.map {
          Model.Imported($0, try ModelSummary(of: model.name, in: table))
        })
    }
    pairs = header.pairs.map(\.description)
    replicateTexts = header.replicateTextCount
    movedMass = header.movedMassThreshold != nil
    topK = header.topK
    tokenizerDigest = header.tokenizer.digest
    tokenizerNote = header.tokenizer.sentence
  }

  var lines: [(name: String, text: String)] {
    var lines = schemaVersion.map { [("schema", $0)] } ?? []
    lines += [
      ("written by", "\(producer) \(producerVersion), \(created)"), ("command", commandLine),
      ("texts", "\(texts.file), \(Phrase.count(texts.lines, "line"))"),
    ]
    if texts.badLinesLeftOut > 0 {
      lines.append(("bad lines left out", Number.count(texts.badLinesLeftOut)))
    }
    if let shard {
      var part = "no texts"
      if let first = shard.firstLine, let last = shard.lastLine {
        part = "lines \(first) to \(last)"
      }
      lines.append(("shard", "\(shard.index) of \(shard.count), \(part)"))
    }
    lines.append(
      ("size", "\(Phrase.count(sequences, "sequence")), \(Phrase.count(tokens, "token"))"))
    if !reasons.isEmpty {
      let parts = reasons.map { "\(Number.count($0.count)) \($0.reason)" }
      lines.append(("not measured", "tokens: " + parts.joined(separator: ", ")))
    }
    for model in models {
      if let imported = model.imported {
        lines.append(("model \(model.name)", imported.text))
        if !imported.means.isEmpty {
          lines.append(("model \(model.name), means by token", imported.means))
        }
        continue
      }
      lines.append(
        (
          "model \(model.name)",
          "\(model.architecture), \(Number.count(model.parameters)) parameters, "
            + "\(model.storedTypes.joined(separator: "+")) computed in \(model.computeType), "
            + (model.replicateType.map { "again in \($0), " } ?? "")
            + "weights \(model.weightsDigest.prefix(12))"
        ))
      if let keys = model.unreadConfigurationKeys {
        lines.append(("model \(model.name), config.json, never read", keys))
      }
    }
    lines.append(("pairs", pairs.isEmpty ? "none" : pairs.joined(separator: ", ")))
    if let replicateTexts {
      lines.append(
        ("scored again", "\(Number.count(replicateTexts)) of \(Phrase.count(texts.scored, "text"))")
      )
    }
    if !pairs.isEmpty { lines.append(("moved mass", movedMass ? "kept" : "not kept")) }
    lines += [("top k", "\(topK)"), ("tokenizer", tokenizerDigest)]
    if let tokenizerNote { lines.append(("tokenizer of", tokenizerNote)) }
    return lines + [("SHA-256 of texts", texts.digest)]
  }
}
