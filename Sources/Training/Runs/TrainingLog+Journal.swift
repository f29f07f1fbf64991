internal import Foundation
package import RunLogs
internal import Texts

extension TrainingLog {
  /// What a run that still goes on, or was killed, has written so far.
  ///
  /// A last line that is cut off doesn't count.
  ///
  /// - Parameters:
  ///   - path: the run's `log.jsonl`, which may be packed with gzip or zstd.
  ///   - configuration: its `config.yaml`, for the attribute of that name; nil to leave it out.
  /// - Throws: `TrainingError` naming the file and the line, or `TextError` where it can't be unpacked.
  package init(journal path: String, configuration: String?) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw TrainingError.file(path: path, reason: "can't be read")
    }
    let bytes = try UnpackedBytes.all(ofFile: path)
    // What follows the last line end is the line that is being written.
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    let records = try lines.enumerated().map { index, line in
      guard let record = StepRecord(parsing: Array(line)) else {
        throw TrainingError.badLine(path: path, line: index + 1, "is not the record of a step")
      }
      return record
    }
    self.init(
      steps: records.map(\.step), columns: Self.columns(of: records),
      attributes: configuration.map { ["configuration": $0] } ?? [:])
  }

  /// The lines of a running run, with the configuration that lies beside them.
  /// - Throws: `TrainingError` naming the file and the line.
  package init(journalBesideConfiguration path: String) throws {
    let beside = URL(filePath: path).deletingLastPathComponent().appending(path: "config.yaml")
    try self.init(journal: path, configuration: try? String(contentsOf: beside, encoding: .utf8))
  }

  /// What lines of a finished run are called when they are kept packed.
  package static let packedJournalName = "log.jsonl.gz"

  /// The log of a run's folder: HDF5, or the lines beside it if these have more steps, as in a run
  /// that goes on or was killed; packed lines where there is nothing else.
  ///
  /// - Parameter folder: what `train` writes to.
  /// - Throws: `TrainingError`, `TextError` or `RunLogError` naming the file.
  package init(ofRun folder: String) throws {
    let published = folder + "/log.h5"
    let lines = folder + "/log.jsonl"
    let packed = folder + "/" + Self.packedJournalName
    let manager = FileManager.default
    guard manager.fileExists(atPath: lines) else {
      guard manager.fileExists(atPath: published) else {
        if manager.fileExists(atPath: packed) {
          try self.init(journalBesideConfiguration: packed)
          return
        }
        throw TrainingError.file(
          path: folder,
          reason:
            "holds no log.h5; name a token log, or the folder that 'tokenshift train' writes to; "
            + "runs of other trainers go to 'tokenshift reproduce --measure-only'")
      }
      self = try TrainingLog(path: published)
      return
    }
    let now = try TrainingLog(journalBesideConfiguration: lines)
    guard manager.fileExists(atPath: published) else {
      self = now
      return
    }
    let before = try TrainingLog(path: published)
    self = now.steps.count > before.steps.count ? now : before
  }

  /// The numbers of all steps; columns of other programs' metrics are left out.
  var records: [StepRecord] {
    steps.enumerated().map { index, step in
      var record = StepRecord(step: step)
      for column in columns {
        if let metric = TrainingMetric(rawValue: column.name) {
          record[metric] = column.values[index]
        }
      }
      return record
    }
  }

  /// A column for each metric that any step has.
  static func columns(of records: [StepRecord]) -> [Column] {
    let metrics = TrainingMetric.allCases.filter { metric in
      records.contains { $0.values[metric] != nil }
    }
    return metrics.map { metric in Column(metric, values: records.map { $0[metric] }) }
  }
}

extension TrainingConfiguration.Gate {
  /// Whether any evaluation in a log shows what the gate asks for.
  package func isMet(by log: TrainingLog) -> Bool { log.records.contains(where: isMet(by:)) }
}
