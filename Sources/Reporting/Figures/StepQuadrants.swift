package import Analysis
import Foundation
package import Plotting
internal import RunLogs
internal import StatisticalInference

/// The second step of a lineage against the first, position by position, as a density: a panel for each
/// author.
package enum StepQuadrants {
  /// More panels can't be read.
  package static let mostAuthors = 3
  private static let name = "steps of a lineage"

  /// Draws the first authors of a decomposition, which are the outer models'.
  /// - Throws: `FigureError` where nothing was measured.
  package static func figure(_ steps: StepDecomposition) throws(FigureError) -> Figure {
    let shown = zip(steps.authors, steps.steps).prefix(mostAuthors).map { ($0, $1) }
    guard !shown.isEmpty else { throw .nothingMeasured(figure: name, pair: steps.lineage.arrow) }
    let edge = edge(of: shown.map { ($0.1.first, $0.1.second) }, margin: steps.margin)
    let range = -edge...edge
    let maps = shown.map {
      PlaneDensity.map(Array(zip($0.1.first, $0.1.second)), x: range, y: range)
    }
    let counts = PlaneDensity.counts(maps)
    let width: ColumnWidth = shown.count == 1 ? .single : shown.count == 2 ? .text : .full
    let panels = shown.indices.map { index in
      panel(
        steps, shown[index].0, maps[index], edge: edge, counts: counts, isFirst: index == 0,
        isLast: index == shown.count - 1,
        titleWidth: (width.points - 45) / Double(shown.count) - 35)
    }
    let numbers = shown.map { author, _ in
      "\(LogTables.name(author.name))'s texts \(Number.count(author.positionCount))"
    }
    return Figure(
      title: "Two steps of a lineage",
      caption: """
        Change of the log-probability of each token of the responses (nats) in the second step, \
        \(steps.lineage.second)\(PairName.arrow)\(steps.lineage.third), against the first, \
        \(steps.lineage.first)\(PairName.arrow)\(steps.lineage.second). The lineage is declared, not known. Colour: \
        number of positions in a square bin, logarithmic; the outermost bins hold what lies beyond. On the dashed \
        line the second step takes all of the first back. ρ is the share undone, in brackets its 95 % interval \
        over prompts; in the texts of \(steps.lineage.second) it is too large. n: \
        \(numbers.joined(separator: "; ")).
        """,
      width: width, height: .panelAspect(1), rows: [panels], legend: .none)
  }

  /// What 99.5 % of the steps stay within, at least twice the margin.
  package static func edge(of steps: [([Double], [Double])], margin: Double) -> Double {
    let sizes = steps.flatMap { $0.0 + $0.1 }.map { abs($0) }.sorted()
    return max(2 * margin, SortedValues.quantile(0.995, of: sizes))
  }

  private static func panel(
    _ steps: StepDecomposition, _ author: StepDecomposition.Author, _ map: DensityMap,
    edge: Double, counts: Axis, isFirst: Bool, isLast: Bool, titleWidth: Double
  ) -> Panel {
    func text(_ value: Double) -> String { FigureText.decimal(value, decimals: 2) }
    let reversal = author.reversal.map { estimate in
      let interval = estimate.interval.map { " [\(text($0.lowerBound)), \(text($0.upperBound))]" }
      return estimate.value.isFinite
        ? "ρ = \(text(estimate.value))\(interval ?? "")" : "ρ in\(interval ?? " –")"
    }
    let axis = Style(colour: .guide, lineWidth: 0.5)
    return Panel(
      title: TextMetrics.shortened(
        "\(LogTables.name(author.name))'s texts", to: titleWidth, size: 9),
      subtitle: reversal ?? "ρ within rounding",
      x: Axis("first step Δ log p", unit: "nats", range: -edge...edge),
      y: Axis(
        isFirst ? "second step Δ log p" : "", unit: isFirst ? "nats" : nil, range: -edge...edge),
      series: [
        Series(nil, .density(map)),
        Series(style: axis, .line(x: [-edge, edge], y: [0, 0])),
        Series(style: axis, .line(x: [0, 0], y: [-edge, edge])),
        Series(
          style: Style(colour: .black, dash: .dashed, lineWidth: 0.6),
          .line(x: [-edge, edge], y: [edge, -edge])),
      ],
      colours: ColourScale(palette: .sequential, axis: counts, bar: isLast ? .right : .none))
  }
}
