internal import Plotting
internal import Reporting

/// Figure 4 of the SRFT paper: imitation then reinforcement against the reverse order.
struct OrderFigure {
  static let name = "figure-4"
  private static let runs = ["sft-rl", "rl-sft", "rl-sft-kl"]

  let curves: RunCurves

  /// Accuracy and entropy of answers to held-out problems; nil without both orders.
  func figure() -> Figure? {
    let accuracies = evaluations(.accuracy)
    let entropies = evaluations(.entropy)
    let names = Set(accuracies.map(\.name))
    guard names.contains("sft-rl"), names.count > 1 else { return nil }
    let last = CurveFigure.end(of: accuracies + entropies)
    let panels = [
      CurvePanel(
        title: "(a) accuracy", y: Axis("held-out accuracy", range: 0...1), curves: accuracies,
        showsSeeds: true),
      CurvePanel(
        title: "(b) entropy",
        y: Axis("entropy", unit: "nats", range: CurveFigure.fromZero(entropies)),
        curves: entropies, showsSeeds: true),
    ].filter { !$0.curves.isEmpty }
    return Figure(
      title: "Imitation and reinforcement in either order",
      caption: caption(panels, hasEntropy: !entropies.isEmpty),
      width: panels.count > 1 ? .text : .single, height: .points(160),
      rows: [panels.map { $0.panel(upTo: last) }])
  }

  /// Runs that go on from one that is drawn already have their second stage alone.
  private func evaluations(_ quantity: RunCurves.Evaluated) -> [SeedCurves] {
    var parents: Set<String> = []
    return Self.runs.compactMap { name in
      let parent = curves.summary.runs(of: name).first?.parent ?? ""
      return curves.evaluations(quantity, of: name, isWhole: parents.insert(parent).inserted)
    }
  }

  private func caption(_ panels: [CurvePanel], hasEntropy: Bool) -> String {
    var parts = [
      "Accuracy: share of right sampled answers to the run's own held-out problems, at its evaluations."
    ]
    if hasEntropy {
      parts.append(
        "Entropy: the policy's mean entropy at the tokens of these answers, temperature 1; the same quantity "
          + "while imitating and while reinforcing.")
    }
    parts.append(CurveFigure.evaluations)
    parts.append(CurveFigure.stages(panels))
    parts.append(CurvePanel.sample(of: panels))
    return parts.joined(separator: " ")
  }
}
