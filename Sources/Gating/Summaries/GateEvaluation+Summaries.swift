internal import Analysis
package import Reporting

extension GateEvaluation {
  /// Leaves a summary beside each of the logs, the candidate's with this look.
  ///
  /// - Parameter report: what was said.
  /// - Returns: a sentence for each that couldn't be written: a folder that nobody may write to is no reason
  ///   for a gate to fail.
  package func writeSummaries(of report: GateReport) -> [String] {
    let look = RunSummary.Look(
      of: report.result, baselines: baselines.map(\.evaluation), texts: report.record.texts,
      policy: report.record.policy, passes: !report.fails)
    return parts.enumerated().compactMap { index, part in
      let isCandidate = index == parts.count - 1
      let file = SummaryFile(of: part.input.path)
      let names = isCandidate ? candidateNames : baselineNames
      var summary = RunSummary(
        part.run, kind: part.input.kind, files: file.all(part.stamps, of: part.input),
        question: names.question, created: part.input.created)
      if isCandidate { summary.looks = [look] }
      do {
        try file.write(summary)
        return nil
      } catch { return "\(file.path): no summary could be left there: \(error)" }
    }
  }
}

extension GateNames {
  var question: RunSummary.Question {
    .init(base: base, model: model, fixedAuthors: fixedAuthors)
  }
}
