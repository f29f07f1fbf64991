internal import Plotting
internal import Reporting

/// Curves of several runs over tokens, in one panel.
struct CurvePanel {
  /// Runs that these figures draw, in the order of their looks: the same in all of them.
  ///
  /// Markers tell those apart in grey print that one figure draws together.
  private static let drawn: [(name: String, marker: Style.Marker)] = [
    ("rl", .circle), ("rl-masked-0.9", .square), ("rl-masked-0.8", .triangle),
    ("rl-masked-0.5", .diamond), ("sft-rl", .square), ("rl-from-start", .frame),
    ("rl-sft", .triangle), ("rl-sft-kl", .diamond), ("srft", .triangle), ("srft-released", .ring),
    ("sft-plus-rl", .diamond),
  ]
  private static let looks: [String: Style] = {
    let styles = StudyStyle.styles(of: drawn.map(\.name))
    return Dictionary(
      uniqueKeysWithValues: zip(drawn, styles).map { run, style in
        var style = style
        style.marker = run.marker
        return (run.name, style)
      })
  }()

  /// A run's look.
  static func style(of name: String) -> Style {
    looks[name] ?? StudyStyle.styles(of: [name])[0]
  }

  var title: String?
  var xLabel = "update tokens from base (thousands)"
  let y: Axis
  let curves: [SeedCurves]
  /// Whether each seed is drawn, thin and pale.
  var showsSeeds = false
  /// A line across the panel.
  var level: Double?

  /// More bands than these hide each other: their ends are drawn at the markers instead.
  private static let mostBands = 3

  /// The panel; all curves over the same tokens.
  func panel(upTo last: Double) -> Panel {
    var (back, lines, means): ([Series], [Series], [Series]) = ([], guides(upTo: last), [])
    for (index, curve) in curves.enumerated() {
      let style = Self.style(of: curve.name)
      let x = curve.grid.map { $0 / 1_000 }
      let marked = Self.marked(curve.grid.count, index, of: curves.count)
      if curves.count > Self.mostBands {
        var thin = style
        (thin.lineWidth, thin.dash) = (0.6, .solid)
        back += marked.compactMap { place in
          curve.intervals[place].map {
            Series(style: thin, .line(x: [x[place], x[place]], y: [$0.lowerBound, $0.upperBound]))
          }
        }
      } else {
        var filling = style
        filling.fillOpacity = 0.12
        back += IntervalBand.series(x: x, curve.intervals, style: filling) { $0 }
      }
      if showsSeeds, curve.seeds.count > 1 {
        var pale = style
        pale.colour = style.colour.mixedWithWhite(0.55)
        (pale.lineWidth, pale.dash) = (0.4, .solid)
        lines += curve.seeds.map { Series(style: pale, .line(x: x, y: $0)) }
      }
      means.append(Series(curve.name, style: style, .line(x: x, y: curve.mean)))
      means.append(
        Series(
          curve.name, style: style,
          .points(x: marked.map { x[$0] }, y: marked.map { curve.mean[$0] })))
    }
    return Panel(
      title: title, x: Axis(xLabel, range: 0...last / 1_000), y: y, series: back + lines + means)
  }

  /// A level across the panel, and where second stages begin.
  private func guides(upTo last: Double) -> [Series] {
    var guides: [Series] = []
    let dotted = Style(colour: .guide, dash: .dotted, lineWidth: 0.6)
    if let level {
      guides.append(Series(style: dotted, .line(x: [0, last / 1_000], y: [level, level])))
    }
    var known: [Double] = []
    for stage in curves.compactMap(\.stage)
    where !known.contains(where: { abs($0 - stage) < last / 100 }) {
      known.append(stage)
      if let range = y.range {
        guides.append(
          Series(
            style: dotted,
            .line(x: [stage / 1_000, stage / 1_000], y: [range.lowerBound, range.upperBound])))
      }
    }
    return guides
  }

  /// Where a curve has markers: at some six points, each curve at others.
  private static func marked(_ count: Int, _ index: Int, of curves: Int) -> [Int] {
    let pace = max(1, count / 6)
    return Array(stride(from: pace * index / max(1, curves), to: count, by: pace))
  }

  /// What captions say of the seeds and their marks.
  ///
  /// - Parameter panels: all of a figure.
  /// - Returns: sentences of a caption.
  static func sample(of panels: [CurvePanel]) -> String {
    let curves = panels.flatMap(\.curves)
    var counts: [(name: String, count: Int)] = []
    for curve in curves where !counts.contains(where: { $0.name == curve.name }) {
      counts.append((curve.name, curve.numbers.count))
    }
    guard counts.contains(where: { $0.count > 1 }) else {
      return "Each curve is one seed, which allows no interval."
    }
    let list =
      Set(counts.map(\.count)).count == 1
      ? Phrase.count(counts.first?.count ?? 0, "seed")
      : counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ") + " seeds"
    let hasBars = panels.contains { $0.curves.count > mostBands }
    let hasBands = panels.contains { $0.curves.count <= mostBands }
    var parts = [
      "Lines: means over seeds (\(list)) at tokens that all of a run's seeds have, every "
        + "\(Number.count(Int(RunCurves.spacing))).",
      "\(hasBars ? hasBands ? "Bands and bars" : "Bars" : "Bands"): the mean's 95 % interval at each point by "
        + "itself, Student's t over seeds, of shares on the logit; none where all seeds agree.",
    ]
    if panels.contains(where: \.showsSeeds) { parts.append("Pale: each seed.") }
    if curves.contains(where: { $0.stage != nil }) {
      parts.append("Dotted upright: where second stages begin, the mean over seeds.")
    }
    return parts.joined(separator: " ")
  }
}
