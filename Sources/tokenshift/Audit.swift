import Analysis
import ArgumentParser
import Foundation
import Reporting
import RunLogs

/// `tokenshift audit`: which tokens changed between two models.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rank the tokens that changed between two models.",
    discussion: """
      Counts and means over all occurrences of a token in responses, by several measures, with \
      occurrences by who wrote the text. The ranking is not calibrated: no noise floor has been \
      measured, so no token is called changed or unchanged.

      Examples:
        tokenshift audit log.h5 --pair base:rl
        tokenshift audit log.h5 --pair base:rl --by dlogp-up --limit 40
        tokenshift audit log.h5 --pair base:rl --text base-000-0
      """)

  @Argument(help: ArgumentHelp("A token log.", valueName: "LOG.h5"))
  var log: String

  @Option(help: ArgumentHelp("Before and after; default: the log's first pair.", valueName: "A:B"))
  var pair: String?

  @Option(
    help: ArgumentHelp(
      "Rank by one measure only: \(AuditMeasure.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "MEASURE"))
  var by: AuditMeasure?

  @Option(help: ArgumentHelp("Tokens to list per ranking.", valueName: "N"))
  var limit = 10

  @Option(help: ArgumentHelp("Leave out tokens that occur less often.", valueName: "N"))
  var minimumCount = 20

  @Option(help: "Which tokens: response, prompt or all.")
  var tokens = TokenSelection.response

  @Option(
    help: ArgumentHelp("Show this text, coloured by change of probability.", valueName: "ID"))
  var text: String?

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be positive") }
    guard minimumCount > 0 else { throw ValidationError("--minimum-count must be positive") }
  }

  func run() throws {
    let file = try TokenLog(path: log)
    let name = try pair.map { try PairName(parsing: $0) } ?? file.firstPair()
    let table = try TokenTable(file)
    if let text {
      try show(text, pair: name, in: table)
      return
    }
    var settings = AuditReport.Settings()
    settings.selection = tokens
    settings.measures = by.map { [$0] } ?? AuditReport.Settings().measures
    settings.limit = limit
    settings.minimumCount = minimumCount
    let report = try AuditReport(of: name, in: table, path: log, settings: settings)
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: report))
      return
    }
    for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
  }

  private func show(_ id: String, pair: PairName, in table: TokenTable) throws {
    guard let sequence = try table.log.sequences(named: [id])?.first else { return }
    let change = try ResponseChange(ofText: sequence, pair: pair, in: table)
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: change))
      return
    }
    let author = change.source.isEmpty ? "unknown" : change.source
    try Terminal.printResult(
      Terminal.harmless("\(change.id), written by \(author), \(pair)"))
    try Terminal.printStyled(ColouredText(change: change, usesColor: Terminal.usesColor).text)
    try Terminal.printResult(
      "not calibrated: colours show changes of probability, not verdicts")
  }
}

extension AuditMeasure: ExpressibleByArgument {}
extension TokenSelection: ExpressibleByArgument {}
