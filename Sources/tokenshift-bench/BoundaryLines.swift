import Analysis
import ArgumentParser
import Foundation
import RunLogs
import StatisticalInference

/// Whether half-widths of position verdicts hold what they say, as `BoundaryCheck` finds out.
///
/// The same texts, scored with products in 32 bits and in a reduced precision.
struct BoundaryLines {
  private let exact: TokenTable
  private let check: BoundaryCheck

  /// - Throws: `ValidationError` where the logs aren't of the same texts, or of these precisions.
  init(exact exactPath: String, reduced reducedPath: String) throws {
    exact = try TokenTable(TokenLog(path: exactPath))
    let reduced = try TokenTable(TokenLog(path: reducedPath))
    if let other = exact.log.header.models.first(where: { $0.computeType != "F32" }) {
      throw ValidationError(
        "\(exactPath): \(other.name) wasn't computed in 32 bits; score it with --compute f32")
    }
    if reduced.log.header.models.allSatisfy({ $0.computeType == "F32" }) {
      throw ValidationError("\(reducedPath): computed in 32 bits; score with --compute bf16")
    }
    guard exact.texts.ids == reduced.texts.ids, try exact.tokenIDs() == reduced.tokenIDs(),
      try exact.isResponse() == reduced.isResponse()
    else {
      throw ValidationError("\(reducedPath): other texts than \(exactPath); score the same file")
    }
    check = BoundaryCheck(reduced)
  }

  /// What to print, and whether no bin fails.
  func result() throws -> (lines: [String], holds: Bool) {
    var (lines, holds): ([String], Bool) = ([], true)
    for pair in check.reduced.log.header.pairs {
      let rows = try check.reduced.rows(of: pair).map { $0 }
      guard try exact.rows(of: pair).map({ $0 }) == rows else {
        throw ValidationError("\(exact.log.path): measured other tokens of \(pair); score anew")
      }
      for result in try check.results(of: pair, truth: .init(of: pair, in: exact)) {
        lines += Self.lines(result)
        holds = holds && result.rule.worst.failing == 0
      }
    }
    lines.append(holds ? "no bin fails" : "a bin fails")
    return (lines, holds)
  }

  private static func lines(_ result: BoundaryResult) -> [String] {
    let wrong = result.wrongRules.map { "\($0.name) \(text($0.worst))" }
    let head =
      "\(result.pair) \(result.measure.rawValue), \(result.bins.test.count) positions: worst of "
      + "\(result.bins.count) bins \(text(result.rule.worst)), coverage "
      + "\(percent(result.rule.coverage)), σ" + String(format: " %.4f", result.deviation)
      + "; wrong rules: " + wrong.joined(separator: ", ")
    let margins = result.decisions.map { decisions in
      String(format: "  m = %.4g", decisions.margin)
        + ": undecidable outside [m/2, 2m] \(percent(decisions.undecidable)),"
        + " called changed from 2m on \(percent(decisions.power))"
    }
    return [head] + margins
  }

  private static func text(_ worst: BoundaryBins.Worst) -> String {
    percent(worst.share) + (worst.failing > 0 ? " (\(worst.failing) fail)" : "")
  }

  private static func percent(_ share: Estimate?) -> String {
    share.map { String(format: "%.1f %%", 100 * $0.value) } ?? "of none"
  }
}
