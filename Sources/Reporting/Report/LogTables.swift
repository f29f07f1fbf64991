internal import Analysis
internal import Foundation
internal import RunLogs
internal import StatisticalInference

/// The tables of a token log: what was compared, and what came of it.
struct LogTables {
  let table: TokenTable
  /// Those with most texts.
  let sources: [String]
  private let omittedSourceCount: Int
  /// Each pair over all response tokens.
  let summaries: [(pair: PairName, summary: PairSummary)]
  /// Each pair's verdicts.
  let audits: [PairAudit]
  /// Each pair's changed positions beside uncertain ones; nil where not known.
  let forks: [ForkAudit?]
  /// The answer for each pair.
  let headlines: [Headline]
  /// Each model that the log keeps a second precision of.
  let replicates: [ReplicateSummary]

  /// Reads a log.
  ///
  /// - Parameters:
  ///   - table: of an open log.
  ///   - hasAudits: whether verdicts are wanted, which take most of the time.
  /// - Throws: `RunLogError` if the log can't be read.
  init(_ table: TokenTable, hasAudits: Bool = true) throws {
    self.table = table
    (sources, omittedSourceCount) = table.texts.largestSources(Self.mostSources)
    summaries = try table.log.header.pairs.map { ($0, try PairSummary(of: $0, in: table)) }
    audits = try hasAudits ? table.log.header.pairs.map { try PairAudit(of: $0, in: table) } : []
    var nulls: [String: RandomLogits] = [:]
    forks = try audits.map { try ForkAudit(of: $0, in: table, nulls: &nulls) }
    headlines = try audits.map { try Headline($0, in: table) }
    replicates = try table.log.header.models.compactMap {
      try ReplicateSummary(of: $0.name, in: table)
    }
  }

  /// All tables in the order of a report, without lists of tokens and kinds of positions.
  func all() throws -> [Table] {
    let answers = zip(audits, forks).flatMap { audit, forks in
      let tables = AuditTables(audit, in: table, forks: forks)
      return [
        tables.answer, tables.overlap, tables.entropyBands, tables.carried, tables.movedMass,
        tables.estimators,
      ]
    }
    return
      (answers + [
        models, try texts(), divergences, changes, Self.precisions(replicates),
        try changesBesidePrecision(), try pairsBySource(), try modelsBySource(),
      ])
      .filter { !$0.rows.isEmpty }
  }

  /// One of the tables that aren't an audit's.
  func table(_ name: LogTable) throws -> Table {
    switch name {
    case .texts: try texts()
    case .divergence: divergences
    case .change: changes
    case .precision: Self.precisions(replicates)
    case .precisionChange: try changesBesidePrecision()
    case .changeByAuthor: try pairsBySource()
    case .modelsByAuthor: try modelsBySource()
    case .models: models
    case .answer, .sweep, .moved, .estimators, .tokens, .grams, .kinds, .forks, .entropy,
      .carried:
      preconditionFailure("\(name) is an audit's")
    }
  }

  private var models: Table {
    let header = table.log.header
    let isExact = header.models.allSatisfy { $0.computeType == "F32" }
    return Table(
      title: "Models",
      caption: isExact
        ? "All arithmetic in 32-bit floating point, sums in 64-bit."
        : "Computed in BF16: weights as stored times inputs rounded to bfloat16, all other "
          + "arithmetic in 32-bit floating point. Computed in F32: sums over the vocabulary in "
          + "64-bit.",
      columns: [
        .init("model", .text, ""), .init("architecture", .text, ""), .init("stored as", .text, ""),
      ] + (isExact ? [] : [.init("computed in", .text, "")]) + [
        .init("weights' digest", .text, "the first 12 digits of the SHA-256 over the weight files"),
        .init("parameters", .count, ""),
      ],
      rows: header.models.map { model in
        [
          .text(model.name), .text(model.architecture),
          .text(model.storedTypes.joined(separator: "+")),
        ]
          + (isExact ? [] : [.text(model.computeType)])
          + [.text(String(model.weightsDigest.prefix(12))), .count(model.parameterCount)]
      })
  }

  private func texts() throws -> Table {
    let lengths = try table.rows().lengths
    return Table(
      title: "Texts by who wrote them", caption: omission.trimmingCharacters(in: .whitespaces),
      columns: [
        .init("written by", .text, ""), .init("texts", .count, ""),
        .init(
          "response tokens", .count,
          "prompts and what response_mask leaves out not counted"),
        .init("tokens per response", .number, unit: "tokens", "mean over texts"),
        .init("correct", .share, "share of texts, as their file says"),
      ],
      rows: sources.map { source in
        let texts = table.texts.texts(of: source)
        return [
          .text(Self.name(source)), .count(texts.count),
          .count(texts.reduce(0) { $0 + Int(lengths[$1]) }),
          .estimate(
            table.mean(over: texts, within: 0...Double.infinity) { Double(lengths[$0]) }),
          .estimate(
            table.mean(over: texts, isShare: true) { text in
              table.texts.isCorrect[text].map { $0 ? 1 : 0 }
            }),
        ]
      })
  }

  private var divergences: Table {
    Table(
      title: "Divergence over all response tokens",
      caption: "JS: Jensen-Shannon divergence in nats, at most ln 2.",
      columns: [Column.pair] + Column.measured + [
        .init("JS", .number, unit: "nats", "mean over tokens"),
        .init("JS by text", .number, unit: "nats", "mean of the texts' means"),
        .init("JS by prompt", .number, unit: "nats", "mean of the prompts' means"),
        .init("JS median", .number, unit: "nats", "half of the positions are at most this"),
        .init("JS 99 %", .number, unit: "nats", "99 % of the positions are at most this"),
      ] + Column.above + [
        .init(
          "JS top 1 %", .share,
          "share of the total that the 1 % of positions with the largest values hold"),
        .init("top token", .share, "share of positions where the most likely token is another one"),
      ],
      rows: summaries.map { pair, summary in
        let divergence = summary[.jensenShannonDivergence]
        let distribution = divergence?.distribution
        return [
          .text(pair.arrow), .count(summary.positionCount), .count(summary.unmeasuredCount),
          .estimate(divergence?.means.byToken), .estimate(divergence?.means.byText),
          .estimate(divergence?.means.byPrompt), .estimate(distribution?.median),
          .estimate(distribution?.percentile99),
        ] + summary.shareCells + [
          .share(distribution?.topPercentShare), .estimate(summary.topTokenChangedShare),
        ]
      })
  }

  private var changes: Table {
    // Only where models have different tokens.
    let hasBucket = summaries.contains { $0.1.bucketMass != nil }
    return Table(
      title: "Change over all response tokens",
      caption: "Means over tokens. p is before, q after; KL over the full vocabulary."
        + (hasBucket
          ? " Where one model has more tokens, KL is over those that both have, renormalised; for TV "
            + "and JS the others are one outcome." : ""),
      columns: [Column.pair] + Column.divergences + [
        .init("TV", .number, "total variation distance"),
        .init(
          "overlap", .number,
          "part of the \(table.log.header.topK) most likely tokens that both models share"),
        Column.logProbability,
        .init("Δ p", .signed, "after − before, of the token that occurs"), Column.entropy,
      ] + (hasBucket ? [.init("extra mass", .number, "mean probability of the others")] : []),
      rows: summaries.map { pair, summary in
        [.text(pair.arrow)]
          + [
            .klBeforeAfter, .klAfterBefore, .totalVariationDistance, .topKOverlap,
            .logProbabilityChange, .probabilityChange, .entropyChange,
          ].map { .estimate(summary[$0]?.means.byToken) }
          + (hasBucket ? [.estimate(summary.bucketMass?.means.byToken)] : [])
      })
  }

  /// The answer for each pair, what JS and brackets are, and how precise the numbers are, for the head
  /// of a page.
  var leads: [String] {
    zip(headlines, forks).flatMap { headline, forks in
      [
        [headline.sentence, headline.measureSentence].filter { !$0.isEmpty }.joined(separator: " ")
      ] + [ForkWords.sentence(forks)].compactMap(\.self)
    }
      + notes
  }

  /// What JS and brackets are, and how precise the numbers are.
  var notes: [String] {
    let intervals = IntervalNote.sentences(about: headlines.flatMap(\.estimates))
    return [([Headline.definition] + intervals).joined(separator: " "), basis]
      + (Self.lead(of: replicates).map { [$0] } ?? [])
  }

  /// What verdicts rest on.
  private var basis: String {
    var sentences: [String] = []
    for audit in audits {
      let sentence = BasisWords.sentence(audit.verdicts, .divergence)
      if !sentences.contains(sentence) { sentences.append(sentence) }
    }
    return sentences.joined(separator: " ")
      + " Verdicts hold for prompts like these and for these checkpoints, not for how they were trained."
  }

  private func pairsBySource() throws -> Table {
    var rows: [[Table.Cell]] = []
    for pair in table.log.header.pairs where sources.count > 1 {
      for source in sources {
        let summary = try PairSummary(
          of: pair, in: table, source: source, isDistributed: false)
        rows.append(
          [
            .text(pair.arrow), .text(Self.name(source)), .count(summary.positionCount),
            .estimate(summary[.jensenShannonDivergence]?.means.byToken),
          ]
            + summary.shareCells
            + [.klBeforeAfter, .klAfterBefore, .logProbabilityChange, .entropyChange].map {
              .estimate(summary[$0]?.means.byToken)
            })
      }
    }
    return Table(
      title: "Change by who wrote the text",
      caption: "The same means over the texts of one writer. A model's own texts keep to what it "
        + "finds likely, so a change looks different on each writer's." + omission,
      columns: [Column.pair, .init("written by", .text, ""), Column.measured[0]] + [
        Table.Column("JS", .number, unit: "nats", "mean over tokens").undefined
      ] + Column.above.map(\.undefined) + Column.divergences.map(\.undefined) + [
        Column.logProbability.undefined, Column.entropy.undefined,
      ],
      rows: rows)
  }

  private func modelsBySource() throws -> Table {
    var rows: [[Table.Cell]] = []
    for model in table.log.header.models.map(\.name) {
      for source in sources {
        let summary = try ModelSummary(of: model, in: table, source: source)
        rows.append([
          .text(model), .text(Self.name(source)), .count(summary.positionCount),
          .estimate(summary.logProbability?.means.byToken), .estimate(summary.perplexity),
          .estimate(summary.entropy?.means.byToken ?? summary.entropyBounds),
          .estimate(summary.entropy?.distribution?.median), .estimate(summary.topTokenShare),
        ])
      }
    }
    return Table(
      title: "Each model on each writer's texts",
      caption: omission.trimmingCharacters(in: .whitespaces),
      columns: [
        .init("model", .text, ""), .init("written by", .text, ""), Column.measured[0],
        .init(
          "log p", .number, unit: "nats", "mean log-probability of the tokens that occur"),
        .init("perplexity", .number, "e^(−log p)"),
        .init("entropy", .number, unit: "nats", "mean over tokens"),
        .init("entropy median", .number, unit: "nats", "half of the positions are at most this"),
        .init("rank 1", .share, "share of tokens that are the model's most likely one"),
      ],
      rows: rows)
  }

  /// The verdicts on tokens and kinds of positions, pair after pair, of the authors that lead.
  ///
  /// - Parameter limit: rows of a list.
  /// - Returns: for each pair tokens, tokens in a row, and kinds, by author.
  func verdicts(limit: Int) -> [Table] {
    audits.flatMap { audit -> [Table] in
      let tables = AuditTables(audit, in: table)
      let authors = audit.authors.prefix(Headline.mostAuthors)
      return authors.map { tables.tokens($0, by: .moved, limit: limit) }
        + authors.compactMap { tables.grams($0, by: .js, limit: limit) }
        + authors.map(tables.kinds)
    }.filter { !$0.rows.isEmpty }
  }

  static func name(_ source: String) -> String {
    source.isEmpty ? "unknown" : VisibleText.shortened(source, to: 60)
  }

  /// More authors than this make no table that can be read.
  static let mostSources = 24

  /// What a caption says where authors are left out.
  private var omission: String {
    omittedSourceCount == 0
      ? ""
      : " The \(Self.mostSources) authors with most texts; \(Number.count(omittedSourceCount)) more are "
        + "left out here, not from the other numbers."
  }
}

/// Columns that several tables have.
private enum Column {
  static let pair = Table.Column("pair", .text, "before → after")
  static let measured = [
    Table.Column("measured", .count, "positions with numbers"),
    Table.Column("not measured", .count, "positions without"),
  ]
  static let above = PairSummary.thresholds.map {
    Table.Column("JS > \($0)", .share, "share of positions whose JS is above \($0) nats")
  }
  static let divergences = [
    Table.Column("KL(before‖after)", .number, unit: "nats", "Σ p (log p − log q)"),
    Table.Column("KL(after‖before)", .number, unit: "nats", "Σ q (log q − log p)"),
  ]
  static let logProbability = Table.Column(
    "Δ log p", .signed, unit: "nats", "after − before, of the token that occurs")
  static let entropy = Table.Column(
    "Δ H", .signed, unit: "nats", "after − before, of the distribution's entropy")
}

extension PairSummary {
  /// The cells of `Column.above`.
  fileprivate var shareCells: [Table.Cell] {
    Self.thresholds.map { .estimate(sharesAbove[$0]) }
  }
}

extension Table.Column {
  /// The same where a table above has defined it.
  var undefined: Self {
    var column = self
    column.isDefinedAbove = true
    return column
  }
}
