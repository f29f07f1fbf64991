internal import Foundation
internal import Plotting
internal import Reporting
package import StatisticalInference

/// The runs that figures of measures show together: which have a name there, how each looks, and how a
/// number of one is drawn with what its seeds say.
package struct StudyCast {
  let summary: StudySummary
  /// Runs that are another one with some keys changed, with that one's name.
  let variants: [String: String]
  /// Runs with a name and a look of their own, by family.
  package let named: [String]
  /// The other ones but base: variants, and parts of runs that others start from.
  package let others: [String]
  private let styles: [String: Style]

  /// Variants that the study's comparisons are about as much as about its main runs.
  private static let controls: Set = [
    "rl-sft-kl", "sft-native", "sft-rl-native", "sft-plus-rl-native", "srft-native", "sft-own-slow",
  ]
  /// Looks that one family has.
  private static let mostOfFamily = 7

  /// The cast of a study.
  ///
  /// - Parameters:
  ///   - summary: all runs.
  ///   - variants: runs that are another one with some keys changed, with that one's name.
  package init(_ summary: StudySummary, variants: [String: String] = [:]) {
    let names = summary.names.filter { summary.base(of: $0) != nil }
    // A variant may start from anything; it makes no part of what it starts from.
    let parents = Set(summary.runs.filter { variants[$0.name] == nil }.compactMap(\.parent))
    func isPart(_ name: String) -> Bool {
      parents.contains(name) && names.contains { name.hasPrefix($0 + "-") }
    }
    let main = names.filter { variants[$0] == nil && !isPart($0) }
    let controls = names.filter { variants[$0] != nil && Self.controls.contains($0) }
    let candidates = main + controls
    let named = StudyStyle.Family.allCases.flatMap { family in
      candidates.filter { StudyStyle.family(of: $0) == family }.prefix(Self.mostOfFamily)
    }
    (self.summary, self.variants) = (summary, variants)
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
  package struct Number {
    /// By seed, in the order of the runs.
    package let values: [Double]
    /// Their mean over seeds.
    package let estimate: Estimate

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
  package func number(
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

  /// A logarithmic axis with a number at each 1, 2 and 5.
  static func logarithmic(
    _ label: String, unit: String? = nil, range: ClosedRange<Double>, showsText: Bool = true
  ) -> Axis {
    let ticks = (-9...9).flatMap { power in
      [1.0, 2, 5].map { factor -> Axis.Tick in
        let value = power < 0 ? factor / pow(10, Double(-power)) : factor * pow(10, Double(power))
        return Axis.Tick(value, NumberText.short(value))
      }
    }
    return Axis(
      label, unit: unit, scale: .logarithmic, range: range,
      // Over more decades these would run into each other.
      ticks: range.upperBound / range.lowerBound < 1e3 ? .at(ticks) : .automatic,
      showsText: showsText)
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

  /// Means with intervals along both axes over their seeds' pale points, each with its name; other runs are
  /// small points behind them.
  ///
  /// - Parameters:
  ///   - points: runs with names.
  ///   - others: runs without.
  ///   - x: with a range.
  ///   - y: with a range.
  ///   - size: of the plot area, in points, about.
  ///   - line: a line along an axis that names keep off.
  /// - Returns: from back to front.
  func series(
    _ points: [Point], others: [Point], x: Axis, y: Axis, size: (width: Double, height: Double),
    line: (x: [Double], y: [Double])? = nil
  ) -> [Series] {
    guard let across = x.range, let up = y.range else { return [] }
    var placement = LabelPlacement(width: size.width, height: size.height, x: x, y: y)
    if let line { placement.avoid(lineX: line.x, y: line.y, cost: 20) }
    let back = others.map { point in
      let (x, y) = ([point.x.estimate.value], [point.y.estimate.value])
      placement.avoid(x: x, y: y, radius: 1.5, cost: 3)
      return Series(style: style(of: point.name), .points(x: x, y: y))
    }
    let seeds = points.filter { $0.x.values.count > 1 }.map { point in
      placement.avoid(x: point.x.values, y: point.y.values, radius: 1, cost: 2)
      return Series(
        style: seedStyle(of: point.name), .points(x: point.x.values, y: point.y.values))
    }
    var means: [Series] = []
    let intervals = points.flatMap { point -> [Series] in
      let style = Style(colour: style(of: point.name).colour, lineWidth: 0.6)
      let (column, row) = (point.x.estimate.value, point.y.estimate.value)
      let lines: [(x: [Double], y: [Double])] = [
        (point.x.ends(within: across), [row, row]), ([column, column], point.y.ends(within: up)),
      ]
      for line in lines { placement.avoid(lineX: line.x, y: line.y, cost: 12) }
      placement.avoid(x: [column], y: [row], radius: 3, cost: 300)
      means.append(
        Series(style: self.style(of: point.name), .points(x: [column], y: [row])))
      return lines.map { Series(style: style, .line(x: $0.x, y: $0.y)) }
    }
    let places = placement.places(
      points.map { .init(text: $0.name, x: $0.x.estimate.value, y: $0.y.estimate.value) })
    return back + seeds + intervals + Self.leaders(places) + means + Self.names(places)
  }

  /// Thin lines from points to names that don't stand beside them.
  static func leaders(_ places: [LabelPlacement.Place]) -> [Series] {
    places.compactMap(\.leader).map { leader in
      Series(
        style: Style(colour: .guide, lineWidth: 0.4),
        .line(x: leader.map(\.x), y: leader.map(\.y)))
    }
  }

  /// Names where they stand.
  static func names(_ places: [LabelPlacement.Place]) -> [Series] {
    guard !places.isEmpty else { return [] }
    return [
      Series(nil, .labels(x: places.map(\.x), y: places.map(\.y), texts: places.map(\.text)))
    ]
  }

  /// A run's small pale points, one for each seed.
  func seedStyle(of name: String) -> Style { StudyStyle.ofSeeds(style(of: name)) }

  /// Families by their colours, for the legend; without any extent in the panel.
  func families(_ names: [String], at x: Double, _ y: Double) -> [Series] {
    StudyStyle.Family.allCases.filter { family in
      names.contains { StudyStyle.family(of: $0) == family }
    }.map { family in
      Series(
        family.words, style: Style(colour: family.colour, fillOpacity: 1),
        .band(x: [x, x], low: [y, y], high: [y, y]))
    }
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
