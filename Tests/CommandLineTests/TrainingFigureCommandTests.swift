import Foundation
import RunLogs
import TestSupport
import Testing

/// `figures` on training logs.
@Suite(.timeLimit(.minutes(15)))
struct TrainingFigureCommandTests {
  /// A run's folder as `train` leaves it, with rewards only.
  private func makeRun(
    _ name: String, seed: Int, in place: Workplace, objective: String = "grpo",
    rewards: [Double] = [0, 0.5, 1], lines: String? = nil, published: Bool = true
  ) throws {
    try FileManager.default.createDirectory(
      at: place.folder.appending(path: name), withIntermediateDirectories: true)
    let yaml = "model: 'm'\noutput: '\(name)'\nobjective: \(objective)\nseed: \(seed)\n"
    try place.write(yaml, to: "\(name)/config.yaml")
    if let lines { try place.write(lines, to: "\(name)/log.jsonl") }
    guard published else { return }
    try TrainingLog(
      steps: Array(1...rewards.count),
      columns: [
        .init(
          name: "reward", definition: "Mean reward of the step's rollouts", unit: "1",
          values: rewards)
      ], attributes: ["configuration": yaml]
    ).write(to: place.path("\(name)/log.h5"))
  }

  /// Names and values of the data file's last block.
  private func data(_ name: String, _ place: Workplace) throws -> String {
    try String(contentsOfFile: place.path(name), encoding: .utf8)
  }

  @Test func `runs of one configuration are drawn together`() throws {
    try Workplace.with { place in
      for seed in 1...2 { try makeRun("rl-\(seed)", seed: seed, in: place) }
      try makeRun("s", seed: 1, in: place, objective: "srft-paper", rewards: [1, 1, 1])
      let outcome = try place.run(
        ["figures", "rl-1", "rl-2/log.h5", "s", "--output", "f"])
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
      let files = try FileManager.default.contentsOfDirectory(atPath: place.path("f"))
      #expect(files.sorted() == ["gp", "pdf", "svg", "tsv"].map { "training-reward." + $0 })
      #expect(
        try data("f/training-reward.gp", place).replacing("\n# ", with: " ")
          .contains("Seeds: grpo 2, srft-paper 1."))
    }
  }

  @Test func `names given by the user join runs`() throws {
    try Workplace.with { place in
      try makeRun("a", seed: 1, in: place)
      try makeRun("b", seed: 2, in: place, objective: "srft-paper")
      let outcome = try place.run(["figures", "x=a", "x=b", "--output", "f"])
      #expect(outcome.status == 0, "\(outcome.error)")
      let script = try data("f/training-reward.gp", place).replacing("\n# ", with: " ")
      #expect(script.contains("Seeds: x 2.") && script.contains("Runs of x differ in objective."))
    }
  }

  @Test func `a run that goes on is drawn as far as it is`() throws {
    try Workplace.with { place in
      let lines = (1...4).map { "{\"step\":\($0),\"reward\":0.\($0)}\n" }.joined()
      try makeRun("new", seed: 1, in: place, lines: lines + "{\"step\":5,\"rew", published: false)
      try makeRun("old", seed: 1, in: place, rewards: [0.7, 0.7], lines: lines)
      for run in ["new", "old", "new/log.jsonl"] {
        let outcome = try place.run(["figures", run, "--output", "f"])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(
          try data("f/training-reward.tsv", place).hasSuffix("1\t0.1\n2\t0.2\n3\t0.3\n4\t0.4\n"))
      }
    }
  }

  @Test func `token logs and training logs go together`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      try makeRun("rl", seed: 1, in: place)
      let outcome = try place.run(["figures", "log.h5", "rl", "--output", "f", "--json"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("f/training-reward.svg"))
      #expect(outcome.output.contains("f/probability-change.svg"))
    }
  }

  @Test func `what can't be drawn is one line`() throws {
    try Workplace.with { place in
      try makeRun("rl", seed: 1, in: place)
      try makeRun("twin", seed: 1, in: place)
      try makeRun("none", seed: 2, in: place, lines: "", published: false)
      try makeRun("bad", seed: 3, in: place, lines: "{\"step\":1}\nx\ny\n", published: false)
      #expect(try place.score().status == 0)
      try TrainingLog(
        steps: [1], columns: [.init(name: "seconds", definition: "s", unit: "s", values: [1])]
      ).write(to: place.path("empty.h5"))
      let whole = try Data(contentsOf: place.folder.appending(path: "rl/log.h5"))
      try whole.prefix(whole.count / 2).write(to: place.folder.appending(path: "cut.h5"))
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "void"), withIntermediateDirectories: false)
      try place.write("{}", to: "state.json")
      let before = try place.files()
      for (runs, words) in [
        (["void"], ["void", "holds no log.h5", "tokenshift train", "reproduce --measure-only"]),
        (["state.json"], ["state.json: is no log of ours", "tokenshift import"]),
        (["none.json"], ["none.json", "No such file"]),
        (["rl", "nowhere"], ["nowhere", "No such file"]),
        (["cut.h5"], ["cut.h5", "truncated"]),
        (["empty.h5"], ["empty.h5", "none of the metrics"]),
        (["rl", "twin"], ["twin", "the seed of rl", "once"]),
        (["none"], ["none", "holds no step yet"]),
        (["bad"], ["bad/log.jsonl, line 2"]),
        (["x=log.h5"], ["log.h5", "no training run", "'x'"]),
      ] {
        expectRefusal(try place.run(["figures"] + runs + ["--output", "f"]), words)
      }
      #expect(try place.files() == before)
    }
  }
}
