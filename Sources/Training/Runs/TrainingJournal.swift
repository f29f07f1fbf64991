internal import Foundation
internal import JSON
internal import RunLogs

/// The log of a run while it goes on: a JSON line for each step.
struct TrainingJournal {
  let path: String
  private let file: FileHandle
  private(set) var records: [StepRecord] = []

  /// Starts the log, or goes on behind a step of one that is there.
  ///
  /// What a run wrote after its last checkpoint is dropped: it will be written again, with the same
  /// numbers.
  init(path: String, after step: Int = 0) throws {
    self.path = path
    let url = URL(filePath: path)
    let old = FileManager.default.contents(atPath: path) ?? Data()
    let lines = old.split(separator: 0x0A).prefix(step)
    for (index, line) in lines.enumerated() {
      guard let record = StepRecord(parsing: Array(line)), record.step == index + 1 else {
        throw TrainingError.badLine(path: path, line: index + 1, "is not the record of that step")
      }
      records.append(record)
    }
    guard records.count == step else {
      throw TrainingError.file(path: path, reason: "ends before step \(step); start the run anew")
    }
    let kept = lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
    try Data(kept.utf8).write(to: url, options: .atomic)
    file = try FileHandle(forWritingTo: url)
    try file.seekToEnd()
  }

  /// Appends a step.
  mutating func append(_ record: StepRecord) throws {
    records.append(record)
    try file.write(contentsOf: Data((record.json.serialized() + "\n").utf8))
  }

  /// Publishes all steps as HDF5: a column for each metric that any of them has.
  func publish(as path: String, _ configuration: TrainingConfiguration, parameterCount: Int) throws
  {
    try TrainingLog(
      steps: records.map(\.step), columns: TrainingLog.columns(of: records),
      attributes: [
        "objective": configuration.objective.rawValue, "model": configuration.model ?? "new",
        "seed": String(configuration.seed), "parameters": String(parameterCount),
        "configuration": configuration.yaml,
      ]
    ).write(to: path)
  }
}

extension StepRecord {
  /// The record as a line of the journal; NaN is null.
  fileprivate var json: JSONValue {
    var members = [JSONMember(key: "step", value: .integer(Int64(step)))]
    for metric in TrainingMetric.allCases {
      guard let value = values[metric] else { continue }
      members.append(
        JSONMember(key: metric.rawValue, value: value.isFinite ? .number(value) : .null))
    }
    return .object(members)
  }

  /// A line of the journal; nil if it is none.
  init?(parsing line: [UInt8]) {
    guard let members = try? JSONValue(parsing: line).objectValue,
      let step = members.first(where: { $0.hasKey("step") })?.value.integerValue
    else { return nil }
    self.init(step: Int(step))
    for member in members {
      guard let metric = TrainingMetric(rawValue: member.key) else { continue }
      self[metric] = member.value.doubleValue ?? .nan
    }
  }
}
