import Analysis
import RunLogs
import Testing

@Suite struct TrainingConditionTests {
  private func groups(_ runs: [TrainingRun]) throws -> [[String]] {
    try TrainingCondition.group(runs).map { [$0.label] + $0.runs.map(\.path) }
  }

  @Test func `runs that differ in seed and output only are one condition`() throws {
    let runs = [
      TrainingRuns.run("runs/a-1", seed: 1),
      TrainingRuns.run("runs/s-1", objective: "sft", seed: 1),
      TrainingRuns.run("runs/a-2", seed: 2),
    ]
    let conditions = try TrainingCondition.group(runs)
    #expect(conditions.map(\.label) == ["grpo", "sft"])
    #expect(conditions.map(\.objective) == ["grpo", "sft"])
    #expect(conditions.map { $0.runs.map(\.path) } == [["runs/a-1", "runs/a-2"], ["runs/s-1"]])
    #expect(conditions.allSatisfy { $0.differingKeys.isEmpty })
  }

  @Test func `any other key parts them, and folders name them then`() throws {
    let runs = [
      TrainingRuns.run("runs/slow-seed1", seed: 1, rate: 1e-5),
      TrainingRuns.run("runs/slow-seed2", seed: 2, rate: 1e-5),
      TrainingRuns.run("runs/fast_10", seed: 1, rate: 1e-3),
      TrainingRuns.run("runs/fast_11", seed: 2, rate: 1e-3),
      TrainingRuns.run("runs/once-7", seed: 7, rate: 1),
    ]
    #expect(
      try groups(runs) == [
        ["slow", "runs/slow-seed1", "runs/slow-seed2"], ["fast", "runs/fast_10", "runs/fast_11"],
        ["once", "runs/once-7"],
      ])
  }

  @Test func `names stay different where stems are the same`() throws {
    #expect(
      try groups([
        TrainingRuns.run("x/rl-1", seed: 1, rate: 1), TrainingRuns.run("x/rl-2", seed: 2, rate: 2),
      ]) == [["rl-1", "x/rl-1"], ["rl-2", "x/rl-2"]])
    #expect(
      try groups([
        TrainingRuns.run("x/rl", seed: 1, rate: 1), TrainingRuns.run("y/rl", seed: 2, rate: 2),
      ]) == [["x/rl", "x/rl"], ["y/rl", "y/rl"]])
  }

  @Test func `a second stage goes by its first stage's condition`() throws {
    let first = (1...2).map { TrainingRuns.run("r/sft\($0)x", objective: "sft", seed: $0) }
    let second = (1...2).map {
      TrainingRuns.run("r/rl-\($0)", seed: $0, model: "r/sft\($0)x/final")
    }
    #expect(
      try groups(first + second) == [
        ["sft", "r/sft1x", "r/sft2x"], ["grpo", "r/rl-1", "r/rl-2"],
      ])
    // Without the first stage nothing says that the two models are alike.
    #expect(try groups(second).count == 2)
  }

  @Test func `a seed in the path of a run's model is a seed`() throws {
    let runs = (1...3).flatMap { seed in
      ["rl", "sft-rl"].map { name in
        TrainingRuns.run(
          "r/seed-\(seed)/\(name)", seed: seed,
          model: "r/seed-\(seed)/\(name == "rl" ? "base" : "sft")/final")
      }
    }
    let conditions = try TrainingCondition.group(runs)
    #expect(conditions.map(\.label) == ["rl", "sft-rl"])
    #expect(conditions.map(\.runs.count) == [3, 3])
    #expect(conditions.allSatisfy { $0.differingKeys.isEmpty })
    // A number that isn't the seed, and one that is the same model's for all seeds.
    #expect(
      try groups((1...2).map { TrainingRuns.run("a-\($0)", seed: $0, model: "m/x-\($0 + 5)") })
        .count
        == 2)
    #expect(
      try groups((2...4).map { TrainingRuns.run("a-\($0)", seed: $0, model: "m/llama-3") }).count
        == 1)
  }

  @Test func `the user's names join runs, and say in what these differ`() throws {
    let conditions = try TrainingCondition.group([
      TrainingRuns.run("a", seed: 1, rate: 1, label: "mine"),
      TrainingRuns.run("b", seed: 2, rate: 2, label: "mine"), TrainingRuns.run("c", seed: 3),
    ])
    #expect(conditions.map(\.label) == ["mine", "grpo"])
    #expect(conditions[0].differingKeys == ["optimizer.learning-rate"])
  }

  @Test func `logs without a configuration stand alone`() throws {
    let runs = ["a", "b"].map {
      TrainingRun(
        path: $0, folderName: $0, log: TrainingRuns.log(["reward": [1]], yaml: nil))
    }
    #expect(try groups(runs) == [["a", "a"], ["b", "b"]])
  }

  @Test func `a run that counts twice, an empty one and two meanings are refused`() throws {
    let run = TrainingRuns.run("a", seed: 1)
    #expect(throws: TrainingRunError.sameRun("a", "b")) {
      try TrainingCondition.group([run, TrainingRuns.run("b", seed: 1)])
    }
    #expect(throws: TrainingRunError.noSteps(path: "c")) {
      try TrainingCondition.group([run, TrainingRuns.run("c", seed: 2, ["reward": []])])
    }
    let other = TrainingRun(
      path: "d", folderName: "d",
      log: TrainingRuns.log(["reward": [1]], yaml: nil, definition: "a sum"))
    #expect(throws: TrainingRunError.definitionsDiffer(metric: "reward", "a", "d")) {
      try TrainingCondition.group([run, other])
    }
  }

  @Test func `entropies at different temperatures are no one quantity`() throws {
    func run(_ path: String, _ temperature: String?) -> TrainingRun {
      var attributes: [String: String] = [:]
      attributes["sampling_temperature"] = temperature
      let column = TrainingLog.Column(.temperedRolloutEntropy, values: [1])
      return TrainingRun(
        path: path, folderName: path,
        log: TrainingLog(steps: [1], columns: [column], attributes: attributes))
    }
    let (cold, hot, unknown) = (run("a", "0.7"), run("b", "1.0"), run("c", nil))
    #expect(throws: TrainingRunError.temperaturesDiffer("a", 0.7, "b", 1)) {
      try TrainingCondition.group([cold, hot])
    }
    #expect(throws: TrainingRunError.temperaturesDiffer("a", 0.7, "c", nil)) {
      try TrainingCondition.group([cold, unknown])
    }
    #expect(try TrainingCondition.group([cold, run("d", "0.70")]).count == 2)
    #expect(try TrainingCondition.group([unknown, run("d", nil)]).count == 2)
    #expect(try TrainingCondition.group([cold, hot], mixesDefinitions: true).count == 2)
  }
}
