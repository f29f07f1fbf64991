internal import Analysis
internal import Reporting
internal import RunLogs

/// The figures of a study that are made from the measures and logs of its runs alone, no checkpoint read.
struct StudyPictures {
  /// All runs that were measured.
  let summary: StudySummary
  /// Runs that are another one with some keys changed, with that one's name.
  let variants: [String: String]
  /// The log of a run; nil where it isn't there.
  let log: (StudyRun) throws -> TrainingLog?

  /// Those that the runs allow, in the order of the paper's.
  ///
  /// - Throws: `FigureError`, or an error of a log.
  func entries() throws -> [FigureSet.Entry] {
    var entries: [FigureSet.Entry] = []
    entries += try learningEntries()
    return entries
  }

  /// The log in a run's folder; nil where there is none.
  ///
  /// - Throws: an error of the log.
  static func log(inFolder folder: String) throws -> TrainingLog? {
    try? TrainingLog(path: folder + "/log.h5")
  }
}
