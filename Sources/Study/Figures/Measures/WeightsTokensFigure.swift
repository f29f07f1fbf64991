internal import Plotting
internal import Reporting
internal import StatisticalInference

/// How many weights training changed beside how many tokens' distributions.
struct WeightsTokensFigure {
  private static let columns: [(measure: StudyMeasure, name: String, marker: Style.Marker)] = [
    (.coarselyChangedWeightShare, "weights, from base", .square),
    (.coarselyChangedWeightShareFromStart, "weights, from the run's start", .frame),
    (.changedShare, "positions of base's text", .circle),
  ]

  private let cast: StudyCast

  init(_ cast: StudyCast) { self.cast = cast }

  /// A row for each run, a mark for each share; nil where no run has a share of weights and one of tokens.
  var entry: FigureSet.Entry? {
    let names = cast.named.filter { name in
      [.coarselyChangedWeightShare, .changedShare].allSatisfy { cast.number($0, of: name) != nil }
    }
    guard !names.isEmpty else { return nil }
    let rows = names.indices.map { Double(names.count - 1 - $0) }
    let panel = Panel(
      x: Axis("share that changed", range: 0...1),
      y: Axis(
        "", range: -0.8...(Double(names.count) - 0.2),
        ticks: .at(zip(names, rows).map { .init($1, $0) })),
      series: legend + zip(names, rows).flatMap(series))
    let figure = Figure(
      title: "Changed weights and changed tokens", caption: caption(names),
      width: .single, height: .points(36 + 12 * Double(names.count)), rows: [[panel]])
    return FigureSet.Entry(name: "weights-tokens", figure: figure)
  }

  /// The markers in black: colours are the runs'.
  private var legend: [Series] {
    Self.columns.map { column in
      Series(
        column.name, style: Style(marker: column.marker, markerSize: 0.45),
        .points(x: [-1], y: [-1]))
    }
  }

  private func series(_ name: String, _ row: Double) -> [Series] {
    let numbers = Self.columns.compactMap { column in
      cast.number(column.measure, of: name).map { (marker: column.marker, number: $0) }
    }
    let colour = cast.style(of: name).colour
    return numbers.flatMap { marker, number -> [Series] in
      let style = Style(colour: colour, lineWidth: 0.8, marker: marker, markerSize: 0.45)
      return [
        Series(style: style, .line(x: number.ends(within: 0...1), y: [row, row])),
        Series(style: style, .points(x: [number.estimate.value], y: [row])),
      ]
    }
  }

  private func caption(_ names: [String]) -> String {
    """
    What training changed. Filled squares: share of weights that are at least a unit in the last place of \
    bfloat16 from base's; empty squares: from those of the model that the run started from. Circles: share of \
    positions of base's own responses with a Jensen-Shannon divergence from base above 0.1 nats. \
    \(cast.sentence(names, marks: "Marks")) Where no line is seen it is shorter than its mark. \
    Few changed tokens don't need few changed weights: compare squares with circles of one run.
    """
  }
}
