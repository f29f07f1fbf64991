internal import Foundation
package import Plotting
internal import Reporting
internal import StatisticalInference

/// How the log-probability of fixed responses moves while a run learns, by the kind of response.
///
/// After Ren and Sutherland, Learning Dynamics of LLM Finetuning (arXiv 2407.10490): what is trained on rises, and
/// much that is not falls with it.
package struct StudyProbeFigure {
  /// Of a token, or of a whole response.
  package enum Measure: CaseIterable {
    case token
    case sequence

    /// The figure's file.
    package var name: String { self == .token ? "probes" : "probes-sequences" }

    package var unit: String { self == .token ? "nats/token" : "nats/text" }

    package func value(_ probe: TextProbe) -> Double {
      self == .token ? probe.logProbPerToken : probe.logProbPerText
    }
  }

  /// How a kind looks, and what the legend calls it.
  private struct Kind {
    let name: String
    let words: String
    let style: Style
  }

  private static let kinds: [Kind] = [
    Kind(
      name: "teacher", words: "teacher's",
      style: Style(colour: .orange, dash: .solid, marker: .circle)),
    Kind(
      name: "correct", words: "base's right",
      style: Style(colour: .blue, dash: .solid, marker: .square)),
    Kind(
      name: "wrong", words: "base's wrong",
      style: Style(colour: .vermilion, dash: .dashed, marker: .triangle)),
    Kind(
      name: "native", words: "native teacher's",
      style: Style(colour: .skyBlue, dash: .dashDotted, marker: .diamond)),
    Kind(
      name: "mixture", words: "earlier mixture",
      style: Style(colour: .black, dash: .dotted, marker: .cross)),
    Kind(
      name: "unrelated", words: "right answer to another problem",
      style: Style(colour: .bluishGreen, dash: .shortDashed, marker: .ring)),
    Kind(
      name: "far", words: "far teacher's",
      style: Style(colour: .reddishPurple, dash: .dotted, marker: .frame)),
  ]

  private static let preferred = ["sft", "sft-own", "rl", "srft", "sft-rl", "opd"]
  private static let columns = 3

  /// A panel: a run's own stage, and its end on all texts.
  private struct Run {
    let path: ProbePath
    let places: [ProbePath.Place]
    /// By kind: base's number and the run's at the end, seed by seed.
    let ends: [String: (base: [Double], run: [Double])]
    /// What the stage starts from.
    var start: String { places[0].run }
  }

  private let measure: Measure
  private let runs: [Run]
  private let kinds: [Kind]

  /// Nil where no run has checkpoints that were measured.
  package init?(_ summary: StudySummary, _ measure: Measure, variants: [String: String] = [:]) {
    let all = summary.names.filter { variants[$0] == nil }
      .compactMap { ProbePath(of: $0, in: summary) }
    let known = Self.preferred.compactMap { name in all.first { $0.name == name } }
    runs = (known.isEmpty ? all : known).prefix(Self.preferred.count).map { path in
      let base = summary.base(of: path.name)
      func numbers(_ name: String?, _ kind: String) -> [Double] {
        path.seeds.compactMap { seed in
          summary.run(name, seed: seed)?.probes[kind].map(measure.value)
        }
      }
      let pairs = Self.kinds.map { kind in
        (kind.name, (base: numbers(base, kind.name), run: numbers(path.name, kind.name)))
      }.filter { $0.1.base.count == path.seeds.count && $0.1.run.count == path.seeds.count }
      return Run(
        path: path, places: path.ownStage, ends: Dictionary(uniqueKeysWithValues: pairs))
    }
    guard !runs.isEmpty else { return nil }
    self.measure = measure
    let runs = runs
    kinds = Self.kinds.filter { kind in
      runs.contains { $0.places.contains { $0.costs(kind.name) != nil } }
    }
  }

  /// A panel for each run.
  package var figure: Figure {
    let panels = runs.map(panel)
    let width = min(Self.columns, panels.count)
    let single = panels.count == 1
    return Figure(
      title: "Fixed responses while runs learn", caption: caption,
      width: single ? .single : width == 2 ? .text : .full,
      height: .panelAspect(single ? 0.62 : 0.85), rows: Figure.rows(of: panels, columns: width))
  }

  // MARK: Panels

  /// Where step 0 stands on the logarithmic axis.
  private static let zero = 0.5

  /// The change since base at a place: over seeds, paired; nil where a seed hasn't got it.
  private func change(_ kind: String, _ run: Run, at place: ProbePath.Place) -> Estimate? {
    let now = place.probes.compactMap { $0[kind].map(measure.value) }
    let base = run.path.places[0].probes.compactMap { $0[kind].map(measure.value) }
    guard !now.isEmpty, now.count == base.count, now.count == place.probes.count else { return nil }
    return .mean(ofSeeds: zip(now, base).map { $0 - $1 })
  }

  private func panel(_ run: Run) -> Panel {
    let x = run.places.enumerated().map { $0.offset == 0 ? Self.zero : $0.element.step }
    var (bands, lines, marks): ([Series], [Series], [Series]) = ([], [], [])
    for kind in kinds {
      let changes = run.places.map { change(kind.name, run, at: $0) }
      guard changes.contains(where: { $0 != nil }) else { continue }
      let means = changes.map { $0?.value ?? .nan }
      let intervals = zip(x, changes).compactMap { x, change in
        change?.interval.map { (x: x, low: $0.lowerBound, high: $0.upperBound) }
      }
      if intervals.count > 1 {
        var area = kind.style
        area.fillOpacity = 0.08
        bands.append(
          Series(
            style: area,
            .band(x: intervals.map(\.x), low: intervals.map(\.low), high: intervals.map(\.high))))
      }
      lines.append(Series(kind.words, style: kind.style, .line(x: x, y: means)))
      var mark = kind.style
      mark.markerSize = 0.5
      // Two on each line, enough to tell them in grey.
      let places = Set([means.count / 2, means.count - 1]).sorted()
      marks.append(
        Series(style: mark, .points(x: places.map { x[$0] }, y: places.map { means[$0] })))
    }
    let last = x.max() ?? 1
    let guide = Style(colour: .guide, lineWidth: 0.4)
    // Ends stand side by side behind the last step, as wide as an order of magnitude.
    let strip = last * Self.gap...last * Self.gap * 10
    let zero = Series(style: guide, .line(x: [Self.zero, strip.upperBound], y: [0, 0]))
    let ends = kinds.enumerated().flatMap { index, kind in
      let share = (Double(index) + 0.5) / Double(kinds.count)
      return endMarks(kind, run, x: strip.lowerBound * pow(10, 0.05 + 0.85 * share))
    }
    return Panel(
      title: run.path.name,
      x: Axis(
        run.start == run.path.places[0].run ? "step from base" : "step from \(run.start)",
        scale: .logarithmic, range: Self.zero...(ends.isEmpty ? last * 1.1 : strip.upperBound),
        ticks: .at(
          Self.ticks(upTo: last)
            + (ends.isEmpty ? [] : [Axis.Tick(strip.lowerBound * pow(10, 0.475), "end")]))),
      y: Axis("change of log p", unit: measure.unit),
      series: [zero] + bands + lines + marks + ends)
  }

  /// Between the last step and the ends beside it, as a factor.
  private static let gap = 1.3

  /// The end against base on all texts: mean, and a bar for its interval.
  private func endMarks(_ kind: Kind, _ run: Run, x: Double) -> [Series] {
    guard let end = end(kind, run) else { return [] }
    var (bar, mark) = (kind.style, kind.style)
    (bar.dash, mark.markerSize) = (.solid, 0.5)
    let bars = end.interval.map {
      Series(style: bar, .line(x: [x, x], y: [$0.lowerBound, $0.upperBound]))
    }
    return (bars.map { [$0] } ?? []) + [Series(style: mark, .points(x: [x], y: [end.value]))]
  }

  private func end(_ kind: Kind, _ run: Run) -> Estimate? {
    run.ends[kind.name].map { end in .mean(ofSeeds: zip(end.run, end.base).map { $0 - $1 }) }
  }

  private static func ticks(upTo last: Double) -> [Axis.Tick] {
    var ticks = [Axis.Tick(zero, "0")]
    var step = 1.0
    while step <= last {
      ticks.append(Axis.Tick(step, String(Int(step))))
      step *= 10
    }
    return ticks
  }

  // MARK: Caption

  private var caption: String {
    let counts = Set(runs.map(\.path.seeds.count))
    let seeds = counts.count == 1 ? Phrase.count(counts.first ?? 0, "seed") : "the seeds"
    let whole =
      measure == .token ? "a token, mean over the tokens" : "a response, mean over the responses"
    var parts = [
      """
      Change since base of the log-probability of \(whole) of a kind, nats, of fixed responses: what the teacher, \
      the far teacher (none of these runs learns from it) and the native teacher (base's own notation) write on held-out \
      problems, base's right and wrong answers to them, its right answers given to other problems, and the \
      mixture that base was trained on. Above 0: more likely than under base. Lines: mean over \(seeds) of the \
      seeds' differences at checkpoints that all have; step 0 is drawn left of 1. \
      Marks behind the last step: the end on all texts, of which the lines are a part.
      """
    ]
    if runs.contains(where: { $0.path.seeds.count > 1 }) {
      parts.append("Shaded, bars: 95 % interval of each mean by itself, Student's t over seeds.")
    } else {
      parts.append("One seed: no interval.")
    }
    let staged = runs.filter { $0.start != $0.path.places[0].run }
    parts += staged.map { "\($0.path.name) starts from \($0.start)." }
    if runs.contains(where: \.path.startsOnMoreTexts) {
      parts.append(
        "Base was measured on all texts, checkpoints on a part of them, so lines are off by that difference."
      )
    }
    let sentences = runs.compactMap(endSentence)
    if !sentences.isEmpty {
      parts.append(
        "Ends, with 95 % intervals each by itself. " + sentences.joined(separator: " "))
    }
    return parts.joined(separator: " ")
  }

  /// Which kinds rose and fell by the end, as far as intervals say.
  private func endSentence(_ run: Run) -> String? {
    var (up, down, open): ([String], [String], [String]) = ([], [], [])
    for kind in kinds {
      guard let estimate = end(kind, run), let interval = estimate.interval else { continue }
      let decimals = measure == .token ? 2 : 1
      func text(_ value: Double) -> String { FigureText.decimal(value, decimals: decimals) }
      let number =
        "\(kind.words) \(text(estimate.value)) [\(text(interval.lowerBound)), \(text(interval.upperBound))]"
      if interval.lowerBound > 0 {
        up.append(number)
      } else if interval.upperBound < 0 {
        down.append(number)
      } else {
        open.append(number)
      }
    }
    let parts = [("up", up), ("down", down), ("undecided", open)].filter { !$0.1.isEmpty }
      .map { "\($0.0): \($0.1.joined(separator: ", "))" }
    return parts.isEmpty ? nil : "\(run.path.name) " + parts.joined(separator: "; ") + "."
  }
}
