import Analysis
import Foundation
import Plotting
import Reporting
import RunLogs
import TestSupport
import Testing

@Suite struct TrainingFigureTests {
  private static let definitions = [
    "reward": ("Mean reward of the step's rollouts", "1"),
    "response_length": ("Mean tokens of a rollout", "token"),
    "rollout_entropy": ("Mean entropy at the tokens of rollouts", "nats"),
    "demonstration_entropy": ("Mean entropy at the tokens of demonstrations", "nats"),
    "sft_weight": ("Mean weight of imitation", "1"),
    "rollout_weight": ("Mean weight of reinforcement", "1"),
    "degenerate_groups": ("Share of groups whose rewards are all the same", "1"),
    "loss": ("What is minimised", "nats"),
    "gradient_norm": ("Norm of the gradient before clipping", "1"),
  ]

  private func run(
    _ name: String, objective: String, seed: Int, _ metrics: [String: [Double]]
  ) -> TrainingRun {
    let columns = metrics.sorted { $0.key < $1.key }.map { name, values in
      let entry = Self.definitions[name] ?? ("?", "1")
      return TrainingLog.Column(name: name, definition: entry.0, unit: entry.1, values: values)
    }
    return TrainingRun(
      path: "runs/" + name, folderName: name,
      log: TrainingLog(
        steps: Array(1...(columns.first?.values.count ?? 0)), columns: columns,
        attributes: [
          "configuration": "output: 'runs/\(name)'\nobjective: \(objective)\nseed: \(seed)\n"
        ]))
  }

  /// GRPO with three seeds, SRFT with two, SFT with one; some values are missing.
  private func runs(steps: Int = 12) -> [TrainingRun] {
    var generator = SeededGenerator(seed: 5)
    func noisy(_ level: Double, _ size: Double) -> [Double] {
      (0..<steps).map { level + size * (Double($0) / 10 + generator.normal() / 4) }
    }
    var runs: [TrainingRun] = []
    for seed in 1...3 {
      var reward = noisy(0.2, 0.1)
      if seed == 2, steps > 6 { reward[5] = .nan }
      runs.append(
        run(
          "grpo-\(seed)", objective: "grpo", seed: seed,
          [
            "reward": reward, "response_length": noisy(20, 3), "rollout_entropy": noisy(1, -0.4),
            "degenerate_groups": noisy(0.4, 0.1), "loss": noisy(0, 1e-8),
            "gradient_norm": noisy(1, 0.1).map { seed == 3 ? max(0, $0 - 1) : $0 },
          ]))
    }
    for seed in 1...2 {
      runs.append(
        run(
          "srft-\(seed)", objective: "srft-paper", seed: seed,
          [
            "reward": noisy(0.2, 0.2), "response_length": noisy(25, 3),
            "rollout_entropy": noisy(1, 0.1), "demonstration_entropy": noisy(2, -0.5),
            "sft_weight": noisy(0.3, 0.02), "rollout_weight": noisy(0.15, 0.02),
            "degenerate_groups": noisy(0.1, 0.1), "loss": noisy(-20, -10),
            "gradient_norm": noisy(200, 10),
          ]))
    }
    runs.append(
      run(
        "sft-1", objective: "sft", seed: 1,
        [
          "loss": noisy(2, -0.5), "demonstration_entropy": noisy(2, -1),
          "gradient_norm": noisy(4, 0.5),
        ]))
    return runs
  }

  private func set(_ runs: [TrainingRun], window: Int? = nil) throws -> FigureSet {
    try FigureSet(of: TrainingCondition.group(runs), window: window)
  }

  @Test func `each metric that a run has makes a figure`() throws {
    #expect(
      try set(runs()).entries.map(\.name) == [
        "training-dynamics", "training-reward", "training-length", "training-entropy",
        "training-weights", "training-degenerate-groups", "training-loss",
        "training-gradient-norm",
      ])
    #expect(
      try set([runs()[5]]).entries.map(\.name) == [
        "training-entropy", "training-loss", "training-gradient-norm",
      ])
  }

  @Test func `scripts and data are as recorded`() throws {
    for entry in try set(runs()).entries
    where ["training-dynamics", "training-loss", "training-gradient-norm"].contains(entry.name) {
      let text = try FigureScript(entry.figure, name: entry.name)
      try expectGolden(text.script, "plotting/\(entry.name).gp")
      if entry.name == "training-dynamics" {
        try expectGolden(text.data, "plotting/\(entry.name).tsv")
      }
    }
  }

  @Test func `a mean is drawn, a gap stays, the band comes after`() throws {
    let runs = runs()
    let entry = try #require(try set(runs).entries.first { $0.name == "training-reward" })
    let series = try #require(entry.figure.panels.first).series
    let name = try #require(series.first { $0.name == "grpo" })
    guard case .line(let x, let y) = name.marks else {
      Issue.record("no line")
      return
    }
    let rewards = runs[..<3].map { $0.log.columns.first { $0.name == "reward" }?.values ?? [] }
    #expect(x == (1...12).map(Double.init))
    #expect(y[0] == (rewards[0][0] + rewards[1][0] + rewards[2][0]) / 3)
    #expect(y[5].isNaN)
    let bands = series.compactMap { series -> [Double]? in
      if case .band(let x, _, _) = series.marks { x } else { nil }
    }
    // GRPO's is parted by the gap; SRFT's two seeds have one as well.
    #expect(bands.map(\.count) == [5, 6, 12])
    #expect(entry.figure.caption.contains("Seeds: grpo 3, srft-paper 2."))
    #expect(entry.figure.caption.contains("lowest to the highest seed"))
    #expect(entry.figure.caption.contains("Mean reward of the step's rollouts"))
  }

  @Test func `five seeds have an interval, and the caption says so`() throws {
    let five = (1...5).map {
      run("a-\($0)", objective: "grpo", seed: $0, ["reward": [Double($0), 1]])
    }
    let figure = try #require(try set(five).entries.first).figure
    #expect(figure.caption.contains("95 % interval of the mean"))
    let bands = figure.panels[0].series.compactMap { series -> Double? in
      if case .band(_, let low, _) = series.marks { low[0] } else { nil }
    }
    // 3 − t√(2.5/5), see TrainingCurveTests.
    #expect(bands.count == 1 && abs(bands[0] - 1.036_756_838_522_442_8) < 1e-13)
  }

  @Test func `smoothing is stated and leaves the values in pale`() throws {
    let runs = [run("a", objective: "grpo", seed: 1, ["reward": (0..<300).map { Double($0 % 2) }])]
    let figure = try #require(try set(runs).entries.first).figure
    #expect(figure.caption.contains("averaged over 7 steps"))
    #expect(figure.panels[0].series.count == 2)
    let plain = try #require(try set(runs, window: 1).entries.first).figure
    #expect(!plain.caption.contains("averaged"))
    #expect(plain.panels[0].series.count == 1)
  }

  @Test(arguments: [1, 2, 12, 150])
  func `gnuplot draws runs of any length, the same bytes again`(steps: Int) throws {
    try withTemporaryFolder { folder in
      for entry in try set(runs(steps: steps)).entries {
        let files = try entry.figure.write(named: entry.name, to: folder)
        let bytes = (try Data(contentsOf: files.svg), try Data(contentsOf: files.pdf))
        _ = try entry.figure.write(named: entry.name, to: folder)
        #expect(try Data(contentsOf: files.svg) == bytes.0)
        #expect(try Data(contentsOf: files.pdf) == bytes.1)
      }
    }
  }

  @Test func `runs without a metric, and too many conditions, are refused`() throws {
    let empty = run("a", objective: "grpo", seed: 1, ["seconds": [1, 2]])
    #expect(throws: FigureError.noMetrics(runs: "runs/a")) { try set([empty]) }
    let many = (0..<11).map {
      run("r\($0)x", objective: "o\($0)", seed: 1, ["reward": [1, 2]])
    }
    #expect(
      throws: FigureError.tooMany(figure: "training", what: "conditions", most: 10, found: 11)
    ) { try set(many) }
  }

  @Test func `conditions keep their colours whatever stands beside them`() {
    #expect(
      TrainingFigures.roles(of: [
        ("grpo", "grpo"), ("srft-paper", "srft-paper"), ("srft-released-code", "x"), ("sft", "sft"),
        ("mine", "sft"), ("base", ""), ("sft-rl", "grpo"),
      ]) == [.rl, .srft, .other(0), .sft, .other(1), .base, .sftToRL])
    #expect(TrainingFigures.roles(of: [("x", "sft"), ("y", "grpo")]) == [.sft, .rl])
  }
}
