package import Analysis
package import RunLogs
internal import StatisticalInference

/// Which tokens changed between two models, ranked by several measures: lines for people, members for
/// programs.
package struct AuditReport: Encodable {
  /// What is ranked, and how far.
  package struct Settings {
    /// Prompts, responses or both.
    package var selection = TokenSelection.response
    /// A ranking for each.
    package var measures: [AuditMeasure] = [.totalDivergence, .raised, .lowered, .entropy]
    /// Tokens of a ranking.
    package var limit = 10
    /// Rarer tokens are left out.
    package var minimumCount = 20

    /// The defaults of the command.
    package init() {}
  }

  private let log: String
  private let pair: String
  private let calibrated = false
  private let positions: Int
  private let notMeasured: Int
  private let minimumCount: Int
  private let summary: Summary
  /// Absent from the JSON of a log without replicates.
  private let precision: AuditPrecision?
  private let rankings: [String: [RankedToken]]
  private let heading: String
  private let tables: [Table]
  private let headEstimates: [Estimate]

  private enum CodingKeys: CodingKey {
    case log, pair, calibrated, positions, notMeasured, minimumCount, summary, precision, rankings
  }

  struct Summary: Encodable {
    let divergenceByToken: Estimate?
    let divergenceByText: Estimate?
    let divergenceByPrompt: Estimate?
    let medianDivergence: Estimate?
    let shareAboveTenth: Estimate?
    let topTokenChangedShare: Estimate?
  }

  /// Reads a pair and ranks its tokens.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - path: the log's, as the user named it.
  ///   - settings: what is ranked.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(of pair: PairName, in table: TokenTable, path: String, settings: Settings) throws {
    let audit = try TokenAudit(of: pair, in: table, selection: settings.selection)
    let pairSummary = try PairSummary(of: pair, in: table, selection: settings.selection)
    let ranked = settings.measures.map {
      audit.ranking(by: $0, minimumCount: settings.minimumCount, limit: settings.limit)
    }
    let rankings = Array(zip(settings.measures, audit.estimates(of: ranked)))
    log = path
    self.pair = audit.pair.description
    positions = audit.positionCount
    notMeasured = pairSummary.unmeasuredCount
    minimumCount = settings.minimumCount
    precision = try AuditPrecision(of: pair, in: table, selection: settings.selection)
    summary = Summary(pairSummary)
    self.rankings = Dictionary(uniqueKeysWithValues: rankings.map { ($0.0.rawValue, $0.1) })
    tables = rankings.map { measure, ranking in
      RankingTable.table(
        title: measure.title, caption: "", by: measure, ranking, sources: audit.sources)
    }
    heading = Self.heading(pairSummary, path: path, minimumCount: settings.minimumCount)
    headEstimates = pairSummary.headEstimates
  }

  /// A heading, what is known of precision, the rankings, and what the intervals are.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines, some of them with line ends inside.
  package func lines(width: Int) -> [String] {
    let notes = IntervalNote.sentences(about: headEstimates + tables.flatMap(\.estimates))
    return [heading] + (precision?.lines ?? [])
      + tables.flatMap { ["\n" + $0.title] + $0.lines(width: width) } + [""] + notes
      + ["not calibrated: no noise floor is measured yet; this ranks, it does not judge"]
  }

  private static func heading(
    _ summary: PairSummary, path: String, minimumCount: Int
  ) -> String {
    let divergence = summary[.jensenShannonDivergence]
    let mean = divergence?.means
    return """
      \(VisibleText.escaped("\(path), pair \(summary.pair)")), \(summary.selection.rawValue) tokens: \
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
}

extension AuditReport.Summary {
  fileprivate init(_ summary: PairSummary) {
    let divergence = summary[.jensenShannonDivergence]
    self.init(
      divergenceByToken: divergence?.means.byToken, divergenceByText: divergence?.means.byText,
      divergenceByPrompt: divergence?.means.byPrompt,
      medianDivergence: divergence?.distribution?.median,
      shareAboveTenth: summary.shareAboveTenth,
      topTokenChangedShare: summary.topTokenChangedShare)
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
