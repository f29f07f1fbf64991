import Foundation
import Importing
import JSON
import RunLogs
import TestSupport
import Testing

/// Real files against numbers that Python's json and csv and tensorboard's reader found in them.
@Suite struct ImportedValueTests {
  private static let folder = Places.fixture("imports") + "/"

  private static let expected = Result {
    try JSONValue(
      parsing: Array(Data(contentsOf: URL(filePath: folder + "expected.json"))))
  }

  static let cases: [(file: String, format: ImportFormat)] = [
    ("trainer_state_trl-1.16_grpo_6steps.json", .trainerState),
    ("trainer_state_trl-1.16_sft.json", .trainerState),
    ("llamafactory-trainer_log.jsonl", .llamaFactory),
    ("verl-file.jsonl", .verlFile), ("verl-console.log", .verlConsole),
    ("trl-1.16.tfevents", .tensorBoard), ("wandb-history.csv", .csv),
  ]

  private static func read(_ file: String) throws -> TrainingLogImport {
    let mapping =
      file.hasSuffix(".csv") ? try ImportMapping(path: folder + "wandb-mapping.yaml") : nil
    return try TrainingLogImport(path: folder + file, mapping: mapping)
  }

  /// What a value is that another reader found under the column's own name.
  private func ours(_ value: Double, of imported: TrainingLogImport.Imported) -> Double {
    if imported.source.hasPrefix("1 − ") { return 1 - value }
    return imported.name.contains("_terminated_length") && value == 0 ? .nan : value
  }

  @Test(arguments: cases)
  func `each number is the one that another reader finds`(
    file: String, format: ImportFormat
  ) throws {
    let found = try Self.read(file)
    #expect(found.format == format)
    let expected = try #require(try Self.expected.get()[file]?.objectValue)
    // Every column is there, and no other.
    let sources = found.columns.map { $0.source.replacing("1 − ", with: "") }
    #expect(Set(sources) == Set(expected.map(\.key)) && sources.count == expected.count)
    var steps: Set<Int> = []
    var compared = 0
    for (imported, column) in zip(found.columns, found.log.columns) {
      let source = imported.source.replacing("1 − ", with: "")
      let values = try #require(expected.first { $0.key == source }?.value.objectValue)
      for member in values { steps.insert(try #require(Int(member.key))) }
      for (step, value) in zip(found.log.steps, column.values) {
        let other = values.first { $0.key == String(step) }?.value.doubleValue
        let wanted = other.map { ours($0, of: imported) } ?? .nan
        // The same bits: nothing is computed but complements.
        #expect(
          value.isNaN && wanted.isNaN || value == wanted, "\(column.name), step \(step)")
        compared += value.isNaN ? 0 : 1
      }
    }
    #expect(found.log.steps == steps.sorted())
    #expect(compared > 50)
  }

  @Test(arguments: cases.map(\.file))
  func `the log comes back from HDF5 as it was made`(file: String) throws {
    let log = try Self.read(file).log
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try log.write(to: path)
      #expect(try LogKind(path: path) == .training)
      let copy = try TrainingLog(path: path)
      #expect(copy.steps == log.steps && copy.attributes == log.attributes)
      func bits(_ log: TrainingLog) -> [String: [UInt64]] {
        Dictionary(uniqueKeysWithValues: log.columns.map { ($0.name, $0.values.map(\.bitPattern)) })
      }
      #expect(bits(copy) == bits(log))
      for column in copy.columns {
        #expect(column.name.hasPrefix("other/") == (TrainingMetric(rawValue: column.name) == nil))
      }
    }
  }

  private func names(_ file: String) throws -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: try Self.read(file).columns.filter(\.isKnown).map {
        ($0.name, $0.source)
      })
  }

  @Test func `GRPO of TRL has the dictionary's names`() throws {
    let wanted = [
      "loss": "loss", "reward": "reward", "reward_std": "reward_std",
      "degenerate_groups": "frac_reward_zero_std",
      "response_length": "completions/mean_length",
      "response_length_min": "completions/min_length",
      "response_length_max": "completions/max_length",
      "stopped_share": "1 − completions/clipped_ratio", "rollout_entropy_tempered": "entropy",
      "clipped_low_share": "clip_ratio/low_mean", "clipped_high_share": "clip_ratio/high_mean",
      "kl_penalized": "kl", "gradient_norm": "grad_norm", "learning_rate": "learning_rate",
      "seconds": "step_time",
    ]
    #expect(try names("trainer_state_trl-1.16_grpo_6steps.json") == wanted)
    // The same run's event file.
    let events = wanted.mapValues { source in
      source.hasPrefix("1 − ") ? "1 − train/" + source.dropFirst(4) : "train/" + source
    }
    #expect(try names("trl-1.16.tfevents") == events)
  }

  @Test func `the entropy of SFT is another quantity`() throws {
    #expect(
      try names("trainer_state_trl-1.16_sft.json") == [
        "loss": "loss", "demonstration_entropy": "entropy", "gradient_norm": "grad_norm",
        "learning_rate": "learning_rate",
      ])
  }

  @Test func `verl's file and console have the same names`() throws {
    let names = try names("verl-file.jsonl")
    #expect(try names == self.names("verl-console.log"))
    #expect(names["rollout_entropy_tempered"] == "actor/entropy")
    #expect(names["stopped_share"] == "1 − response_length/clip_ratio" && names.count == 15)
  }

  @Test func `what a source tells of itself is in the log`() throws {
    let file = "trainer_state_trl-1.16_grpo_6steps.json"
    let found = try TrainingLogImport(path: Self.folder + file, temperature: 0.7)
    let attributes = found.log.attributes
    #expect(attributes["imported_from"] == "trainer-state" && attributes["source_file"] == file)
    #expect(attributes["logging_steps"] == "2" && attributes["sampling_temperature"] == "0.7")
    #expect(attributes["aggregation"]?.hasPrefix("means since the last entry") == true)
    // sha256sum
    #expect(attributes["source_digest"] == Self.digest)
    #expect(try Self.read("verl-file.jsonl").log.attributes["sampling_temperature"] == nil)
  }

  private static let digest = "a5d2a92838e909e779fdbc62dd374e79f3d16d791a9e54e7458882180f838c3f"
}
