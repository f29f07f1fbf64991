import ArgumentParser
import Foundation
import Kernels
import RunLogs
import Study
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
      it after the current step with a checkpoint there. A run that ends before its gate is met leaves \
      its model and exits with 1.

      --stop-on looks at the run's own log while it goes on, and where a detector of `diagnose` finds what \
      makes the run fail ends it with a checkpoint and exit code 1.

      Example:
        tokenshift train grpo.yaml --set seed=2 --set output=runs/grpo-2
      """)

  @Argument(help: ArgumentHelp("The configuration.", valueName: "CONFIG.yaml"), completion: .file())
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "A key of the configuration, say optimizer.learning-rate=1e-4; repeat for more.",
      valueName: "KEY=VALUE"))
  var overrides: [String] = []

  @Flag(help: "List all keys of a configuration with their meaning, and stop.")
  var keys = false

  @Flag(help: "List all numbers of a training log with definition, unit and others' names; stop.")
  var metrics = false

  @Flag(help: "Check everything, print what would be trained, and stop.")
  var dryRun = false

  @Flag(help: "Go on with a run that was stopped, from its last checkpoint.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Detectors of `diagnose` that end the run, with commas, 'failing' for all that fail one; 'none' "
        + "looks at nothing, whatever the configuration says.",
      valueName: "NAME,…"))
  var stopOn: String?

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var remoteCode: RemoteCode

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    if config == nil, !keys, !metrics {
      throw ValidationError("name a configuration, CONFIG.yaml, or ask for --keys or --metrics")
    }
    guard stopOn != "" else {
      throw ValidationError("--stop-on is empty; there are \(RunWatch.allowed), none")
    }
  }

  func run() throws {
    threads.apply()
    if metrics {
      for line in TrainingMetric.table { try Terminal.printResult(line) }
      return
    }
    guard !keys, let config else {
      for key in TrainingConfiguration.keyDescriptions {
        try Terminal.printResult("\(key.key): \(key.definition) (\(key.allowed))")
      }
      return
    }
    let stops = stopOn.flatMap { $0 == "none" ? nil : ["stop.detectors='\($0)'"] } ?? []
    let configuration = try TrainingConfiguration(
      path: config,
      overrides: overrides + (remoteCode.isIgnored ? ["ignore-remote-code=true"] : []) + stops)
    let watch =
      stopOn == "none"
      ? nil : try RunWatch(configuration, place: stopOn == nil ? config : "--stop-on")
    var trainer = try Trainer(configuration, reading: resume ? [] : [config])
    if dryRun {
      for line in trainer.plan { try Terminal.printResult(Terminal.harmless(line)) }
      if let watch { try Terminal.printResult(watch.plan) }
      try Terminal.printResult(Terminal.harmless("would write \(configuration.output)"))
      return
    }
    var records: [StepRecord] = []
    let progress = TrainingProgress(configuration, isQuiet: verbosity.isQuiet)
    let final = try Self.run(&trainer, resuming: resume, progress, watch: watch) {
      records.append($0)
    }
    let result = TrainResult(configuration, records, final: final)
    try verbosity.report(
      ["\(result.steps) steps, \(result.tokens) tokens, \(progress.elapsedText)"], json: result,
      path: configuration.output)
    if trainer.gateIsMet == false {
      throw GateNotMet(output: configuration.output, steps: configuration.steps)
    }
  }

  /// Runs a trainer to its end, or to the step at which somebody presses Ctrl-C or a detector stops it.
  static func run(
    _ trainer: inout Trainer, resuming: Bool, _ progress: TrainingProgress, watch: RunWatch?,
    observe: (StepRecord) -> Void = { _ in }
  ) throws -> String {
    var watch = watch
    var stopped: RunStopped?
    Interruption.watch()
    defer {
      Interruption.unwatch()
      progress.end()
    }
    do {
      return try trainer.run(resuming: resuming) { event in
        if case .sampling(let done, let wanted) = event {
          progress.update(sampled: done, of: wanted)
          if Interruption.isRequested { throw TrainingInterruption() }
        }
        guard case .step(let record) = event else { return }
        observe(record)
        progress.update(record)
        stopped = try watch?.finding(after: record.step)
        if stopped != nil || Interruption.isRequested { throw TrainingInterruption() }
      }
    } catch is TrainingInterruption {
      let place = trainer.lastCheckpoint ?? trainer.configuration.output
      if var stopped {
        stopped.checkpoint = place
        throw stopped
      }
      throw Interrupted(consequence: "--resume goes on from \(place)")
    }
  }

  private struct TrainResult: Encodable {
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
