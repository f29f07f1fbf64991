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
    /// Whether the changed positions are the uncertain ones, beside what chance gives.
    case forks
    /// By entropy before.
    case entropy
    /// What few positions hold of the divergence.
    case carried
  }

  /// What is asked, and what is shown of it.
  package struct Settings {
    /// Margins, whose rules, and whose texts.
    package var audit = PairAudit.Settings()
    /// Parts that are shown.
    package var parts: [Part] = [.answer, .moved, .tokens]
    /// What lists of tokens are ordered by.
    package var order = AuditTables.Order.moved
    /// Rows of a list; nil for ten for people and all for programs.
    package var limit: Int?
    /// Three models of which each was trained from the one before, as the user says; nil for none.
    package var lineage: Lineage?

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
  /// Nil without a lineage.
  let steps: StepDecomposition?

  /// Reads a pair and judges.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - path: the log's, as the user named it.
  ///   - settings: what is asked.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read; `LineageError` if it lacks a model.
  package init(of pair: PairName, in table: TokenTable, path: String, settings: Settings) throws {
    var asked = settings.audit
    asked.hasGrams = settings.parts.contains(.grams)
    audit = try PairAudit(of: pair, in: table, settings: asked)
    summary = try PairSummary(of: pair, in: table, isDistributed: false)
    precision = try AuditPrecision(of: pair, in: table, selection: .response)
    headline = try Headline(audit, in: table)
    log = path
    self.settings = settings
    var nulls: [String: RandomLogits] = [:]
    let forks =
      Self.forkParts.isDisjoint(with: settings.parts)
      ? nil : try ForkAudit(of: audit, in: table, nulls: &nulls)
    tables = AuditTables(audit, in: table, forks: forks, isTerminal: true)
    steps = try settings.lineage.map { [asked] in
      try StepDecomposition(
        of: $0, in: table, margin: asked.margin(.logProbability), author: asked.author)
    }
  }

  /// Parts that a `ForkAudit` is read for.
  private static let forkParts: Set<Part> = [.forks, .entropy, .carried]

  /// Whether the changed positions were the uncertain ones, in a sentence; nil where not asked for.
  var forkSentence: String? {
    guard settings.parts.contains(.forks) else { return nil }
    return ForkWords.sentence(tables.forks) ?? (tables.forks == nil ? ForkWords.unknown : nil)
  }

  /// The answer, what it rests on, and the tables.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines, some of them with line ends inside.
  package func lines(width: Int) -> [String] {
    let shown = shownTables
    let hasMoved = settings.parts.contains { $0 == .moved || $0 == .tokens }
    let head =
      [
        VisibleText.escaped("\(log), pair \(audit.pair)")
          + ", response tokens: \(Number.count(summary.positionCount)) measured, "
          + "\(Number.count(summary.unmeasuredCount)) not measured",
        VisibleText.escaped(headline.sentence),
      ]
      + [forkSentence, steps.flatMap { StepTables(steps: $0).sentence }].compactMap {
        $0.map(VisibleText.escaped)
      } + BasisWords.sentences(audit.verdicts)
      + (hasMoved ? [tables.movedBasis].compactMap(\.self) : []) + (precision?.lines ?? [])
    func wrapped(_ sentences: some Collection<String>) -> [String] {
      sentences.flatMap { Phrase.lines($0, width: width) }
    }
    var lines = wrapped(head)
    for table in shown {
      lines.append("\n" + VisibleText.escaped(table.title))
      if !table.caption.isEmpty {
        lines += Phrase.lines(VisibleText.escaped(table.caption), width: width)
      }
      lines += table.lines(width: width)
    }
    let foot =
      IntervalNote.sentences(about: shown.flatMap(\.estimates)) + rates + [
        "It holds for prompts like these and for these two checkpoints, not for how they were trained."
      ]
    return lines + [""] + wrapped(foot)
  }

  /// What is said once of all lists, where there is one.
  private var rates: [String] {
    let lists: Set<Part> = [.tokens, .grams, .kinds]
    let prompts = audit.shownAuthors.filter { author in
      [author.tokens, author.grams, author.kinds].contains { $0?.groups.isEmpty == false }
        || author.moved?.tokens.isEmpty == false
    }.map(\.promptCount)
    guard let fewest = prompts.min(), !lists.isDisjoint(with: settings.parts) else { return [] }
    return [BasisWords.rates(prompts: fewest)]
  }

  private var shownTables: [Table] {
    let limit = settings.limit ?? 10
    let ofPair = settings.parts.flatMap { part -> [Table] in
      switch part {
      case .answer: [tables.answer]
      case .sweep: [tables.sweep]
      case .moved: [tables.movedMass]
      case .estimators: [tables.estimators]
      case .tokens: audit.shownAuthors.map { tables.tokens($0, by: settings.order, limit: limit) }
      case .grams:
        audit.shownAuthors.compactMap { tables.grams($0, by: settings.order, limit: limit) }
      case .kinds: audit.shownAuthors.map(tables.kinds)
      case .forks: [tables.overlap]
      case .entropy: [tables.entropyBands]
      case .carried: [tables.carried]
      }
    }
    let all = ofPair + (steps.map { [StepTables(steps: $0).table] } ?? [])
    return all.filter { !$0.rows.isEmpty }
  }
}
