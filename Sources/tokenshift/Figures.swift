import Analysis
import ArgumentParser
import Files
import Foundation
import Plotting
import Reporting
import RunLogs
import Study

/// `tokenshift figures`: logs in, print-ready figures out.
struct Figures: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the figures of token logs and of training runs.",
    discussion: """
      Each figure comes as SVG and PDF, with the gnuplot script and the data that made it beside it: \
      run `gnuplot NAME.gp` in the folder to draw it again after a change.

      Training runs (the folder that `train` writes to, or its log.h5) are drawn together, by step. \
      Runs of one configuration but for seed and output are one condition: their mean, with a band \
      over the seeds that the caption explains. LABEL=RUN names a condition and joins the runs of \
      that label.

      Examples:
        tokenshift figures log.h5 --output figures
        tokenshift figures runs/rl-1 runs/rl-2 runs/rl-3 runs/sft-1 --output figures
        tokenshift figures low=runs/a low=runs/b high=runs/c --output figures
      """)

  @Argument(
    help: ArgumentHelp(
      "Token logs, training logs, folders of training runs, logs of `dynamics`; also "
        + LogSource.names.joined(separator: ", ") + ".",
      valueName: "LOG.h5|RUN"), completion: .file())
  var logs: [String]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Only these pairs, with commas; default: all of the log's.", valueName: "A:B,…"))
  var pairs: String?

  @Option(
    help: ArgumentHelp(
      "Draw a token heat map of this text; repeat for more. Default: a typical text of each source.",
      valueName: "ID"))
  var text: [String] = []

  @Option(
    help: ArgumentHelp(
      "Steps that a curve of training averages, odd; 1 for none. Default: 1 up to 100 steps, then "
        + "a fiftieth of them.",
      valueName: "STEPS"))
  var smooth: Int?

  @OptionGroup var declared: LineageOption

  @Flag(help: "Draw runs together although their entropies are at different temperatures.")
  var mixedDefinitions = false

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    if let smooth, smooth < 1 || smooth.isMultiple(of: 2) {
      throw ValidationError("--smooth is an odd number of steps, 1 for none")
    }
  }

  func run() throws {
    // All are opened first: nothing is drawn if one is wrong.
    let named = logs.map(NamedArgument.labelled)
    let sources = try named.map { try LogSource(path: $0.path, label: $0.label) }
    var figures = LogFigures(sources)
    figures.pairs = try pairs.map { try PairName.list($0) }
    figures.texts = text
    figures.lineage = try declared.lineage
    figures.smoothedSteps = smooth
    figures.mixesDefinitions = mixedDefinitions
    let drawn = try figures.write(
      to: URL(filePath: output),
      sparing: SparedFiles(named.flatMap { LogSource.files(at: $0.path) }))
    try verbosity.report(
      ["\(Phrase.count(drawn.files.count, "figure")), each as .svg, .pdf, .gp and .tsv"]
        + (drawn.omittedSourceCount == 0
          ? []
          : [
            "\(drawn.omittedSourceCount) smaller sources have no token heat map; --text draws a text of "
              + "theirs"
          ]),
      json: drawn.files.map(\.svg.relativePath), path: output)
  }
}
