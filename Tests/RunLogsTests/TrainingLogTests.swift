import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

@Suite struct TrainingLogTests {
  private let log = TrainingLog(
    steps: [1, 2, 4],
    columns: [
      .init(
        name: "loss", definition: "what is minimised", unit: "nats", trl: "loss",
        verl: "actor/pg_loss", values: [1.5, -0.25, 1e-300]),
      .init(name: "reward", definition: "mean reward", unit: "1", values: [0, .nan, 1]),
    ], attributes: ["model": "grüße"])

  @Test func `a log comes back as it was written`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try log.write(to: path)
      let copy = try TrainingLog(path: path)
      #expect(copy.steps == log.steps)
      #expect(copy.attributes == ["model": "grüße"])
      #expect(copy.columns.map(\.name) == ["loss", "reward"])
      #expect(copy.columns.map(\.definition) == log.columns.map(\.definition))
      #expect(copy.columns.map(\.verl) == ["actor/pg_loss", ""])
      for (found, written) in zip(copy.columns, log.columns) {
        #expect(found.values.map(\.bitPattern) == written.values.map(\.bitPattern))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log.h5"])
    }
  }

  @Test func `a run without steps is a log as well`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try TrainingLog(steps: [], columns: []).write(to: path)
      #expect(try TrainingLog(path: path).steps == [])
    }
  }

  @Test func `a file that is no training log is refused, a folder that is missing is named`() throws
  {
    let other = Places.fixture("runlogs/log-1.0.h5")
    let error = #expect(throws: RunLogError.self) { try TrainingLog(path: other) }
    #expect(error?.kind == .notALog)
    let missing = #expect(throws: RunLogError.self) { try log.write(to: "no-such-folder/log.h5") }
    #expect(missing?.description.contains("no-such-folder") == true)
  }

  private static let rollouts = [
    TrainingLog.RolloutRecord(
      id: "step-1-0-policy-0", promptID: "step-1-0", sample: 0, step: 1, finish: "stop", reward: 1,
      advantage: 0.75, promptIDs: [7, 1, 4_000_000_000], responseIDs: [3, 9],
      logProbabilities: [-0.5, -1.25], behaviorLogProbabilities: [-0.25, -2],
      entropies: [0.125, 3]),
    TrainingLog.RolloutRecord(
      id: "grüße", promptID: "p", sample: 1, step: 4, finish: "length", reward: 0,
      advantage: -0.75, promptIDs: [2], responseIDs: [], logProbabilities: [],
      behaviorLogProbabilities: [], entropies: []),
    TrainingLog.RolloutRecord(
      id: "c", promptID: "p", sample: 0, step: 4, finish: "length", reward: 0, advantage: .infinity,
      promptIDs: [], responseIDs: [5], logProbabilities: [-0.0],
      behaviorLogProbabilities: [-.infinity], entropies: [0]),
  ]

  private var logWithRollouts: TrainingLog {
    var log = log
    log.rollouts = Self.rollouts
    return log
  }

  @Test func `a log for a look from outside has its rollouts`() throws {
    try withTemporaryFolder { folder in
      let path =
        ProcessInfo.processInfo.environment["TOKENSHIFT_SAMPLE_TRAINING_LOG"]
        ?? folder.appending(path: "log.h5").path
      try logWithRollouts.write(to: path)
      #expect(try TrainingLog(path: path).rollouts == Self.rollouts)
      // What it is documented to hold is what it holds.
      let file = try HDF5File.open(path)
      for column in TokenLogColumn.rolloutColumns {
        let dataset = try file.root.dataset(column.path())
        #expect(try dataset.elementType() == column.elementType, "\(column.path())")
        #expect(try dataset.attribute("definition") == .string(column.definition))
      }
    }
  }

  /// Made by the test above when schemas 1.1 and 2.0 were new; later versions have to read them.
  @Test(arguments: ["1.1", "2.0"])
  func `logs of later schemas are read`(version: String) throws {
    let log = try TrainingLog(path: Places.fixture("runlogs/training-log-\(version).h5"))
    #expect(log.rollouts == Self.rollouts)
    #expect(log.steps == [1, 2, 4])
  }

  /// Text of the header, too: nothing of it lies outside a checksum.
  @Test func `a flipped bit in a log of schema 2 0 is an error or changes nothing`() throws {
    let bytes = try Data(contentsOf: URL(filePath: Places.fixture("runlogs/training-log-2.0.h5")))
    let whole = try TrainingLog(path: Places.fixture("runlogs/training-log-2.0.h5"))
    var refused = 0
    try withTemporaryFolder { folder in
      for place in stride(from: 3, to: bytes.count, by: 97) {
        var copy = bytes
        copy[place] ^= 1 << UInt8(place % 8)
        let url = folder.appending(path: "\(place).h5")
        try copy.write(to: url)
        do {
          let log = try TrainingLog(path: url.path)
          // Written out: NaN equals nothing.
          #expect("\(log)" == "\(whole)", "byte \(place)")
        } catch is RunLogError { refused += 1 }
      }
    }
    #expect(refused > 50)
  }

  /// Three steps of a run on the demo's base, written by TokenShift before there were rollouts.
  @Test func `a log of schema 1 0 is read and has no rollouts`() throws {
    let log = try TrainingLog(path: Places.fixture("runlogs/training-log-1.0.h5"))
    #expect(log.rollouts.isEmpty)
    #expect(log.steps == [1, 2, 3])
    // From the run's log.jsonl.
    #expect(
      log.columns.first { $0.name == "loss" }?.values
        == [0.45275890519673356, 0.39301095133966507, 0.2266377713937991])
  }

  @Test func `rollouts that contradict each other are damage`() throws {
    let wrong: [(String, [Int64])] = [
      ("offsets", [0, 5, 6, 8]), ("offsets", [0, 6, 5, 7]), ("offsets", [0, 5, 7]),
      ("response_start", [3, 2, 0]), ("response_start", [3, -1, 0]), ("step", [1, 4]),
    ]
    for (name, values) in wrong {
      try withTemporaryFolder { folder in
        let path = folder.appending(path: "log.h5").path
        let file = try HDF5File.create(path, replacing: true)
        try file.root.setAttribute("schema", to: .string(TrainingLog.schema))
        try file.root.setAttribute("schema_version", to: .string("1.1"))
        try file.root.createDataset("train/step", of: Int64.self).append([1 as Int64])
        let whole = folder.appending(path: "whole.h5").path
        try logWithRollouts.write(to: whole)
        let source = try HDF5File.open(whole)
        for column in TokenLogColumn.rolloutColumns {
          let dataset = try source.root.dataset(column.path())
          let copy = try file.root.createDataset(column.path(), of: column.elementType)
          if column.path() == "/seq/" + name {
            try copy.append(values)
          } else {
            switch column.elementType {
            case .uint8: try copy.append(try dataset.read(as: UInt8.self))
            case .uint32: try copy.append(try dataset.read(as: UInt32.self))
            case .int64: try copy.append(try dataset.read(as: Int64.self))
            case .float32: try copy.append(try dataset.read(as: Float.self))
            default: try copy.append(try dataset.read(as: Double.self))
            }
          }
        }
        for list in ["seq/id", "seq/prompt_id", "seq/finish"] {
          try HDF5ByteLists.create(list, in: file.root)
            .append(try HDF5ByteLists(list, in: source.root).read())
        }
        try file.close()
        let error = #expect(throws: RunLogError.self) { try TrainingLog(path: path) }
        #expect(error?.kind == .damaged, "\(name) \(values)")
      }
    }
  }
}
