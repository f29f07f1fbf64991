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
      of: report.result, baselines: baselines.map(\.run.evaluation), texts: report.record.texts,
      policy: report.record.policy, passes: !report.fails)
    let runs = baselines.map(\.run) + [candidate.run]
    return zip(parts, runs).enumerated().compactMap { index, found in
      let (part, run) = found
      let isCandidate = index == parts.count - 1
      // One log may hold all models: its summary is the candidate's.
      if !isCandidate, part.input.path == parts.last?.input.path { return nil }
      let file = SummaryFile(of: part.input.path)
      var names = isCandidate ? candidateNames : baselineNames
      if case .tokens(_, let model?) = part.input { names.model = model }
      var summary = RunSummary(
        run, kind: part.input.kind, files: file.all(part.stamps, of: part.input),
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
