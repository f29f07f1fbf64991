package import Analysis
package import RunLogs

/// One run's diagnosis as the command prints it; Data/Schemas/diagnose.schema.json is its JSON.
package struct DiagnosisReport: Sendable {
  /// The log or folder, as the user named it.
  package let run: String
  package let diagnosis: TrainingDiagnosis
  private let stepCount: Int

  /// Looks through a log; `thresholds` keeps what earlier ones needed.
  ///
  /// - Parameters:
  ///   - run: what to call it.
  ///   - log: its log.
  ///   - looks: as `TrainingDiagnosis` has them.
  ///   - thresholds: of the logs before.
  package init(
    of run: String, _ log: TrainingLog, looks: Int, thresholds: inout ChangeThresholds
  ) {
    self.run = run
    stepCount = log.steps.count
    diagnosis = TrainingDiagnosis(of: log, looks: looks, thresholds: &thresholds)
  }

  /// A head, a line for each finding with what to do, and what couldn't be judged.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    var lines = [headline]
    func add(_ text: String, indent: String) {
      let room = width == .max ? .max : max(width - indent.count, 20)
      lines += Phrase.lines(text, width: room).map { indent + $0 }
    }
    for sentence in sentences {
      add(sentence.finding, indent: "  ")
      add(sentence.advice, indent: "    ")
    }
    for gap in diagnosis.gaps { add(gap, indent: "  ") }
    return lines
  }

  /// `runs/rl-1: 90 steps, 2 findings`.
  var headline: String { "\(run): \(predicate)" }

  /// `90 steps, 2 findings`.
  var predicate: String {
    let count = diagnosis.findings.count
    return "\(Phrase.count(stepCount, "step")), "
      + (count == 0 ? "nothing found" : Phrase.count(count, "finding"))
  }

  /// Each finding, and what the field suggests about it.
  var sentences: [(finding: String, advice: String)] {
    diagnosis.findings.map { ($0.sentence(level: level), $0.advice) }
  }

  /// Several runs as the command prints them.
  package struct Result: Encodable {
    /// Whether one of them fails.
    package let fails: Bool
    package let runs: [DiagnosisReport]

    package init(of runs: [DiagnosisReport]) {
      fails = runs.contains { $0.diagnosis.fails }
      self.runs = runs
    }
  }

  private var level: Double { TrainingDiagnosis.level / Double(diagnosis.looks) }
}

extension DiagnosisReport: Encodable {
  private enum Key: String, CodingKey { case run, steps, looks, fails, findings, notJudged }

  private struct Finding: Encodable {
    let detector: Detector
    let severity: Detector.Severity
    let relief: TrainingDiagnosis.Relief?
    let column: String
    let step: Int
    let before, after: Double?
    let size: Double?
    let leastSize: Double
    let statistic, threshold: Double?
    let sentence: String
    let suggestion: String
    let source: String?
  }

  private struct Gap: Encodable {
    let detector: Detector
    let column: String
    let steps: Int
    let needed: Int
  }

  package func encode(to encoder: any Encoder) throws {
    func number(_ value: Double) -> Double? { value.isFinite ? value : nil }
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(run, forKey: .run)
    try values.encode(stepCount, forKey: .steps)
    try values.encode(diagnosis.looks, forKey: .looks)
    try values.encode(diagnosis.fails, forKey: .fails)
    try values.encode(
      diagnosis.findings.map {
        Finding(
          detector: $0.detector, severity: $0.severity, relief: $0.relief, column: $0.column,
          step: $0.step, before: number($0.before), after: number($0.after), size: number($0.size),
          leastSize: $0.leastSize, statistic: number($0.statistic),
          threshold: number($0.threshold), sentence: $0.sentence(level: level),
          suggestion: $0.detector.advice.sentence, source: $0.detector.advice.source)
      }, forKey: .findings)
    try values.encode(
      diagnosis.checks.compactMap { check in
        switch check.outcome {
        case .notMeasured:
          Gap(
            detector: check.detector, column: check.column, steps: 0,
            needed: check.detector.leastSteps)
        case .notEnoughSteps(let count, let needed):
          Gap(detector: check.detector, column: check.column, steps: count, needed: needed)
        case .found, .nothing, .saidBy: nil
        }
      }, forKey: .notJudged)
  }
}
