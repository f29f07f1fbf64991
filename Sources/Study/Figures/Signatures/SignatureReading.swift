package import Analysis
package import RunLogs
internal import StatisticalInference

/// The logs of one run of a signature over seeds, and what detectors found in them.
package struct SignatureReading {
  /// What a detector found in some seeds.
  package struct Finding {
    package let detector: Detector
    /// What it is worth: the worst over seeds.
    package let severity: Detector.Severity
    /// The step from which on, in each seed where it was found, ascending.
    package let steps: [Int]
    /// In how many seeds it fails the run, not only warns.
    package let failures: Int

    /// The middle of the steps; of an even number the mean of the middle two.
    package var medianStep: Double {
      let half = steps.count / 2
      return steps.count % 2 == 1 ? Double(steps[half]) : Double(steps[half - 1] + steps[half]) / 2
    }
  }

  /// The run's name.
  package let name: String
  /// One for each seed that has a log.
  package let logs: [(seed: UInt64, log: TrainingLog)]
  /// By what they are worth, then by the step.
  package let findings: [Finding]

  /// Diagnoses each seed's log as `tokenshift diagnose` does; nil without logs.
  ///
  /// - Throws: an error of a log.
  package init?(
    of name: String, in summary: StudySummary, log: (StudyRun) throws -> TrainingLog?,
    thresholds: inout ChangeThresholds
  ) throws {
    self.name = name
    logs = try summary.runs(of: name).compactMap { run in try log(run).map { (run.seed, $0) } }
    guard !logs.isEmpty else { return nil }
    var found: [Detector: [TrainingDiagnosis.Finding]] = [:]
    for (_, log) in logs {
      for finding in TrainingDiagnosis(of: log, thresholds: &thresholds).findings {
        found[finding.detector, default: []].append(finding)
      }
    }
    let order: [Detector.Severity] = [.fails, .warns, .tells]
    func rank(_ finding: Finding) -> Int { order.firstIndex(of: finding.severity) ?? order.count }
    findings = Detector.allCases.compactMap { detector in
      guard let all = found[detector] else { return nil }
      return Finding(
        detector: detector,
        severity: order.first { severity in all.contains { $0.severity == severity } } ?? .tells,
        steps: all.map(\.step).sorted(),
        failures: all.count { $0.severity == .fails })
    }.sorted { (rank($0), $0.medianStep) < (rank($1), $1.medianStep) }
  }

  /// What was found, each with the median of its steps and in how many of the seeds.
  package var words: String {
    guard !findings.isEmpty else { return "nothing" }
    return findings.map { finding in
      let step = finding.medianStep
      let text = step == step.rounded() ? "\(Int(step))" : "\(step)"
      let worth = finding.severity == .fails ? "" : " (\(finding.severity.rawValue))"
      let fewer =
        (1..<finding.steps.count).contains(finding.failures)
        ? ", \(finding.failures) of them fail" : ""
      return
        "\(finding.detector.title)\(worth), step \(text), \(finding.steps.count)/\(logs.count)\(fewer)"
    }.joined(separator: "; ")
  }

  /// A column seed by seed at the steps that all seeds have, a mean over `window` steps around each.
  ///
  /// Of a column that is measured at some steps only, those; they aren't averaged.
  package func series(_ metric: TrainingMetric, window: Int) -> (
    steps: [Double], seeds: [[Double]]
  )? {
    let columns = logs.compactMap { entry in
      entry.log[metric].map { values in zip(entry.log.steps, values).filter { $0.1.isFinite } }
    }
    guard columns.count == logs.count, let first = columns.first else { return nil }
    let common = columns.dropFirst().reduce(Set(first.map(\.0))) { $0.intersection($1.map(\.0)) }
    guard common.count > 1 else { return nil }
    let isDense = first.count == logs[0].log.steps.count
    let half = isDense ? window / 2 : 0
    let seeds = columns.map { column in
      column.indices.filter { common.contains(column[$0].0) }.map { place in
        let part = column[max(0, place - half)...min(column.count - 1, place + half)]
        return part.map(\.1).reduce(0, +) / Double(part.count)
      }
    }
    return (common.sorted().map(Double.init), seeds)
  }
}

/// The signatures that a study's runs show.
package struct SignatureReadings {
  /// A signature with its readings.
  package struct Row {
    package let signature: Signature
    package let run: SignatureReading
    /// Those that are there, with what the remedy is.
    package let remedies: [(reading: SignatureReading, words: String)]
  }

  package let summary: StudySummary
  package let rows: [Row]

  /// Those whose run and a remedy are there with logs.
  ///
  /// - Throws: an error of a log.
  package init(
    _ summary: StudySummary, signatures: [Signature] = Signature.all,
    log: (StudyRun) throws -> TrainingLog?
  ) throws {
    self.summary = summary
    var thresholds = ChangeThresholds()
    var readings: [String: SignatureReading] = [:]
    func read(_ name: String) throws -> SignatureReading? {
      if let known = readings[name] { return known }
      let reading = try SignatureReading(
        of: name, in: summary, log: log, thresholds: &thresholds)
      readings[name] = reading
      return reading
    }
    var rows: [Row] = []
    let names = Set(summary.names)
    for signature in signatures
    where names.contains(signature.run)
      && signature.remedies.contains(where: { names.contains($0.run) })
    {
      guard let run = try read(signature.run) else { continue }
      let remedies = try signature.remedies.compactMap { remedy in
        try read(remedy.run).map { (reading: $0, words: remedy.words) }
      }
      if !remedies.isEmpty { rows.append(Row(signature: signature, run: run, remedies: remedies)) }
    }
    self.rows = rows
  }
}
