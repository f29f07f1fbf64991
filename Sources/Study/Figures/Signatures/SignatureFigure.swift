internal import Analysis
package import Plotting
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// Provoked failures: the telling series of each beside that of its remedies.
package struct SignatureFigure {
  package static let name = "signatures"
  /// Steps that are averaged, of columns that each step has.
  private static let window = 5
  private static let columns = 3
  /// More panels are too small.
  private static let most = 6

  private let rows: [SignatureReadings.Row]
  private let summary: StudySummary

  /// Nil where nothing was provoked.
  package init?(_ readings: SignatureReadings) {
    let drawable = readings.rows.filter { row in
      row.run.series(row.signature.metric, window: Self.window) != nil
    }
    guard !drawable.isEmpty else { return nil }
    rows = Array(drawable.prefix(Self.most))
    summary = readings.summary
  }

  /// Looks by what a run is in its panel: the provoked one, then remedies.
  private static let styles = [
    Style(colour: .vermilion, dash: .solid, lineWidth: 1.3, marker: .circle),
    Style(colour: .blue, dash: .dashed, lineWidth: 1.3, marker: .square),
    Style(colour: .skyBlue, dash: .dotted, lineWidth: 1.3, marker: .diamond),
  ]
  private static let names = ["provoked", "remedy tried", "second remedy"]

  /// A panel for each signature.
  package var figure: Figure {
    let panels = rows.map(panel)
    let width = min(Self.columns, panels.count)
    return Figure(
      title: "Failures provoked, and remedies tried", caption: caption,
      width: width == 1 ? .single : width == 2 ? .text : .full,
      height: .panelAspect(width == 1 ? 0.62 : 0.8),
      rows: Figure.rows(of: panels, columns: width))
  }

  private func panel(_ row: SignatureReadings.Row) -> Panel {
    let metric = row.signature.metric
    let isShare = row.signature.unit == nil
    var (seeds, means, marks): ([Series], [Series], [Series]) = ([], [], [])
    var (last, highest) = (1.0, 0.0)
    let readings = [row.run] + row.remedies.map(\.reading)
    for (index, reading) in readings.enumerated().prefix(Self.styles.count) {
      guard let series = reading.series(metric, window: Self.window) else { continue }
      let style = Self.styles[index]
      var thin = style
      (thin.lineWidth, thin.dash) = (0.4, .solid)
      thin.colour = style.colour.mixedWithWhite(0.55)
      if series.seeds.count > 1 {
        seeds += series.seeds.map { Series(style: thin, .line(x: series.steps, y: $0)) }
      }
      let mean = series.steps.indices.map { step in
        series.seeds.map { $0[step] }.reduce(0, +) / Double(series.seeds.count)
      }
      means.append(Series(Self.names[index], style: style, .line(x: series.steps, y: mean)))
      var end = style
      end.markerSize = 0.5
      marks.append(
        Series(
          style: end, .points(x: [series.steps[mean.count - 1]], y: [mean[mean.count - 1]])))
      last = max(last, series.steps.last ?? 1)
      highest = max(highest, series.seeds.joined().max() ?? 0)
    }
    let top = isShare ? 1.02 : highest > 0 ? highest * 1.08 : 1
    if let first = row.run.findings.first(where: { $0.severity == .fails }) {
      let guide = Style(colour: .guide, dash: .dotted, lineWidth: 0.8)
      seeds.append(
        Series(
          "first failure found", style: guide,
          .line(x: [first.medianStep, first.medianStep], y: [0, top])))
    }
    return Panel(
      title: row.run.name, x: Axis("step", range: 0...last * 1.03, ticks: .whole),
      y: Axis(row.signature.axis, unit: row.signature.unit, range: 0...top),
      series: seeds + means + marks)
  }

  private var caption: String {
    var parts = [
      "The series of the training log that shows each failure, with remedies. Thick: mean over seeds at steps that "
        + "all have; thin: each seed. Series of every step are means over \(Self.window) steps, held-out accuracy "
        + "is as it was measured. Upright: the median step of the detector that fails the run earliest."
    ]
    for row in rows {
      let accuracy = accuracyText(row.run.name)
      let remedies = row.remedies.map { remedy in
        "\(remedy.reading.name), \(remedy.words): \(remedy.reading.words)\(accuracyText(remedy.reading.name))"
      }
      parts.append(
        "\(row.run.name), \(row.signature.provocation), \(Phrase.count(row.run.logs.count, "seed")): "
          + "\(row.run.words)\(accuracy). Remedy: \(remedies.joined(separator: "; or "))."
      )
    }
    parts.append(
      "Accuracies are held-out, at the end, with 95 % intervals over seeds (t on the logit). x/n: in x of n seeds."
    )
    return parts.joined(separator: " ")
  }

  private func accuracyText(_ name: String) -> String {
    guard let estimate = summary.estimate(.accuracy, of: name) else { return "" }
    let value = FigureText.percent(estimate.value)
    guard let interval = estimate.interval else { return ", accuracy \(value)" }
    return ", accuracy \(value) [\(FigureText.percent(interval.lowerBound)), "
      + "\(FigureText.percent(interval.upperBound))]"
  }
}
