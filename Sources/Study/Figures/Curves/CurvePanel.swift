internal import Plotting
internal import Reporting

/// Curves of several runs over tokens, in one panel.
struct CurvePanel {
  /// Runs that these figures draw, in the order of their looks: the same in all of them.
  private static let drawn = [
    "rl", "rl-masked-0.9", "rl-masked-0.8", "rl-masked-0.5", "sft-rl", "rl-from-start", "rl-sft",
    "rl-sft-kl", "srft", "srft-released", "sft-plus-rl",
  ]
  private static let looks = Dictionary(
    uniqueKeysWithValues: zip(drawn, StudyStyle.styles(of: drawn)))

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

  /// The panel; all curves over the same tokens.
  func panel(upTo last: Double) -> Panel {
    var (bands, lines, means): ([Series], [Series], [Series]) = ([], [], [])
    for (index, curve) in curves.enumerated() {
      let style = Self.style(of: curve.name)
      let x = curve.grid.map { $0 / 1_000 }
      var filling = style
      filling.fillOpacity = 0.12
      bands += IntervalBand.series(x: x, curve.intervals, style: filling) { $0 }
      if showsSeeds, curve.seeds.count > 1 {
        var pale = style
        pale.colour = style.colour.mixedWithWhite(0.55)
        (pale.lineWidth, pale.dash) = (0.4, .solid)
        lines += curve.seeds.map { Series(style: pale, .line(x: x, y: $0)) }
      }
      means.append(Series(curve.name, style: style, .line(x: x, y: curve.mean)))
      let marked = Self.marked(curve.grid.count, index, of: curves.count)
      means.append(
        Series(style: style, .points(x: marked.map { x[$0] }, y: marked.map { curve.mean[$0] })))
    }
    let guide = Style(colour: .guide, dash: .dotted, lineWidth: 0.6)
    let across = level.map {
      [Series(style: guide, .line(x: [0, last / 1_000], y: [$0, $0]))]
    }
    return Panel(
      title: title, x: Axis(xLabel, range: 0...last / 1_000), y: y,
      series: bands + lines + (across ?? []) + means)
  }

  /// Where a curve has markers: at some eight points, each curve at others.
  private static func marked(_ count: Int, _ index: Int, of curves: Int) -> [Int] {
    let pace = max(1, count / 6)
    return Array(stride(from: pace * index / max(1, curves), to: count, by: pace))
  }

  /// What captions say of these curves.
  ///
  /// - Parameter curves: all of a figure.
  static func sample(of curves: [SeedCurves]) -> String {
    var counts: [(name: String, count: Int)] = []
    for curve in curves where !counts.contains(where: { $0.name == curve.name }) {
      counts.append((curve.name, curve.numbers.count))
    }
    let alike = Set(counts.map(\.count)).count == 1
    let several = counts.contains { $0.count > 1 }
    let list =
      alike
      ? Phrase.count(counts.first?.count ?? 0, "seed")
      : counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ") + " seeds"
    guard several else { return "Each curve is one seed, which allows no interval." }
    return "Lines: means over seeds (\(list)) at tokens that all of a run's seeds have, "
      + "every \(Number.count(Int(RunCurves.spacing))). Bands: the mean's 95 % interval at each point by "
      + "itself, Student's t over seeds, on the logit of shares; none where all seeds agree."
  }
}
