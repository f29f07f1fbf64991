import Foundation
import TestSupport
import Testing

/// Finite weights whose logits overflow, and states of runs that are damaged: a line, never a trap.
@Suite(.timeLimit(.minutes(15)))
struct OverflowTests {
  private static let hot = Places.fixture("faults/hot-weights")
  private static let texts = #"{"prompt_ids": [2, 3], "response_ids": [4, 5], "id": "x"}"# + "\n"

  @Test func `every command that runs the model says where its numbers end`() throws {
    try Workplace.with(texts: Self.texts) { place in
      let texts = ["--texts", "texts.jsonl", "--output", "out"]
      let words = ["NaN or infinite logits", "its weights overflow, take another checkpoint"]
      for command in [["score"], ["generate", "--max-tokens", "4"]] {
        let outcome = try place.run(command + ["--model", "a=\(Self.hot)"] + texts)
        expectRefusal(outcome, ["texts.jsonl, line 1, token", "'a'"] + words)
        #expect(try place.files() == ["texts.jsonl"])
      }
      let evaluated = try place.run([
        "evaluate", Self.hot, "--task", "modular-arithmetic", "--problems", "4", "--max-tokens",
        "8",
        "--output", "out",
      ])
      expectRefusal(evaluated, ["token"] + words)
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test(arguments: ["sft", "grpo", "sft-plus-rl"])
  func `a run from such a model ends with a line`(objective: String) throws {
    try Workplace.with { place in
      let demonstrations = """
        demonstrations:
          task: modular-arithmetic
          per-step: 2

        """
      let rollouts = """
        rollouts:
          task: modular-arithmetic
          prompts-per-step: 2
          samples: 2
          maximum-tokens: 8

        """
      try place.write(
        """
        model: \(Self.hot)
        output: run
        objective: \(objective)
        steps: 2

        """ + (objective == "grpo" ? "" : demonstrations) + (objective == "sft" ? "" : rollouts),
        to: "run.yaml")
      let outcome = try place.run(["train", "run.yaml"])
      expectRefusal(outcome, [])
      #expect(outcome.error.contains("overflow") || outcome.error.contains("diverged"))
    }
  }

  @Test func `damaged states and logs of a run are lines with a place`() throws {
    try TrainPlace.with { run in
      let place = run.place
      let train = ["train", "run.yaml", "--set", "checkpoints.every=2", "--set", "steps=3"]
      #expect(try place.run(train + ["--quiet"]).status == 0)
      try FileManager.default.removeItem(atPath: place.path("run/final"))
      let state = URL(filePath: place.path("run/step-000002/training-state.safetensors"))
      let log = URL(filePath: place.path("run/log.jsonl"))
      let (good, lines) = (try Data(contentsOf: state), try Data(contentsOf: log))
      func resume() throws -> Tool.Outcome { try place.run(train + ["--resume", "--quiet"]) }

      // NaN, infinity and 3.4e38 as one of the parameters, after the header.
      let header = Int(good.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
      for (bits, word) in [
        (0x7FC0_0000 as UInt32, "NaN or infinity"), (0x7F80_0000, "NaN or infinity"),
      ] {
        var bad = good
        for element in 0..<64 {
          for byte in 0..<4 {
            bad[8 + header + 4 * element + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte))
          }
        }
        try bad.write(to: state)
        let outcome = try resume()
        expectRefusal(outcome, [word])
      }
      try good.write(to: state)
      let text = String(decoding: lines, as: UTF8.self)
      for number in ["1e300", "null", "-5", "1e19"] {
        try Data(text.replacing(/"tokens":[^,}]*/, with: "\"tokens\":\(number)").utf8)
          .write(to: log)
        expectRefusal(try resume(), ["log.jsonl, line 1"])
      }
      try lines.write(to: log)
      try FileManager.default.createDirectory(
        atPath: place.path("run/step--5"), withIntermediateDirectories: false)
      try good.write(to: URL(filePath: place.path("run/step--5/training-state.safetensors")))
      #expect(try resume().status == 0)
    }
  }
}
