import ArgumentParser
import Foundation
import Plotting
import Reporting
import RunLogs

/// `tokenshift figures`: a log in, print-ready figures out.
struct Figures: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the figures of a token log.",
    discussion: """
      Each figure comes as SVG and PDF, with the gnuplot script and the data that made it beside it: \
      run `gnuplot NAME.gp` in the folder to draw it again after a change.

      Example:
        tokenshift figures log.h5 --output figures
      """)

  @Argument(help: ArgumentHelp("Token logs.", valueName: "LOG.h5"))
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

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
  }

  func run() throws {
    var written: [FigureFiles] = []
    for path in logs {
      let log = try TokenLog(path: path)
      let set = try FigureSet(
        of: log, pairs: try log.pairs(named: pairs), responses: try log.sequences(named: text))
      // Several logs would overwrite each other's figures.
      let folder =
        logs.count == 1
        ? URL(filePath: output)
        : URL(filePath: output).appending(
          path: URL(filePath: path).deletingPathExtension().lastPathComponent)
      written += try set.write(to: folder)
    }
    try verbosity.report(
      ["\(written.count) figures, each as .svg, .pdf, .gp and .tsv"],
      json: written.map(\.svg.relativePath), path: output)
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
      guard let index = known.firstIndex(of: id) else {
        throw ValidationError("\(path): has no text with id '\(id)'")
      }
      return index
    }
  }
}
