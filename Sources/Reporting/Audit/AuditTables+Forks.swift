internal import Analysis
internal import RunLogs
internal import StatisticalInference

/// Whether changed positions are the uncertain ones: tables of each author's texts.
extension AuditTables {
  /// Overlap of changed positions and forks beside what chance gives; no rows where not known.
  var overlap: Table {
    var rows: [[Table.Cell]] = []
    for author in forks?.authors ?? [] {
      for overlap in author.overlaps {
        rows.append([
          .text(LogTables.name(author.name)), .number(overlap.margin), .count(overlap.changedCount),
          .estimate(overlap.forksAmongChanged), .share(overlap.largestPossible),
          .share(overlap.matched?.share), .estimate(points(overlap.matched?.difference)),
          .share(overlap.randomLogits?.share),
          .estimate(points(overlap.randomLogits?.difference)),
          .estimate(overlap.changedForks), .estimate(overlap.changedOthers),
          .estimate(author.remaining),
        ])
      }
    }
    return Table(
      title: "\(audit.pair.arrow): were the changed positions the uncertain ones?",
      caption: ForkWords.definition(before: LogTables.name(audit.pair.before))
        + " " + ForkWords.nulls + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"),
        .init("JS >", .number, unit: "nats", "the margin beyond which a position changed"),
        .init("changed", .count, "positions", isDetail: true),
        .init(
          "forks of changed", .share, "share of the changed positions that are forks", isKey: true),
        .init(
          "at most", .share, "the largest share there could be: no more forks than there are",
          isDetail: true),
        .init(
          "alike", .share,
          "what it would be if changed positions were forks as often as others of their token's category "
            + "and fifth of the response"),
        .init(
          "− alike", .signed, unit: "points", "the share less that, in percentage points",
          isDetail: true),
        .init("random logits", .share, "what it would be if logits changed at random", isKey: true),
        .init(
          "− random", .signed, unit: "points", "the share less that, in percentage points",
          isKey: true),
        .init("changed of forks", .share, "share of the forks that changed"),
        .init("changed of others", .share, "share of the other positions that changed"),
        .init(
          "still forks", .share,
          "share of the forks that are in the fifth with most entropy after, too", isDetail: true),
      ], rows: rows)
  }

  /// Change of entropy by entropy before.
  var entropyBands: Table {
    var rows: [[Table.Cell]] = []
    for author in forks?.authors ?? [] {
      for band in author.bands {
        rows.append([
          .text(LogTables.name(author.name)), .text(EntropyBand.names[band.band.rawValue]),
          .count(band.positionCount), .estimate(band.share), .estimate(band.entropy),
          .estimate(band.change), .estimate(band.changedShare), .estimate(band.carried),
        ])
      }
    }
    let margin = margin(.divergence)
    return Table(
      title: "\(audit.pair.arrow): change by entropy before",
      caption:
        "Positions by the entropy of \(LogTables.name(audit.pair.before)). Means over tokens."
        + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"), .init("entropy before", .text, ""),
        .init("n", .count, "positions"),
        .init("share of positions", .share, "of the author's", isDetail: true),
        .init("H before", .number, unit: "nats", "mean entropy before", isDetail: true),
        .init("Δ H", .signed, unit: "nats", "mean change of entropy, after − before", isKey: true),
        .init("changed", .share, "share of them with JS > \(margin)"),
        .init("of all JS", .share, "their part of the divergence, summed over positions"),
      ], rows: rows)
  }

  /// What few positions hold of the divergence.
  var carried: Table {
    var rows: [[Table.Cell]] = []
    for author in forks?.authors ?? [] {
      for carried in author.carried {
        rows.append([
          .text(LogTables.name(author.name)), .share(carried.positions),
          .estimate(carried.ofLargest), .estimate(carried.ofUncertain),
        ])
      }
    }
    return Table(
      title: "\(audit.pair.arrow): what few positions hold of the divergence",
      caption: "Part of the Jensen-Shannon divergence, summed over positions." + omission,
      columns: [
        .init("text by", .text, "who wrote the texts"),
        .init("positions", .share, "so many of the author's"),
        .init("with most JS", .share, "those that diverge most hold this", isKey: true),
        .init(
          "with most entropy", .share,
          "those at which \(LogTables.name(audit.pair.before)) is most uncertain hold this",
          isKey: true),
      ], rows: rows)
  }

  private func points(_ difference: Estimate?) -> Estimate? {
    difference.map { $0.mapped { 100 * $0 } }
  }
}

/// Words on forks.
enum ForkWords {
  /// What forks are.
  static func definition(before: String) -> String {
    "Forks: the fifth of an author's positions at which \(before) has most entropy."
  }

  /// What the two comparisons are, and why the second is the one that counts.
  static let nulls =
    "A small random change of logits moves a distribution the more the more uncertain it is, so forks are "
    + "among changed positions whatever was learned. Only what is beyond random logits says that "
    + "training sought them out, or kept away from them. These are 50 draws at each position (fewer of "
    + "long logs), in each of which as many positions are called changed as really did. The entropy from "
    + "which on a position is a fork is taken as known."

  /// Where nothing can be said.
  static let unknown =
    "Whether the changed positions are the uncertain ones isn't known: the log lacks entropies or divergences "
    + "over the whole vocabulary. Score the texts with both checkpoints for them."

  /// More authors make no sentence.
  private static let mostAuthors = 3

  /// Whether the changed positions were the uncertain ones, and whether that is more than random changes of
  /// logits give; nil where neither is known.
  static func sentence(_ forks: ForkAudit?) -> String? {
    guard let forks else { return nil }
    let clauses = forks.authors.prefix(mostAuthors).compactMap { author -> String? in
      guard let overlap = author.overlap(margin: forks.margin),
        let share = overlap.forksAmongChanged
      else { return nil }
      return "in \(words(author.name, forks.pair)) \(Phrase.share(share))" + against(overlap)
    }
    guard !clauses.isEmpty else { return nil }
    let pair = forks.pair
    return
      "\(LogTables.name(pair.after)) against \(LogTables.name(pair.before)): of the changed positions, "
      + "so many are forks (the fifth at which \(LogTables.name(pair.before)) is most uncertain): "
      + clauses.joined(separator: "; ") + "."
  }

  private static func against(_ overlap: ForkOverlap) -> String {
    guard let random = overlap.randomLogits else { return "" }
    let chance = Number.percent(random.share)
    return switch random.difference.side(of: 0) {
    case .above: ", more than the \(chance) of random changes of logits"
    case .below: ", fewer than the \(chance) of random changes of logits"
    case .open: ", no more than random changes of logits give (\(chance))"
    }
  }

  private static func words(_ author: String, _ pair: PairName) -> String {
    if author.isEmpty { return "texts of unknown origin" }
    let isOwn = [pair.before, pair.after].contains { $0.utf8.elementsEqual(author.utf8) }
    return LogTables.name(author) + "'s" + (isOwn ? " own" : "") + " texts"
  }
}
