internal import Plotting
internal import Reporting
internal import RunLogs

/// Figure 6 of the SRFT paper: rollouts of SRFT and of reinforcement alone while they train.
struct RolloutFigure {
  static let name = "figure-6"
  private static let runs = ["rl", "srft", "srft-released"]

  let curves: RunCurves

  /// Reward, response length and entropy; nil without reinforcement and SRFT.
  ///
  /// - Throws: an error of a log.
  func figure() throws -> Figure? {
    let positive = 0...Double.infinity
    let rewards = try Self.runs.compactMap { try curves.steps(.reward, of: $0, within: 0...1) }
    guard rewards.first?.name == "rl", rewards.count > 1 else { return nil }
    let lengths = try Self.runs.compactMap {
      try curves.steps(.responseLength, of: $0, within: positive)
    }
    let entropies = try Self.runs.compactMap {
      try curves.steps(.rolloutEntropy, of: $0, within: positive)
    }
    let totals = try Self.runs.compactMap {
      try curves.steps(.reward, of: $0, by: .total, within: 0...1)
    }
    let last = CurveFigure.end(of: rewards)
    let total = "update and sampled tokens (thousands)"
    let reward = Axis("mean reward", range: 0...1)
    var panels = [
      CurvePanel(title: "(a) reward", y: reward, curves: rewards, showsSeeds: true),
      CurvePanel(
        title: "(b) response length",
        y: Axis("length", unit: "tokens", range: CurveFigure.fromZero(lengths)), curves: lengths,
        showsSeeds: true),
      CurvePanel(
        title: "(c) entropy",
        y: Axis("entropy", unit: "nats", range: CurveFigure.fromZero(entropies)), curves: entropies,
        showsSeeds: true),
    ]
    panels.append(
      CurvePanel(
        title: "(d) reward by all tokens", xLabel: "update and sampled tokens (thousands)",
        y: reward,
        curves: totals, showsSeeds: true))
    let drawn = panels.filter { !$0.curves.isEmpty }.map { panel in
      panel.panel(upTo: panel.xLabel == total ? CurveFigure.end(of: totals) : last)
    }
    let isSquare = drawn.count == 4
    return Figure(
      title: "Rollouts of SRFT and of reinforcement alone", caption: caption(panels),
      width: drawn.count == 3 ? .full : .text, height: .points(isSquare ? 290 : 150),
      rows: isSquare ? [Array(drawn.prefix(2)), Array(drawn.suffix(2))] : [drawn])
  }

  private func caption(_ panels: [CurvePanel]) -> String {
    [
      "Of each step's rollouts: mean reward; mean tokens of a response, the end token included; mean entropy "
        + "of the policy at their tokens, temperature 1, nats. (a) to (c) by tokens of updates from base on, "
        + "(d) by these and all sampled ones.",
      CurveFigure.steps(isByTotal: true), CurvePanel.sample(of: panels),
    ].joined(separator: " ")
  }
}
