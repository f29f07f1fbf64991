import Adapters
import Analysis
import ArgumentParser
import Files
import Foundation
import Plotting
import Reporting
import RunLogs
import Scoring
import WeightChanges

/// `tokenshift weights`: which weights changed between two checkpoints.
struct Weights: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say which weights changed between two checkpoints, and by how much.",
    discussion: """
      For each kind of matrix, layer or tensor: the share of elements whose stored value changed, norms, the \
      relative change ‖D‖/‖W‖ and the stable rank ‖D‖²_F/‖D‖²₂ of the difference D; for all of them the distance in \
      units in the last place. Checkpoints are Hugging Face folders of any size, which are read in blocks, or \
      adapters, of which the matrices that they change are merged in memory. No model is run, so that any \
      architecture will do.

      With a log of both models, --log, shares of changed positions stand beside it: how sparse the change is in \
      weights, and how sparse in tokens.

      Examples:
        tokenshift weights ckpt/base ckpt/rl
        tokenshift weights ckpt/base ckpt/rl --by layer --figure weights
        tokenshift weights ckpt/base ckpt/rl --log log.h5 --pair base:rl
        tokenshift weights ckpt/base ckpt/lora-adapter --json > weights.json
      """)

  @Argument(
    help: ArgumentHelp("The checkpoint before.", valueName: "BEFORE"), completion: .directory)
  var before: String

  @Argument(
    help: ArgumentHelp(
      "The checkpoint after; an adapter's folder is merged over its base.", valueName: "AFTER"),
    completion: .directory)
  var after: String

  @Option(help: ArgumentHelp("Rows of the table: kind, layer or tensor.", valueName: "ROWS"))
  var by: WeightsReport.Grouping = .kind

  @Option(
    help: ArgumentHelp(
      "A token log with both models: adds the share of positions that changed.", valueName: "LOG.h5"
    ),
    completion: .file())
  var log: String?

  @Option(
    help: ArgumentHelp(
      "The two models in the log; default: its first pair.", valueName: "A:B"))
  var pair: String?

  @Option(
    help: ArgumentHelp("Draw the change; writes NAME.svg, .pdf, .gp and .tsv.", valueName: "NAME"))
  var figure: String?

  @OptionGroup var threads: ThreadsOption
  @OptionGroup var remoteCode: RemoteCode
  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard figure != "" else { throw ValidationError("--figure is empty; name the figure") }
    guard pair == nil || log != nil else {
      throw ValidationError("--pair names models of a log: give it with --log LOG.h5")
    }
  }

  func run() throws {
    Interruption.watch()
    threads.apply()
    // Looked at before the work begins.
    let destination = try figure.map { try FigureDestination($0, sparing: spared) }
    let table = try log.map { try TokenTable(TokenLog(path: $0)) }
    let name = try table.map { table in
      try pair.map { try PairName(parsing: $0) } ?? table.log.firstPair()
    }
    if let table, let name { try check(name, in: table) }
    let bar = ProgressBar(label: "weights", unit: "MB", isQuiet: verbosity.isQuiet)
    let changes = try WeightChanges(
      before: before, after: after, ignoresRemoteCode: remoteCode.isIgnored
    ) { done, total in
      try Interruption.check("nothing was written")
      // The last megabyte is done with the last byte only.
      let whole = total >> 20
      bar.update(done: done == total ? whole : min(done >> 20, whole - 1), total: whole)
    }
    let report =
      if let log, let table, let name {
        try WeightsReport(
          changes, by: by, notes: try strangers(name, in: table.log), pair: name, in: table,
          path: log)
      } else { WeightsReport(changes, by: by) }
    if verbosity.isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
    } else {
      let width = Terminal.tableWidth
      let lines =
        verbosity.isQuiet
        ? report.sentences.flatMap { Phrase.lines($0, width: width) } : report.lines(width: width)
      for line in lines { try Terminal.printResult(line) }
    }
    // What was found is said even where the figure can't be drawn.
    if let destination { try destination.write(WeightsFigure.figure(changes)) }
  }

  /// What this command reads.
  private var spared: SparedFiles {
    SparedFiles([log].compactMap(\.self), models: [before, after])
  }

  private func check(_ pair: PairName, in table: TokenTable) throws {
    let known = table.log.header.models.map(\.name)
    for name in [pair.before, pair.after] where !known.contains(name) {
      throw ValidationError(
        "--pair \(pair): \(table.log.path) has no model '\(name)', only "
          + known.joined(separator: ", "))
    }
  }

  /// What the log's models are not: a sentence for each whose files are others.
  private func strangers(_ pair: PairName, in log: TokenLog) throws -> [String] {
    try [(pair.before, before), (pair.after, after)].compactMap { name, path in
      guard let model = log.header.models.first(where: { $0.name == name }) else { return nil }
      let files = try ModelFolder(path).open().digestedFiles
      let shared = files.filter { model.fileDigests[$0.name] != nil }
      guard !shared.isEmpty else {
        return "Whether '\(name)' of \(log.path) is \(path) isn't known: they share no file's name"
      }
      let other = try shared.first { file in
        try Interruption.check("nothing was written")
        return try Digest.ofFile(file.path) != model.fileDigests[file.name]
      }
      return other.map {
        "'\(name)' of \(log.path) isn't \(path): \($0.name) has another digest"
      }
    }
  }
}

extension WeightsReport.Grouping: ExpressibleByArgument {}
