internal import Files
internal import Foundation
internal import JSON
internal import RunLogs

/// The log of a run while it goes on: a JSON line for each step, and some rollouts beside it.
///
/// Each line is with the system before the next step begins, and all are on the disk before a
/// checkpoint gets its name. So what a checkpoint promises survives a kill and a power cut; what
/// comes after the last checkpoint is made again, with the same numbers.
struct TrainingJournal {
  private let steps: JSONLinesJournal
  private let rollouts: JSONLinesJournal
  private(set) var records: [StepRecord] = []

  /// More than a step can have, and few enough to be added up.
  private static let tokenRange = 0...0x1p40

  /// Starts the log, or goes on after a step of one that is there.
  ///
  /// What a run wrote after that step is dropped.
  init(_ folder: RunFolder, after step: Int = 0) throws {
    let lines = try JSONLinesJournal.lines(of: folder.journal).prefix(step)
    for (index, line) in lines.enumerated() {
      guard let record = StepRecord(parsing: Array(line)), record.step == index + 1,
        Self.tokenRange.contains(record[.tokens])
      else {
        throw TrainingError.badLine(
          path: folder.journal, line: index + 1, "is not the record of that step")
      }
      records.append(record)
    }
    guard records.count == step else {
      throw TrainingError.file(
        path: folder.journal, reason: "ends before step \(step); start the run anew")
    }
    let samples = try JSONLinesJournal.lines(of: folder.rollouts).prefix { line in
      TrainingLog.RolloutRecord.step(of: line).map { $0 <= step } ?? false
    }
    steps = try JSONLinesJournal(path: folder.journal, keeping: Array(lines))
    rollouts = try JSONLinesJournal(path: folder.rollouts, keeping: Array(samples))
  }

  /// Appends a step, and those of its rollouts that are kept.
  mutating func append(
    _ record: StepRecord, _ samples: RolloutSamples
  ) throws(FileError) {
    // The rollouts first: a step that is in the log has them.
    if !samples.text.isEmpty { try rollouts.append(samples.text) }
    try steps.append(record.json.serialized() + "\n")
    records.append(record)
  }

  /// Publishes all steps as HDF5: a column for each metric that any of them has, and the rollouts.
  ///
  /// Brings the journal to the disk first.
  func publish(as path: String, _ configuration: TrainingConfiguration, parameterCount: Int) throws
  {
    try rollouts.synchronize()
    try steps.synchronize()
    let samples = try JSONLinesJournal.lines(of: rollouts.path).enumerated().map { index, line in
      guard let rollout = TrainingLog.RolloutRecord(parsing: line) else {
        throw TrainingError.badLine(path: rollouts.path, line: index + 1, "is no rollout")
      }
      return rollout
    }
    try TrainingLog(
      steps: records.map(\.step), columns: TrainingLog.columns(of: records), rollouts: samples,
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
