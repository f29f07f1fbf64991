internal import Foundation
internal import JSON
internal import RunLogs

/// The log of a run while it goes on: a JSON line for each step.
struct TrainingJournal {
  let path: String
  private let file: FileHandle
  private(set) var records: [StepRecord] = []

  /// Starts the log, which must not be there yet.
  init(path: String) throws {
    self.path = path
    try Data().write(to: URL(filePath: path), options: .withoutOverwriting)
    file = try FileHandle(forWritingTo: URL(filePath: path))
  }

  /// Appends a step.
  mutating func append(_ record: StepRecord) throws {
    records.append(record)
    var members = [JSONMember(key: "step", value: .integer(Int64(record.step)))]
    for metric in TrainingMetric.allCases {
      guard let value = record.values[metric] else { continue }
      members.append(
        JSONMember(key: metric.rawValue, value: value.isFinite ? .number(value) : .null))
    }
    try file.write(contentsOf: Data((JSONValue.object(members).serialized() + "\n").utf8))
  }

  /// Publishes all steps as HDF5: a column for each metric that any of them has.
  func publish(as path: String, _ configuration: TrainingConfiguration, parameterCount: Int) throws
  {
    let metrics = TrainingMetric.allCases.filter { metric in
      records.contains { $0.values[metric] != nil }
    }
    let columns = metrics.map { metric in
      let entry = metric.entry
      return TrainingLog.Column(
        name: metric.rawValue, definition: entry.definition, unit: entry.unit, trl: entry.trl,
        verl: entry.verl, values: records.map { $0[metric] })
    }
    try TrainingLog(
      steps: records.map(\.step), columns: columns,
      attributes: [
        "objective": configuration.objective.rawValue, "model": configuration.model,
        "seed": String(configuration.seed), "parameters": String(parameterCount),
        "configuration": configuration.yaml,
      ]
    ).write(to: path)
  }
}
