import Analysis
public import ArgumentParser
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
    if let text {
      try show(text, pair: name, in: file)
      return
    }
    let audit = try TokenAudit(of: name, in: file, selection: tokens)
    let precision = try AuditPrecision(of: name, in: file, selection: tokens)
    let measures = by.map { [$0] } ?? [.totalDivergence, .raised, .lowered, .entropy]
    let rankings = measures.map { measure in
      (measure, audit.ranking(by: measure, minimumCount: minimumCount, limit: limit))
    }
    if isJSON {
      try Terminal.printResult(
        Verbosity.text(
          of: Result(audit, rankings, precision, log: log, minimumCount: minimumCount)))
      return
    }
    let summary = try PairSummary(of: name, in: file, selection: tokens)
    try Terminal.printResult(heading(summary))
    for line in precision?.lines ?? [] { try Terminal.printResult(line) }
    for (measure, changes) in rankings {
      let table = AuditTable(changes: changes, sources: audit.sources)
      try Terminal.printResult("\n" + measure.title)
      try Terminal.printResult(table.text(width: Terminal.tableWidth))
    }
    try Terminal.printResult(
      "\nnot calibrated: no noise floor is measured yet; this ranks, it does not judge")
  }

  private func heading(_ summary: PairSummary) -> String {
    let divergence = summary[.jensenShannonDivergence]
    return """
      \(Terminal.harmless("\(log), pair \(summary.pair)")), \(summary.selection.rawValue) tokens: \
      \(summary.positionCount) measured, \(summary.unmeasuredCount) not measured
      mean JS \(Number.text(divergence?.mean)) nats, median \(Number.text(divergence?.median)), \
      JS > 0.1 at \(Number.percent(summary.shareAboveTenth)) of positions
      top token differs at \(Number.percent(summary.topTokenChangedShare)); \
      \(summary.bucketMass.map { "mass on tokens of one model only: \(Number.text($0.mean)); " } ?? "")\
      listed are tokens that occur at least \(minimumCount) times
      """
  }

  private func show(_ id: String, pair: PairName, in file: TokenLog) throws {
    guard let sequence = try file.sequences(named: [id])?.first else { return }
    let change = try ResponseChange(ofSequence: sequence, pair: pair, in: file)
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

  private struct Result: Encodable {
    let log: String
    let pair: String
    let calibrated = false
    let positions: Int
    let minimumCount: Int
    /// Absent from the JSON of a log without replicates.
    let precision: AuditPrecision?
    let rankings: [String: [TokenChange]]

    init(
      _ audit: TokenAudit, _ rankings: [(AuditMeasure, [TokenChange])],
      _ precision: AuditPrecision?, log: String, minimumCount: Int
    ) {
      self.log = log
      pair = audit.pair.description
      positions = audit.positionCount
      self.minimumCount = minimumCount
      self.precision = precision
      self.rankings = Dictionary(uniqueKeysWithValues: rankings.map { ($0.0.rawValue, $0.1) })
    }
  }
}

extension AuditMeasure: ExpressibleByArgument {}
extension TokenSelection: ExpressibleByArgument {}

extension AuditMeasure {
  /// What a ranking by this measure shows.
  var title: String {
    switch self {
    case .totalDivergence: "Most of the change in all: by total JS"
    case .meanDivergence: "Most changed where they occur: by mean JS"
    case .raised: "Became more likely: by mean change of log-probability"
    case .lowered: "Became less likely: by mean change of log-probability"
    case .probability: "Largest change of probability: by mean |change|"
    case .entropy: "Largest change of entropy before the token: by mean |change|"
    }
  }
}

extension TokenLog {
  /// The first pair.
  /// - Throws: `ValidationError` if the log has none.
  func firstPair() throws -> PairName {
    guard let pair = header.pairs.first else {
      throw ValidationError("\(path): has no pair of models; score with two --model at least")
    }
    return pair
  }
}
