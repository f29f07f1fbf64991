import Foundation
import TestSupport
import Testing

/// `train --stop-on`: a run that breaks ends itself, and can go on.
@Suite(.timeLimit(.minutes(15)))
struct TrainStopTests {
  /// A learning rate that breaks the demo's base within ten steps.
  private static let breaking = ["--set", "optimizer.learning-rate=0.01"]

  private func with(_ body: (Workplace) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let place = Workplace(folder: folder)
      try place.write(
        """
        model: \(Workplace.demo("base"))
        output: run
        objective: grpo
        steps: 40
        seed: 3
        rollouts: {task: carry-arithmetic, prompts-per-step: 2, samples: 4, maximum-tokens: 16}

        """, to: "run.yaml")
      try body(place)
    }
  }

  @Test func `a run that breaks stops with a checkpoint, a line and 1, and goes on when told to`()
    throws
  {
    try with { place in
      let arguments = ["train", "run.yaml", "--quiet"] + Self.breaking
      let stopped = try place.run(arguments + ["--stop-on", "failing"])
      #expect(stopped.status == 1 && stopped.output == "")
      let line =
        /tokenshift: run: stopped after step (\d+): FAILED .* The checkpoint is run\/step-0000(\d+); .*\n/
      let match = try #require(stopped.error.wholeMatch(of: line), "\(stopped.error)")
      #expect(match.output.1 == match.output.2)
      #expect(stopped.error.contains("reward drop") || stopped.error.contains("dead groups"))
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("run"))
      #expect(
        names.sorted()
          == [
            ".lock", "config.yaml", "log.h5", "log.jsonl", "rollouts.jsonl",
            "step-0000\(match.output.2)",
          ])
      let resumed = try place.run(arguments + ["--resume", "--stop-on", "none"])
      #expect(resumed.status == 0 && resumed.error == "", "\(resumed.error)")
      #expect(FileManager.default.fileExists(atPath: place.path("run/final")))
    }
  }

  @Test func `the configuration can say it, and a command can take it back`() throws {
    try with { place in
      let arguments =
        ["train", "run.yaml", "--quiet"] + Self.breaking + ["--set", "stop.detectors=dead-groups"]
      let stopped = try place.run(arguments + ["--set", "stop.looks=2"])
      #expect(stopped.status == 1 && stopped.error.contains("FAILED dead groups"))
      #expect(!stopped.error.contains("reward drop"))
      let plan = try place.run(arguments + ["--dry-run", "--set", "output=other"])
      #expect(
        plan.output.contains("10 looks for what stops the run, from step 30 on: dead-groups\n"))
      let none = try place.run(
        arguments + ["--dry-run", "--set", "output=other", "--stop-on", "none"])
      #expect(none.status == 0 && !none.output.contains("stops the run"))
    }
  }

  @Test func `names that stop nothing and runs that are too short are refused`() throws {
    try with { place in
      for (arguments, words) in [
        (
          ["--stop-on", "luck"],
          ["--stop-on: stop.detectors: 'luck' is no detector", "reward-drop"]
        ),
        (["--stop-on", "plateau"], ["'plateau' only warns"]),
        (["--stop-on", ""], ["--stop-on is empty"]),
        (["--stop-on", "failing", "--set", "steps=30"], ["need 30 steps before the last"]),
        (["--set", "stop.looks=5"], ["stop.looks: has no effect"]),
        (["--set", "stop.detectors=luck"], ["run.yaml: stop.detectors: 'luck'"]),
      ] { expectRefusal(try place.run(["train", "run.yaml"] + arguments), words) }
      #expect(!FileManager.default.fileExists(atPath: place.path("run")))
    }
  }
}
