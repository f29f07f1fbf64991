import Foundation
import RunLogs
import TestSupport
import Testing

/// `import`, and what reads its logs.
@Suite(.timeLimit(.minutes(15)))
struct ImportCommandTests {
  private static let folder = Places.fixture("imports") + "/"
  private static let state = folder + "trainer_state_trl-1.16_grpo_6steps.json"

  @Test func `an imported log is inspected, drawn and exported`() throws {
    try Workplace.with { place in
      let outcome = try place.run(["import", Self.state, "--output", "log.h5"])
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
      for words in [
        "steps: 3, 2 to 6", "rollout_entropy_tempered ← entropy", "kept as other/NAME: 12",
        "--temperature T says it", "wrote log.h5",
      ] { #expect(outcome.output.contains(words), "\(words)") }
      let inspected = try place.run(["inspect", "log.h5"]).output
      #expect(inspected.contains("trainer-state, trainer_state_trl-1.16_grpo_6steps.json"))
      #expect(inspected.contains("other/rewards/answer_reward/mean"))
      #expect(try place.run(["figures", "log.h5", "--output", "f"]).status == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("f"))
      #expect(names.contains("training-reward.svg"))
      #expect(names.contains("training-entropy-tempered.svg"))
      #expect(!names.contains("training-entropy.svg"))
      let rows = try place.run(["export", "log.h5", "--columns", "train/reward"]).output
      #expect(rows == "step,train/reward\n2,0.21875\n4,0.125\n6,0.125\n")
    }
  }

  @Test(arguments: [
    ["trainer_state_trl-1.16_grpo_6steps.json", "--temperature", "0.7"],
    ["trainer_state_trl-1.16_sft.json"], ["llamafactory-trainer_log.jsonl"], ["verl-file.jsonl"],
    ["verl-console.log"], ["trl-1.16.tfevents"],
    ["wandb-history.csv", "--mapping", folder + "wandb-mapping.yaml"],
  ])
  func `the result fits its schema`(arguments: [String]) throws {
    try Workplace.with { place in
      try expectFit(
        place.run(
          ["import", Self.folder + arguments[0], "--output", "log.h5", "--json"]
            + arguments.dropFirst()), "import")
      try expectFit(place.run(["inspect", "--json", "log.h5"]), "inspect")
      try expectFit(place.run(["export", "log.h5", "--list", "--json"]), "export-list")
    }
  }

  @Test func `the format can be named, and what is wrong is said in a line`() throws {
    try Workplace.with { place in
      func refused(_ arguments: [String], _ words: [String]) throws {
        expectRefusal(try place.run(["import"] + arguments), words)
        #expect(!FileManager.default.fileExists(atPath: place.path("log.h5")))
      }
      let output = ["--output", "log.h5"]
      try refused(["nowhere.json"] + output, ["nowhere.json: no such file"])
      try refused([Self.state, "--format", "csv"] + output, ["give --mapping FILE.yaml"])
      try refused([Self.state, "--format", "luck"] + output, ["luck", "verl-console"])
      try refused([Self.state, "--temperature", "0"] + output, ["--temperature is a number"])
      try refused([Self.state, "--output", ""], ["--output is empty"])
      try refused([Self.state, "--mapping", "m.yaml"] + output, ["m.yaml: can't be read"])
      try place.write("{\"step\": 1, \"data\": {\"a\": 1}}\n{\"step\":", to: "broken.jsonl")
      try refused(["broken.jsonl"] + output, ["broken.jsonl, line 2: column", "sed 2d FILE"])
      try refused(["broken.jsonl", "--output", "broken.jsonl"], ["is read by this command"])
    }
  }
}
