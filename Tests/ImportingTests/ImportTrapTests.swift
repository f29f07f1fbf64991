import Foundation
import Importing
import RunLogs
import TestSupport
import Testing

/// A file with this text, imported.
func imported(
  _ text: String, as format: ImportFormat? = nil, mapping: String? = nil
) throws -> TrainingLogImport {
  try imported(Array(text.utf8), as: format, mapping: mapping)
}

func imported(
  _ bytes: [UInt8], as format: ImportFormat? = nil, mapping: String? = nil
) throws -> TrainingLogImport {
  try withTemporaryFolder { folder in
    let path = folder.appending(path: "log").path
    try Data(bytes).write(to: URL(filePath: path))
    let yaml = folder.appending(path: "mapping.yaml")
    if let mapping { try Data(mapping.utf8).write(to: yaml) }
    return try TrainingLogImport(
      path: path, format: format,
      mapping: mapping == nil ? nil : try ImportMapping(path: yaml.path))
  }
}

/// Names that mean several things, repeated steps, and what isn't measured.
@Suite struct ImportTrapTests {
  private func values(_ found: TrainingLogImport, _ name: String) -> [Double]? {
    found.log.columns.first { $0.name == name }?.values
  }

  private func state(_ entries: String...) -> String {
    #"{"log_history": ["# + entries.joined(separator: ",") + #"], "logging_steps": 10}"#
  }

  // MARK: reward_std

  private func deviations(_ entries: String...) -> String {
    #"{"log_history": ["#
      + entries.enumerated().map {
        #"{"step": \#($0 + 1), "completions/mean_length": 3, \#($1)}"#
      }.joined(separator: ",") + "]}"
  }

  @Test func `reward_std over the batch and within groups have two names`() throws {
    let batch = try imported(
      deviations(
        #""reward": 1, "reward_std": 0.5, "rewards/f/mean": 1, "rewards/f/std": 0.5"#,
        #""reward": 2, "reward_std": 0.25, "rewards/f/mean": 2, "rewards/f/std": 0.25"#))
    #expect(values(batch, "reward_std") == [0.5, 0.25])
    let groups = try imported(
      deviations(
        #""reward": 1, "reward_std": 0.3, "rewards/f/mean": 1, "rewards/f/std": 0.5"#,
        #""reward": 2, "reward_std": 0.2, "rewards/f/mean": 2, "rewards/f/std": 0.25"#))
    #expect(values(groups, "reward_std_within_groups") == [0.3, 0.2])
    #expect(values(groups, "reward_std") == nil && values(groups, "other/reward_std") == nil)
  }

  @Test(arguments: [
    // Two rewards vary; a weight of two; the one row above, the other below.
    #""reward": 1, "reward_std": 0.5, "rewards/f/mean": 1, "rewards/f/std": 0.5, "rewards/g/mean": 0, "rewards/g/std": 0.1"#,
    #""reward": 2, "reward_std": 0.5, "rewards/f/mean": 1, "rewards/f/std": 0.5"#,
    #""reward": 1, "reward_std": 0.6, "rewards/f/mean": 1, "rewards/f/std": 0.5"#,
    #""reward": 1, "reward_std": 0.5"#,
  ])
  func `a reward_std that may be either keeps its own name`(entry: String) throws {
    let found = try imported(deviations(entry))
    #expect(values(found, "other/reward_std")?.count == 1)
    #expect(found.columns.allSatisfy { !$0.isKnown || $0.source != "reward_std" })
    #expect(found.notes.contains { $0.hasPrefix("reward_std") })
  }

  // MARK: Entropies

  @Test func `an entropy of neither rollouts nor SFT keeps its own name`() throws {
    let preferences = try imported(
      state(
        #"{"step": 1, "loss": 1, "learning_rate": 1, "entropy": 2, "mean_token_accuracy": 1, "rewards/chosen": 0}"#
      ))
    #expect(values(preferences, "other/entropy") == [2] && preferences.notes.count == 1)
    #expect(values(preferences, "loss") == [1])
  }

  @Test func `a sum over a sequence is no mean over tokens`() throws {
    let mean = try imported(#"{"step": 1, "data": {"actor/entropy": 13.5}}"#)
    #expect(values(mean, "rollout_entropy_tempered") == [13.5])
    let sum = try imported(#"{"step": 1, "data": {"actor/entropy": 140.5}}"#)
    #expect(values(sum, "other/actor/entropy") == [140.5])
    #expect(sum.notes.contains { $0.contains("loss_agg_mode") })
  }

  // MARK: Not measured

  @Test func `null, NaN and a length of nothing are not measured`() throws {
    let found = try imported(
      state(
        #"{"step": 1, "reward": null, "completions/mean_terminated_length": 0.0}"#,
        #"{"step": 2, "reward": NaN, "completions/mean_terminated_length": 4.5}"#,
        #"{"step": 3, "reward": 1, "kl": 2}"#))
    let reward = try #require(values(found, "reward"))
    #expect(reward[0].isNaN && reward[1].isNaN && reward[2] == 1)
    let length = try #require(values(found, "other/completions/mean_terminated_length"))
    #expect(length[0].isNaN && length[1] == 4.5 && length[2].isNaN)
    #expect(found.columns.first { $0.name == "reward" }?.measured == 1)
    #expect(found.loggingSteps == 10)
  }

  @Test func `text is listed, nothing gets lost`() throws {
    let found = try imported(
      #"{"current_steps": 5, "loss": 1.5, "elapsed_time": "0:01", "odd/../.name %": 3, ".": 4}"#)
    #expect(found.leftOut.map(\.name) == ["elapsed_time"])
    #expect(found.leftOut.map(\.reason) == ["holds text, no number"])
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try found.log.write(to: path)
      let copy = try TrainingLog(path: path)
      #expect(values(found, "loss") == [1.5])
      #expect(
        Set(copy.columns.map(\.name)) == ["loss", "other/odd/../.name %", "other/."])
    }
  }

  // MARK: Steps

  @Test func `of a resumed run's repeated steps the last row counts`() throws {
    let lines = [
      #"{"current_steps": 1, "loss": 1}"#, #"{"current_steps": 2, "loss": 2, "eval_loss": 7}"#,
      #"{"current_steps": 3, "loss": 3}"#, #"{"current_steps": 2, "loss": 20}"#,
      #"{"current_steps": 3, "loss": 30}"#,
    ]
    let found = try imported(lines.joined(separator: "\n"))
    #expect(found.log.steps == [1, 2, 3] && values(found, "loss") == [1, 20, 30])
    #expect(found.repeatedSteps == 2 && found.log.attributes["repeated_steps"] == "2")
    // The first run's row is gone as a whole.
    #expect(values(found, "other/eval_loss")?.allSatisfy(\.isNaN) == true)
  }

  @Test func `two entries of one step are one row`() throws {
    let found = try imported(
      state(#"{"step": 5, "loss": 1}"#, #"{"step": 5, "eval_loss": 2}"#))
    #expect(found.log.steps == [5] && found.repeatedSteps == 0)
    #expect(values(found, "loss") == [1] && values(found, "other/eval_loss") == [2])
  }

  // MARK: Console

  @Test func `old lines of a console, and what only looks like one`() throws {
    let found = try imported(
      """
      step: warming up
      step:0 - train/loss:0.046 - train/lr(1e-3):0.002
      epoch 1: 50%|####    | 3/6\rstep:1 - train/loss:0.031 - a:b:2 - cut:1e- [repeated 2x across cluster]
      \u{1B}[32mtraining/global_step:7 - x:1\u{1B}[0m
      (pid=3) step:2 - train/loss:tensor(0.5, device='cuda:0') - x:-inf - y:None
      """)
    #expect(found.format == .verlConsole && found.log.steps == [0, 1, 2])
    #expect(values(found, "loss") == [0.046, 0.031, 0.5])
    #expect(values(found, "other/a:b")?[1] == 2 && values(found, "other/x")?[2] == -.infinity)
    #expect(found.leftOut.map(\.name) == ["cut"])
  }

  // MARK: Mapping

  private let table = "s, r,clip ,note\n1, 0.5,0.25,\"a, \"\"b\"\"\nc\"\n,1,1,\n2,nan,,x\n"

  @Test func `a mapping says what a table's columns are`() throws {
    let mapping = """
      step: s
      temperature: 0.6
      aggregation: mean of ten
      columns:
        reward: r
        stopped_share: {complement: clip}
      """
    let found = try imported(table, mapping: mapping)
    #expect(found.format == .csv && found.log.steps == [1, 2] && found.rowsWithoutStep == 1)
    #expect(values(found, "stopped_share")?[0] == 0.75 && values(found, "reward")?[1].isNaN == true)
    #expect(found.temperature == 0.6 && found.aggregation == "mean of ten")
    #expect(found.leftOut.map(\.name) == ["note"])
    let lines = try imported(
      "{\"s\": 1, \"r\": 0.5, \"clip\": 0.25}\n{\"r\": 2}\n", mapping: mapping)
    #expect(lines.format == .jsonLines && lines.rowsWithoutStep == 1)
    #expect(values(lines, "stopped_share") == [0.75])
  }

  @Test func `a mapping goes before the format's own names`() throws {
    let found = try imported(
      #"{"step": 1, "data": {"actor/entropy": 1, "x": 2, "critic/score/mean": 3}}"#,
      mapping: "columns: {rollout_entropy: actor/entropy, reward: x}")
    #expect(values(found, "rollout_entropy") == [1] && values(found, "reward") == [2])
    #expect(values(found, "rollout_entropy_tempered") == nil)
    #expect(values(found, "other/critic/score/mean") == [3])
  }
}
