internal import Plotting
internal import Reporting
internal import RunLogs

/// Figure 5 of the SRFT paper: one stage against two, by tokens.
struct StageFigure {
  static let name = "figure-5"
  private static let runs = ["rl", "sft-rl", "rl-from-start", "sft-plus-rl", "srft"]

  let curves: RunCurves

  /// Accuracy, its difference from that of reinforcement alone, and reward; nil without two runs.
  ///
  /// - Throws: an error of a log.
  func figure() throws -> Figure? {
    let accuracies = Self.runs.compactMap { curves.evaluations(.accuracy, of: $0) }
    guard accuracies.count > 1 else { return nil }
    let rewards = try Self.runs.compactMap { try curves.steps(.reward, of: $0, within: 0...1) }
    let reference = accuracies.first { $0.name == "rl" }
    let differences = accuracies.filter { $0.name != "rl" }.compactMap { curve in
      reference.flatMap { curve.difference(from: $0, within: 0...1) }
    }
    let last = CurveFigure.end(of: accuracies + rewards)
    let ends = differences.flatMap { $0.seeds.flatMap(\.self) }
    let most = ends.map(abs).max() ?? 0
    // Runs that are all alike have no range of their own.
    let widest = most > 0 ? min(1, most * 1.05) : 1
    let panels = [
      CurvePanel(
        title: "(a) accuracy", y: Axis("held-out accuracy", range: 0...1), curves: accuracies),
      CurvePanel(
        title: "(b) against rl", y: Axis("accuracy less rl's", range: -widest...widest),
        curves: differences, level: 0),
      CurvePanel(title: "(c) reward", y: Axis("mean reward", range: 0...1), curves: rewards),
    ].filter { !$0.curves.isEmpty }.map { panel in
      var panel = panel
      panel.xLabel = "update tokens (thousands)"
      return panel
    }
    return Figure(
      title: "One stage and two",
      caption: caption(panels, hasDifferences: !differences.isEmpty, hasRewards: !rewards.isEmpty),
      width: panels.count > 2 ? .full : .text, height: .points(150),
      rows: [panels.map { $0.panel(upTo: last) }])
  }

  private func caption(
    _ panels: [CurvePanel], hasDifferences: Bool, hasRewards: Bool
  ) -> String {
    var parts = [
      "(a) Share of right sampled answers to the run's own held-out problems. \(CurveFigure.evaluations)"
    ]
    if hasDifferences {
      parts.append("(b) The same less that of rl, seed by seed at equal tokens; 0 dotted.")
    }
    if hasRewards {
      parts.append("(c) Mean reward of a step's rollouts. \(CurveFigure.steps())")
    }
    parts.append(CurveFigure.stages(panels))
    parts.append(CurvePanel.sample(of: panels))
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }
}
