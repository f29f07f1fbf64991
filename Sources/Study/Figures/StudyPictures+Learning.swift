package import Reporting

extension StudyPictures {
  /// Failures that were provoked, what detectors find in their logs, and what remedies did; without rows where a
  /// study provokes nothing.
  package var signatureTable: Table { SignatureTable.table(of: signatures) }

  /// How models learn, and how they fail: paths from base, fixed responses, provoked failures.
  var learningEntries: [FigureSet.Entry] {
    let dynamics = StudyDynamicsFigure(summary, variants: variants).map {
      FigureSet.Entry(name: StudyDynamicsFigure.name, figure: $0.figure)
    }
    let probes = StudyProbeFigure.Measure.allCases.compactMap { measure in
      StudyProbeFigure(summary, measure, variants: variants).map {
        FigureSet.Entry(name: measure.name, figure: $0.figure)
      }
    }
    let signatures = SignatureFigure(signatures).map {
      FigureSet.Entry(name: SignatureFigure.name, figure: $0.figure)
    }
    return [dynamics].compactMap(\.self) + probes + [signatures].compactMap(\.self)
  }
}
