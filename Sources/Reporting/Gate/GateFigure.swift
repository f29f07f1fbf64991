internal import Analysis
package import Plotting
internal import StatisticalInference

/// The findings of a gate on one axis: each harm with its interval, in units of its own margin.
package enum GateFigure {
  /// The name of its files.
  package static let name = "gate"
  /// More rows than this are left to the table.
  static let mostRows = 24
  /// Margins beyond which an axis would leave no room for the band around 0.
  private static let farthest = 6.0
  /// Rows above the first, for its number.
  private static let headroom = 0.4

  /// Draws a row for each metric, and for each slice that got worse.
  ///
  /// - Parameters:
  ///   - report: of a gate.
  ///   - width: the column that the figure fills.
  /// - Returns: nil where nothing has a margin.
  package static func figure(of report: GateReport, width: ColumnWidth = .single) -> Figure? {
    let all = report.ordered.compactMap(Row.init)
    let rows = all.prefix(mostRows)
    guard !rows.isEmpty else { return nil }
    let count = Double(rows.count)
    let scale = Scale(rows)
    let drawn = rows.enumerated().map { (row: $1, y: count - Double($0) - 0.5) }
    let names = drawn.map { drawn in
      Axis.Tick(
        drawn.y, TextMetrics.shortened(drawn.row.name, to: width.points * 0.42, size: 8))
    }
    let left = all.count - rows.count
    return Figure(
      title: "Harm in units of each margin",
      caption: """
        How much worse the candidate is, with a 95 % interval, divided by the metric's margin: right is \
        worse. Where a change in either direction counts, right is more. Shaded: within the margin. What \
        lies beyond the axis stands at its end with its number; intervals are cut there.\
        \(left > 0 ? " \(Number.count(left)) more are in the table." : "")
        """,
      width: width, height: .points(34 + 12 * count),
      rows: [
        [
          Panel(
            x: Axis("harm, in margins", range: scale.range),
            y: Axis("", range: 0...count + headroom, ticks: .at(names)),
            series: guides(count) + Kind.allCases.flatMap { series($0, drawn, scale) }
              + far(drawn, scale))
        ]
      ])
  }

  // MARK: Rows

  /// What the legend tells apart.
  private enum Kind: String, CaseIterable {
    case regressed
    case warning
    case undecided = "not enough data"
    case equivalent
    case shown

    var style: Style {
      switch self {
      case .regressed:
        Style(colour: .vermilion, lineWidth: 1.6, marker: .diamond, markerSize: 0.6)
      case .warning:
        Style(colour: .orange, lineWidth: 1.3, marker: .triangle, markerSize: 0.5)
      case .undecided: Style(colour: .black, dash: .shortDashed, marker: .ring, markerSize: 0.5)
      case .equivalent: Style(colour: .bluishGreen, marker: .circle, markerSize: 0.4)
      case .shown: Style(colour: .guide, dash: .dotted, marker: .cross, markerSize: 0.4)
      }
    }
  }

  /// A finding that can be drawn.
  private struct Row {
    let name: String
    let kind: Kind
    /// In margins.
    let value: Double
    let interval: ClosedRange<Double>?

    /// nil without a margin, and of slices that didn't get worse.
    init?(_ finding: GateFinding) {
      guard finding.slice == nil || finding.outcome == .regressed, let harm = finding.harm,
        let margin = finding.margin, let size = finding.marginsOfHarm, size.isFinite
      else { return nil }
      switch finding.outcome {
      case .regressed: kind = finding.role == .gated ? .regressed : .warning
      case .undecided: kind = .undecided
      case .equivalent, .identical: kind = .equivalent
      case .shown: kind = .shown
      case .notMeasured: return nil
      }
      name = VisibleText.escaped(GateWords.name(finding))
      // What was compared with the margin, as tables and sentences have it.
      value = finding.worse == .both && harm.value < 0 ? -size : size
      interval = harm.interval.flatMap { ends in
        ends.lowerBound.isFinite && ends.upperBound.isFinite
          ? ends.lowerBound / margin...ends.upperBound / margin : nil
      }
    }
  }

  /// The axis: wide enough for what it shows, and no wider than leaves the band to be seen.
  private struct Scale {
    let range: ClosedRange<Double>

    init(_ rows: some Collection<Row>) {
      let ends = rows.flatMap { row in
        [row.value, row.interval?.lowerBound ?? row.value, row.interval?.upperBound ?? row.value]
      }
      range =
        max(
          min(-1.5, (ends.min() ?? 0) - 0.3), -farthest)...min(
          max(1.5, (ends.max() ?? 0) + 0.3), farthest)
    }

    func shown(_ value: Double) -> Double {
      min(max(value, range.lowerBound), range.upperBound)
    }
  }

  // MARK: Series

  private static func guides(_ count: Double) -> [Series] {
    [
      Series(
        style: Style(colour: .guide, fillOpacity: 0.22),
        .band(x: [-1, 1], low: [0, 0], high: [count + headroom, count + headroom])),
      Series(
        style: Style(colour: .guide, dash: .dashed, lineWidth: 0.6),
        .line(x: [0, 0], y: [0, count + headroom])),
    ]
  }

  private static func series(
    _ kind: Kind, _ rows: [(row: Row, y: Double)], _ scale: Scale
  ) -> [Series] {
    let mine = rows.filter { $0.row.kind == kind }
    guard !mine.isEmpty else { return [] }
    var (x, y): ([Double], [Double]) = ([], [])
    for (row, height) in mine {
      guard let interval = row.interval else { continue }
      // A gap between two rows.
      x += [scale.shown(interval.lowerBound), scale.shown(interval.upperBound), .nan]
      y += [height, height, .nan]
    }
    let points = Series(
      kind.rawValue, style: kind.style,
      .points(x: mine.map { scale.shown($0.row.value) }, y: mine.map(\.y)))
    guard !x.isEmpty else { return [points] }
    return [Series(kind.rawValue, style: kind.style, .line(x: x, y: y)), points]
  }

  /// Numbers of what lies beyond the axis: in their rows, or above the line of an interval there.
  private static func far(_ rows: [(row: Row, y: Double)], _ scale: Scale) -> [Series] {
    let beyond = rows.filter { !scale.range.contains($0.row.value) }
    guard !beyond.isEmpty else { return [] }
    let inset = (scale.range.upperBound - scale.range.lowerBound) * 0.1
    func isCrossed(_ row: Row) -> Bool {
      row.interval.map { scale.shown($0.lowerBound) != scale.shown($0.upperBound) } ?? false
    }
    return [
      Series(
        style: Style(),
        .labels(
          x: beyond.map { scale.shown($0.row.value) + ($0.row.value > 0 ? -inset : inset) },
          y: beyond.map { $0.y + (isCrossed($0.row) ? 0.36 : 0) },
          texts: beyond.map { Number.text($0.row.value) }))
    ]
  }
}
