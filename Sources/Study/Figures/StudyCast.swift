internal import Plotting
internal import Reporting
internal import StatisticalInference

/// The runs that figures of measures show together: which have a name there, how each looks, and how a
/// number of one is drawn with what its seeds say.
struct StudyCast {
  let summary: StudySummary
  /// Runs with a name and a look of their own, by family.
  let named: [String]
  /// The other ones: variants, and parts of runs that others start from. Base is in neither.
  let others: [String]
  private let styles: [String: Style]

  /// Variants that the study's comparisons are about as much as about its main runs.
  private static let controls: Set = [
    "rl-sft-kl", "sft-native", "sft-rl-native", "sft-plus-rl-native", "srft-native", "sft-own-slow",
  ]
  /// Looks that one family has.
  private static let mostOfFamily = 7

  init(_ pictures: StudyPictures) {
    let summary = pictures.summary
    let names = summary.names.filter { summary.base(of: $0) != nil }
    let parents = Set(summary.runs.compactMap(\.parent))
    func isPart(_ name: String) -> Bool {
      parents.contains(name) && names.contains { name.hasPrefix($0 + "-") }
    }
    let main = names.filter { pictures.variants[$0] == nil && !isPart($0) }
    let controls = names.filter { pictures.variants[$0] != nil && Self.controls.contains($0) }
    let candidates = main + controls
    let named = StudyStyle.Family.allCases.flatMap { family in
      candidates.filter { StudyStyle.family(of: $0) == family }.prefix(Self.mostOfFamily)
    }
    self.summary = summary
    self.named = named
    others = names.filter { !named.contains($0) }
    styles = Dictionary(zip(named, StudyStyle.styles(of: named))) { first, _ in first }
  }

  /// The first run from random weights; nil where there is none.
  var base: String? { summary.names.first { summary.base(of: $0) == nil } }

  /// How a run looks; one without a name is a small empty circle of its family's colour.
  func style(of name: String) -> Style {
    styles[name]
      ?? Style(
        colour: StudyStyle.family(of: name).colour.mixedWithWhite(0.25), marker: .ring,
        markerSize: 0.28)
  }

  // MARK: Numbers

  /// A number of a run in each seed, and what the seeds say of it.
  struct Number {
    let values: [Double]
    let estimate: Estimate

    /// The ends of the interval, or the value twice; cut to a range.
    func ends(within range: ClosedRange<Double>) -> [Double] {
      let interval = estimate.interval ?? estimate.value...estimate.value
      return [interval.lowerBound, interval.upperBound].map {
        min(max($0, range.lowerBound), range.upperBound)
      }
    }
  }

  /// The same numbers as in the tables; nil where a seed hasn't got it.
  func number(_ measure: StudyMeasure, of name: String) -> Number? {
    summary.estimate(measure, of: name).map { estimate in
      Number(values: summary.runs(of: name).map { $0[measure] }, estimate: estimate)
    }
  }

  /// A number that is no measure; nil where a seed hasn't got it.
  func number(
    of name: String, within bounds: ClosedRange<Double>? = nil, _ value: (StudyRun) -> Double?
  ) -> Number? {
    let runs = summary.runs(of: name)
    let values = runs.compactMap(value).filter(\.isFinite)
    guard !values.isEmpty, values.count == runs.count else { return nil }
    return Number(values: values, estimate: .mean(ofSeeds: values, within: bounds))
  }

  /// The seeds' smallest and largest number, with some room; nil without a number that the scale has.
  static func range(_ numbers: [Number], _ scale: Axis.Scale) -> ClosedRange<Double>? {
    let values = numbers.flatMap(\.values).filter { scale == .linear || $0 > 0 }
    guard let low = values.min(), let high = values.max() else { return nil }
    switch scale {
    case .linear:
      let pad = max((high - low) * 0.06, abs(high) * 1e-3, 1e-6)
      return (low - pad)...(high + pad)
    case .logarithmic: return (low / 1.5)...(high * 1.5)
    }
  }

  // MARK: Drawing

  /// One run's number along each axis.
  struct Point {
    let name: String
    let x: Number
    let y: Number
  }

  /// Points for those runs that have both numbers.
  func points(
    _ names: [String], x: (String) -> Number?, y: (String) -> Number?
  ) -> [Point] {
    names.compactMap { name in
      guard let x = x(name), let y = y(name) else { return nil }
      return Point(name: name, x: x, y: y)
    }
  }

  /// Means with intervals along both axes over their seeds' pale points; other runs are small points behind
  /// them.
  func series(
    _ points: [Point], others: [Point], x: ClosedRange<Double>, y: ClosedRange<Double>
  ) -> [Series] {
    let back = others.map { point in
      Series(
        style: style(of: point.name),
        .points(x: [point.x.estimate.value], y: [point.y.estimate.value]))
    }
    let seeds = points.filter { $0.x.values.count > 1 }.map { point in
      var style = style(of: point.name)
      style.colour = style.colour.mixedWithWhite(0.6)
      style.markerSize = 0.2
      return Series(style: style, .points(x: point.x.values, y: point.y.values))
    }
    let intervals = points.flatMap { point -> [Series] in
      var style = Style(colour: style(of: point.name).colour, lineWidth: 0.6)
      style.dash = .solid
      let (column, row) = (point.x.estimate.value, point.y.estimate.value)
      return [
        Series(style: style, .line(x: point.x.ends(within: x), y: [row, row])),
        Series(style: style, .line(x: [column, column], y: point.y.ends(within: y))),
      ]
    }
    let means = points.map { point in
      Series(
        point.name, style: style(of: point.name),
        .points(x: [point.x.estimate.value], y: [point.y.estimate.value]))
    }
    return back + seeds + intervals + means
  }

  /// Base's number as a line over the whole width, with its interval behind it.
  func baseLine(_ number: Number?, x: ClosedRange<Double>) -> [Series] {
    guard let base, let number else { return [] }
    let columns = [x.lowerBound, x.upperBound]
    let value = number.estimate.value
    var series: [Series] = []
    if let interval = number.estimate.interval {
      let band = Style(colour: .guide, fillOpacity: 0.2)
      series.append(
        Series(
          style: band,
          .band(
            x: columns, low: [interval.lowerBound, interval.lowerBound],
            high: [interval.upperBound, interval.upperBound])))
    }
    return series + [
      Series(base, style: Style(dash: .dotted), .line(x: columns, y: [value, value]))
    ]
  }

  // MARK: Words

  /// How many seeds runs have: `4 seeds`, `4 to 8 seeds`, `1 seed`.
  func seeds(_ names: [String]) -> String {
    let counts = names.map { summary.runs(of: $0).count }
    guard let least = counts.min(), let most = counts.max() else { return "no seed" }
    return (least == most ? "" : "\(least) to ") + Phrase.count(most, "seed")
  }

  /// What means and intervals are; `marks` says where they are seen.
  func sentence(_ names: [String], marks: String, hasShares: Bool = true) -> String {
    let most = names.map { summary.runs(of: $0).count }.max() ?? 0
    guard most > 1 else { return "\(marks): one seed, which allows no interval." }
    return "\(marks): means over \(seeds(names)) with 95 % intervals (Student's t over seeds"
      + (hasShares ? ", on the logit for shares" : "") + "), cut at the axes."
  }
}
