import Foundation
import RunLogs
import Scoring

/// A log that is written while models are scored: begun, gone on with, or complete already.
///
/// Made before anything is read: that the log can't be written should not be found out hours later.
final class ScoringRun {
  private let output: String
  private let journal: TokenLogJournal
  private let isResuming: Bool
  private let keepsComplete: Bool
  private let isQuiet: Bool

  init(output: String, resuming: Bool, overwriting: Bool, isQuiet: Bool) throws {
    (self.output, self.isQuiet, keepsComplete) = (output, isQuiet, resuming)
    journal = try TokenLogJournal(destination: output)
    isResuming = resuming && journal.finishedTextCount > 0
    if !isResuming { try journal.checkIsFree(overwriting: overwriting) }
  }

  deinit { journal.close() }

  /// What an interruption leaves while nothing is scored yet.
  var untouched: String {
    journal.finishedTextCount == 0 ? "nothing was finished" : "\(journal.path) is as it was"
  }

  /// Scores what is left.
  ///
  /// - Returns: nil where the log is complete already.
  /// - Throws: `UnfinishedRun` where something was finished; an error of the part that is wrong.
  func score(_ scorer: Scorer) throws -> Scorer.Summary? {
    let header = scorer.header(.ofThisCommand)
    if keepsComplete, !isResuming, FileManager.default.fileExists(atPath: output) {
      try header.check(isOf: output)
      return nil
    }
    let writer =
      isResuming
      ? try TokenLogWriter(resuming: journal, header: header)
      : try TokenLogWriter(journal, header: header)
    let progress = ProgressBar(
      label: "scoring", unit: "tokens", isQuiet: isQuiet, alreadyDone: writer.finishedTokenCount)
    do {
      let summary = try scorer.run(into: writer) {
        progress.update(done: $0.doneTokens, total: $0.totalTokens)
        try Interruption.check("nothing was finished")
      }
      try writer.publish()
      return summary
    } catch {
      writer.close()
      throw UnfinishedRun(error, writer, of: scorer.summary.sequenceCount) ?? error
    }
  }
}
