internal import Plotting
internal import Reporting
internal import RunLogs

/// How SRFT weighs imitation and reinforcement while it trains.
struct TermsFigure {
  static let name = "terms"
  private static let weighted = ["srft", "srft-released"]
  private static let runs = ["rl", "srft", "srft-released"]

  let curves: RunCurves

  /// Weights, degenerate groups and the gradient's norm; nil without SRFT's weights.
  ///
  /// - Throws: an error of a log.
  func figure() throws -> Figure? {
    let imitation = try steps(.sftWeight, Self.weighted)
    let reinforcement = try steps(.rolloutWeight, Self.weighted)
    guard !imitation.isEmpty, !reinforcement.isEmpty else { return nil }
    let degenerate = try steps(.degenerateGroups, Self.runs, within: 0...1)
    let norms = try Self.runs.compactMap {
      try curves.steps(
        .gradientNorm, of: $0, within: 0...Double.infinity, isGeometric: true)
    }
    let panels = [
      CurvePanel(
        title: "(a) weight of imitation",
        y: Axis("w_SFT", range: CurveFigure.fromZero(imitation)), curves: imitation,
        showsSeeds: true),
      CurvePanel(
        title: "(b) weight of reinforcement",
        y: Axis("w_RL", range: CurveFigure.fromZero(reinforcement)), curves: reinforcement,
        showsSeeds: true),
      CurvePanel(
        title: "(c) degenerate groups", y: Axis("share of groups", range: 0...1),
        curves: degenerate, showsSeeds: true),
      CurvePanel(
        title: "(d) norm of the gradient",
        y: Axis("norm", scale: .logarithmic, range: Self.range(of: norms)), curves: norms,
        showsSeeds: true),
    ]
    guard panels.allSatisfy({ !$0.curves.isEmpty }) else { return nil }
    let last = CurveFigure.end(of: panels.flatMap(\.curves))
    let drawn = panels.map { $0.panel(upTo: last) }
    return Figure(
      title: "SRFT's weights, groups and gradient", caption: caption(panels), width: .text,
      height: .points(290), rows: [Array(drawn.prefix(2)), Array(drawn.suffix(2))])
  }

  private func steps(
    _ metric: TrainingMetric, _ names: [String],
    within bounds: ClosedRange<Double> = 0...Double.infinity
  ) throws -> [SeedCurves] {
    try names.compactMap { try curves.steps(metric, of: $0, within: bounds) }
  }

  /// All seeds' norms, on a logarithmic axis; intervals are cut there.
  private static func range(of norms: [SeedCurves]) -> ClosedRange<Double>? {
    let values = norms.flatMap { $0.seeds.flatMap(\.self) }
    guard let low = values.min(), let high = values.max() else { return nil }
    return low / 1.3...high * 1.3
  }

  private func caption(_ panels: [CurvePanel]) -> String {
    [
      "(a), (b) Mean weights of imitation and of reinforcement in a step, Eq. 8 and 12 of the SRFT paper, the "
        + "entropy as the run's preset takes it; steps without a right rollout have no w_RL where only these "
        + "are weighted. (c) Share of groups whose rollouts all have the same reward; a demonstration is no "
        + "member. (d) Norm of the whole gradient before clipping, of the step's last update, its "
        + "means geometric; losses that sum other things have other norms.", CurveFigure.steps(),
      CurvePanel.sample(of: panels),
    ].joined(separator: " ")
  }
}
