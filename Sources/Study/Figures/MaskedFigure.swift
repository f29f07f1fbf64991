internal import Plotting
internal import Reporting

/// Figure A2 of the SRFT paper: reinforcement without the gradients of tokens that the policy is confident of.
struct MaskedFigure {
  static let name = "figure-a2"
  private static let masked = ["rl-masked-0.9", "rl-masked-0.8", "rl-masked-0.5"]

  let curves: RunCurves

  /// Accuracy by tokens; nil without a masked run and the one without a mask.
  func figure() -> Figure? {
    let drawn = (["rl"] + Self.masked).compactMap { curves.evaluations(.accuracy, of: $0) }
    guard drawn.first?.name == "rl", drawn.count > 1 else { return nil }
    let differences = drawn.dropFirst().compactMap {
      $0.difference(from: drawn[0], within: 0...1)
    }
    let most = differences.flatMap { $0.seeds.flatMap(\.self) }.map(abs).max() ?? 0
    // Runs that are all alike have no range of their own.
    let widest = most > 0 ? min(1, most * 1.05) : 1
    let panels = [
      CurvePanel(title: "(a) accuracy", y: Axis("held-out accuracy", range: 0...1), curves: drawn),
      CurvePanel(
        title: "(b) against rl", y: Axis("accuracy less rl's", range: -widest...widest),
        curves: differences, level: 0),
    ].filter { !$0.curves.isEmpty }
    return Figure(
      title: "Reinforcement of uncertain tokens alone",
      caption: caption(panels, hasDifferences: !differences.isEmpty),
      width: panels.count > 1 ? .text : .single, height: .points(160),
      rows: [panels.map { $0.panel(upTo: CurveFigure.end(of: drawn)) }])
  }

  private func caption(_ panels: [CurvePanel], hasDifferences: Bool) -> String {
    var parts = [
      "rl-masked-P: tokens that were sampled with a probability above P get no gradient. Share of right "
        + "sampled answers to the run's own held-out problems. \(CurveFigure.evaluations)"
    ]
    if hasDifferences {
      parts.append("(b) The same less that of rl, seed by seed at equal tokens; 0 dotted.")
    }
    parts.append(CurvePanel.sample(of: panels))
    return parts.joined(separator: " ")
  }
}
