import Analysis
import Foundation
import RunLogs
import Study
import TestSupport
import Testing

/// `log.jsonl.gz`, as finished runs keep it, read like `log.jsonl`.
@Suite struct PackedLogTests {
  private static let packed = Places.fixture("runlogs/packed/log.jsonl.gz")
  private static let plain = Places.fixture("runlogs/packed/unpacked.jsonl")

  private func inFolder(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let run = folder.appending(path: "srft").path
      try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
      try "seed: 1\n".write(toFile: run + "/config.yaml", atomically: true, encoding: .utf8)
      try FileManager.default.copyItem(atPath: Self.packed, toPath: run + "/log.jsonl.gz")
      try body(run)
    }
  }

  private static func log(_ source: LogSource) throws -> TrainingLog {
    guard case .training(let run) = source else {
      Issue.record("no training run")
      return TrainingLog(steps: [], columns: [])
    }
    #expect(run.folderName == "srft" || run.label == "srft")
    return run.log
  }

  @Test func `a run's folder and the file itself are the run`() throws {
    try inFolder { run in
      try FileManager.default.copyItem(atPath: Self.plain, toPath: run + "/../log.jsonl")
      let plain = try Self.log(LogSource(path: run + "/../log.jsonl", label: "srft"))
      #expect(plain.steps == [1, 2, 3, 4] && plain.columns.count > 20)
      for path in [run, run + "/log.jsonl.gz"] {
        let log = try Self.log(LogSource(path: path, label: nil))
        #expect(log.steps == plain.steps)
        #expect(log.columns.map(\.name) == plain.columns.map(\.name))
        for (column, other) in zip(log.columns, plain.columns) {
          #expect(column.values.map(\.bitPattern) == other.values.map(\.bitPattern))
        }
        #expect(log.attributes["configuration"] == "seed: 1\n")
        #expect(try LogSource.isTraining(path))
        #expect(LogSource.files(at: path).contains(run + "/log.jsonl.gz"))
      }
    }
  }

  @Test func `a study reads a run's log once, and none where there is none`() throws {
    try inFolder { run in
      let logs = ReadLogs()
      let log = try #require(try logs.log(inFolder: run))
      #expect(log.steps == [1, 2, 3, 4])
      try FileManager.default.removeItem(atPath: run + "/log.jsonl.gz")
      #expect(try logs.log(inFolder: run)?.steps == log.steps)
      #expect(try ReadLogs().log(inFolder: run) == nil)
    }
  }

  @Test func `a file that was cut is refused by its name`() throws {
    try inFolder { run in
      let path = run + "/log.jsonl.gz"
      let bytes = try Data(contentsOf: URL(filePath: path))
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
      for read in [
        { _ = try ReadLogs().log(inFolder: run) }, { _ = try LogSource(path: path, label: nil) },
      ] {
        let error = #expect(throws: (any Error).self) { try read() }
        #expect("\(error.map { "\($0)" } ?? "")".contains("log.jsonl.gz"))
      }
    }
  }
}
