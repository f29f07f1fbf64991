package import Reporting

extension RunCurves {
  /// The figures of curves that the runs allow.
  ///
  /// - Throws: an error of a log.
  package func entries() throws -> [FigureSet.Entry] {
    let figures = [
      (OrderFigure.name, OrderFigure(curves: self).figure()),
      (StageFigure.name, try StageFigure(curves: self).figure()),
      (RolloutFigure.name, try RolloutFigure(curves: self).figure()),
      (MaskedFigure.name, MaskedFigure(curves: self).figure()),
      (TermsFigure.name, try TermsFigure(curves: self).figure()),
      (RewardEntropyFigure.name, try RewardEntropyFigure(curves: self).figure()),
    ]
    return figures.compactMap { name, figure in
      figure.map { FigureSet.Entry(name: name, figure: $0) }
    }
  }
}
