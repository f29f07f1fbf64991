internal import Plotting
internal import Reporting

extension StudyPictures {
  /// Figures of what was measured of the finished runs; those that no run has the numbers for are left out.
  ///
  /// - Throws: `FigureError`.
  func measureEntries() throws -> [FigureSet.Entry] {
    let cast = StudyCast(self)
    return [
      KLAccuracyFigure(cast).entry,
      ChangeHistogramFigure(cast).entry,
      PassAtKFigure(cast).entry,
      WeightsTokensFigure(cast).entry,
      ForgettingFigure(cast).entry,
      DemonstrationsFigure(cast).entry,
    ].compactMap(\.self) + HeatMapFigures(cast).entries
  }
}
