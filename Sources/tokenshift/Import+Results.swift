import Importing
import RunLogs

/// What `import --json` prints of metrics; Data/Schemas/import.schema.json says what the members are.
struct MetricsResult: Encodable {
  let kind = "training log"
  let log: String
  let source: String
  let sourceDigest: String
  let format: String
  let steps: Int
  let firstStep: Int
  let lastStep: Int
  let columns: [Column]
  let leftOut: [LeftOut]
  let repeatedSteps: Int
  let rowsWithoutStep: Int
  let samplingTemperature: Double?
  let aggregation: String?
  let loggingSteps: Int?
  let notes: [String]

  struct Column: Encodable {
    let name: String
    let source: String
    let measured: Int
  }

  struct LeftOut: Encodable {
    let name: String
    let reason: String
  }

  init(_ found: TrainingLogImport, path: String, log: String) {
    (self.log, source, sourceDigest) = (log, path, found.digest)
    (format, steps) = (found.format.rawValue, found.log.steps.count)
    (firstStep, lastStep) = (found.log.steps.first ?? 0, found.log.steps.last ?? 0)
    columns = found.columns.map {
      Column(name: $0.name, source: $0.source, measured: $0.measured)
    }
    leftOut = found.leftOut.map { LeftOut(name: $0.name, reason: $0.reason) }
    (repeatedSteps, rowsWithoutStep) = (found.repeatedSteps, found.rowsWithoutStep)
    (samplingTemperature, aggregation) = (found.temperature, found.aggregation)
    (loggingSteps, notes) = (found.loggingSteps, found.notes)
  }
}

/// What `import --json` prints of token dumps and responses.
struct TokensResult: Encodable {
  let kind = "token log"
  let log: String
  let sources: [Source]
  let texts: Int
  let tokens: Int
  let inconsistentLists: Int
  let models: [Model]
  let pairs: [String]

  struct Source: Encodable {
    let path: String
    let digest: String
    let format: String
    let texts: Int
    let tokens: Int
    let ids: String
    let mask: String
    let notes: [String]
  }

  struct Model: Encodable {
    let name: String
    let columns: [String]
    let temperature: Double?
    let logProbabilities: String
  }

  init(_ found: TokenLogImport, _ written: TokenLogImport.Written, log: String) {
    self.log = log
    (texts, tokens) = (written.texts, written.tokens)
    inconsistentLists = written.inconsistentLists
    sources = found.surveys.map { survey in
      Source(
        path: survey.input.path, digest: survey.digest, format: survey.format.rawValue,
        texts: survey.textCount, tokens: survey.tokenCount,
        ids: survey.source.hasIDs ? "source" : "retokenized",
        mask: survey.source.hasMask ? "source" : "unknown", notes: survey.source.notes)
    }
    models = found.header.models.map { model in
      Model(
        name: model.name, columns: model.source?.columns ?? [],
        temperature: model.source?.temperature,
        logProbabilities: model.source?.processing ?? "unknown")
    }
    pairs = found.header.pairs.map(\.description)
  }
}

/// What `import --json` prints of samples that become texts.
struct TextsResult: Encodable {
  let kind = "texts"
  let output: String
  let source: String
  let rows: Int
  let repeatedRows: Int
  let texts: Int
  let judged: Int

  init(_ found: TextImport.Result, path: String, output: String) {
    (self.output, source) = (output, path)
    (rows, repeatedRows) = (found.rows, found.repeatedRows)
    (texts, judged) = (found.texts, found.judged)
  }
}
