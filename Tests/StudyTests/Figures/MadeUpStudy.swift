import Foundation
import RunLogs
import Study

/// Runs of a study with logs, made up: all numbers by formula.
enum MadeUpStudy {
  static let steps = 60
  /// Of update tokens in each step, and of sampled ones.
  static let (tokens, sampled) = (2_000.0, 1_500.0)

  /// Runs with the one that each starts from.
  static let parents: [(name: String, parent: String?)] = [
    ("base", nil), ("sft-half", "base"), ("rl-half", "base"), ("sft-start", "base"), ("rl", "base"),
    ("sft-rl", "sft-half"), ("rl-sft", "rl-half"), ("rl-sft-kl", "rl-half"),
    ("rl-from-start", "sft-start"), ("sft-plus-rl", "base"), ("srft", "base"),
    ("srft-released", "base"), ("rl-masked-0.9", "base"),
  ]

  /// All of these runs, or some.
  static func summary(
    seeds: [UInt64] = [1, 2, 3], _ names: [String] = parents.map(\.name)
  ) -> StudySummary {
    StudySummary(
      runs: seeds.flatMap { seed in
        parents.filter { names.contains($0.name) }.map { run(seed, $0.name, $0.parent) }
      })
  }

  private static func run(_ seed: UInt64, _ name: String, _ parent: String?) -> StudyRun {
    var run = StudyRun(name: name, seed: seed)
    run.parent = parent
    run.base = parent == nil ? nil : "base"
    let isSecond = parent != nil && parent != "base"
    let all = Double(steps) * tokens
    run[.tokens] = all
    run[.totalTokens] = all + Double(steps) * sampled
    run[.chainTokens] = isSecond ? 2 * all + Double(seed) : all
    run[.chainTotalTokens] = run[.chainTokens] + run[.totalTokens] - all
    run.learning = stride(from: 20, through: steps, by: 20).map { step in
      LearningPoint(
        step: step, tokens: Double(step) * tokens,
        totalTokens: Double(step) * (tokens + sampled), accuracy: accuracy(name, seed, step),
        entropy: 1 / Double(step + Int(seed)), rolloutEntropy: nil)
    }
    return run
  }

  /// Of an evaluation.
  static func accuracy(_ name: String, _ seed: UInt64, _ step: Int) -> Double {
    let place = Double(parents.firstIndex { $0.name == name } ?? 0)
    return 0.1 + 0.01 * place + 0.003 * Double(step) + 0.05 * Double(seed)
  }

  /// A run's log, without some columns.
  static func log(_ run: StudyRun, without metrics: [TrainingMetric] = []) -> TrainingLog? {
    guard run.parent != nil, !["sft-half", "rl-sft", "rl-sft-kl"].contains(run.name) else {
      return nil
    }
    let numbers = (0..<steps).map(Double.init)
    let seed = Double(run.seed)
    let columns: [(TrainingMetric, (Double) -> Double)] = [
      (.tokens, { _ in tokens }), (.rolloutTokens, { _ in sampled }),
      (.reward, { 0.9 - 0.7 * exp(0.4 * exp(-$0 / 20)) / (1 + 0.1 * seed) }),
      (.rolloutEntropy, { 0.4 * exp(-$0 / 20) }), (.responseLength, { 20 + 0.1 * $0 + seed }),
      (.sftWeight, { 0.3 + 0.001 * $0 }), (.rolloutWeight, { 0.2 - 0.001 * $0 }),
      (.degenerateGroups, { 0.2 + 0.01 * $0 }), (.gradientNorm, { exp(-$0 / 10) * seed }),
    ]
    return TrainingLog(
      steps: Array(1...steps),
      columns: columns.filter { !metrics.contains($0.0) }.map { metric, formula in
        TrainingLog.Column(metric, values: numbers.map(formula))
      })
  }

  /// Curves of the runs of a summary.
  static func curves(
    _ summary: StudySummary = summary(), without metrics: [TrainingMetric] = []
  ) -> RunCurves {
    RunCurves(summary: summary) { log($0, without: metrics) }
  }
}
