package import Reporting

/// Figures of what was measured of finished runs, from `StudySummary` alone.
package struct MeasureFigures {
  private let cast: StudyCast

  /// Those of a study.
  ///
  /// - Parameters:
  ///   - summary: all runs.
  ///   - variants: runs that are another one with some keys changed, with that one's name.
  package init(_ summary: StudySummary, variants: [String: String] = [:]) {
    cast = StudyCast(summary, variants: variants)
  }

  /// Those that the runs allow; a figure of what no run was measured for is left out.
  package var entries: [FigureSet.Entry] {
    [
      KLAccuracyFigure(cast).entry,
      ChangeHistogramFigure(cast).entry,
      PassAtKFigure(cast).entry,
      WeightsTokensFigure(cast).entry,
      ForgettingFigure(cast).entry,
      DemonstrationsFigure(cast).entry,
      SizesFigure(cast).entry,
    ].compactMap(\.self) + HeatMapFigures(cast).entries
  }
}
