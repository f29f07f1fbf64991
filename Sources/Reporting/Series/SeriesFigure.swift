internal import Analysis
package import Plotting
internal import StatisticalInference

/// Metrics over many runs: a panel each, a point with its interval for each run.
package struct SeriesFigure {
  static let name = "series"
  private static let plain = Style(colour: .guide, lineWidth: 0.5, marker: .circle)
  private static let baseline = Style(
    colour: .black, dash: .dashed, lineWidth: 0.6, marker: .diamond, markerSize: 0.7)

  /// How a look's outcome is drawn: colour and shape both tell it.
  private enum Outcome: CaseIterable {
    case none, passed, undecided, regressed

    init(_ outcome: GateFinding.Outcome?) {
      switch outcome {
      case .regressed: self = .regressed
      case .equivalent, .identical: self = .passed
      case .undecided: self = .undecided
      case .shown, .notMeasured, nil: self = .none
      }
    }

    var name: String {
      switch self {
      case .none: "run"
      case .passed: "look: equivalent"
      case .undecided: "look: not decided"
      case .regressed: "look: regressed"
      }
    }

    var style: Style {
      switch self {
      case .none: SeriesFigure.plain
      case .passed: Style(colour: .blue, marker: .circle, markerSize: 0.5)
      case .undecided: Style(colour: .blue, marker: .ring, markerSize: 0.5)
      case .regressed: Style(colour: .vermilion, marker: .square, markerSize: 0.6)
      }
    }
  }

  private let report: SeriesReport

  package init(_ report: SeriesReport) { self.report = report }

  /// - Throws: `FigureError` where no run has a number that is drawn.
  package func figure() throws(FigureError) -> Figure {
    let metrics = report.shownMetrics.filter { metric in
      points(metric).contains { $0.estimate.value.isFinite }
    }
    guard !metrics.isEmpty else {
      let paths = report.places.map(\.run.path)
      let others = paths.count > 3 ? " and \(paths.count - 3) more" : ""
      throw .noMetrics(runs: paths.prefix(3).joined(separator: ", ") + others)
    }
    let rows = metrics.enumerated().map { index, metric in
      [panel(metric, isLast: index == metrics.count - 1)]
    }
    return Figure(
      title: "Metrics by run", caption: caption(metrics), width: .full,
      height: .points(Double(rows.count) * 98 + 26), rows: rows)
  }

  /// Marks of the first and the last run stand clear of the frame.
  private var room: Double { max(0.5, Double(report.places.count) / 60) }

  private typealias Point = (place: SeriesReport.Place, estimate: Estimate)

  private func points(_ metric: GateMetric) -> [Point] {
    report.places.compactMap { place in
      place.run.summary.estimate(of: metric).map { (place, $0) }
    }
  }

  // MARK: Panels

  private func panel(_ metric: GateMetric, isLast: Bool) -> Panel {
    let points = points(metric)
    let scale = metric.unit == .share ? 100.0 : 1
    let unit: String? =
      switch metric.unit {
      case .share: "%"
      case .nats: "nats"
      case .tokens: "tokens"
      case .number: nil
      }
    let count = Double(report.places.count)
    return Panel(
      title: metric.rawValue,
      x: Axis(
        isLast ? "run" : "", range: 1 - room...count + room, ticks: .whole,
        showsText: isLast),
      y: Axis(unit ?? "mean", range: range(points, scale)), series: series(metric, points, scale))
  }

  /// Wide enough for values and a typical interval, so that noise looks like noise; one that is far wider is
  /// cut.
  private func range(_ points: [Point], _ scale: Double) -> ClosedRange<Double>? {
    let values = points.map { scale * $0.estimate.value }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    let ends = points.flatMap { [$0.estimate.lower, $0.estimate.upper] }.compactMap { $0 }
      .filter(\.isFinite).map { scale * $0 }
    let widths = points.compactMap(\.estimate.interval)
      .map { scale * ($0.upperBound - $0.lowerBound) }.filter(\.isFinite).sorted()
    let typical = widths.isEmpty ? 0 : widths[widths.count / 2]
    let size = max(high - low, typical, max(abs(low), abs(high)) * 1e-3, 1e-9)
    let bottom = max(min(low, ends.min() ?? low), low - 3 * size)
    let top = min(max(high, ends.max() ?? high), high + 3 * size)
    // One number without an interval, such as base's distance from base, is no range.
    let pad = top > bottom ? (top - bottom) * 0.06 : top == 0 ? 1 : abs(top) * 0.1
    return bottom - pad...top + pad
  }

  /// From back to front: levels of baselines, intervals, values, baselines.
  private func series(_ metric: GateMetric, _ points: [Point], _ scale: Double) -> [Series] {
    var levels: [Series] = []
    var intervals: [Series] = []
    var marks: [Series] = []
    let end = Double(report.places.count) + room
    for point in points where point.place.isBaseline && point.estimate.value.isFinite {
      let value = scale * point.estimate.value
      levels.append(
        Series(
          style: Self.baseline, .line(x: [Double(point.place.number), end], y: [value, value]))
      )
    }
    for outcome in Outcome.allCases {
      let members = points.filter { self.outcome(metric, $0.place) == outcome }
      guard !members.isEmpty else { continue }
      var (x, y): ([Double], [Double]) = ([], [])
      for (place, estimate) in members {
        guard let interval = estimate.interval else { continue }
        x += [Double(place.number), Double(place.number), .nan]
        y += [scale * interval.lowerBound, scale * interval.upperBound, .nan]
      }
      var thin = outcome.style
      (thin.lineWidth, thin.dash) = (0.5, .solid)
      if !x.isEmpty { intervals.append(Series(style: thin, .line(x: x, y: y))) }
      marks.append(
        Series(
          outcome.name, style: outcome.style,
          .points(
            x: members.map { Double($0.place.number) },
            y: members.map { scale * $0.estimate.value })))
    }
    let baselines = points.filter(\.place.isBaseline)
    if !baselines.isEmpty {
      marks.append(
        Series(
          "baseline", style: Self.baseline,
          .points(
            x: baselines.map { Double($0.place.number) },
            y: baselines.map { scale * $0.estimate.value })))
    }
    return levels + intervals + marks
  }

  private func outcome(_ metric: GateMetric, _ place: SeriesReport.Place) -> Outcome {
    Outcome(place.look?.outcomes.first { $0.metric == metric }?.outcome)
  }

  private func caption(_ metrics: [GateMetric]) -> String {
    var parts = ["A point is a run, in the order given (the table has their names)."]
    parts += metrics.map { "\($0.rawValue): \(SeriesTable.definition($0))" }
    if metrics.contains(where: \.isOfPrompts) {
      parts.append("Bars: 95 % interval over prompts, of each run by itself.")
    }
    if metrics.contains(where: { !$0.isOfPrompts }) {
      parts.append("Steps of one training allow no interval.")
    }
    if report.places.contains(where: { $0.look != nil }) {
      parts.append(
        "A look is a gate's judgement of the run as its candidate, the last one if several.")
    }
    if report.places.contains(where: \.isBaseline) {
      parts.append("Diamonds with a dashed line are runs that gates compared others with.")
    }
    return parts.joined(separator: " ")
  }
}

extension FigureSet {
  /// The figure of a series.
  init(ofSeries report: SeriesReport) throws(FigureError) {
    entries = [Entry(name: SeriesFigure.name, figure: try SeriesFigure(report).figure())]
  }
}
