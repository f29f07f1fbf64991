internal import Analysis
package import Reporting
package import RunLogs

/// The figures of a study that are made from the measures and logs of its runs alone, no checkpoint read.
package struct StudyPictures {
  /// All runs that were measured.
  let summary: StudySummary
  /// Runs that are another one with some keys changed, with that one's name.
  let variants: [String: String]
  /// The log of a run; nil where it isn't there.
  let log: (StudyRun) throws -> TrainingLog?
  /// What was provoked, and what detectors find of it: read once for table and figure.
  let signatures: SignatureReadings

  /// All parts given; nothing is drawn.
  ///
  /// - Throws: an error of a log of a run that was provoked, or of its remedy.
  package init(
    summary: StudySummary, variants: [String: String],
    log: @escaping (StudyRun) throws -> TrainingLog?
  ) throws {
    (self.summary, self.variants, self.log) = (summary, variants, log)
    signatures = try SignatureReadings(summary, log: log)
  }

  /// Those that the runs allow, in the order of the paper's.
  ///
  /// - Throws: `FigureError`, or an error of a log.
  package func entries() throws -> [FigureSet.Entry] {
    try MeasureFigures(summary, variants: variants).entries
      + RunCurves(summary: summary, log: log).entries() + learningEntries
  }
}
