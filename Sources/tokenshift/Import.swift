import ArgumentParser
import Files
import Importing
import RunLogs

/// `tokenshift import`: another program's log in, a training log out.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a training log of one that another program wrote.",
    discussion: """
      The format is told by the file's contents; --format overrides that:
      \(formats)

      Columns that are a metric of 'train --metrics' get its name; all others keep theirs, as other/NAME. \
      What the file doesn't say is not measured. TRL's entropy is demonstration_entropy of SFT (temperature 1) \
      and rollout_entropy_tempered of GRPO. A step that occurs more than once counts as it was last, and the summary \
      says how many do. Lines may be packed with gzip or zstd.

      A mapping is YAML, and goes before what a format's own names mean:
        step: _step
        temperature: 1.0
        aggregation: mean over the ten steps before
        columns:
          reward: train/reward
          stopped_share: {complement: train/clip_ratio}

      Examples:
        tokenshift import run/checkpoint-500/trainer_state.json --output log.h5
        tokenshift import history.csv --mapping wandb.yaml --output log.h5
        tokenshift figures log.h5 --output figures
      """)

  @Argument(help: ArgumentHelp("The log of the other program.", valueName: "PATH"))
  var path: String

  @Option(help: ArgumentHelp("The training log to write.", valueName: "LOG.h5"))
  var output: String

  @Option(help: ArgumentHelp("What the file is; default: by its contents.", valueName: "NAME"))
  var format: ImportFormat?

  @Option(
    help: ArgumentHelp(
      "What the columns are, in YAML; CSV and JSON lines need it.", valueName: "FILE.yaml"))
  var mapping: String?

  @Option(
    help: ArgumentHelp(
      "The temperature of sampling, which no format says; kept in the log.", valueName: "T"))
  var temperature: Double?

  @OptionGroup var verbosity: Verbosity

  private static var formats: String {
    ImportFormat.allCases.map { "  \($0.rawValue): \($0.words)\n    \($0.tested)" }
      .joined(separator: "\n")
  }

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the log") }
    if let temperature, !(temperature > 0 && temperature.isFinite) {
      throw ValidationError("--temperature is a number above 0, say 0.7")
    }
  }

  func run() throws {
    Interruption.watch()
    try SparedFiles([path] + (mapping.map { [$0] } ?? [])).check(log: output)
    let found = try TrainingLogImport(
      path: path, format: format, mapping: try mapping.map { try ImportMapping(path: $0) },
      temperature: temperature
    ) { try Interruption.check("no log was written") }
    try found.log.write(to: output)
    try verbosity.report(
      found.summary, json: Result(found, path: path, log: output), path: output)
  }

  private struct Result: Encodable {
    let log: String
    let source: String
    let sourceDigest: String
    let format: String
    let steps: Int
    let firstStep: Int
    let lastStep: Int
    let columns: [Column]
    let leftOut: [LeftOut]
    let repeatedSteps: Int
    let rowsWithoutStep: Int
    let samplingTemperature: Double?
    let aggregation: String?
    let loggingSteps: Int?
    let notes: [String]

    struct Column: Encodable {
      let name: String
      let source: String
      let measured: Int
    }

    struct LeftOut: Encodable {
      let name: String
      let reason: String
    }

    init(_ found: TrainingLogImport, path: String, log: String) {
      (self.log, source, sourceDigest) = (log, path, found.digest)
      (format, steps) = (found.format.rawValue, found.log.steps.count)
      (firstStep, lastStep) = (found.log.steps.first ?? 0, found.log.steps.last ?? 0)
      columns = found.columns.map {
        Column(name: $0.name, source: $0.source, measured: $0.measured)
      }
      leftOut = found.leftOut.map { LeftOut(name: $0.name, reason: $0.reason) }
      (repeatedSteps, rowsWithoutStep) = (found.repeatedSteps, found.rowsWithoutStep)
      (samplingTemperature, aggregation) = (found.temperature, found.aggregation)
      (loggingSteps, notes) = (found.loggingSteps, found.notes)
    }
  }
}

extension ImportFormat: ExpressibleByArgument {}
