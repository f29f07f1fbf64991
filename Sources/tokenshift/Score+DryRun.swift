import ArgumentParser
import Foundation
import Kernels
import Scoring

extension Score {
  /// Says what the run will take.
  func report(estimateOf scorer: Scorer) throws {
    let header = scorer.header(
      version: Version.current, commandLine: CommandLine.pasted, created: Date())
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
      json: Estimate(
        run: estimate, summary: Result(log: output, scorer.summary, tokenizer: scorer.tokenizerNote)
      ),
      last: resume
        ? "nothing was written; this is of the run from its beginning"
        : "nothing was written: without --dry-run it begins")
  }

  private struct Estimate: Encodable {
    let run: RunEstimate
    let summary: Result

    func encode(to encoder: any Encoder) throws {
      try summary.encode(to: encoder)
      try run.encode(to: encoder)
    }
  }
}

/// Bytes as people write them: `12GB` and `800 MB` are of 1,000, `12GiB`, `12G` of 1,024.
struct MemorySize: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let text = argument.filter { $0 != " " }.uppercased()
    let number = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(number.count)
    guard let value = Double(number), value > 0,
      let power = "KMGT".firstIndex(of: unit.first ?? " "),
      ["", "B", "IB"].contains(String(unit.dropFirst()))
    else { return nil }
    let exponent = 1 + "KMGT".distance(from: "KMGT".startIndex, to: power)
    let base = unit.dropFirst() == "B" ? 1_000.0 : 1_024.0
    guard let bytes = Int(exactly: (value * pow(base, Double(exponent))).rounded()) else {
      return nil
    }
    self.bytes = bytes
  }

  var description: String {
    let (value, unit) =
      bytes >= 1_000_000_000 ? (Double(bytes) / 1e9, "GB") : (Double(bytes) / 1e6, "MB")
    return String(format: value < 10 ? "%.1f %@" : "%.0f %@", value, unit)
  }
}
