internal import Files
package import RunLogs
internal import Training

/// Logs of runs, each read once, without the rollouts that they may hold.
package final class ReadLogs {
  private var logs: [String: TrainingLog?] = [:]

  /// None read yet.
  package init() {}

  /// The log in a run's folder: `log.h5`, else `log.jsonl`, else `log.jsonl.gz`; nil where there is none.
  ///
  /// - Throws: an error of the log, which names its file.
  package func log(inFolder folder: String) throws -> TrainingLog? {
    if let known = logs[folder] { return known }
    let isThere = ["log.h5", "log.jsonl", TrainingLog.packedJournalName]
      .contains { FileIdentity(folder + "/" + $0) != nil }
    var log = isThere ? try TrainingLog(ofRun: folder) : nil
    // Figures need columns alone, and rollouts of hundreds of runs are gigabytes.
    log?.rollouts = []
    logs[folder] = log
    return log
  }
}
