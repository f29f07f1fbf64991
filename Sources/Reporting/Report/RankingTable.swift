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
    var columns: [Table.Column] = [
      .init("token", .token, "as text"), .init("n", .count, "measured occurrences"),
      .init(
        "JS share", .share, "part of the summed divergence of all tokens",
        isKey: measure == .totalDivergence),
      .init(
        "JS", .number, unit: "nats", "mean over the occurrences, as all that follow",
        isKey: measure == .meanDivergence),
      .init(
        "Δ log p", .signed, unit: "nats", "after − before",
        isKey: measure == .raised || measure == .lowered),
      .init("Δ p", .signed, "after − before"),
      .init("Δ H", .signed, unit: "nats", "after − before"),
    ]
    // What is ranked by is shown.
    if measure == .probability { columns.append(.init("|Δ p|", .number, "", isKey: true)) }
    if measure == .entropy {
      columns.append(.init("|Δ H|", .number, unit: "nats", "", isKey: true))
    }
    columns += sources.map {
      .init("n(\(LogTables.name($0)))", .count, "occurrences in its texts", isDetail: true)
    }
    for index in columns.indices where columns[index].isDetail {
      // A sentence for each writer says nothing new.
      columns[index].isDefinedAbove = true
    }
    return Table(
      title: title, caption: caption, columns: columns,
      rows: tokens.map { token in
        let change = token.change
        var cells: [Table.Cell] = [
          .token(change.bytes?.values, id: change.token), .count(change.count),
          .estimate(token.divergenceShare), .estimate(token.divergence),
          .estimate(token.logProbability), .estimate(token.probability), .estimate(token.entropy),
        ]
        if measure == .probability { cells.append(.estimate(token.absoluteProbability)) }
        if measure == .entropy { cells.append(.estimate(token.absoluteEntropy)) }
        return cells + sources.map { .count(change.countsBySource[$0] ?? 0) }
      })
  }
}
