internal import Analysis
internal import RunLogs
internal import StatisticalInference

/// The answer for one pair: how many positions changed in each author's texts, and a few numbers.
///
/// Authors are never pooled: a text by the model before and one by the model after show different
/// changes.
struct Headline: Sendable {
  /// Nats of Jensen-Shannon divergence above which a position counts as another: the audit's margin.
  let threshold: Double
  /// More authors than this make no sentence.
  static let mostAuthors = 3

  /// One author's texts.
  struct Share: Sendable, Encodable {
    /// Who wrote them; empty where unknown.
    let author: String
    /// Share of their measured response positions with a divergence above the threshold.
    let share: Estimate
    /// Share that is above it for certain, given the numerical error.
    let least: Double
    /// Share that may be.
    let most: Double
    /// The same at each of the measure's margins.
    let margins: [ChangedShare]
  }

  /// One of a few numbers.
  struct Measure: Sendable, Encodable {
    let name: String
    let unit: String
    let format: Table.Format
    let estimate: Estimate

    /// Nil where there is no estimate.
    init?(_ name: String, _ format: Table.Format, unit: String = "", _ estimate: Estimate?) {
      guard let estimate else { return nil }
      (self.name, self.format, self.unit, self.estimate) = (name, format, unit, estimate)
    }
  }

  let pair: PairName
  /// The models' own texts first, then those of the authors with most.
  let shares: [Share]
  /// Authors beyond these.
  let omittedAuthorCount: Int
  /// Those of them that the audit has.
  private let tabledAuthorCount: Int
  /// Whose texts the measures are about: the model's after if it wrote any, else the first author's.
  let measuredAuthor: String
  /// Positions of them.
  let positionCount: Int
  let measures: [Measure]

  /// Of an audit.
  /// - Throws: `RunLogError` if the log can't be read.
  init(_ audit: PairAudit, in table: TokenTable) throws {
    pair = audit.pair
    let threshold = audit.settings.margin(.divergence)
    self.threshold = threshold
    let shown = audit.shownAuthors.prefix(Self.mostAuthors)
    tabledAuthorCount = audit.shownAuthors.count - shown.count
    omittedAuthorCount =
      tabledAuthorCount + (audit.settings.author == nil ? audit.omittedAuthorCount : 0)
    shares = shown.compactMap { author in
      let margins = author.shares[.divergence] ?? []
      return margins.first { $0.margin == threshold }.map {
        Share(
          author: author.name, share: $0.share, least: $0.least, most: $0.most, margins: margins)
      }
    }
    let measured = shown.first { Self.areSame($0.name, audit.pair.after) } ?? shown.first
    measuredAuthor = measured?.name ?? ""
    positionCount = measured?.positionCount ?? 0
    let names = [pair.before, pair.after].map { VisibleText.shortened($0, to: 30) }
    let summary = try measured.map {
      try PairSummary(of: audit.pair, in: table, source: $0.name, isDistributed: false)
    }
    let moved = measured?.moved
    measures = [
      Measure(
        "drawn otherwise at the same position", .number, unit: "of 1,000",
        moved?.totalVariation.mapped { $0 * 1_000 }),
      Measure(
        "of it net, over all positions", .number, unit: "of 1,000",
        moved?.netByHalves?.mapped { $0 * 1_000 }),
      Measure(
        "KL(\(names[1])‖\(names[0])), mean", .number, unit: "nats",
        summary?[.klAfterBefore]?.means.byToken),
      Measure(
        "positions with another most likely token", .share, summary?.topTokenChangedShare),
    ].compactMap(\.self)
  }

  /// Swift takes two ways to write one letter as the same; a log doesn't.
  private static func areSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

  /// All numbers of it.
  var estimates: [Estimate] { shares.map(\.share) + measures.map(\.estimate) }

  /// `rl against base`.
  var subject: String {
    [pair.after, pair.before].map { VisibleText.shortened($0, to: 60) }
      .joined(separator: " against ")
  }

  /// What the sentence says of the subject.
  var predicate: String {
    guard !shares.isEmpty else { return "no position of a response was measured." }
    let clauses = shares.enumerated().map { index, share in
      Phrase.share(share.share) + (index == 0 ? " of the positions in " : " in ")
        + words(share.author, isFirst: index == 0)
    }
    let isCut = omittedAuthorCount > tabledAuthorCount
    let rest =
      omittedAuthorCount == 0
      ? ""
      : "; \(Number.count(omittedAuthorCount)) more authors, "
        + (isCut ? "the largest \(tabledAuthorCount) of them " : "") + "in a table below"
    return "changed by JS > \(threshold.formattedMargin) nats at "
      + clauses.joined(separator: ", ") + rest + "."
  }

  /// The sentence: the share of changed positions for each author.
  var sentence: String { subject + ": " + predicate }

  /// `In rl's own texts, 12,631 positions`.
  var place: String {
    "In \(words(measuredAuthor, isFirst: true)), \(Number.count(positionCount)) positions"
  }

  /// The measures in a sentence; empty without any.
  var measureSentence: String {
    guard !measures.isEmpty else { return "" }
    let parts = measures.map { measure in
      "\(measure.name) \(Phrase.text(measure.estimate, measure.format, unit: measure.unit))"
    }
    return place + ": " + parts.joined(separator: "; ") + "."
  }

  private func words(_ author: String, isFirst: Bool) -> String {
    if author.isEmpty { return "texts of unknown origin" }
    let isOwn = [pair.before, pair.after].contains { Self.areSame($0, author) }
    return LogTables.name(author) + "'s" + (isOwn ? " own" : "") + (isFirst ? " texts" : "")
  }

  /// What JS is, for those who read no further.
  static let definition =
    "JS: Jensen-Shannon divergence between the two next-token distributions, from 0 to ln 2. Up to "
    + "0.01 nats they have at least 85 % of their probability in common."
}

extension Headline: Encodable {
  private enum CodingKeys: String, CodingKey {
    case pair, threshold, shares, omittedAuthorCount, measuredAuthor, measures
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(pair.description, forKey: .pair)
    try values.encode(threshold, forKey: .threshold)
    try values.encode(shares, forKey: .shares)
    try values.encode(omittedAuthorCount, forKey: .omittedAuthorCount)
    try values.encode(measuredAuthor, forKey: .measuredAuthor)
    try values.encode(measures, forKey: .measures)
  }
}
