internal import Analysis
internal import RunLogs
internal import StatisticalInference

/// The tables of an audit.
package struct AuditTables {
  let audit: PairAudit
  let table: TokenTable
  /// Changed positions beside uncertain ones; nil where not asked for or not known.
  let forks: ForkAudit?
  /// Whether lines around a table say what all its verdicts rest on, so that captions needn't.
  let isTerminal: Bool

  /// By what a list of tokens is ordered.
  package enum Order: String, Sendable, CaseIterable {
    /// Probability that moved to the token or away from it.
    case moved
    case js, dlogp, dprob, dH

    var measure: PositionMeasure? { PositionMeasure(rawValue: rawValue) }
  }

  init(
    _ audit: PairAudit, in table: TokenTable, forks: ForkAudit? = nil, isTerminal: Bool = false
  ) {
    (self.audit, self.table, self.forks) = (audit, table, forks)
    self.isTerminal = isTerminal
  }

  // MARK: Shares

  /// Shares of changed positions by divergence, a row for each author: the answer in numbers.
  var answer: Table {
    let measure = PositionMeasure.divergence
    let margins = audit.settings.allMargins(measure)
    let asked = audit.settings.margin(measure)
    return Table(
      title: "\(audit.pair.arrow): positions that changed, by who wrote the text",
      caption:
        "A position changed where the Jensen-Shannon divergence exceeds the margin, in nats."
        + (isTerminal ? "" : " " + basis(measure)) + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"),
        .init("positions", .count, "measured tokens of responses"),
        .init("prompts", .count, "that have any", isDetail: true),
      ]
        + margins.flatMap { margin in
          [
            Table.Column(
              "JS > \(margin.formattedMargin)", .share, "share of positions beyond the margin",
              isKey: margin == asked),
            Table.Column(
              "at least (\(margin.formattedMargin))", .share, "share that is beyond it for certain",
              isDetail: true),
            Table.Column(
              "at most (\(margin.formattedMargin))", .share, "share that may be", isDetail: true),
          ]
        } + [
          .init(
            "design effect", .number,
            "variance of the share with prompts as clusters over that of as many independent positions, "
              + "at the margin \(asked.formattedMargin)", isDetail: true)
        ],
      rows: audit.shownAuthors.map { author in
        let shares = author.shares[measure] ?? []
        return [
          .text(LogTables.name(author.name)), .count(author.positionCount),
          .count(author.promptCount),
        ]
          + margins.flatMap { margin -> [Table.Cell] in
            let share = shares.first { $0.margin == margin }
            return [.estimate(share?.share), .share(share?.least), .share(share?.most)]
          } + [.number(shares.first { $0.margin == asked }?.share.designEffect)]
      })
  }

  /// The same by all measures: the sweep of margins.
  var sweep: Table {
    var rows: [[Table.Cell]] = []
    for author in audit.shownAuthors {
      for measure in PositionMeasure.allCases {
        for share in author.shares[measure] ?? [] {
          rows.append([
            .text(LogTables.name(author.name)), .text(measure.shownName), .number(share.margin),
            .estimate(share.share), .share(share.least), .share(share.most),
          ])
        }
      }
    }
    return Table(
      title: "\(audit.pair.arrow): shares of changed positions, every measure and margin",
      caption: "The share beyond each margin in size."
        + (isTerminal
          ? ""
          : " " + BasisWords.sentences(audit.verdicts).joined(separator: " ")) + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"), .init("measure", .text, ""),
        .init("margin", .number, "in the measure's unit"),
        .init("share", .share, "of positions beyond the margin", isKey: true),
        .init("at least", .share, "beyond it for certain"), .init("at most", .share, "may be"),
      ], rows: rows)
  }

  // MARK: Mass

  /// What is drawn otherwise, a row for each author.
  var movedMass: Table {
    let known = audit.shownAuthors.compactMap { author in author.moved.map { (author, $0) } }
    return Table(
      title: "\(audit.pair.arrow): moved probability, of 1,000 draws",
      caption:
        "At each position of a text both models draw a token. What tokens gain and lose at the "
        + "same position adds up to the total variation; over all positions of a text gains and losses of "
        + "a token cancel, and the rest is net."
        + (isTerminal ? "" : movedBasis.map { " " + $0 } ?? "") + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"),
        .init("prompts", .count, "that have any", isDetail: true),
        .init(
          "drawn otherwise", .number, unit: "1/1000",
          "gained by some tokens and lost by others at the same position, mean over prompts",
          isKey: true),
        .init(
          "net", .number, unit: "1/1000",
          "half of the sum over tokens of |gained − lost|, over all positions; chance adds to it"),
        .init(
          "net by halves", .number, unit: "1/1000",
          "the same with signs from one half of the prompts and sizes from the other, which chance "
            + "doesn't add to"),
      ],
      rows: known.map { author, moved in
        [
          .text(LogTables.name(author.name)), .count(moved.promptCount),
          .estimate(moved.totalVariation.mapped { $0 * 1_000 }),
          .number(moved.net.map { $0 * 1_000 }),
          .estimate(moved.netByHalves.map { $0.mapped { $0 * 1_000 } }),
        ]
      })
  }

  /// Estimators of the divergence from sampled tokens.
  var estimators: Table {
    var rows: [[Table.Cell]] = []
    for author in audit.shownAuthors {
      let isBefore = author.name.utf8.elementsEqual(audit.pair.before.utf8)
      for estimator in author.estimators ?? [] {
        rows.append([
          .text(LogTables.name(author.name)),
          .text(isBefore ? "KL(before‖after)" : "KL(after‖before)"), .text(estimator.name),
          .estimate(estimator.mean), .estimate(estimator.bias),
          .number(estimator.variance.squareRoot()), .number(estimator.effectiveSampleSize),
        ])
      }
    }
    return Table(
      title: "\(audit.pair.arrow): estimators of the Kullback-Leibler divergence",
      caption:
        "On text that one of both models wrote, from the log-ratio r of the token that occurs: "
        + "k1 = −ln r, k2 = (ln r)²/2, k3 = r − 1 − ln r; full is the sum over the vocabulary at the "
        + "same positions. An estimator is off where text wasn't drawn at temperature 1 from the whole "
        + "distribution.",
      columns: [
        .init("text by", .text, "who wrote the texts"), .init("divergence", .text, ""),
        .init("estimator", .text, ""),
        .init("mean", .number, unit: "nats", "over tokens", isKey: true),
        .init(
          "bias", .signed, unit: "nats", "mean difference from full at the same positions"),
        .init("sd", .number, unit: "nats", "standard deviation of one position's value"),
        .init(
          "effective positions", .number, unit: "tokens",
          "how many positions with the full divergence give the mean as exactly"),
      ], rows: rows)
  }

  // MARK: Groups

  /// Tokens in one author's texts.
  ///
  /// - Parameters:
  ///   - author: of the audit.
  ///   - order: by what; sizes of the even half of the prompts decide.
  ///   - limit: most rows.
  /// - Returns: what moved, and what happens where a token occurs.
  func tokens(_ author: PairAudit.Author, by order: Order, limit: Int) -> Table {
    let rows = AuditRows(audit, author).tokens(by: order)
    let shown = rows.prefix(limit)
    let moved = author.moved
    let hasMoved = moved != nil
    var columns: [Table.Column] = [.init("token", .token, "as text")]
    if hasMoved {
      columns += [
        .init(
          "moved", .signed, unit: "1/1000",
          "of 1,000 draws, how many more or less are this token at the same positions, all of the "
            + "author's; mean over prompts", isKey: order == .moved),
        .init(
          "verdict", .text, "on what moved, margin \(1_000 * audit.settings.movedMargin) of 1,000",
          isKey: order == .moved),
      ]
    }
    columns +=
      groupColumns(isKey: order) + [
        .init("prompts", .count, "whose answers have it"),
        .init("per 1,000", .number, unit: "1/1000", "its occurrences of 1,000 positions"),
        .init(
          "Δ log p, both authors", .signed, unit: "nats",
          "mean of what the texts of both models say", isDetail: true),
        .init(
          "effect", order == .js ? .number : .signed,
          unit: order == .moved ? "1/1000" : order.measure?.unit ?? "1",
          "of the list's measure, over odd prompts alone: even ones chose the list", isDetail: true),
      ]
    return Table(
      title: "\(audit.pair.arrow): tokens in \(possessive(author.name)) texts",
      caption: caption(
        author, author.tokens, order, shown: shown.count, of: rows.count, hasMoved: hasMoved),
      columns: columns,
      rows: shown.map { row in
        var cells: [Table.Cell] = [
          .token(table.log.tokenBytes(row.token), id: row.token)
        ]
        if hasMoved {
          cells += [
            .estimate(row.moved.map { $0.net.estimate.mapped { $0 * 1_000 } }),
            .text(words(row.moved?.net.verdict, prompts: moved?.promptCount ?? 0)),
          ]
        }
        return cells + self.cells(row.group) + [
          .count(row.group?.promptCount ?? 0),
          .number(
            row.group.map { 1_000 * Double($0.occurrences) / Double(author.positionCount) }),
          .number(row.meanOfBothAuthors), .estimate(row.effect(order)),
        ]
      })
  }

  /// Two and three tokens in a row in one author's texts; nil where not asked for.
  func grams(_ author: PairAudit.Author, by order: Order, limit: Int) -> Table? {
    guard let grams = author.grams else { return nil }
    let order = order == .moved ? .js : order
    let rows = AuditRows.ordered(grams.groups, by: order)
    let shown = rows.prefix(limit)
    return Table(
      title: "\(audit.pair.arrow): tokens in a row in \(possessive(author.name)) texts",
      caption: "Means over two or three tokens. "
        + caption(author, grams, order, shown: shown.count, of: rows.count),
      columns: [.init("tokens", .text, "two or three in a row")] + groupColumns(isKey: order) + [
        .init("prompts", .count, "whose answers have them"),
        .init("n", .count, "occurrences"),
      ],
      rows: shown.map { group in
        [.text(name(group.group))] + cells(group) + [
          .count(group.promptCount), .count(group.occurrences),
        ]
      })
  }

  /// Kinds of positions in one author's texts.
  func kinds(_ author: PairAudit.Author) -> Table {
    Table(
      title: "\(audit.pair.arrow): kinds of positions in \(possessive(author.name)) texts",
      caption: caption(author, author.kinds, .js, shown: nil, of: author.kinds.groups.count),
      columns: [.init("by", .text, "what positions are divided by"), .init("kind", .text, "")]
        + groupColumns(isKey: .js) + [
          .init("prompts", .count, "whose answers have such"),
          .init("share of positions", .share, "of the author's"),
        ],
      rows: (author.kinds.groups + author.kinds.rareGroups).map { group in
        guard case .kind(let kind, let name) = group.group else { return [] }
        return [.text(kind), .text(name)] + cells(group) + [
          .count(group.promptCount),
          .share(Double(group.occurrences) / Double(author.positionCount)),
        ]
      }.filter { !$0.isEmpty })
  }

  private func groupColumns(isKey order: Order) -> [Table.Column] {
    [
      .init(
        "Δ log p", .signed, unit: "nats", "mean over prompts, after − before, when it occurs",
        isKey: order == .dlogp),
      .init(
        "Δ log p verdict", .text, "margin \(margin(.logProbability)) nats",
        isKey: order == .dlogp),
      .init(
        "JS", .number, unit: "nats", "mean over prompts, at its positions", isKey: order == .js),
      .init("JS verdict", .text, "margin \(margin(.divergence)) nats", isKey: order == .js),
      .init(
        "changed", .share, "share of its positions whose JS is above \(margin(.divergence))",
        isDetail: true),
      .init(
        "Δ p", .signed, "mean over prompts, after − before", isDetail: order != .dprob,
        isKey: order == .dprob),
      .init(
        "Δ p verdict", .text, "margin \(margin(.probability))", isDetail: order != .dprob,
        isKey: order == .dprob),
      .init(
        "Δ H", .signed, unit: "nats", "mean over prompts, after − before",
        isDetail: order != .dH, isKey: order == .dH),
      .init(
        "Δ H verdict", .text, "margin \(margin(.entropy)) nats", isDetail: order != .dH,
        isKey: order == .dH),
    ]
  }

  private func cells(_ group: GroupVerdict?) -> [Table.Cell] {
    func pair(_ measure: PositionMeasure) -> [Table.Cell] {
      let mean = group?.means[measure]
      return [
        .estimate(mean?.estimate), .text(words(mean?.verdict, prompts: group?.promptCount ?? 0)),
      ]
    }
    return pair(.logProbability) + pair(.divergence) + [.share(group?.changedShare)]
      + pair(.probability) + pair(.entropy)
  }
}
