import Foundation
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
}
