import Analysis
import ArgumentParser
import Files
import Foundation
import Gating
import Reporting
import RunLogs
import Study

/// `tokenshift report`: logs in, a page to read out.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report of logs: HTML page, Markdown, LaTeX tables, JSON, figures.",
    discussion: """
      The page needs no other file. Of token logs: what was compared, the numbers, the figures, which \
      tokens changed, coloured texts. Of training logs or folders of runs: what detectors found, and how \
      training went.

      --series draws each metric over many runs (token logs, answers of `evaluate`, training logs), in the \
      order given, with intervals, gates' baselines and looks. A summary is left beside each log, LOG.tokenshift.json, so \
      that it is read once; one of a log that has changed is made anew.

      Examples:
        tokenshift report log.h5 --output report
        tokenshift report runs/rl-1 runs/rl-2 --output report
        tokenshift report --series night-*.h5 --output nights
      """)

  @Argument(
    help: ArgumentHelp("Token logs, or training logs.", valueName: "LOG.h5|RUN"),
    completion: .file())
  var logs: [String]

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "DIR"), completion: .directory)
  var output: String

  @Option(
    help: ArgumentHelp(
      "Show this text; repeat for more. Default: a typical text of each writer.", valueName: "ID"))
  var text: [String] = []

  @Flag(help: "Draw metrics over runs, a point for each log.")
  var series = false

  @Flag(help: "Sort a series by the date that token logs say, in place of the order given.")
  var byDate = false

  @Option(
    help: ArgumentHelp(
      "In a series, the model that changes are counted from; default: as for `gate`.",
      valueName: "NAME"))
  var base: String?

  @Option(
    help: ArgumentHelp(
      "In a series, the logs' model, or author; default: the only one.", valueName: "NAME"))
  var model: String?

  @OptionGroup var declared: LineageOption

  @OptionGroup var verbosity: Verbosity

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the folder") }
    if series {
      guard text.isEmpty else {
        throw ValidationError("--text goes with token logs and not with --series; leave it out")
      }
      return
    }
    for (option, isGiven) in [
      ("--by-date", byDate), ("--base", base != nil), ("--model", model != nil),
    ]
    where isGiven { throw ValidationError("\(option) goes with --series; add it") }
  }

  func run() throws {
    if series { return try writeSeries() }
    let areTraining = try logs.map(LogSource.isTraining)
    if !areTraining.contains(false) { return try writeTraining() }
    if let index = areTraining.firstIndex(of: true) {
      throw ValidationError(
        "\(logs[index]): is a training log beside token logs; write a report of each kind")
    }
    let logs = try logs.map { try TokenLog(path: $0) }
    for log in logs { _ = try log.firstPair() }
    let report = try Report(
      of: logs, responses: try logs.map { try $0.sequences(named: text) },
      lineage: try declared.lineage)
    try finish(
      report.write(to: URL(filePath: output), sparing: SparedFiles(logs.flatMap(\.files))), [])
  }

  private func finish(_ page: URL, _ lines: [String]) throws {
    try verbosity.report(lines, json: ["page": page.relativePath], path: page.relativePath)
  }

  private func writeTraining() throws {
    guard text.isEmpty else {
      throw ValidationError("--text goes with token logs, and \(logs[0]) is of a training")
    }
    let runs = try logs.map { path in
      guard case .training(let run) = try LogSource(path: path, label: nil) else {
        throw ValidationError("\(path): is no training log any more")
      }
      return run
    }
    let report = try TrainingReport(of: runs)
    try finish(
      report.write(
        to: URL(filePath: output), sparing: SparedFiles(logs.flatMap(LogSource.files))),
      report.lines)
  }

  private func writeSeries() throws {
    var reader = SeriesReader(
      RunSummary.Question(base: base, model: model), files: LogSource.files, open: GateInput.open)
    var runs = try logs.map { try reader.run($0) }
    if byDate {
      for run in runs where run.summary.created == nil {
        throw ValidationError("\(run.path): doesn't say when it was made; leave --by-date out")
      }
      runs = runs.enumerated().sorted {
        ($0.element.summary.created ?? "", $0.offset) < (
          $1.element.summary.created ?? "", $1.offset
        )
      }.map(\.element)
    }
    let report = SeriesReport(runs, notes: reader.unwritten)
    let page = try report.write(
      to: URL(filePath: output), sparing: SparedFiles(logs.flatMap(LogSource.files)))
    try verbosity.report(
      report.lines, json: report.document(page: page.relativePath), path: page.relativePath)
  }
}
