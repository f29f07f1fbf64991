import ArgumentParser
import Foundation
import Kernels
import Scoring

extension Score {
  /// Says what the run will take.
  func report(estimateOf scorer: Scorer) throws {
    try Self.report(
      estimateOf: scorer, log: output, verbosity,
      last: resume
        ? "nothing was written; this is of the run from its beginning"
        : "nothing was written: without --dry-run it begins")
  }

  /// The same of any command that scores.
  ///
  /// - Parameters:
  ///   - scorer: ready to begin.
  ///   - output: the log that would be written.
  ///   - verbosity: for whom.
  ///   - last: the last words.
  /// - Throws: an error of a checkpoint that can't be read, or of a signal.
  static func report(
    estimateOf scorer: Scorer, log output: String, _ verbosity: Verbosity, last: String
  ) throws {
    let header = scorer.header(.ofThisCommand)
    let estimate = try scorer.estimate(header: header) {
      try Interruption.check("nothing was begun")
    }
    let order =
      estimate.order == .together
      ? "all models together"
      : "one model after another over up to \(scorer.plan.chapterRows) tokens at a time, hidden states on "
        + "the disk"
    let budget = scorer.plan.budget ?? MemoryPlan.defaultBudget
    try verbosity.report(
      scorer.summary.lines + [
        "order: \(order)",
        "time: about \(ProgressBar.time(estimate.seconds)) (opening models "
          + "\(ProgressBar.time(estimate.openSeconds)), scoring "
          + "\(ProgressBar.time(estimate.scoreSeconds)) on \(Parallel.threadCount) threads)",
        "memory: about \(MemorySize(bytes: estimate.memoryBytes)) of "
          + "\(MemorySize(bytes: budget)), weights included",
        "disk: about \(MemorySize(bytes: estimate.diskBytes)) while it runs, "
          + "\(MemorySize(bytes: estimate.logBytes)) for the log",
      ],
      json: DryRunResult(
        run: estimate,
        summary: ScoreResult(log: output, scorer.summary, tokenizer: scorer.tokenizerNote)
      ),
      last: last)
  }

  private struct DryRunResult: Encodable {
    let run: RunEstimate
    let summary: ScoreResult

    func encode(to encoder: any Encoder) throws {
      try summary.encode(to: encoder)
      try run.encode(to: encoder)
    }
  }
}

extension MemorySize: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
