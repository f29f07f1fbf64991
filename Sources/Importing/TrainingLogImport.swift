internal import Foundation
internal import JSON
package import RunLogs
internal import Texts

/// Another program's log as one of ours, and what became of its columns.
package struct TrainingLogImport: Sendable {
  /// A column of the log and what it comes from.
  package struct Imported: Sendable, Equatable {
    /// Its name in the log.
    package let name: String
    /// Theirs; `1 − NAME` for a complement.
    package let source: String
    /// Steps that have a value.
    package let measured: Int
    /// Whether it is a metric of the dictionary.
    package let isKnown: Bool
  }

  /// A column that isn't in the log.
  package struct LeftOut: Sendable, Equatable {
    /// Its name in the source.
    package let name: String
    /// Why.
    package let reason: String
  }

  /// To be written.
  package let log: TrainingLog
  /// What the source is.
  package let format: ImportFormat
  /// SHA-256 of the source, in hexadecimal digits.
  package let digest: String
  /// The log's columns: first those of the dictionary.
  package let columns: [Imported]
  /// What the log lacks of the source.
  package let leftOut: [LeftOut]
  /// Steps that the source has more than once; the last counted.
  package let repeatedSteps: Int
  /// Rows that say no step, left out.
  package let rowsWithoutStep: Int
  /// Entries between two of the log, as the source says it.
  package let loggingSteps: Int?
  /// Temperature of sampling, where it is known.
  package let temperature: Double?
  /// What a row's values are over.
  package let aggregation: String?
  /// What was decided by the numbers.
  package let notes: [String]

  /// Names longer than these bytes are no metrics.
  private static let longestName = 1_000

  /// Reads a file of another program.
  ///
  /// - Parameters:
  ///   - path: the file; where lines are read it may be packed with gzip or zstd.
  ///   - format: nil to tell it by the contents.
  ///   - mapping: what the columns are; CSV and JSON lines need one.
  ///   - temperature: of sampling, where the user knows it.
  ///   - pause: called now and then; what it throws ends the import.
  /// - Throws: `ImportFault` for what is wrong with the file, `TextError` where it can't be read.
  package init(
    path: String, format: ImportFormat? = nil, mapping: ImportMapping? = nil,
    temperature: Double? = nil, pause: () throws -> Void = {}
  ) throws {
    try ByteStream.checkIsRegular(path)
    let format = try format ?? FormatRecognition.format(of: path, pause: pause)
    var (table, loggingSteps) = try Self.table(path, format, mapping, pause: pause)
    table.finish()
    guard !table.steps.isEmpty else {
      throw ImportFault(
        path, nil, "has no step of '\(format.rawValue)'; name its format with --format")
    }
    let convention: MetricNames.Convention =
      switch format {
      case .trainerState: .trl
      case .verlFile, .verlConsole: .verl
      case .llamaFactory: .llamaFactory
      case .tensorBoard: MetricNames.convention(of: table.names)
      case .csv, .jsonLines, .primeRL, .openAI, .llamaCpp, .tokens, .lmEval: .unknown
      }
    let names = try MetricNames(of: table, convention: convention, mapping: mapping, path: path)
    var leftOut = table.unread.map { LeftOut(name: $0.name, reason: $0.reason) }
    var columns: [(imported: Imported, column: TrainingLog.Column)] = []
    func add(_ column: TrainingLog.Column, from source: String, isKnown: Bool) {
      columns.append(
        (
          Imported(
            name: column.name, source: source, measured: column.values.count { !$0.isNaN },
            isKnown: isKnown), column
        ))
    }
    for choice in names.choices {
      let values = table.values(choice.source).map { choice.isComplement ? 1 - $0 : $0 }
      add(
        TrainingLog.Column(choice.metric, values: values),
        from: (choice.isComplement ? "1 − " : "") + choice.source, isKnown: true)
    }
    let taken = Set(names.choices.map(\.source))
    let unread = Set(table.unread.map(\.name))
    for name in table.names where !taken.contains(name) {
      let values = table.values(name)
      // A column of text has cells without any, which are no numbers that weren't measured.
      if unread.contains(name), values.allSatisfy(\.isNaN) { continue }
      guard !name.isEmpty, name.utf8.count <= Self.longestName else {
        leftOut.append(
          LeftOut(
            name: NameList.shortened(name),
            reason: name.isEmpty
              ? "has no name" : "has a name of more than \(Self.longestName) bytes"))
        continue
      }
      add(OtherColumn(name, values).column, from: name, isKnown: false)
    }
    (self.format, self.loggingSteps, self.leftOut) = (format, loggingSteps, leftOut)
    (repeatedSteps, rowsWithoutStep) = (table.repeatedSteps, table.rowsWithoutStep)
    self.columns = columns.map(\.imported)
    self.temperature = temperature ?? mapping?.temperature
    aggregation = mapping?.aggregation ?? format.aggregation
    let isTempered = names.choices.contains { $0.metric == .temperedRolloutEntropy }
    notes =
      names.notes
      + (isTempered && self.temperature == nil
        ? [
          "the temperature of the entropy isn't in the file; 'tokenshift import' with "
            + "--temperature T says it"
        ] : [])
    digest = try SourceDigest.ofFile(path)
    var attributes = [
      "imported_from": format.rawValue,
      "source_file": URL(filePath: path).lastPathComponent,
      "source_digest": digest,
      "imported_columns": JSONValue.object(
        columns.map { JSONMember(key: $0.imported.name, value: .string($0.imported.source)) }
      ).serialized(),
      "repeated_steps": String(table.repeatedSteps),
    ]
    attributes["sampling_temperature"] = self.temperature.map { "\($0)" }
    attributes["aggregation"] = aggregation
    attributes["logging_steps"] = loggingSteps.map(String.init)
    log = TrainingLog(
      steps: table.steps, columns: columns.map(\.column), attributes: attributes)
  }

  private static func table(
    _ path: String, _ format: ImportFormat, _ mapping: ImportMapping?, pause: () throws -> Void
  ) throws -> (MetricTable, loggingSteps: Int?) {
    switch format {
    case .trainerState:
      let state = try JSONRows.trainerState(path, pause: pause)
      return (state.table, state.loggingSteps)
    case .verlFile:
      return (
        try JSONRows.lines(path, stepName: "step", dataName: "data", pause: pause), nil
      )
    case .llamaFactory:
      return (try JSONRows.lines(path, stepName: "current_steps", pause: pause), nil)
    case .verlConsole: return (try ConsoleRows.table(path, pause: pause), nil)
    case .tensorBoard: return (try EventRows.table(path, pause: pause), nil)
    case .primeRL, .openAI, .llamaCpp, .tokens, .lmEval:
      throw ImportFault(
        path, nil, "'\(format.rawValue)' holds tokens, of which no training log is made")
    case .csv, .jsonLines:
      guard let mapping, let step = mapping.step else {
        throw ImportFault(
          mapping?.path ?? path, nil,
          mapping == nil
            ? "is a table of metrics whose meaning only you know: give --mapping FILE.yaml with 'step: "
              + "COLUMN' and 'columns: {reward: COLUMN}'"
            : "names no column of steps; write 'step: COLUMN'")
      }
      guard format == .csv else {
        return (
          try JSONRows.lines(path, stepName: step, stepIsOptional: true, pause: pause), nil
        )
      }
      return (
        try CSVRows.table(
          path, stepName: step, wanted: Set(mapping.entries.map(\.source)), pause: pause), nil
      )
    }
  }
}

/// A column that the dictionary doesn't have, under its own name after `other/`.
private struct OtherColumn {
  let column: TrainingLog.Column

  init(_ name: String, _ values: [Double]) {
    var (values, definition) = (values, "As the source has it under this name")
    if name.contains("_terminated_length") {
      // TRL writes 0 where nothing ended.
      values = values.map { $0 == 0 ? .nan : $0 }
      definition += "; 0 means that no rollout ended, and is not measured"
    } else if MetricNames.withoutTracker(name) == "num_tokens" {
      definition += "; a sum since the run began, prompts included"
    }
    column = TrainingLog.Column(
      name: TrainingLog.otherPrefix + name, definition: definition, unit: "unknown",
      values: values)
  }
}
