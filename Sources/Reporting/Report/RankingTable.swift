package import Analysis

/// A ranking of tokens as a table.
package enum RankingTable {
  /// A row for each token.
  ///
  /// - Parameters:
  ///   - title: what they are ranked by.
  ///   - caption: which tokens are ranked.
  ///   - measure: by which they are ranked.
  ///   - tokens: in their order.
  ///   - sources: whose texts are counted apart.
  /// - Returns: the counts by source are detail columns.
  package static func table(
    title: String, caption: String, by measure: AuditMeasure, _ tokens: [RankedToken],
    sources: [String]
  ) -> Table {
    Table(
      title: title, caption: caption,
      columns: [
        .init("token", .token, ""), .init("n", .count, "measured occurrences"),
        .init(
          "JS share", .share, "part of the summed divergence of all tokens",
          isKey: measure == .totalDivergence),
        .init(
          "JS", .number, unit: "nats", "mean over the occurrences, as all that follow",
          isKey: measure == .meanDivergence),
        .init(
          "Δ log p", .signed, unit: "nats", "", isKey: measure == .raised || measure == .lowered),
        .init("Δ p", .signed, "", isKey: measure == .probability),
        .init("Δ H", .signed, unit: "nats", "", isKey: measure == .entropy),
      ]
        + sources.map { .init("n(\(LogTables.name($0)))", .count, "", isDetail: true) },
      rows: tokens.map { token in
        let change = token.change
        return [
          .token(change.bytes?.values, id: change.token), .count(change.count),
          .estimate(token.divergenceShare), .estimate(token.divergence),
          .estimate(token.logProbability), .estimate(token.probability), .estimate(token.entropy),
        ] + sources.map { .count(change.countsBySource[$0] ?? 0) }
      })
  }
}
