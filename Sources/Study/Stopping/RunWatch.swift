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
/// and entropy that fell while the reward rose, stop nothing.
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

  /// What `stop.on` can be, for people.
  package static var allowed: String {
    ([allFailing] + known.map(\.rawValue)).joined(separator: ", ")
  }

  /// nil where the configuration doesn't ask for it.
  ///
  /// - Parameters:
  ///   - configuration: of the run.
  ///   - place: where `stop.on` is from, for errors.
  /// - Throws: `TrainingError` for a detector that isn't there, or a run too short for any.
  package init?(_ configuration: TrainingConfiguration, place: String) throws(TrainingError) {
    guard let names = configuration.stop.detectors else { return nil }
    func error(_ reason: String) -> TrainingError {
      .configuration(place: place, key: "stop.on", reason)
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
    let reasons = diagnosis.findings.filter {
      $0.severity == .fails && detectors.contains($0.detector)
    }
    guard let last = log.steps.last, !reasons.isEmpty else { return nil }
    let level = TrainingDiagnosis.level / Double(steps.count)
    return RunStopped(
      output: output, step: last,
      sentences: reasons.map { $0.sentence(level: level) + " " + $0.advice })
  }
}

/// A run was stopped, since a detector found what makes it fail.
package struct RunStopped: Error, Equatable, CustomStringConvertible {
  let output: String
  /// The last step that was done.
  package let step: Int
  /// What was found, with what the field suggests.
  package let sentences: [String]
  /// Where the run can be gone on with; nil until it is written.
  package var checkpoint: String?

  /// One line.
  package var description: String {
    "\(output): stopped after step \(step): " + sentences.joined(separator: " ")
      + (checkpoint.map { " The checkpoint is \($0); --resume --stop-on none goes on from it" }
        ?? "")
  }
}
