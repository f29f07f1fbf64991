package import Analysis
package import RunLogs
internal import StatisticalInference

/// Which tokens changed between two models, and how sure that is: lines for people, members for
/// programs.
package struct AuditReport {
  /// A part of the output.
  package enum Part: String, Sendable, CaseIterable {
    /// Shares of changed positions.
    case answer
    /// The same at every measure and margin.
    case sweep
    /// Moved probability.
    case moved
    /// Estimators of the divergence.
    case estimators
    /// By token.
    case tokens
    /// By two and by three tokens in a row.
    case grams
    /// By kinds of positions.
    case kinds
  }

  /// What is asked, and what is shown of it.
  package struct Settings {
    /// Margins, and whose rules.
    package var audit = PairAudit.Settings()
    /// Parts that are shown.
    package var parts: [Part] = [.answer, .moved, .tokens]
    /// What lists of tokens are ordered by.
    package var order = AuditTables.Order.moved
    /// Rows of a list; nil for ten for people and all for programs.
    package var limit: Int?
    /// Only this author's texts; nil for all.
    package var author: String?

    /// The defaults of the command.
    package init() {}
  }

  let log: String
  let audit: PairAudit
  let summary: PairSummary
  /// Nil for a log without replicates.
  let precision: AuditPrecision?
  let headline: Headline
  let settings: Settings
  let tables: AuditTables

  /// Reads a pair and judges.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - path: the log's, as the user named it.
  ///   - settings: what is asked.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(of pair: PairName, in table: TokenTable, path: String, settings: Settings) throws {
    var asked = settings.audit
    asked.hasGrams = settings.parts.contains(.grams)
    audit = try PairAudit(of: pair, in: table, settings: asked)
    summary = try PairSummary(of: pair, in: table, isDistributed: false)
    precision = try AuditPrecision(of: pair, in: table, selection: .response)
    headline = try Headline(audit, in: table)
    log = path
    self.settings = settings
    tables = AuditTables(audit, in: table)
  }

  /// Those whose tables are shown.
  var authors: [PairAudit.Author] {
    guard let name = settings.author else { return audit.authors }
    return audit.authors.filter { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The answer, what it rests on, and the tables.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines, some of them with line ends inside.
  package func lines(width: Int) -> [String] {
    let tables = shownTables
    let notes = IntervalNote.sentences(about: tables.flatMap(\.estimates))
    var lines = [
      VisibleText.escaped("\(log), pair \(audit.pair)")
        + ", response tokens: \(Number.count(summary.positionCount)) measured, "
        + "\(Number.count(summary.unmeasuredCount)) not measured",
      VisibleText.escaped(headline.sentence),
      BasisWords.sentence(audit.verdicts, .divergence),
    ]
    lines += precision?.lines ?? []
    for table in tables {
      lines += ["\n" + VisibleText.escaped(table.title)] + table.lines(width: width)
    }
    return lines + [""] + notes + [
      BasisWords.rates(prompts: audit.authors.map(\.promptCount).max() ?? 0),
      "It holds for prompts like these and for these two checkpoints, not for how they were trained.",
    ]
  }

  private var shownTables: [Table] {
    let limit = settings.limit ?? 10
    return settings.parts.flatMap { part -> [Table] in
      switch part {
      case .answer: [tables.answer]
      case .sweep: [tables.sweep]
      case .moved: [tables.movedMass]
      case .estimators: [tables.estimators]
      case .tokens: authors.map { tables.tokens($0, by: settings.order, limit: limit) }
      case .grams: authors.compactMap { tables.grams($0, by: settings.order, limit: limit) }
      case .kinds: authors.map(tables.kinds)
      }
    }.filter { !$0.rows.isEmpty }
  }
}
