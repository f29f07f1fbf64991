internal import Files
internal import Foundation
internal import JSON
internal import Texts

/// What a file is, by its contents.
enum FormatRecognition {
  /// Lines of a document in which its list of entries has begun.
  private static let mostLines = 10_000

  /// The format of a file; a text that is none of the others counts as a console log, whose reader says
  /// so where no line is one of a step.
  ///
  /// - Throws: `ImportFault` for what is known to be something else, `TextError` where the file can't be
  ///   read.
  static func format(of path: String, pause: () throws -> Void) throws -> ImportFormat {
    var file = try ByteStream(path: path)
    let start = [UInt8](try file.next() ?? Data())
    guard !start.isEmpty else {
      throw ImportFault(path, nil, "is empty; give the log of a run")
    }
    if EventRows.begins(start) { return .tensorBoard }
    try refuse(FileFormat(start: start), path)
    var lines = try LineStream(
      path: path, longest: JSONRows.longestLine, checksFirstLine: false, pause: pause)
    guard let first = try lines.next(pause: pause) else {
      throw ImportFault(path, nil, "holds nothing but blank lines; give the log of a run")
    }
    let text = first.bytes.drop { $0 == 0x20 || $0 == 0x09 }
    if text.first == UInt8(ascii: "{") {
      return try objects(first, then: &lines, path, pause: pause)
    }
    if let format = try arrayOrEvents(path, pause: pause) { return format }
    if text.first == UInt8(ascii: "["), text.dropFirst().first.map({ $0 != 0x1B }) ?? true,
      (try? JSONValue(parsing: first.bytes, dialect: .python)) != nil || text.count == 1
    {
      throw ImportFault(
        path, "line 1",
        "begins a JSON array; write an object per line: jq -c '.[]' FILE > log.jsonl")
    }
    return try isTable(path, pause: pause) ? .csv : .verlConsole
  }

  private static func refuse(_ format: FileFormat?, _ path: String) throws(ImportFault) {
    switch format {
    case .parquet?:
      throw ImportFault(
        path, nil,
        "is Parquet: TRL's completions are texts to score, not a training log; 'python -m "
          + "tokenshift_recorder.parquet FILE --output texts.jsonl' makes texts of them")
    case .hdf5?:
      throw ImportFault(path, nil, "is HDF5; a log of ours needs no import")
    default: break
    }
  }

  private static func objects(
    _ first: LineStream.Line, then lines: inout LineStream, _ path: String,
    pause: () throws -> Void
  ) throws -> ImportFormat {
    do {
      let object = try JSONValue(parsing: first.bytes, dialect: .python)
      if let format = tokens(of: object) { return format }
      if object["log_history"] != nil { return .trainerState }
      if object["current_steps"] != nil { return .llamaFactory }
      if object["step"] != nil, object["data"]?.objectValue != nil { return .verlFile }
      let texts = ["prompt", "input", "question", "messages", "completion", "output", "response"]
      if texts.contains(where: { object[$0].map { $0.doubleValue == nil && $0 != .null } ?? false })
      {
        throw ImportFault(
          path, "line \(first.number)",
          "holds a text, no metrics: 'tokenshift score --texts FILE' reads texts; for metrics among "
            + "them name the format with --format jsonl")
      }
      return .jsonLines
    } catch let error as JSONError {
      // An object over several lines, or a line that broke off.
      let key = Array("\"log_history\"".utf8)
      var line: LineStream.Line? = first
      var last = first.number
      while let bytes = line?.bytes, let number = line?.number, number < mostLines {
        if bytes.firstRange(of: key) != nil { return .trainerState }
        last = number
        line = try lines.next(pause: pause)
      }
      if error.byteOffset >= first.bytes.count, last > first.number {
        var records = try DumpRecords(path: path, pause: pause)
        if let record = try? records.next(pause: pause), let format = tokens(of: record.value) {
          return format
        }
        throw ImportFault(
          path, nil,
          "is a JSON object without 'log_history', so no trainer's state; the formats are "
            + ImportFormat.known)
      }
      throw ImportFault(
        path, "line \(first.number)",
        "column \(error.column): \(error.reason); give a file with a whole object on each line"
      )
    }
  }

  /// The format of an object with tokens; nil if it is another object.
  private static func tokens(of object: JSONValue) -> ImportFormat? {
    if object["schema_version"] != nil, object["token_ids"] != nil { return .primeRL }
    if object["completion_probabilities"] != nil { return .llamaCpp }
    if object["choices"]?.arrayValue != nil { return .openAI }
    if object["doc_id"] != nil, object["resps"] != nil { return .lmEval }
    // A line of a batch's output; of a request that failed the response is null.
    if object["custom_id"] != nil, object["response"] != nil { return .openAI }
    let others = ["token_ids[]", "response_tokens[]", "meta_info.output_token_logprobs[]"]
    let isOther = (others + ["details.tokens[]"]).contains {
      JSONPath($0)?.value(in: object)?.arrayValue != nil
    }
    return isOther ? .tokens : nil
  }

  /// The format of an array of responses, or of a stream's events; nil if it is neither.
  private static func arrayOrEvents(
    _ path: String, pause: () throws -> Void
  ) throws -> ImportFormat? {
    var records = try DumpRecords(path: path, pause: pause)
    guard let record = try? records.next(pause: pause), records.layout != .objects else {
      return nil
    }
    if let format = tokens(of: record.value) { return format }
    // llama.cpp's events without what was to be asked for, whose reader says so.
    let isLlama = record.value["content"] != nil && record.value["stop"] != nil
    return records.layout == .events && isLlama ? .llamaCpp : nil
  }

  /// Whether the file has a header and a record of as many cells, of which one is a number.
  private static func isTable(_ path: String, pause: () throws -> Void) throws -> Bool {
    do {
      var records = try CSVRecords(path: path, pause: pause)
      guard let header = try records.next(pause: pause), header.cells.count > 1,
        header.cells.allSatisfy({ Double($0) == nil }),
        let record = try records.next(pause: pause)
      else { return false }
      // So many columns are refused by the reader, with their number.
      if header.cells.count > MetricTable.mostColumns { return true }
      guard record.cells.count == header.cells.count,
        record.cells.contains(where: { Double($0) != nil })
      else { return false }
      if Set(header.cells).isSuperset(of: ["Name", "State", "Created", "Runtime"]) {
        throw ImportFault(
          path, "line 1",
          "is W&B's table of runs, a row for each run and not for each step; export one run's history: "
            + "wandb.Api().run(RUN).history().to_csv(FILE)")
      }
      return true
    } catch let error as ImportFault where error.place == "line 1" && !isUnclosed(error) {
      throw error
    } catch is ImportFault {
      return false
    }
  }

  /// Quotes and odd bytes are what a console's lines have.
  private static func isUnclosed(_ fault: ImportFault) -> Bool { !fault.reason.hasPrefix("is W&B") }
}
