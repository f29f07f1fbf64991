package import Plotting

/// Intervals along a curve as shaded areas.
package enum IntervalBand {
  /// One area for each stretch without a gap: gnuplot would fill across it.
  ///
  /// - Parameters:
  ///   - x: of each interval, ascending.
  ///   - intervals: nil where there is none.
  ///   - style: the curve's.
  ///   - shown: where an end stands on the axis.
  /// - Returns: filled areas.
  package static func series(
    x: [Double], _ intervals: [ClosedRange<Double>?], style: Style, shown: (Double) -> Double
  ) -> [Series] {
    var filled = style
    filled.fillOpacity = 0.2
    var bands: [Series] = []
    var stretch: [(x: Double, low: Double, high: Double)] = []
    func finish() {
      if stretch.count > 1 {
        bands.append(
          Series(
            style: filled,
            .band(x: stretch.map(\.x), low: stretch.map(\.low), high: stretch.map(\.high))))
      }
      stretch = []
    }
    for (x, ends) in zip(x, intervals) {
      guard let ends else {
        finish()
        continue
      }
      stretch.append((x, shown(ends.lowerBound), shown(ends.upperBound)))
    }
    finish()
    return bands
  }

  /// What a caption says about shaded areas over prompts.
  static func sentence(promptCount: Int) -> String {
    promptCount > 1
      ? "Shaded: 95 % interval at each point with prompts as clusters, \(Number.count(promptCount)) in "
        + "all; on few of them it is a rough guide, on one there is none; it is cut at the axis."
      : "One prompt, which allows no interval."
  }
}
