import Analysis
import ArgumentParser
import Files
import Foundation
import Plotting
import Reporting
import RunLogs

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
      "Token logs, training logs, folders of training runs, or logs of `dynamics`.",
      valueName: "LOG.h5|RUN"))
  var logs: [String]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"))
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

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    if let smooth, smooth < 1 || smooth.isMultiple(of: 2) {
      throw ValidationError("--smooth is an odd number of steps, 1 for none")
    }
  }

  func run() throws {
    // All are opened first: nothing is drawn if one is wrong.
    let sources = try logs.map { try FigureSource($0) }
    let tokenLogs = sources.compactMap { source in
      if case .tokens(let path, let log) = source { (path, log) } else { nil }
    }
    let runs = sources.compactMap { source in
      if case .training(let run) = source { run } else { nil }
    }
    let maps = sources.compactMap { source in
      if case .dynamics(let path, let log) = source { (path, log) } else { nil }
    }
    let folder = URL(filePath: output)
    let spared = SparedFiles(
      logs.flatMap(FigureSource.files) + tokenLogs.flatMap(\.1.files))
    var written: [FigureFiles] = []
    var omitted = 0
    for (path, log) in tokenLogs {
      let set = try FigureSet(
        of: try TokenTable(log), pairs: try log.pairs(named: pairs),
        responses: try log.sequences(named: text))
      omitted += set.omittedSourceCount
      written += try set.write(
        to: Self.folder(folder, for: path, of: tokenLogs.count), sparing: spared)
    }
    for (path, log) in maps {
      let set = try FigureSet(of: LearningDynamics(log))
      written += try set.write(to: Self.folder(folder, for: path, of: maps.count), sparing: spared)
    }
    if !runs.isEmpty {
      let set = try FigureSet(of: try TrainingCondition.group(runs), window: smooth)
      written += try set.write(to: folder, sparing: spared)
    }
    try verbosity.report(
      ["\(written.count) figures, each as .svg, .pdf, .gp and .tsv"]
        + (omitted == 0
          ? []
          : ["\(omitted) smaller sources have no token heat map; --text draws a text of theirs"]),
      json: written.map(\.svg.relativePath), path: output)
  }
}

extension Figures {
  /// Several logs of one kind would overwrite each other's figures.
  private static func folder(_ folder: URL, for path: String, of count: Int) -> URL {
    guard count > 1 else { return folder }
    return folder.appending(path: URL(filePath: path).deletingPathExtension().lastPathComponent)
  }
}

extension TokenLog {
  /// The pairs of a list with commas, nil if there is no list.
  func pairs(named list: String?) throws -> [PairName]? {
    _ = try firstPair()
    return try list.map { try PairName.list($0) }
  }

  /// The sequences with these ids, nil for an empty list.
  func sequences(named ids: [String]) throws -> [Int]? {
    guard !ids.isEmpty else { return nil }
    let known = try strings(.id)
    return try ids.map { id in
      guard let index = known.firstIndex(where: { $0.utf8.elementsEqual(id.utf8) }) else {
        throw ValidationError("\(path): has no text with id '\(id)'")
      }
      return index
    }
  }
}
