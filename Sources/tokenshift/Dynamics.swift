import Analysis
import ArgumentParser
import Foundation
import Reporting
import RunLogs
import Scoring
import StatisticalInference
import Study

/// `tokenshift dynamics`: checkpoints of runs and texts of reference models in, a map out.
///
/// A command of its own: `figures` draws what is in a log and never runs a model.
struct Dynamics: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Map where the checkpoints of runs stand between reference models.",
    discussion: """
      Each checkpoint becomes a point whose coordinates are its mean cross-entropies, in nats per \
      byte, on the responses of up to three reference models, given their prompts. DIR/dynamics.h5 \
      keeps the cost of each text, DIR/dynamics.tsv the points; the map comes as the figure \
      learning-dynamics, which `figures DIR/dynamics.h5` draws again.

      A run is the folder that `train` writes to; its path begins at the model that it started from. \
      NAME=CHECKPOINT, repeated in order, makes a run of single checkpoints; their steps are the \
      numbers at the ends of their names, or stated as in rl=ckpt/rl@150. LABEL=RUN names runs as in \
      `figures`.

      Examples:
        tokenshift dynamics runs/sft-1 runs/rl-1 --texts base=base.jsonl --texts sft=sft.jsonl \\
          --output dynamics
        tokenshift dynamics rl=ckpt/base rl=ckpt/rl-030 rl=ckpt/rl@150 --texts base=base.jsonl \\
          --texts sft=sft.jsonl --texts rl=rl.jsonl --output dynamics
      """)

  @Argument(
    help: ArgumentHelp(
      "Folders of training runs, or NAME=CHECKPOINT.", valueName: "RUN|NAME=CHECKPOINT"),
    completion: .file())
  var runs: [String]

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "A reference model's name and its texts, JSON lines as for `score`; one to three times.",
      valueName: "NAME=FILE"), completion: .file(),
    transform: TextsArgument.init(parsing:))
  var texts: [TextsArgument]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(help: "Whether tokenised prompts begin with the beginning-of-sequence token.")
  var bos = BeginningOfSequence.auto

  @Option(
    help: ArgumentHelp(
      "Tokens that go through a model together; more need more memory.", valueName: "N"))
  var batchTokens = 4_096

  @OptionGroup var threads: ThreadsOption

  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var fields: FieldsOption
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    guard texts.count <= 3 else {
      throw ValidationError("\(texts.count) --texts: a map has at most three axes")
    }
    for (index, text) in texts.enumerated()
    where texts[..<index].contains(where: { $0.name == text.name }) {
      throw ValidationError("--texts names '\(text.name)' twice; each axis has its own name")
    }
    guard batchTokens > 0 else { throw ValidationError("--batch-tokens must be positive") }
  }

  func run() throws {
    threads.apply()
    let series = try CheckpointSeries(runs.map(NamedArgument.labelled))
    var map = DynamicsMap(
      series: series,
      texts: try texts.map { ($0.name, try TextFile(path: $0.path, fields: fields.names)) },
      folder: output, provenance: .ofThisCommand)
    map.settings.batchTokens = batchTokens
    map.settings.beginningOfSequence = bos
    map.ignoresRemoteCode = remoteCode.isIgnored
    let progress = ProgressBar(label: "measuring", unit: "tokens", isQuiet: verbosity.isQuiet)
    let dynamics = try map.write { progress.update(done: $0.doneTokens, total: $0.totalTokens) }
    let count = dynamics.paths.reduce(0) { $0 + $1.points.count }
    try verbosity.report(
      ["\(Phrase.count(count, "checkpoint")) of \(Phrase.count(dynamics.paths.count, "run"))"]
        + series.notes,
      json: DynamicsResult(dynamics), path: output)
  }

  private struct DynamicsResult: Encodable {
    struct Point: Encodable {
      let run: String
      let step: Int
      let checkpoint: String
      /// By reference, nats per byte.
      let coordinates: [String: Estimate]
    }

    let points: [Point]

    init(_ dynamics: LearningDynamics) {
      points = dynamics.paths.flatMap { path in
        path.points.map { point in
          Point(
            run: path.run, step: point.checkpoint.step, checkpoint: point.checkpoint.path,
            coordinates: Dictionary(
              uniqueKeysWithValues: zip(dynamics.references, point.coordinates).map {
                ($0.name, $1)
              }))
        }
      }
    }
  }
}

/// `NAME=FILE`.
struct TextsArgument {
  let name: String
  let path: String

  init(parsing argument: String) throws {
    guard let pair = NamedArgument(argument).pair else {
      throw ValidationError("write a name and a file, say --texts base=base.jsonl")
    }
    (name, path) = pair
    try ModelRecord.checkName(name)
  }
}
