internal import JSON
internal import Texts

/// Formats that are JSON: one document with a history, or an object on each line.
enum JSONRows {
  /// A line of a metrics file is of kilobytes; what is longer is no such file.
  static let longestLine = 64 << 20

  /// What a `trainer_state.json` says beside its history.
  struct TrainerState {
    var table: MetricTable
    var loggingSteps: Int?
  }

  /// Reads a Hugging Face Trainer's state.
  ///
  /// - Throws: `ImportFault`, and `TextError` where the file can't be read.
  static func trainerState(
    _ path: String, pause: () throws -> Void
  ) throws -> TrainerState {
    var bytes: [UInt8] = []
    var number = 1
    var lines = try LineStream(
      path: path, longest: longestLine, checksFirstLine: false, pause: pause)
    // Places in messages are lines: blank ones are kept.
    while let line = try lines.next(pause: pause) {
      bytes += Array(repeating: 0x0A, count: line.number - number) + line.bytes
      number = line.number
      guard bytes.count <= longestLine else {
        throw ImportFault(
          path, nil, "is larger than \(longestLine >> 20) MiB, which no trainer's state is")
      }
    }
    let root: JSONValue
    do throws(JSONError) {
      root = try JSONValue(parsing: bytes, dialect: .python)
    } catch {
      throw ImportFault(
        path, "line \(error.line)",
        "column \(error.column): \(error.reason); a file that broke off is no trainer's state: take "
          + "that of an earlier checkpoint")
    }
    guard let history = root["log_history"]?.arrayValue else {
      throw ImportFault(
        path, nil,
        "has no list 'log_history', which a trainer's state has; the formats are "
          + ImportFormat.known)
    }
    var table = MetricTable(path: path)
    for (index, entry) in history.enumerated() {
      let place = "log_history, entry \(index + 1)"
      guard let members = entry.objectValue else {
        throw ImportFault(path, place, "is no object with a step and metrics; repair or remove it")
      }
      try add(members, stepName: "step", to: &table, path: path, place: place)
    }
    return TrainerState(
      table: table, loggingSteps: root["logging_steps"]?.doubleValue.flatMap { Int(exactly: $0) })
  }

  /// Reads lines; each is an object with a step, and metrics beside it or in an object of their own.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - stepName: the member that holds the step.
  ///   - dataName: the member that holds the metrics; nil where they are beside the step.
  ///   - stepIsOptional: whether a line without a step is counted instead of refused.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Returns: what the lines hold.
  /// - Throws: `ImportFault`, and `TextError` where the file can't be read.
  static func lines(
    _ path: String, stepName: String, dataName: String? = nil, stepIsOptional: Bool = false,
    pause: () throws -> Void
  ) throws -> MetricTable {
    var table = MetricTable(path: path)
    var lines = try LineStream(
      path: path, longest: longestLine, checksFirstLine: false, pause: pause)
    while let line = try lines.next(pause: pause) {
      let place = "line \(line.number)"
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: line.bytes, dialect: .python)
      } catch {
        throw ImportFault(
          path, place,
          "column \(error.column): \(error.reason); if a run was stopped while it wrote this line, "
            + "remove it: sed \(line.number)d FILE > whole.jsonl")
      }
      guard let members = value.objectValue else {
        throw ImportFault(path, place, "is no JSON object with a step and metrics; remove it")
      }
      if stepIsOptional, value[stepName] == nil || value[stepName] == .null {
        table.rowsWithoutStep += 1
        continue
      }
      guard let dataName else {
        try add(members, stepName: stepName, to: &table, path: path, place: place)
        continue
      }
      guard let data = value[dataName]?.objectValue else {
        throw ImportFault(path, place, "has no object '\(dataName)' with metrics; remove the line")
      }
      let step = members.filter { $0.hasKey(stepName) }
      try add(step + data, stepName: stepName, to: &table, path: path, place: place)
    }
    return table
  }

  private static func add(
    _ members: [JSONMember], stepName: String, to table: inout MetricTable, path: String,
    place: String
  ) throws(ImportFault) {
    guard let member = members.first(where: { $0.hasKey(stepName) }) else {
      throw ImportFault(path, place, "has no '\(stepName)'; add it, or remove the entry")
    }
    guard let number = member.value.doubleValue, let step = Step.whole(number) else {
      throw ImportFault(path, place, "'\(stepName)' is no whole number from 0 on; repair it")
    }
    var values: [(name: String, value: Double)] = []
    for member in members where !member.hasKey(stepName) {
      switch member.value {
      case .null: values.append((member.key, .nan))
      case .integer(let number): values.append((member.key, Double(number)))
      case .number(let number): values.append((member.key, number))
      case .otherNumber(let text): values.append((member.key, Double(text) ?? .nan))
      case .bool: table.leaveOut(member.key, "holds true or false, no number")
      case .string: table.leaveOut(member.key, "holds text, no number")
      case .array: table.leaveOut(member.key, "holds a list, no number")
      case .object: table.leaveOut(member.key, "holds an object, no number")
      }
    }
    try table.add(step: step, values, place: place)
  }
}

/// Numbers of steps.
enum Step {
  /// A step that was written as a number; nil if it is none.
  static func whole(_ number: Double) -> Int? {
    (0...9_007_199_254_740_992).contains(number) ? Int(exactly: number) : nil
  }
}
