import ArgumentParser
import Foundation
import RunLogs

/// A scoring run that ended early and left what it had finished.
struct UnfinishedRun: Error {
  let cause: any Error
  /// What a user can do with it.
  let note: String

  /// Nil if nothing was finished.
  init?(_ cause: any Error, _ writer: TokenLogWriter, of textCount: Int) {
    let finished = writer.finishedTextCount
    if finished == 0 { return nil }
    let journal = TokenLogWriter.journalPath(for: writer.destination)
    let isWorthwhile = cause is Interrupted || Failure(cause).isMachine
    let kept = "\(finished) of \(textCount) texts are finished and kept in \(journal)"
    self.cause = cause is Interrupted ? Interrupted(consequence: kept) : cause
    let fix = "the same command with --resume goes on after them"
    note = cause is Interrupted ? fix : isWorthwhile ? "\(kept); \(fix)" : kept
  }
}

extension TokenLogJournal {
  /// Refuses to throw away a journal with finished texts unasked.
  ///
  /// - Throws: `ValidationError` that names both ways on.
  func checkIsFree(overwriting: Bool) throws {
    guard finishedTextCount == 0 || overwriting else {
      throw ValidationError(
        "\(path): a stopped run finished \(finishedTextCount) texts there; --resume goes on after "
          + "them, --overwrite begins anew")
    }
  }
}

extension TokenLogHeader {
  /// Refuses to take the log at `path` for this run's result unless it is.
  func check(isOf path: String) throws {
    if let difference = try difference(from: TokenLog(path: path).header) {
      throw ValidationError(
        "\(path): is a finished log with \(difference); choose another name, or leave out --resume "
          + "to replace it")
    }
  }
}
