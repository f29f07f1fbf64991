import Foundation
import TestSupport
import Testing

/// Presets in, a study out.
@Suite struct ReproduceTests {
  static let base = """
    output: runs/base
    objective: sft
    steps: 3
    new-model: {task: modular-arithmetic, hidden-size: 16, layers: 1, heads: 2,
      key-value-heads: 1, feed-forward-size: 16}
    demonstrations: {task: modular-arithmetic, style: base, pool: 0, per-step: 4}

    """
  static let sft = """
    model: runs/base/final
    output: runs/sft
    objective: sft
    steps: 2
    demonstrations: {task: modular-arithmetic, pool: 8, per-step: 4}

    """
  private static let rl = """
    model: runs/sft/final
    reference: runs/base/final
    output: runs/rl
    objective: grpo
    steps: 2
    grpo: {kl-coefficient: 0.1}
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 12}

    """

  private func write(_ presets: [String: String], to folder: URL) throws {
    try FileManager.default.createDirectory(
      at: folder.appending(path: "presets"), withIntermediateDirectories: true)
    for (name, text) in presets {
      try Data(text.utf8).write(to: folder.appending(path: "presets/\(name).yaml"))
    }
  }

  @Test func `presets are trained in order, measured and compared`() throws {
    try withTemporaryFolder { folder in
      try write(["base": Self.base, "a-sft": Self.sft, "rl": Self.rl], to: folder)
      // A run's name is its file's: the models have to follow.
      try write(
        ["rl": Self.rl.replacing("runs/sft/", with: "runs/a-sft/")], to: folder)
      let arguments = ["reproduce", "presets", "--output", "out"]
      let plan = try Tool.run(arguments + ["--dry-run", "--seeds", "4,7"], in: folder)
      #expect(plan.status == 0)
      #expect(
        plan.output.split(separator: "\n").prefix(3) == [
          "seed 4: base, from random weights, to do", "seed 4: a-sft, from base, to do",
          "seed 4: rl, from a-sft, to do",
        ])
      #expect(
        plan.output.split(separator: "\n").last
          == "6 to do; left: 0 tokens of updates and what 6 runs without a budget take")
      let first = try Tool.run(arguments + ["--seeds", "4,7"], in: folder)
      #expect(first.status == 0, "\(first.error)")
      let study = try String(
        contentsOf: folder.appending(path: "out/study.md"), encoding: .utf8)
      for text in ["Held-out problems", "Shift from base", "a-sft", "Means over 2 seeds"] {
        #expect(study.contains(text))
      }
      // What is there is kept: the second time nothing is trained, and everything is the same.
      let second = try Tool.run(arguments + ["--seeds", "4,7"], in: folder)
      #expect(second.error.contains("seed 7: rl is there"))
      #expect(!second.error.contains("measuring"))
      #expect(
        try String(contentsOf: folder.appending(path: "out/study.md"), encoding: .utf8) == study)
      let log = try Tool.run(["inspect", "out/seed-7/base-texts.h5"], in: folder)
      #expect(log.output.contains("base:a-sft"))
    }
  }

  @Test func `seeds side by side and in parts are those of one process`() throws {
    try withTemporaryFolder { folder in
      try write(
        ["base": Self.base, "sft": Self.sft, "rl": Self.rl], to: folder)
      func weights(_ output: String) throws -> [Data] {
        try ["4", "7", "9"].map {
          try Data(
            contentsOf: folder.appending(path: "\(output)/seed-\($0)/rl/final/model.safetensors"))
        }
      }
      let arguments = ["reproduce", "presets", "--seeds", "4,7,9"]
      let early = try Tool.run(arguments + ["--output", "parts", "--measure-only"], in: folder)
      #expect(early.status == 2 && early.error.contains("parts/seed-4/base: isn't finished"))
      let jobs = try Tool.run(arguments + ["--output", "jobs", "--jobs", "2"], in: folder)
      #expect(jobs.status == 0, "\(jobs.error)")
      for part in ["1/2", "2/2"] {
        let outcome = try Tool.run(
          arguments + ["--output", "parts", "--shard", part], in: folder)
        #expect(outcome.status == 0 && outcome.output == "", "\(outcome.error)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/parts/study.md"))
      let measured = try Tool.run(arguments + ["--output", "parts", "--measure-only"], in: folder)
      #expect(measured.status == 0, "\(measured.error)")
      #expect(try weights("jobs") == weights("parts"))
      #expect(Set(try weights("jobs")).count == 3)
      for output in ["jobs", "parts"] {
        let study = try String(
          contentsOf: folder.appending(path: "\(output)/study.md"), encoding: .utf8)
        #expect(study.contains("Means over 3 seeds"))
      }
      for wrong in [["--jobs", "0"], ["--shard", "3/2"], ["--measure-only", "--train-only"]] {
        let outcome = try Tool.run(arguments + ["--output", "x"] + wrong, in: folder)
        #expect(outcome.status == 2)
      }
    }
  }

  @Test(arguments: [
    (["SLURM_ARRAY_TASK_ID": "3"], "seed 7"), (["SLURM_ARRAY_TASK_ID": "1"], "seed 4"),
    (["SLURM_ARRAY_TASK_ID": "3", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"], "seed 7"),
    (["SLURM_ARRAY_TASK_ID": "1", "SLURM_PROCID": "1", "SLURM_NTASKS": "2"], "seed 7"),
    (
      ["SLURM_ARRAY_TASK_ID": "1", "SLURM_PROCID": "x", "SLURM_NTASKS": "2"],
      "tokenshift: --shard auto: SLURM_PROCID=x and SLURM_NTASKS=2 are no rank"
    ),
    (["SLURM_ARRAY_TASK_ID": "x"], "tokenshift: --shard auto: SLURM_ARRAY_TASK_ID=x is no place"),
    (["SLURM_ARRAY_TASK_ID": "2"], "tokenshift: --shard auto: SLURM_ARRAY_TASK_ID=2 is no place"),
  ])
  func `a task of an array has its own seeds`(variables: [String: String], first: String) throws {
    try withTemporaryFolder { folder in
      try write(["base": Self.base], to: folder)
      // --array=1-3:2
      let array = [
        "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "3", "SLURM_ARRAY_TASK_STEP": "2",
        "SLURM_ARRAY_TASK_COUNT": "2",
      ]
      let outcome = try Tool.run(
        [
          "reproduce", "presets", "--output", "out", "--seeds", "4,7", "--shard", "auto",
          "--dry-run",
        ], in: folder, environment: array.merging(variables) { $1 })
      #expect((outcome.output + outcome.error).hasPrefix(first), "\(outcome)")
      #expect(outcome.output.split(separator: "\n").count <= 2)
    }
  }

  @Test func `a process that fails ends the command as itself would`() throws {
    try withTemporaryFolder { folder in
      let gated =
        Self.base + """
          evaluation: {task: modular-arithmetic, every: 2, problems: 4, samples: 2, maximum-tokens: 12}
          gate: {minimum-accuracy: 0.99}

          """
      try write(["base": gated], to: folder)
      let outcome = try Tool.run(
        ["reproduce", "presets", "--output", "out", "--seeds", "1,2", "--jobs", "2"], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("out/seed-1/base: the gate was not met in 3 steps"))
    }
  }

  @Test func `presets that don't hang together are refused`() throws {
    try withTemporaryFolder { folder in
      try write(["base": Self.base, "rl": Self.rl], to: folder)
      let missing = try Tool.run(["reproduce", "presets", "--output", "out"], in: folder)
      #expect(missing.status == 2)
      #expect(
        missing.error
          == "tokenshift: presets/rl.yaml: starts from 'sft', which is no preset of the folder\n")
      try write(
        ["sft": Self.sft, "rl": Self.rl.replacing("runs/base/", with: "runs/b/")], to: folder)
      let reference = try Tool.run(["reproduce", "presets", "--output", "out"], in: folder)
      #expect(
        reference.error
          == "tokenshift: presets/rl.yaml: has the reference 'b', which is no preset of the folder\n"
      )
      try write(["other": Self.base], to: folder)
      let two = try Tool.run(["reproduce", "presets", "--output", "out"], in: folder)
      #expect(two.error.contains("2 presets start from new-model"))
      let seeds = try Tool.run(
        ["reproduce", "presets", "--output", "out", "--seeds", "1,1"], in: folder)
      #expect(seeds.status == 2 && seeds.error.contains("different whole numbers"))
    }
  }

  @Test func `a base that missed its gate isn't passed over the second time`() throws {
    try withTemporaryFolder { folder in
      let gated =
        Self.base + """
          evaluation: {task: modular-arithmetic, every: 2, problems: 4, samples: 2, maximum-tokens: 12}
          gate: {minimum-accuracy: 0.99}

          """
      try write(["base": gated, "sft": Self.sft], to: folder)
      for _ in 1...2 {
        let outcome = try Tool.run(["reproduce", "presets", "--output", "out"], in: folder)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("out/seed-1/base: the gate was not met in 3 steps"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/seed-1/sft"))
    }
  }
}
