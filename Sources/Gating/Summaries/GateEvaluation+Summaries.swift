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
    let readings = baselines + [candidate]
    return readings.enumerated().compactMap { index, reading in
      let isCandidate = index == readings.count - 1
      let (run, input) = (reading.run, reading.input)
      let file = SummaryFile(of: input.path)
      var names = isCandidate ? candidateNames : baselineNames
      if case .tokens(_, let model?) = input { names.model = model }
      var summary = RunSummary(
        run, kind: input.kind, files: file.all(reading.stamps, of: input),
        question: names.question, created: input.created)
      if isCandidate { summary.looks = [look] }
      // One log may hold all models: its own summary is the candidate's.
      let isShared = !isCandidate && input.path == candidate.input.path
      do {
        if isCandidate {
          try file.writeFirst(summary)
        } else if isShared {
          try file.file(of: run.model).write(summary)
        } else {
          _ = try file.writeBeside(summary)
        }
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
