internal import Plotting
internal import Reporting
internal import StatisticalInference

/// What training made runs forget of the mixture that base was trained on, against how far they are from
/// base.
///
/// RL's Razor (Shenfeld et al. 2025, arXiv 2509.04259) finds that forgetting follows the KL divergence on
/// the new task.
package struct ForgettingFigure {
  /// What forgetting is set against by rank.
  package enum Predictor: CaseIterable {
    case ownKLRunBase
    case klRunBase
    case klBaseRun
    case weights
    case accuracy

    var measure: StudyMeasure {
      switch self {
      case .ownKLRunBase: .ownKLRunBase
      case .klRunBase: .klRunBase
      case .klBaseRun: .klBaseRun
      case .weights: .relativeWeightChange
      case .accuracy: .accuracy
      }
    }

    /// Beside a mark.
    var label: String {
      switch self {
      case .ownKLRunBase: "KL, own"
      case .klRunBase: "KL, base's"
      case .klBaseRun: "reverse KL"
      case .weights: "weights"
      case .accuracy: "accuracy"
      }
    }

    /// In the caption.
    var words: String {
      switch self {
      case .ownKLRunBase: "KL(run ‖ base) on the run's own text"
      case .klRunBase: "the same on base's"
      case .klBaseRun: "KL(base ‖ run) on base's (reverse)"
      case .weights: "the weights' relative change ‖W − W₀‖/‖W₀‖"
      case .accuracy: "held-out accuracy"
      }
    }
  }

  private static let probe = "mixture"

  private let cast: StudyCast
  /// Runs whose forgetting is known, base aside.
  private let names: [String]
  private let others: [String]

  package init(_ cast: StudyCast) {
    self.cast = cast
    names = cast.named.filter { Self.forgotten(of: $0, in: cast) != nil }
    others = cast.others.filter { Self.forgotten(of: $0, in: cast) != nil }
  }

  /// Base's mean log-probability of a token of the mixture less a run's, nats; nil where it wasn't measured.
  package static func forgotten(by run: StudyRun, in summary: StudySummary) -> Double? {
    guard let base = summary.run(run.base, seed: run.seed),
      let before = base.probes[probe], let after = run.probes[probe]
    else { return nil }
    return before.logProbPerToken - after.logProbPerToken
  }

  private static func forgotten(of name: String, in cast: StudyCast) -> StudyCast.Number? {
    cast.number(of: name) { forgotten(by: $0, in: cast.summary) }
  }

  /// Spearman's correlation over the runs of one seed, seed by seed, with its mean; nil where no seed has
  /// three runs with both.
  package func correlation(_ predictor: Predictor) -> StudyCast.Number? {
    let seeds = Set(cast.summary.runs.map(\.seed)).sorted()
    let values = seeds.compactMap { seed -> Double? in
      let pairs = cast.summary.runs.filter { $0.seed == seed && names.contains($0.name) }
        .compactMap { run -> (x: Double, y: Double)? in
          guard let y = Self.forgotten(by: run, in: cast.summary) else { return nil }
          let x = run[predictor.measure]
          return x.isFinite && y.isFinite ? (x, y) : nil
        }
      return RankCorrelation.spearman(pairs.map(\.x), pairs.map(\.y))
    }
    guard !values.isEmpty else { return nil }
    var estimate = Estimate.mean(ofSeeds: values, within: -1...1)
    // Seeds that all agree say nothing of how far they might not.
    if values.allSatisfy({ $0 == values[0] }) { estimate.interval = nil }
    return StudyCast.Number(values: values, estimate: estimate)
  }

  /// Forgetting against both distances, and the rank correlations; nil where nothing was measured.
  var entry: FigureSet.Entry? {
    guard !names.isEmpty else { return nil }
    let panels = [
      panel("on each run's own text", .ownKLRunBase, isFirst: true),
      panel("on base's text", .klRunBase, isFirst: false), ranks,
    ].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let figure = Figure(
      title: "Forgetting of the earlier mixture", caption: caption, width: .full,
      height: .panelAspect(1.25), rows: [panels])
    return FigureSet.Entry(name: "forgetting", figure: figure)
  }

  private func panel(_ title: String, _ measure: StudyMeasure, isFirst: Bool) -> Panel? {
    func points(_ names: [String]) -> [StudyCast.Point] {
      cast.points(
        names, x: { cast.number(measure, of: $0) }, y: { Self.forgotten(of: $0, in: cast) })
    }
    let (named, others) = (points(names), points(others))
    let all = named + others
    guard let across = StudyCast.range(all.map(\.x), .linear),
      let up = StudyCast.range(all.map(\.y), .linear)
    else { return nil }
    let x = Axis(
      "KL(run ‖ base)", unit: "nats per token",
      range: min(0, across.lowerBound)...across.upperBound)
    let y = Axis(
      "forgotten", unit: "nats per token", range: min(0, up.lowerBound)...up.upperBound,
      showsText: isFirst)
    let origin = Series(
      cast.base, style: Style(marker: .cross, markerSize: 0.5), .points(x: [0], y: [0]))
    return Panel(
      title: title, x: x, y: y,
      series: cast.families(named.map(\.name), at: 0, 0) + [origin]
        + cast.series(named, others: others, x: x, y: y, size: (128, 160)))
  }

  private var ranks: Panel? {
    let known = Predictor.allCases.compactMap { predictor in
      correlation(predictor).map { (predictor: predictor, number: $0) }
    }
    guard !known.isEmpty else { return nil }
    let range = -1.0...1.0
    let rows = known.indices.map { Double(known.count - 1 - $0) }
    var series = [
      Series(
        style: Style(colour: .guide, dash: .dotted, lineWidth: 0.7),
        .line(x: [0, 0], y: [-0.8, Double(known.count) - 0.2]))
    ]
    for (entry, row) in zip(known, rows) {
      let number = entry.number
      series += [
        Series(
          style: Style(colour: .guide, markerSize: 0.2),
          .points(x: number.values, y: number.values.map { _ in row })),
        Series(style: Style(lineWidth: 0.8), .line(x: number.ends(within: range), y: [row, row])),
        Series(style: Style(markerSize: 0.45), .points(x: [number.estimate.value], y: [row])),
      ]
    }
    return Panel(
      title: "by rank", x: Axis("Spearman's ρ with forgetting", range: range),
      y: Axis(
        "", range: -0.8...(Double(known.count) - 0.2),
        ticks: .at(zip(known, rows).map { .init($1, $0.predictor.label) })),
      series: series)
  }

  private var caption: String {
    let texts = Predictor.allCases.compactMap { predictor in
      correlation(predictor).map { "\(predictor.words) \(Phrase.text($0.estimate, .signed))" }
    }
    let counts = Set(
      Set(cast.summary.runs.map(\.seed)).map { seed in
        cast.summary.runs.count { $0.seed == seed && names.contains($0.name) }
      }.filter { $0 > 2 }
    ).sorted()
    let runs = counts.first == counts.last ? "" : "\(counts.first ?? 0) to "
    return """
      What training made runs forget: base's mean log-probability of a token of the mixture that base was \
      trained on, less the run's (nats; 0 is nothing forgotten), against mean KL(run ‖ base) over the tokens of \
      responses that the run sampled itself (left) or base did (middle). \
      \(cast.sentence(names, marks: "Marks", hasShares: false)) Small pale marks are seeds.\
      \(others.isEmpty ? "" : " Small rings: means of variants, and of parts that other runs start from.") \
      Right: Spearman's rank correlation of forgetting with each quantity over \(runs)\
      \(counts.last ?? 0) runs of one seed; dots are seeds, marks their mean with its 95 % interval (Student's \
      t over seeds, on the logit of (ρ + 1)/2): \(texts.joined(separator: ", ")). Base's own responses are like its \
      mixture, so KL(base ‖ run) on them is nearly forgetting itself; runs of one seed share their base and \
      some their parts, and methods were chosen, not drawn.
      """
  }
}
