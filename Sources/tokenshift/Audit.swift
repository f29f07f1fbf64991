import Analysis
import ArgumentParser
import Foundation
import Reporting
import RunLogs
import StatisticalInference

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
    let audit = try TokenAudit(of: name, in: table, selection: tokens)
    let summary = try PairSummary(of: name, in: table, selection: tokens)
    let precision = try AuditPrecision(of: name, in: table, selection: tokens)
    let measures = by.map { [$0] } ?? [.totalDivergence, .raised, .lowered, .entropy]
    let ranked = measures.map {
      audit.ranking(by: $0, minimumCount: minimumCount, limit: limit)
    }
    let rankings = Array(zip(measures, audit.estimates(of: ranked)))
    if isJSON {
      try Terminal.printResult(
        Verbosity.text(
          of: Result(
            audit, summary, rankings, precision, log: log, minimumCount: minimumCount)))
      return
    }
    try Terminal.printResult(heading(summary))
    for line in precision?.lines ?? [] { try Terminal.printResult(line) }
    let tables = rankings.map { measure, ranking in
      RankingTable.table(
        title: measure.title, caption: "", by: measure, ranking, sources: audit.sources)
    }
    for table in tables {
      try Terminal.printResult("\n" + table.title)
      for line in table.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
    }
    let notes = IntervalNote.sentences(
      about: summary.headEstimates + tables.flatMap(\.estimates))
    try Terminal.printResult(([""] + notes).joined(separator: "\n"))
    try Terminal.printResult(
      "not calibrated: no noise floor is measured yet; this ranks, it does not judge")
  }

  private func heading(_ summary: PairSummary) -> String {
    let divergence = summary[.jensenShannonDivergence]
    let mean = divergence?.means
    return """
      \(Terminal.harmless("\(log), pair \(summary.pair)")), \(summary.selection.rawValue) tokens: \
      \(summary.positionCount) measured, \(summary.unmeasuredCount) not measured
      mean JS by token \(Phrase.text(mean?.byToken, unit: "nats")), by text \
      \(Phrase.text(mean?.byText)), by prompt \(Phrase.text(mean?.byPrompt))
      median \(Phrase.text(divergence?.distribution?.median)), \
      JS > 0.1 at \(Phrase.share(summary.shareAboveTenth)) of positions
      top token differs at \(Phrase.share(summary.topTokenChangedShare)); \
      \(summary.bucketMass.map { "mass on tokens of one model only: \(Phrase.text($0.means.byToken)); " } ?? "")\
      listed are tokens that occur at least \(minimumCount) times
      """
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

  private struct Result: Encodable {
    let log: String
    let pair: String
    let calibrated = false
    let positions: Int
    let notMeasured: Int
    let minimumCount: Int
    let summary: Summary
    /// Absent from the JSON of a log without replicates.
    let precision: AuditPrecision?
    let rankings: [String: [RankedToken]]

    struct Summary: Encodable {
      let divergenceByToken: Estimate?
      let divergenceByText: Estimate?
      let divergenceByPrompt: Estimate?
      let medianDivergence: Estimate?
      let shareAboveTenth: Estimate?
      let topTokenChangedShare: Estimate?
    }

    init(
      _ audit: TokenAudit, _ summary: PairSummary, _ rankings: [(AuditMeasure, [RankedToken])],
      _ precision: AuditPrecision?, log: String, minimumCount: Int
    ) {
      self.log = log
      pair = audit.pair.description
      positions = audit.positionCount
      notMeasured = summary.unmeasuredCount
      self.minimumCount = minimumCount
      self.precision = precision
      let divergence = summary[.jensenShannonDivergence]
      self.summary = Summary(
        divergenceByToken: divergence?.means.byToken, divergenceByText: divergence?.means.byText,
        divergenceByPrompt: divergence?.means.byPrompt,
        medianDivergence: divergence?.distribution?.median,
        shareAboveTenth: summary.shareAboveTenth,
        topTokenChangedShare: summary.topTokenChangedShare)
      self.rankings = Dictionary(uniqueKeysWithValues: rankings.map { ($0.0.rawValue, $0.1) })
    }
  }
}

extension PairSummary {
  /// Those that a heading shows.
  fileprivate var headEstimates: [Estimate] {
    let divergence = self[.jensenShannonDivergence]
    return [
      divergence?.means.byToken, divergence?.means.byText, divergence?.means.byPrompt,
      divergence?.distribution?.median, shareAboveTenth, topTokenChangedShare,
      bucketMass?.means.byToken,
    ].compactMap(\.self)
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
