import Foundation
import TestSupport
import Testing

/// A study's file in, a study out.
@Suite(.timeLimit(.minutes(15)))
struct StudyFileCommandTests {
  /// A base, imitation and reinforcement that take a moment, and a study of two seeds.
  private static let files = [
    "presets/base.yaml": ReproduceTests.base,
    "presets/sft.yaml": ReproduceTests.sft,
    "presets/rl.yaml": """
    model: runs/sft/final
    output: runs/rl
    objective: grpo
    steps: 2
    token-budget: 100_000
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 12}

    """,
    "studies/study.yaml": """
    title: Two seeds
    presets: ../presets
    seeds: 1-2
    variants: [{name: far, of: sft, seeds: 2, set: {demonstrations.style: far}}]
    evaluation: {problems: 4, samples: 2, other-problems: 2, other-samples: 1, text-problems: 2,
      text-samples: 1}
    search:
      seeds: 8-9
      problems: 4
      samples: 1
      rates: {sft: [1e-3, 1e-2], rl: [1e-4]}

    """,
  ]

  private func inPlace(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      for (name, text) in Self.files {
        let url = place.folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
      }
      try body(place)
    }
  }

  private static let arguments = ["reproduce", "studies/study.yaml", "--output", "out"]

  @Test func `a file's runs are trained, measured and kept, side by side or not`() throws {
    try inPlace { place in
      let plan = try place.run(Self.arguments + ["--dry-run"])
      let lines = plan.output.split(separator: "\n")
      #expect(lines.count == 8 && lines[6] == "seed 2: rl, from sft, to do", "\(plan)")
      #expect(lines[7].hasPrefix("7 to do; left: 200,000 tokens of updates and what 5 runs"))

      let jobs = try place.run(Self.arguments + ["--jobs", "2", "--json"])
      try expectFit(jobs, "study")
      // Lines of processes side by side say whose they are.
      #expect(jobs.error.contains("seed 2, far: step 2/2"))
      #expect(!jobs.error.contains("\r"))
      let study = try String(contentsOfFile: place.path("out/study.md"), encoding: .utf8)
      #expect(study.hasPrefix("# Two seeds\n"))
      for seed in 1...2 {
        #expect(try place.size(of: "out/seed-\(seed)/rl/measures.json") > 100)
      }
      #expect(try place.size(of: "out/seed-1/far") == 0)

      // The same by one process, part by part.
      for more in [["--runs", "sft", "--train-only"], ["--seeds", "2", "--no-tables"], []] {
        let outcome = try place.run(
          ["reproduce", "studies/study.yaml", "--output", "alone"] + more)
        #expect(outcome.status == 0, "\(outcome.error)")
        if more.first == "--runs" { #expect(try place.size(of: "alone/seed-1/rl") == 0) }
      }
      for run in ["seed-1/rl", "seed-2/rl", "seed-2/far"] {
        let weights = try ["out", "alone"].map {
          try Data(contentsOf: URL(filePath: place.path("\($0)/\(run)/final/model.safetensors")))
        }
        #expect(weights[0] == weights[1], "\(run)")
      }
      let again = try place.run(Self.arguments + ["--measure-only", "--jobs", "2"])
      #expect(again.status == 0 && !again.error.contains("measuring"), "\(again.error)")
      #expect(
        try String(contentsOfFile: place.path("out/study.md"), encoding: .utf8) == study)
      let done = try place.run(Self.arguments + ["--dry-run"])
      #expect(done.output.hasSuffix("\n7 finished\n"))
    }
  }

  @Test func `rates are searched, and a study says what is wrong with its own`() throws {
    try inPlace { place in
      let plan = try place.run(Self.arguments + ["--search", "--dry-run"])
      #expect(
        plan.output.split(separator: "\n") == [
          "base@@8", "base@@9", "sft@0.001@8", "sft@0.001@9", "sft@0.01@8", "sft@0.01@9",
          "rl@0.0001@8", "rl@0.0001@9",
        ])
      try expectFit(place.run(Self.arguments + ["--search", "--json"]), "rates")
      let alone = try String(contentsOfFile: place.path("out/rates.json"), encoding: .utf8)
      // What is there is kept, and processes side by side find the same.
      let again = try place.run(Self.arguments + ["--search"])
      #expect(again.status == 0 && !again.error.contains("step"), "\(again.error)")
      #expect(again.output.contains("rl: best at the edge of the grid, 0.0001; try rates beyond"))
      let jobs = try place.run(
        ["reproduce", "studies/study.yaml", "--output", "jobs", "--search", "--jobs", "2"])
      #expect(jobs.status == 0, "\(jobs.error)")
      #expect(
        try String(contentsOfFile: place.path("jobs/rates.json"), encoding: .utf8) == alone)

      try place.write(
        (Self.files["studies/study.yaml"] ?? "") + "rates: ../out/rates.json\n",
        to: "studies/study.yaml")
      let study = try place.run(Self.arguments + ["--seeds", "1"])
      #expect(study.status == 0 && study.error.contains("rates not searched: rl: only 1 rates"))
      #expect(
        try String(contentsOfFile: place.path("out/study.md"), encoding: .utf8)
          .contains("- rates not searched: rl: only 1 rates\n"))
    }
  }

  @Test func `what is wrong is one line with place and fix`() throws {
    try inPlace { place in
      try place.write("presets: ../presets\nsede: 1\n", to: "studies/wrong.yaml")
      expectRefusal(
        try place.run(["reproduce", "studies/wrong.yaml", "--output", "o"]),
        ["studies/wrong.yaml, line 2: sede: no such key; did you mean 'seeds'?"])
      expectRefusal(
        try place.run(["reproduce", "nowhere.yaml", "--output", "o"]),
        ["nowhere.yaml: no such file"])
      expectRefusal(
        try place.run(Self.arguments + ["--runs", "rll"]),
        ["--runs: there is no run 'rll'; did you mean 'rl'?"])
      expectRefusal(
        try place.run(["reproduce", "presets", "--output", "o", "--search"]),
        ["names no learning rates to try"])
      for (wrong, words) in [
        (["--search", "--seeds", "1"], "--search goes through all"),
        (["--train-only", "--no-tables"], "leave one of them out"),
        (["--seeds", "2-1"], "different whole numbers"),
        (["--texts", "x"], "--texts goes with --measure-only"),
      ] {
        let outcome = try place.run(Self.arguments + wrong)
        #expect(outcome.status == 2 && outcome.error.contains(words), "\(outcome)")
      }
      #expect(try place.size(of: "o") == 0)
    }
  }

  /// The smallest committed study, from nothing to its tables.
  private static let smoke = Places.data.appending(path: "Presets/study/smoke.yaml").path

  @Test(.enabled(if: FileManager.default.fileExists(atPath: smoke)))
  func `the smoke study runs to its end`() throws {
    try Workplace.with { place in
      let outcome = try place.run(["reproduce", Self.smoke, "--output", "out", "--json", "--quiet"])
      try expectFit(outcome, "study")
      try expectFit("out/study.json", in: place, "study")
      #expect(
        try place.size(of: "out/study.md") > 0 && place.size(of: "out/dynamics/dynamics.h5") > 0)
      let done = try place.run(["reproduce", Self.smoke, "--output", "out", "--dry-run"])
      let last = done.output.split(separator: "\n").last ?? ""
      #expect(last.wholeMatch(of: /[0-9]+ finished/) != nil, "\(last)")
    }
  }
}
