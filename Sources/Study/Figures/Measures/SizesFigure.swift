internal import Foundation
internal import Plotting
internal import Reporting
internal import StatisticalInference

/// What depends on a model's size: the same methods from bases of several sizes.
///
/// A variant whose model has another number of weights than that of the run it is a variant of is that run in
/// another size.
struct SizesFigure {
  static let name = "sizes"
  /// The run that the others' distances are compared with.
  private static let reference = "rl"
  /// Numbers of one size stand beside each other, each so many times the one before.
  private static let shift = 1.06

  private let cast: StudyCast
  private let lines: [Line]

  /// A method with its runs, the smallest model's first.
  private struct Line {
    let method: String
    var runs: [(name: String, parameters: Double)]
  }

  /// Finds the sizes.
  init(_ cast: StudyCast) {
    let summary = cast.summary
    var lines: [Line] = []
    func parameters(_ name: String) -> Double? {
      cast.number(.parameters, of: name)?.estimate.value
    }
    for name in summary.names {
      let method = cast.variants[name] ?? name
      guard let size = parameters(name) else { continue }
      // A variant of the same size is another method.
      if method != name, parameters(method) == size { continue }
      guard let place = lines.firstIndex(where: { $0.method == method }) else {
        lines.append(Line(method: method, runs: [(name, size)]))
        continue
      }
      // Of two with one size the first: a line has a mark for each.
      if !lines[place].runs.contains(where: { $0.parameters == size }) {
        lines[place].runs.append((name, size))
      }
    }
    self.cast = cast
    self.lines = lines.filter { $0.runs.count > 1 }
      .map { line in
        Line(method: line.method, runs: line.runs.sorted { $0.parameters < $1.parameters })
      }
  }

  private var base: Line? { lines.first { $0.method == cast.base } }
  private var methods: [Line] { lines.filter { $0.method != cast.base } }

  private var parameters: [Double] {
    Set(lines.flatMap { $0.runs.map(\.parameters) }).sorted()
  }

  /// Accuracy, distance from base, and how many times as far as reinforcement that is; nil where no method
  /// has two sizes.
  var entry: FigureSet.Entry? {
    let names = methods.flatMap { $0.runs.map(\.name) }
    guard !names.isEmpty, let least = parameters.first, let most = parameters.last
    else { return nil }
    let x = Axis(
      "parameters", unit: "millions", scale: .logarithmic, range: (least / 1.5)...(most * 1.5),
      // Two digits are enough to tell sizes apart.
      ticks: .at(parameters.map { .init($0, String(format: "%.2g", $0 / 1e6)) }))
    let panels = [
      panel("(a)", x, Axis("held-out accuracy", range: 0...1)) {
        cast.number(.accuracy, of: $0)
      },
      panel("(b)", x, distances(of: names)) {
        cast.number(.klRunBase, of: $0)
      },
      panel("(c)", x, ratios(of: names), level: 1) { ratio($0) },
    ].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    let figure = Figure(
      title: "What depends on the model's size", caption: caption(names, panels.count),
      width: panels.count == 1 ? .single : panels.count == 2 ? .text : .full,
      height: .panelAspect(1), rows: [panels])
    return FigureSet.Entry(name: Self.name, figure: figure)
  }

  // MARK: Numbers

  /// How many times as far from base as reinforcement of the same size, seed by seed; nil of that itself.
  private func ratio(_ name: String) -> StudyCast.Number? {
    let summary = cast.summary
    guard let line = methods.first(where: { $0.runs.contains { $0.name == name } }),
      line.method != Self.reference,
      let reference = methods.first(where: { $0.method == Self.reference })?
        .runs.first(where: { summary.base(of: $0.name) == summary.base(of: name) })?.name
    else { return nil }
    let own = summary.values(.measure(.klRunBase), of: name)
    let others = summary.values(.measure(.klRunBase), of: reference)
    let pairs = own.keys.sorted().compactMap { seed in others[seed].map { (own[seed] ?? 0, $0) } }
    guard !pairs.isEmpty, pairs.allSatisfy({ $0 > 0 && $1 > 0 }) else { return nil }
    return StudyCast.Number(
      values: pairs.map { $0 / $1 },
      estimate: .ratio(ofSeeds: pairs.map(\.0), to: pairs.map(\.1)))
  }

  private func distances(of names: [String]) -> Axis? {
    StudyCast.range(names.compactMap { cast.number(.klRunBase, of: $0) }, .logarithmic)
      .map { StudyCast.logarithmic("KL(run ‖ base)", unit: "nats per token", range: $0) }
  }

  private func ratios(of names: [String]) -> Axis? {
    StudyCast.range(names.compactMap(ratio), .logarithmic).map { range in
      StudyCast.logarithmic(
        "KL(run ‖ base) over \(Self.reference)'s",
        range: min(range.lowerBound, 0.8)...max(range.upperBound, 1.25))
    }
  }

  // MARK: Drawing

  /// Means joined by lines over their seeds' pale points; nil where nothing was measured.
  private func panel(
    _ title: String, _ x: Axis, _ y: Axis?, level: Double? = nil,
    _ number: (String) -> StudyCast.Number?
  ) -> Panel? {
    guard let y, let across = x.range, let up = y.range else { return nil }
    let styles = StudyStyle.styles(of: methods.map(\.method))
    var drawn = zip(methods, styles).map { ($0, $1) }
    if let base {
      drawn.insert((base, Style(dash: .dotted, marker: .cross, markerSize: 0.4)), at: 0)
    }
    var series: [Series] = []
    if let level {
      series.append(
        Series(
          style: Style(colour: .guide, dash: .dotted, lineWidth: 0.6),
          .line(x: [across.lowerBound, across.upperBound], y: [level, level])))
    }
    let places = (Double(drawn.count) - 1) / 2
    for (place, (line, style)) in drawn.enumerated() {
      let factor = pow(Self.shift, Double(place) - places)
      let marks = line.runs.compactMap { run in
        number(run.name).map { (x: run.parameters * factor, number: $0) }
      }
      guard !marks.isEmpty else { continue }
      let pale = StudyStyle.ofSeeds(style)
      var (bar, path) = (style, style)
      (bar.dash, bar.lineWidth) = (.solid, 0.6)
      path.lineWidth = 0.8
      let (columns, rows) = (marks.map(\.x), marks.map(\.number.estimate.value))
      series += marks.flatMap { mark in
        [
          Series(
            style: pale,
            .points(x: mark.number.values.map { _ in mark.x }, y: mark.number.values)),
          Series(style: bar, .line(x: [mark.x, mark.x], y: mark.number.ends(within: up))),
        ]
      }
      series += [
        Series(style: path, .line(x: columns, y: rows)),
        Series(line.method, style: style, .points(x: columns, y: rows)),
      ]
    }
    guard series.contains(where: { $0.name != nil }) else { return nil }
    return Panel(title: title, x: x, y: y, series: series)
  }

  private func caption(_ names: [String], _ panels: Int) -> String {
    """
    The same methods from bases of \(Phrase.count(parameters.count, "size")), by the number of their weights. \
    (a) Share of right sampled responses to held-out problems at temperature 1. (b) Mean over tokens of \
    KL(run ‖ base) on base's own responses, each run's base that of its size. \
    \(panels > 2 ? "(c) The same over that of \(Self.reference) of the same size and seed, geometric means. " : "")\
    \(cast.sentence(names, marks: "Large marks")) Small pale marks are seeds; marks of one size stand beside \
    each other.
    """
  }
}
