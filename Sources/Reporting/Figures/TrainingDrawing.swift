internal import Analysis
internal import Plotting
internal import RunLogs

/// Panels and captions of figures by training step.
struct TrainingDrawing {
  private let conditions: [TrainingCondition]
  private let roles: [SeriesRole]
  private let window: Int
  private let band: TrainingCurve.Band

  /// More panels in a row are too narrow for their numbers.
  private static let mostPanels = 4

  init(_ conditions: [TrainingCondition], window: Int) {
    self.conditions = conditions
    self.window = window
    roles = TrainingFigures.roles(of: conditions.map { ($0.label, $0.objective) })
    // One meaning for all bands of a set of figures.
    let several = conditions.map(\.runs.count).filter { $0 > 1 }
    band =
      several.allSatisfy { $0 >= TrainingCurve.seedsForInterval } ? .interval : .range
  }

  /// A figure of the panels that have values; nil if too few have.
  func figure(_ plan: TrainingMetricPanel.Plan) -> Figure? {
    let drawn = plan.panels.compactMap { panel -> Drawn? in
      let curves = conditions.map {
        TrainingCurve(
          of: panel.metric.rawValue, $0, window: window, band: band,
          within: panel.isShare ? 0...1 : nil)
      }
      return curves.contains { $0 != nil } ? Drawn(panel: panel, curves: curves) : nil
    }
    guard drawn.count >= plan.fewest else { return nil }
    let panels = plan.isByObjective ? drawn.flatMap(byObjective) : drawn
    let width: ColumnWidth =
      switch panels.count {
      case 1: .single
      case 2: .text
      default: .full
      }
    let height =
      panels.count == 1 ? Figure.Height.golden : .points(panels.count == 2 ? 150 : 135)
    return Figure(
      title: plan.title, caption: caption(drawn, isByObjective: panels.count > drawn.count),
      width: width, height: height, rows: [panels.map { panel($0, width: width) }])
  }

  private struct Drawn {
    let panel: TrainingMetricPanel
    /// One for each condition; nil where it isn't drawn.
    let curves: [TrainingCurve?]
    var title: String?
  }

  /// The panel once for each objective with that objective's conditions.
  private func byObjective(_ drawn: Drawn) -> [Drawn] {
    var objectives: [String] = []
    for (condition, curve) in zip(conditions, drawn.curves)
    where curve != nil && !objectives.contains(condition.objective) {
      objectives.append(condition.objective)
    }
    guard (2...Self.mostPanels).contains(objectives.count) else { return [drawn] }
    return objectives.map { objective in
      Drawn(
        panel: drawn.panel,
        curves: zip(conditions, drawn.curves).map { $0.objective == objective ? $1 : nil },
        title: objective)
    }
  }

  // MARK: Panels

  private func panel(_ drawn: Drawn, width: ColumnWidth) -> Panel {
    let column = conditions.flatMap(\.runs).compactMap { run in
      run.log.columns.first { $0.name == drawn.panel.metric.rawValue }
    }.first
    let unit: String? =
      switch column?.unit {
      case nil, "1": nil
      case "token": "tokens"
      case let unit: unit
      }
    let axis = ValueAxis(drawn.curves.compactMap(\.self), isShare: drawn.panel.isShare)
    let steps = drawn.curves.compactMap { $0?.steps }.joined()
    let (first, last) = (Double(steps.min() ?? 0), Double(steps.max() ?? 1))
    return Panel(
      title: drawn.title,
      x: Axis("step", range: first < last ? first...last : first - 1...last + 1, ticks: .whole),
      y: axis.axis(drawn.panel.label, unit: unit), series: series(drawn, axis, width: width))
  }

  /// From back to front: bands, seeds, means.
  private func series(_ drawn: Drawn, _ axis: ValueAxis, width: ColumnWidth) -> [Series] {
    var (bands, seeds, means): ([Series], [Series], [Series]) = ([], [], [])
    for (index, curve) in drawn.curves.enumerated() {
      guard let curve else { continue }
      let style = roles[index].style
      let x = curve.steps.map(Double.init)
      bands += IntervalBand.series(x: x, curve.band, style: style, shown: axis.shown)
      if curve.seeds.count > 1 || window > 1 {
        var pale = style
        pale.colour = style.colour.mixedWithWhite(0.65)
        (pale.lineWidth, pale.dash) = (0.4, .solid)
        seeds += curve.seeds.flatMap {
          Self.lines(nil, x: x, y: $0.map(axis.shown), style: pale)
        }
      }
      let name = TextMetrics.shortened(
        conditions[index].label, to: width.points - 70, size: 8)
      means += Self.lines(name, x: x, y: curve.mean.map(axis.shown), style: style)
    }
    return bands + seeds + means
  }

  /// A line, and points for values that have no neighbour to be joined with.
  private static func lines(
    _ name: String?, x: [Double], y: [Double], style: Style
  ) -> [Series] {
    let lone = y.indices.filter { index in
      y[index].isFinite && !(index > 0 && y[index - 1].isFinite)
        && !(index + 1 < y.count && y[index + 1].isFinite)
    }
    let line = Series(name, style: style, .line(x: x, y: y))
    guard !lone.isEmpty else { return [line] }
    let points = Series.Marks.points(x: lone.map { x[$0] }, y: lone.map { y[$0] })
    return [line, Series(style: style, points)]
  }

  // MARK: Captions

  private func caption(_ drawn: [Drawn], isByObjective: Bool) -> String {
    var parts = drawn.map { drawn in
      let column = conditions.flatMap(\.runs).flatMap(\.log.columns)
        .first { $0.name == drawn.panel.metric.rawValue }
      let unit = column.map { $0.unit == "1" ? "" : ", \($0.unit)" } ?? ""
      return
        "\(drawn.panel.label) (\(drawn.panel.metric.rawValue)\(unit)): \(column?.definition ?? "")."
    }
    parts.append("A step is one batch of rollouts or demonstrations.")
    parts += sampleTexts(drawn)
    if window > 1 {
      parts.append(
        "Each run's values are averaged over \(window) steps centred on each (fewer at the ends) "
          + "before anything else; pale lines are the values as logged.")
    }
    if isByObjective { parts.append("Each objective adds up other terms, so each has its panel.") }
    let values = drawn.flatMap { $0.curves.compactMap(\.self) }
    if ValueAxis(values, isShare: drawn.contains(where: \.panel.isShare)).hasZeros {
      parts.append("Zeros stand on the axis.")
    }
    return parts.joined(separator: " ")
  }

  private func sampleTexts(_ drawn: [Drawn]) -> [String] {
    let counts = conditions.indices.map { index in
      drawn.compactMap { $0.curves[index]?.seeds.count }.max() ?? 0
    }
    let shown = conditions.indices.filter { counts[$0] > 0 }
    let list = shown.map { "\(conditions[$0].label) \(counts[$0])" }.joined(separator: ", ")
    var parts = ["Seeds: \(list)."]
    if shown.contains(where: { counts[$0] > 1 }) {
      parts.append(
        "Of several seeds the line is the mean, at steps that all of them have; pale lines are the "
          + "seeds. "
          + (band == .range
            ? "Shaded: from the lowest to the highest seed, no interval."
            : "Shaded: 95 % interval of the mean at each step, Student's t over seeds (of shares on "
              + "the logit)."))
    }
    for index in shown where !conditions[index].differingKeys.isEmpty {
      parts.append(
        "Runs of \(conditions[index].label) differ in "
          + conditions[index].differingKeys.joined(separator: ", ") + ".")
    }
    return parts
  }
}

/// The y axis of one metric: wide enough for seeds, means and bands.
private struct ValueAxis {
  private let range: ClosedRange<Double>?
  private let scale: Axis.Scale
  /// Whether zeros have no place on a logarithmic axis.
  let hasZeros: Bool

  init(_ curves: [TrainingCurve], isShare: Bool) {
    let values = curves.flatMap { $0.seeds.joined() + $0.mean }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else {
      (range, scale, hasZeros) = (nil, .linear, false)
      return
    }
    let smallest = values.filter { $0 > 0 }.min() ?? high
    if isShare {
      (range, scale) = (-0.02...1.02, .linear)
    } else if low >= 0, smallest > 0, high / smallest > 100 {
      // A single value of almost nothing would press everything else against the top.
      (range, scale) = (max(smallest / 1.3, high * 1e-5)...high * 1.3, .logarithmic)
    } else {
      let ends = curves.flatMap { $0.band.compactMap(\.self) }
      let bottom = min(low, ends.map(\.lowerBound).min() ?? low)
      let top = max(high, ends.map(\.upperBound).max() ?? high)
      let pad = max(top - bottom, abs(top) * 1e-3, 1e-9) * 0.04
      (range, scale) = ((bottom - pad)...(top + pad), .linear)
    }
    hasZeros = scale == .logarithmic && low == 0
  }

  func axis(_ label: String, unit: String?) -> Axis {
    Axis(label, unit: unit, scale: scale, range: range)
  }

  /// A logarithm has no place for what lies at zero or below: that stands on the axis.
  func shown(_ value: Double) -> Double {
    guard scale == .logarithmic, let range, value.isFinite else { return value }
    return max(value, range.lowerBound)
  }
}
