package import Reporting

extension StudyPictures {
  /// Failures that were provoked, what detectors find in their logs, and what remedies did; without rows where a
  /// study provokes nothing.
  ///
  /// - Throws: an error of a log.
  package func signatureTable() throws -> Table {
    SignatureTable.table(of: try SignatureReadings(summary, log: log))
  }

  /// How models learn, and how they fail: paths from base, fixed responses, provoked failures.
  ///
  /// - Throws: an error of a log.
  func learningEntries() throws -> [FigureSet.Entry] {
    let dynamics = StudyDynamicsFigure(summary, variants: variants).map {
      FigureSet.Entry(name: StudyDynamicsFigure.name, figure: $0.figure)
    }
    let probes = StudyProbeFigure.Measure.allCases.compactMap { measure in
      StudyProbeFigure(summary, measure, variants: variants).map {
        FigureSet.Entry(name: measure.name, figure: $0.figure)
      }
    }
    let signatures = SignatureFigure(try SignatureReadings(summary, log: log)).map {
      FigureSet.Entry(name: SignatureFigure.name, figure: $0.figure)
    }
    return [dynamics].compactMap(\.self) + probes + [signatures].compactMap(\.self)
  }
}
