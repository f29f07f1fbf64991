import ArgumentParser
import Foundation
import Kernels
import Training

/// `tokenshift train`: a configuration in, checkpoints and a training log out.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model, new or a checkpoint: SFT, GRPO, SRFT, or their plain sum.",
    discussion: """
      The configuration is YAML; --set overrides its keys, and --keys lists them all. Checkpoints are \
      folders that transformers and `score` load: OUTPUT/step-000050, OUTPUT/final. OUTPUT/log.jsonl grows \
      by a line for each step, OUTPUT/rollouts.jsonl by 16 rollouts of each tenth one and of those with \
      a checkpoint; OUTPUT/log.h5 is both in HDF5. Paths are relative to the working directory.

      --resume goes on from the last checkpoint with the same bits, whatever ended the run. Ctrl-C ends \
      it behind the current step with a checkpoint there. A run that ends before its gate is met leaves \
      its model and exits with 1.

      Example:
        tokenshift train grpo.yaml --set seed=2 --set output=runs/grpo-2
      """)

  @Argument(help: ArgumentHelp("The configuration.", valueName: "CONFIG.yaml"))
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "A key of the configuration, say optimizer.learning-rate=1e-4; repeat for more.",
      valueName: "KEY=VALUE"))
  var overrides: [String] = []

  @Flag(help: "List all keys of a configuration with their meaning, and stop.")
  var keys = false

  @Flag(help: "Check everything, print what would be trained, and stop.")
  var dryRun = false

  @Flag(help: "Go on with a run that was stopped, from its last checkpoint.")
  var resume = false

  @Option(help: "Threads; results do not depend on it. Default: all processors.")
  var threads: Int?

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    if let threads, !(1...1_024).contains(threads) {
      throw ValidationError("--threads goes from 1 to 1024")
    }
    if config == nil, !keys {
      throw ValidationError("name a configuration, CONFIG.yaml, or ask for --keys")
    }
  }

  func run() throws {
    if let threads { Parallel.threadCount = threads }
    guard !keys, let config else {
      for key in TrainingConfiguration.keyDescriptions {
        try Terminal.printResult("\(key.key): \(key.definition) (\(key.allowed))")
      }
      return
    }
    let configuration = try TrainingConfiguration(path: config, overrides: overrides)
    var trainer = try Trainer(configuration)
    if dryRun {
      for line in trainer.plan { try Terminal.printResult(line) }
      try Terminal.printResult("would write \(configuration.output)")
      return
    }
    var records: [StepRecord] = []
    let progress = TrainingProgress(steps: configuration.steps, isQuiet: verbosity.isQuiet)
    let final: String
    Interruption.watch()
    do {
      final = try trainer.run(resuming: resume) { event in
        guard case .step(let record) = event else { return }
        records.append(record)
        progress.update(record)
        if Interruption.isRequested { throw TrainingInterruption() }
      }
    } catch is TrainingInterruption {
      throw Interrupted(
        consequence: "--resume goes on from \(trainer.lastCheckpoint ?? configuration.output)")
    }
    let result = Result(configuration, records, final: final)
    try verbosity.report(
      ["\(result.steps) steps, \(result.tokens) tokens, \(progress.elapsedText)"], json: result,
      path: configuration.output)
    if trainer.gateIsMet == false {
      throw GateNotMet(output: configuration.output, steps: configuration.steps)
    }
  }

  private struct Result: Encodable {
    let output: String
    let final: String
    let steps: Int
    let tokens: Int
    let first: [String: Double]
    let last: [String: Double]

    init(_ configuration: TrainingConfiguration, _ records: [StepRecord], final: String) {
      output = configuration.output
      self.final = final
      steps = records.count
      tokens = Int(records.reduce(0) { $0 + $1[.tokens] })
      first = Self.values(records.first)
      last = Self.values(records.last)
    }

    private static func values(_ record: StepRecord?) -> [String: Double] {
      Dictionary(
        uniqueKeysWithValues: (record?.values ?? [:]).map { ($0.key.rawValue, $0.value) })
    }
  }
}

/// The run did all its steps, and no evaluation showed what its gate asks for.
struct GateNotMet: Error, CustomStringConvertible {
  let output: String
  let steps: Int

  var description: String {
    "\(output): the gate was not met in \(steps) steps; give it more steps, or look at the heldout "
      + "columns of its log"
  }
}

/// One line on a terminal that is written over at each step; elsewhere a line every ten seconds.
final class TrainingProgress {
  private let steps: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant?
  private var firstStep: Int?

  init(steps: Int, isQuiet: Bool) { (self.steps, self.isQuiet) = (steps, isQuiet) }

  /// The time since the start, for people.
  var elapsedText: String { ProgressBar.time(elapsed) }

  private var elapsed: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Shows a step.
  func update(_ record: StepRecord) {
    guard !isQuiet else { return }
    let first = firstStep ?? record.step
    firstStep = first
    let (now, isLast) = (ContinuousClock.now, record.step == steps)
    let isInteractive = Terminal.isErrorInteractive
    if !isInteractive, !isLast, let lastShown, now - lastShown < .seconds(10) { return }
    lastShown = now
    let line = text(record)
    guard isInteractive else {
      Terminal.printError(line)
      return
    }
    let short = line.prefix(max(Terminal.width - 1, 20))
    Terminal.writeError("\r\u{1B}[K" + short + (isLast ? "\n" : ""))
  }

  private func text(_ record: StepRecord) -> String {
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
    let first = firstStep ?? record.step
    let rest = elapsed / Double(record.step - first + 1) * Double(steps - record.step)
    parts.append(record.step == steps ? "in \(elapsedText)" : "\(ProgressBar.time(rest)) left")
    return parts.joined(separator: ", ")
  }

  /// Three decimals, without a locale.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    return (value * 1_000).rounded() == 0 ? "0" : "\((value * 1_000).rounded() / 1_000)"
  }
}
