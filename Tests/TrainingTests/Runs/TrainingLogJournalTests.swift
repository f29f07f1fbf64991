import Foundation
import RunLogs
import TestSupport
import Testing
import Training

/// `log.jsonl` of a run that still goes on, read as a training log.
@Suite struct TrainingLogJournalTests {
  private func read(_ text: String, configuration: String? = nil) throws -> TrainingLog {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.jsonl")
      try Data(text.utf8).write(to: path)
      return try TrainingLog(journal: path.path, configuration: configuration)
    }
  }

  @Test func `lines become columns with their definitions, null is NaN`() throws {
    let log = try read(
      """
      {"step":1,"loss":0.5,"reward":null}
      {"step":2,"loss":0.25,"reward":1}

      """, configuration: "seed: 1\n")
    #expect(log.steps == [1, 2])
    #expect(log.columns.map(\.name) == ["loss", "reward"])
    #expect(log.columns[0].values == [0.5, 0.25])
    #expect(log.columns[1].values[0].isNaN && log.columns[1].values[1] == 1)
    #expect(log.columns[1].definition == TrainingMetric.reward.entry.definition)
    #expect(log.attributes == ["configuration": "seed: 1\n"])
  }

  @Test func `a last line that is being written doesn't count`() throws {
    #expect(try read("{\"step\":1,\"loss\":1}\n{\"step\":2,\"lo").steps == [1])
    #expect(try read("").steps == [])
  }

  @Test func `another line is refused with its number, a missing file by name`() {
    let error = #expect(throws: TrainingError.self) {
      try read("{\"step\":1}\nnonsense\n{\"step\":3}\n")
    }
    #expect(error?.description.contains("log.jsonl, line 2") == true)
    let missing = #expect(throws: TrainingError.self) {
      try TrainingLog(journal: "nowhere/log.jsonl", configuration: nil)
    }
    #expect(missing?.description.contains("nowhere/log.jsonl") == true)
  }

  @Test func `a run's lines are its published log`() throws {
    try withTemporaryFolder { folder in
      let configuration = try SmallRun.configuration(.sft, steps: 2, in: folder)
      _ = try SmallRun.records(configuration)
      let published = try TrainingLog(path: configuration.output + "/log.h5")
      let lines = try TrainingLog(
        journal: configuration.output + "/log.jsonl", configuration: configuration.yaml)
      #expect(lines.steps == published.steps)
      #expect(lines.attributes["configuration"] == published.attributes["configuration"])
      #expect(Set(lines.columns.map(\.name)) == Set(published.columns.map(\.name)))
      for column in lines.columns {
        let other = try #require(published.columns.first { $0.name == column.name })
        #expect(column.values.map(\.bitPattern) == other.values.map(\.bitPattern), "\(column.name)")
        #expect(column.definition == other.definition)
      }
    }
  }
}
