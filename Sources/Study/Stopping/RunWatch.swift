package import Analysis
internal import Foundation
internal import Reporting
package import RunLogs
package import Training

/// Looks at a run while it goes on, a number of times that is fixed before it begins, and says when it is to
/// be stopped.
///
/// Each look is a whole diagnosis of what there is, at the level 1 %/looks, so that a healthy run is stopped
/// by each detector in at most 1 % of cases, however often it is looked at. A change that went away again,
/// and entropy that fell while the reward rose, stop nothing; whether it rises takes two looks to see.
package struct RunWatch {
  /// What stops the run.
  package let detectors: Set<Detector>
  /// Steps after which it is looked at, ascending.
  package let steps: [Int]
  private let output: String
  private var thresholds = ChangeThresholds()

  /// The word for all detectors that fail a run.
  package static let allFailing = "failing"

  /// All detectors that can stop a run.
  package static let known = Detector.allCases.filter { $0.severity == .fails }

  /// What `stop.detectors` can be, for people.
  package static var allowed: String {
    ([allFailing] + known.map(\.rawValue)).joined(separator: ", ")
  }

  /// nil where the configuration doesn't ask for it.
  ///
  /// - Parameters:
  ///   - configuration: of the run.
  ///   - place: where `stop.detectors` is from, for errors.
  /// - Throws: `TrainingError` for a detector that isn't there, or a run too short for any.
  package init?(_ configuration: TrainingConfiguration, place: String) throws(TrainingError) {
    guard let names = configuration.stop.detectors else { return nil }
    func error(_ reason: String) -> TrainingError {
      .configuration(place: place, key: "stop.detectors", reason)
    }
    var detectors: Set<Detector> = []
    for name in names.split(separator: ",", omittingEmptySubsequences: false) {
      let name = name.trimmingCharacters(in: .whitespaces)
      if name == Self.allFailing {
        detectors.formUnion(Self.known)
        continue
      }
      guard let detector = Self.known.first(where: { $0.rawValue == name }) else {
        throw error(
          Detector(rawValue: name) == nil
            ? "'\(name)' is no detector; there are \(Self.allowed)"
            : "'\(name)' only warns and stops no run; there are \(Self.allowed)")
      }
      detectors.insert(detector)
    }
    let steps = Self.steps(of: configuration.steps, looks: configuration.stop.looks)
    guard !steps.isEmpty else {
      throw error(
        "detectors need \(BlockMeans.leastSteps) steps before the last, and the run has "
          + "\(configuration.steps); leave it out")
    }
    self.detectors = detectors
    self.steps = steps
    output = configuration.output
  }

  /// From the first step at which a detector can see anything to some before the last, evenly: after the last
  /// there is nothing to stop.
  ///
  /// - Parameters:
  ///   - count: steps of the run.
  ///   - looks: how many; fewer where there aren't as many steps.
  /// - Returns: ascending, each once; none of a run that is too short.
  package static func steps(of count: Int, looks: Int) -> [Int] {
    let first = BlockMeans.leastSteps
    let room = count - first
    guard room > 0 else { return [] }
    let number = min(looks, room)
    return (0..<number).map { first + room * $0 / number }
  }

  /// What would be looked for, in a line for people.
  package var plan: String {
    let names = Self.known.filter(detectors.contains).map(\.rawValue).joined(separator: ", ")
    return
      "\(Phrase.count(steps.count, "look")) for what stops the run, from step \(steps[0]) on: \(names)"
  }

  /// Entropy falls as a task is learned, too, and the reward that tells so rises slowly beside its noise: these
  /// have to fail the run at two looks in a row.
  private static let mayBeLearning: Set<Detector> = [.entropyCollapse, .earlyEntropyCollapse]

  /// Whether a detector failed the run at the look before.
  ///
  /// It is asked again rather than kept: a run that is resumed has the looks of one that wasn't stopped.
  private mutating func wasFailing(
    _ detector: Detector, in log: TrainingLog, before last: Int
  ) -> Bool {
    guard let step = steps.last(where: { $0 < last }) else { return false }
    let count = log.steps.prefix { $0 <= step }.count
    let earlier = TrainingLog(
      steps: Array(log.steps.prefix(count)),
      columns: log.columns.map { column in
        var column = column
        column.values = Array(column.values.prefix(count))
        return column
      })
    return TrainingDiagnosis(of: earlier, looks: steps.count, thresholds: &thresholds)
      .findings.contains { $0.severity == .fails && $0.detector == detector }
  }

  /// Looks at the run's journal where a look is due.
  ///
  /// - Parameter step: the one that was done, which the journal has.
  /// - Returns: why the run is to be stopped; nil where it isn't.
  /// - Throws: `TrainingError` where the journal can't be read.
  package mutating func finding(after step: Int) throws -> RunStopped? {
    guard steps.contains(step) else { return nil }
    return finding(in: try TrainingLog(journal: output + "/log.jsonl", configuration: nil))
  }

  /// The same of a log.
  package mutating func finding(in log: TrainingLog) -> RunStopped? {
    let diagnosis = TrainingDiagnosis(of: log, looks: steps.count, thresholds: &thresholds)
    guard let last = log.steps.last else { return nil }
    let reasons = diagnosis.findings.filter { finding in
      finding.severity == .fails && detectors.contains(finding.detector)
        && (!Self.mayBeLearning.contains(finding.detector)
          || wasFailing(finding.detector, in: log, before: last))
    }
    guard !reasons.isEmpty else { return nil }
    let level = TrainingDiagnosis.level / Double(steps.count)
    return RunStopped(
      output: output, step: last,
      sentences: reasons.map { $0.sentence(level: level) })
  }
}

/// A run was stopped, since a detector found what makes it fail.
package struct RunStopped: NegativeResult, Equatable, CustomStringConvertible {
  let output: String
  /// The last step that was done.
  package let step: Int
  /// What was found.
  package let sentences: [String]
  /// Where the run can be gone on with; nil until it is written.
  package var checkpoint: String?

  /// One line.
  package var description: String {
    "\(output): stopped after step \(step): " + sentences.joined(separator: " ")
      + (checkpoint.map { " The checkpoint is \($0); --resume --stop-on none goes on from it." }
        ?? "")
      + " 'diagnose \(output)' says what the field suggests."
  }
}
