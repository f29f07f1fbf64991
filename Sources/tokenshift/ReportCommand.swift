import ArgumentParser
import Files
import Foundation
import Reporting
import RunLogs

/// `tokenshift report`: a log in, a page to read out.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report of a token log: HTML page, Markdown, LaTeX tables, JSON, figures.",
    discussion: """
      The page needs no other file: what was compared, the numbers, the figures, which tokens \
      changed, coloured texts.

      Example:
        tokenshift report log.h5 --output report
      """)

  @Argument(help: ArgumentHelp("Token logs.", valueName: "LOG.h5"), completion: .file())
  var logs: [String]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Show this text; repeat for more. Default: a typical text of each writer.", valueName: "ID"))
  var text: [String] = []

  @OptionGroup var declared: LineageOption

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
  }

  func run() throws {
    let logs = try logs.map { try TokenLog(path: $0) }
    for log in logs { _ = try log.firstPair() }
    let report = try Report(
      of: logs, responses: try logs.map { try $0.sequences(named: text) },
      lineage: try declared.lineage)
    let page = try report.write(
      to: URL(filePath: output), sparing: SparedFiles(logs.flatMap(\.files)))
    try verbosity.report([], json: ["page": page.relativePath], path: page.relativePath)
  }
}
