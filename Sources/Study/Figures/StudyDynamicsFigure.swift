internal import Foundation
package import Plotting
internal import Reporting
internal import StatisticalInference

/// Figure 3 of the paper: where models stand while they learn, all from base, by what they make of texts of
/// the teacher, of base, and of another teacher whom nobody was trained on.
package struct StudyDynamicsFigure {
  package static let name = "figure-3"

  /// A coordinate: a kind of probe, and what the axis calls its texts.
  private static let axes: [(kind: String, label: String)] = [
    ("teacher", "teacher's texts"), ("correct", "base's answers"), ("far", "far teacher's texts"),
  ]
  /// The paper's runs and the control, in the order of the legend; of others the first ones.
  private static let preferred = ["sft", "rl", "sft-rl", "srft", "sft-own"]
  /// More can't be told apart.
  private static let most = 6
  /// Steps with a mark of their own.
  private static let markedSteps: [Double] = [5, 10, 20, 50]

  private let paths: [ProbePath]
  private let styles: [Style]
  private let accuracies: [Estimate?]
  private let ranges: [ClosedRange<Double>]

  /// Nil where no run has checkpoints that were measured.
  package init?(_ summary: StudySummary, variants: [String: String] = [:]) {
    let all = summary.names.filter { variants[$0] == nil }
      .compactMap { ProbePath(of: $0, in: summary) }
      .filter { path in
        Self.axes.allSatisfy { axis in path.places.allSatisfy { $0.costs(axis.kind) != nil } }
      }
    let known = Self.preferred.compactMap { name in all.first { $0.name == name } }
    let paths = Array((known.isEmpty ? all : known).prefix(Self.most))
    guard !paths.isEmpty else { return nil }
    self.paths = paths
    styles = StudyStyle.styles(of: paths.map(\.name))
    accuracies = paths.map { path in
      let values = path.seeds.compactMap { seed in
        summary.runs(of: path.name).first { $0.seed == seed }.map { $0[.accuracy] }
      }
      return values.contains(where: \.isNaN) ? nil : .mean(ofSeeds: values, within: 0...1)
    }
    ranges = Self.axes.map { axis in
      let ends = paths.compactMap { $0.places.last?.costs(axis.kind) }.flatMap { costs in
        let moments = Moments(costs)
        let deviation = (moments.squares / Double(costs.count - 1)).squareRoot()
        return [moments.mean - deviation, moments.mean + deviation]
      }.filter(\.isFinite)
      let values = paths.flatMap { $0.meanCosts(axis.kind) } + ends
      let (low, high) = (max(0, values.min() ?? 0), values.max() ?? 1)
      let pad = max((high - low) * 0.07, 1e-3)
      // Names stand to the right of ends.
      return (low - pad)...(high + 2 * pad)
    }
  }

  /// Three planes and the end accuracies.
  package var figure: Figure {
    Figure(
      title: "Learning dynamics from base", caption: caption, width: .full,
      height: .panelAspect(0.72),
      rows: [[plane(0, 1, hasAccuracies: true), plane(2, 1)], [accuracyPanel, plane(2, 0)]])
  }

  // MARK: Panels

  /// Some 0.7 of the plot areas' true size, which the layout decides.
  private static let plotSize = (width: 190.0, height: 137.0)

  private func plane(_ x: Int, _ y: Int, hasAccuracies: Bool = false) -> Panel {
    var (ellipses, lines, dots, steps, ends): ([Series], [Series], [Series], [Series], [Series]) =
      ([], [], [], [], [])
    var obstacles: [(x: Double, y: Double)] = []
    var labels: [(text: String, x: Double, y: Double)] = []
    for (index, path) in paths.enumerated() {
      let style = styles[index]
      let drawn = path.ownStage
      let (xs, ys) = (
        drawn.map { $0.meanCost(Self.axes[x].kind) }, drawn.map { $0.meanCost(Self.axes[y].kind) }
      )
      lines.append(Series(style: style, .line(x: xs, y: ys)))
      obstacles += Self.along(xs, ys)
      var small = style
      small.markerSize = 0.2
      dots.append(Series(style: small, .points(x: xs, y: ys)))
      var marked = style
      marked.markerSize = 0.4
      let places = drawn.indices.filter { Self.markedSteps.contains(drawn[$0].step) }
      steps.append(
        Series(style: marked, .points(x: places.map { xs[$0] }, y: places.map { ys[$0] })))
      var end = style
      end.markerSize = 0.75
      ends.append(
        Series(path.name, style: end, .points(x: [xs[xs.count - 1]], y: [ys[ys.count - 1]])))
      let text = hasAccuracies ? endText(index) : path.name
      labels.append((text, xs[xs.count - 1], ys[ys.count - 1]))
      if let last = path.places.last, let a = last.costs(Self.axes[x].kind),
        let b = last.costs(Self.axes[y].kind), let ellipse = SeedEllipse(x: a, y: b)
      {
        var thin = style
        (thin.lineWidth, thin.dash) = (0.5, .solid)
        let outline = ellipse.outline()
        ellipses.append(Series(style: thin, .line(x: outline.x, y: outline.y)))
        // Names beside an ellipse are easier to read than across it.
        obstacles += zip(outline.x, outline.y).map { ($0, $1) }
      }
    }
    let base = paths[0].places[0]
    obstacles.append((base.meanCost(Self.axes[x].kind), base.meanCost(Self.axes[y].kind)))
    let start = Series(
      "base", style: Style(marker: .ring, markerSize: 0.8),
      .points(
        x: [base.meanCost(Self.axes[x].kind)], y: [base.meanCost(Self.axes[y].kind)]))
    let room = EndLabels(x: ranges[x], y: ranges[y], size: Self.plotSize)
    let places = room.places(labels, obstacles: obstacles)
    let names = zip(labels, places).map { label, place in
      Series(nil, .labels(x: [place.x], y: [place.y], texts: [label.text]))
    }
    return Panel(
      x: axis(x), y: axis(y), series: ellipses + lines + dots + steps + [start] + ends + names)
  }

  /// Points along a line, dense enough that no text fits between two.
  private static func along(_ x: [Double], _ y: [Double]) -> [(x: Double, y: Double)] {
    zip(zip(x, y), zip(x.dropFirst(), y.dropFirst())).flatMap { from, to in
      (0...8).map { part in
        let share = Double(part) / 8
        return (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1))
      }
    }
  }

  private func axis(_ index: Int) -> Axis {
    Axis("−log p, \(Self.axes[index].label)", unit: "nats/token", range: ranges[index])
  }

  private func endText(_ index: Int) -> String {
    guard let accuracy = accuracies[index] else { return paths[index].name }
    return paths[index].name + " " + FigureText.decimal(accuracy.value * 100, decimals: 0) + " %"
  }

  /// A row for each run: held-out accuracy at the end, with its interval over seeds.
  private var accuracyPanel: Panel {
    var series: [Series] = []
    for (index, accuracy) in accuracies.enumerated() {
      guard let accuracy else { continue }
      let row = Double(paths.count - index)
      let style = styles[index]
      if let interval = accuracy.interval {
        var bar = style
        bar.dash = .solid
        series.append(
          Series(
            style: bar,
            .line(x: [interval.lowerBound * 100, interval.upperBound * 100], y: [row, row])))
      }
      var dot = style
      dot.markerSize = 0.6
      series.append(Series(style: dot, .points(x: [accuracy.value * 100], y: [row])))
    }
    return Panel(
      x: Axis("held-out accuracy at the end", unit: "%", range: 0...100),
      y: Axis(
        "", range: 0.4...Double(paths.count) + 0.6,
        ticks: .at(
          paths.enumerated().map { Axis.Tick(Double(paths.count - $0.offset), $0.element.name) })),
      series: series)
  }

  // MARK: Caption

  private var caption: String {
    let counts = paths.map(\.seeds.count)
    let seeds =
      Set(counts).count == 1
      ? Phrase.count(counts[0], "seed")
      : zip(paths, counts).map { "\($0.name) \($1)" }.joined(separator: ", ") + " seeds"
    var parts = [
      """
      Coordinates of a model: its mean −log p of a token, nats, given all before it, on the same few texts for \
      all: what the teacher that some runs learn from writes, base's own right answers to held-out problems, and \
      what another teacher writes whom none of these runs learns from. Lower is nearer. Lines: mean over \(seeds) at each \
      checkpoint that all have, from base (ring) to the end (large mark); smaller marks at steps 5, 10, 20 and \
      50, dots at the other checkpoints. A run that goes on from another one is drawn from that one's end.
      """
    ]
    if let factor = counts.min().flatMap({ SeedEllipse.ofMean(seeds: $0) }) {
      parts.append(
        "Ellipses: one standard deviation over seeds around the end (covariance with n − 1); the 95 % region of "
          + "the mean, Hotelling's, is \(FigureText.decimal(factor, decimals: 1)) times as wide"
          + (Set(counts).count == 1 ? "." : " with the fewest seeds."))
    } else {
      parts.append("Fewer than three seeds: no ellipses.")
    }
    parts.append(
      "Numbers at the ends of the first panel, and the last panel: share of right sampled answers to held-out "
        + "problems; bars: 95 % interval over seeds, t on the logit"
        + (counts.contains { $0 > 1 } ? "." : ", none for one seed."))
    if paths.contains(where: \.startsOnMoreTexts) {
      parts.append(
        "Base was measured on all texts, its successors on a part of them: the first segment includes that "
          + "difference.")
    }
    let segments = paths.compactMap { path in
      path.longestSegment(Self.axes.map(\.kind)).map { (path.name, $0) }
    }
    if !segments.isEmpty {
      parts.append(
        "Longest segment as a share of the path from base: "
          + segments.map { "\($0) \(FigureText.percent($1))" }.joined(separator: ", ") + ".")
    }
    return parts.joined(separator: " ")
  }
}
