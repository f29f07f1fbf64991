package import Plotting
internal import Reporting
internal import StatisticalInference

/// Share of right answers by budget: after swaps at selected positions, at their controls, and before.
package enum DoseFigure {
  package static let name = "dose-response"
  /// Of its files.
  static let fileNames = ["gp", "tsv", "svg", "pdf"].map { "\(name).\($0)" }
  private static let selected = Style(
    colour: .vermilion, lineWidth: 1.2, marker: .circle, markerSize: 0.6)
  private static let controls = Style(
    colour: .blue, dash: .dashed, lineWidth: 1.2, marker: .frame, markerSize: 0.6)
  private static let before = Style(colour: .guide, dash: .dotted, lineWidth: 1)

  /// A column of panels for each direction, a row for each way of ranking.
  ///
  /// - Parameter result: of an intervention.
  /// - Returns: nil where nothing was compared.
  package static func figure(_ result: InterventionResult) -> Figure? {
    let selectors = result.settings.selectors
    guard
      result.directions.contains(where: { direction in
        direction.selectors.contains { $0.doses.contains { $0.accuracy != nil } }
      })
    else { return nil }
    let range = range(result)
    let width = ColumnWidth.text
    return Figure(
      title: "Answers after one swap",
      caption: """
        Share of right answers (%) by budget: the most positions of a text that are tried, each in a swapped \
        text of its own, first those with the highest rank. Selected: swaps at these positions; controls: at \
        others of the same verdict, entropy, place and token class, as far as asked for; before: the same texts \
        without a swap, both arms' alike. Bars: 95 % intervals with problems as clusters.
        """,
      width: width, height: .points(24 + 132 * Double(selectors.count)),
      rows: selectors.indices.map { row in
        result.directions.map { direction in
          panel(
            direction.selectors[row], direction, range: range, isLast: row == selectors.count - 1)
        }
      })
  }

  private static func range(_ result: InterventionResult) -> ClosedRange<Double> {
    let doses = result.directions.flatMap(\.selectors).flatMap(\.doses)
    let ends = doses.flatMap { dose -> [Double] in
      guard let accuracy = dose.accuracy else { return [] }
      return [accuracy.selected, accuracy.controls, dose.before].compactMap { $0 }.flatMap {
        [$0.lower, $0.value, $0.upper].compactMap { $0 }
      }
    }
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
    let pad = max((high - low) * 0.06, 0.01)
    return max(low - pad, 0) * 100...min(high + pad, 1) * 100
  }

  private static func panel(
    _ selector: InterventionResult.Selector, _ direction: InterventionResult.Direction,
    range: ClosedRange<Double>, isLast: Bool
  ) -> Panel {
    let doses = selector.doses
    var series: [Series] = []
    let places = doses.indices.map(Double.init)
    func add(
      _ name: String, _ style: Style, shift: Double,
      _ estimate: (DoseResponse) -> Estimate?
    ) {
      let estimates = doses.map(estimate)
      let x = places.map { $0 + shift }
      for (x, estimate) in zip(x, estimates) {
        guard let ends = estimate?.interval else { continue }
        series.append(
          Series(
            style: Style(colour: style.colour, lineWidth: 0.7),
            .line(x: [x, x], y: [ends.lowerBound * 100, ends.upperBound * 100])))
      }
      let y = estimates.map { ($0?.value ?? .nan) * 100 }
      series.append(Series(name, style: style, .line(x: x, y: y)))
      series.append(Series(name, style: style, .points(x: x, y: y)))
    }
    series.append(
      Series(
        "before", style: before,
        .line(x: places, y: doses.map { ($0.before?.value ?? .nan) * 100 })))
    add("controls", controls, shift: 0.08) { $0.accuracy?.controls }
    add("selected", selected, shift: -0.08) { $0.accuracy?.selected }
    return Panel(
      title: "\(direction.other)'s choices in \(direction.author)'s texts",
      subtitle: selector.selector.words,
      x: Axis(
        "budget", unit: "positions of a text", range: -0.5...Double(doses.count) - 0.5,
        ticks: .at(doses.enumerated().map { .init(Double($0), "\($1.budget)") }),
        showsText: isLast),
      y: Axis("right", unit: "%", range: range), series: series)
  }
}
