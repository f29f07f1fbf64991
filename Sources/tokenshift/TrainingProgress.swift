import Foundation
import RunLogs
import Training

/// One line on a terminal that is written over at each step; elsewhere a line every ten seconds.
final class TrainingProgress {
  private let steps: Int
  private let tokenBudget: Int
  private let isQuiet: Bool
  /// What the run is called, before each line; empty for nothing.
  private let label: String
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var last: StepRecord?
  private var firstStep: Int?
  /// Of the steps seen.
  private var tokens = 0.0

  init(_ configuration: TrainingConfiguration, label: String = "", isQuiet: Bool) {
    (steps, tokenBudget) = (configuration.steps, configuration.tokenBudget)
    self.label = label.isEmpty ? "" : label + ": "
    self.isQuiet = isQuiet
  }

  /// The time since the start, for people.
  var elapsedText: String { ProgressBar.time(elapsed) }

  private var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Shows how many of its own demonstrations the starting model has written.
  func update(sampled done: Int, of wanted: Int) {
    guard !isQuiet, isDue() else { return }
    show("\(done) of \(wanted) own demonstrations", end: "")
  }

  /// Whether it is time for another line.
  private func isDue() -> Bool {
    let now = ContinuousClock.now
    if !Terminal.isErrorInteractive, let lastShown, now - lastShown < .seconds(10) { return false }
    lastShown = now
    return true
  }

  /// Shows a step.
  func update(_ record: StepRecord) {
    guard !isQuiet else { return }
    firstStep = firstStep ?? record.step
    tokens += record[.tokens]
    last = record
    guard isDue() else { return }
    show(text(record, isLast: false), end: "")
  }

  /// Shows the last step for good: a gate or a budget may end a run at any.
  func end() {
    guard !isQuiet, let last else { return }
    show(text(last, isLast: true), end: "\n")
  }

  private func show(_ text: String, end: String) {
    let line = label + text
    guard Terminal.isErrorInteractive else {
      Terminal.printError(line)
      return
    }
    let short = line.prefix(max(Terminal.width - 1, 20))
    Terminal.writeError("\r\u{1B}[K" + short + end)
  }

  private func text(_ record: StepRecord, isLast: Bool) -> String {
    var parts = ["step \(record.step)/\(steps)"]
    parts.append(
      record[.reward].isNaN
        ? "loss " + Self.number(record[.loss]) : "reward " + Self.number(record[.reward]))
    let entropy = record[.rolloutEntropy]
    parts.append(
      "entropy " + Self.number(entropy.isNaN ? record[.demonstrationEntropy] : entropy))
    if !record[.responseLength].isNaN {
      parts.append("length " + Self.number(record[.responseLength]))
    }
    parts.append("\(Int(record[.tokens] / max(record[.seconds], 1e-9))) tokens/s")
    parts.append(isLast ? "in \(elapsedText)" : "\(ProgressBar.time(rest(record))) left")
    return parts.joined(separator: ", ")
  }

  /// Seconds to the end: of the steps, or of a budget that is spent before them.
  private func rest(_ record: StepRecord) -> Double {
    let done = Double(record.step - (firstStep ?? record.step) + 1)
    var rest = Double(steps - record.step) / done
    if tokenBudget > 0 {
      // The steps before the first one seen, of a resumed run, cost as much as these.
      let left = Double(tokenBudget) - tokens / done * Double(record.step)
      rest = min(rest, max(left, 0) / tokens)
    }
    return elapsed * rest
  }

  /// Three decimals, without a locale.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return (value * 1_000).rounded() == 0 ? "0" : "\((value * 1_000).rounded() / 1_000)"
  }
}
