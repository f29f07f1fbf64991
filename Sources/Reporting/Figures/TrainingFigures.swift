package import Analysis
package import Plotting
internal import RunLogs

/// How training went: metrics by step, one curve for each condition, with a band over its seeds.
package enum TrainingFigures {
  /// A figure with the name of its files.
  struct Named {
    let name: String
    let figure: Figure
  }

  /// More conditions would share colour, dash and all.
  package static let mostConditions = 10

  /// Draws every figure that a metric of some run allows.
  ///
  /// - Parameters:
  ///   - conditions: what to compare.
  ///   - window: steps averaged in a smoothed curve, odd; nil for 1 up to 100 steps, beyond that
  ///     about a fiftieth of them.
  /// - Returns: name and figure, in the order of a report.
  /// - Throws: `FigureError`.
  static func figures(
    of conditions: [TrainingCondition], window: Int? = nil
  ) throws(FigureError) -> [Named] {
    guard conditions.count <= mostConditions else {
      throw .tooMany(
        figure: "training", what: "conditions", most: mostConditions, found: conditions.count)
    }
    let drawing = TrainingDrawing(conditions, window: window ?? automaticWindow(conditions))
    let named = TrainingMetricPanel.figures.compactMap { plan -> Named? in
      drawing.figure(plan).map { Named(name: plan.name, figure: $0) }
    }
    guard !named.isEmpty else {
      throw .noMetrics(
        runs: conditions.flatMap { $0.runs.map(\.path) }.joined(separator: ", "))
    }
    return named
  }

  /// Odd, so that it is centred.
  static func automaticWindow(_ conditions: [TrainingCondition]) -> Int {
    let longest = conditions.flatMap(\.runs).map(\.log.steps.count).max() ?? 0
    return longest <= 100 ? 1 : longest / 100 * 2 + 1
  }

  /// The look of each condition, by what its label or its objective says; no two are alike.
  package static func roles(of conditions: [(label: String, objective: String)]) -> [SeriesRole] {
    var taken: Set<SeriesRole> = []
    var spare = 0
    return conditions.map { condition in
      for name in [condition.label, condition.objective] {
        if let role = knownRole(name.lowercased()), taken.insert(role).inserted { return role }
      }
      spare += 1
      return .other(spare - 1)
    }
  }

  private static func knownRole(_ name: String) -> SeriesRole? {
    switch name {
    case "base": .base
    case "sft": .sft
    case "rl", "grpo": .rl
    case "sft-rl", "sft-to-rl", "sft-then-rl", "sft→rl": .sftToRL
    case let name where name.hasPrefix("srft"): .srft
    default: nil
    }
  }
}

/// One panel of a figure: which metric, and how its axis reads.
struct TrainingMetricPanel {
  let metric: TrainingMetric
  /// The axis without its unit, which the log knows.
  let label: String
  /// Whether 0 and 1 are its ends.
  var isShare = false

  /// What is drawn together.
  struct Plan {
    let name: String
    let title: String
    let panels: [TrainingMetricPanel]
    /// Fewer panels than that make no figure.
    var fewest = 1
    /// Whether each objective has a panel: what its values add up is another thing.
    var isByObjective = false
  }

  private static let reward = Self(metric: .reward, label: "mean reward")
  private static let length = Self(metric: .responseLength, label: "response length")
  private static let entropy = Self(metric: .rolloutEntropy, label: "rollout entropy")

  static let figures = [
    Plan(
      name: "training-dynamics", title: "Reward, response length and entropy by step",
      panels: [reward, length, entropy], fewest: 2),
    Plan(name: "training-reward", title: "Reward by step", panels: [reward]),
    Plan(name: "training-length", title: "Response length by step", panels: [length]),
    Plan(
      name: "training-entropy", title: "Entropy by step",
      panels: [
        entropy, Self(metric: .demonstrationEntropy, label: "demonstration entropy"),
      ]),
    // Another quantity than the one above, and the only one that other trainers log.
    Plan(
      name: "training-entropy-tempered", title: "Entropy at the sampling temperature by step",
      panels: [Self(metric: .temperedRolloutEntropy, label: "rollout entropy at T")]),
    Plan(
      name: "training-weights", title: "Weights of imitation and reinforcement by step",
      panels: [
        Self(metric: .sftWeight, label: "weight w_SFT"),
        Self(metric: .rolloutWeight, label: "weight w_RL"),
      ]),
    Plan(
      name: "training-degenerate-groups", title: "Share of degenerate groups by step",
      panels: [
        Self(metric: .degenerateGroups, label: "share of degenerate groups", isShare: true)
      ]),
    Plan(
      name: "training-loss", title: "Loss by step", panels: [Self(metric: .loss, label: "loss")],
      isByObjective: true),
    Plan(
      name: "training-gradient-norm", title: "Norm of the gradient by step",
      panels: [Self(metric: .gradientNorm, label: "gradient norm")]),
  ]
}

extension FigureSet {
  /// The figures of training logs.
  ///
  /// - Parameters:
  ///   - conditions: what to compare.
  ///   - window: steps averaged in a smoothed curve; nil to go by the number of steps.
  /// - Throws: `FigureError`.
  package init(of conditions: [TrainingCondition], window: Int? = nil) throws(FigureError) {
    entries = try TrainingFigures.figures(of: conditions, window: window).map {
      Entry(name: $0.name, figure: $0.figure)
    }
  }
}
