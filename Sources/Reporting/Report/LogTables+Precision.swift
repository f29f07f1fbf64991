internal import Analysis
internal import RunLogs

/// How much the precision of products matters, where the log keeps a second one.
extension LogTables {
  /// Each model against itself; no rows without a replicate.
  static func precisions(_ summaries: [ReplicateSummary]) -> Table {
    Table(
      title: "Each model in two precisions",
      caption: "Every model was scored again with products in another precision. Differences, "
        + "again − first, over response tokens: of log p, the log-probability of the token "
        + "that occurs, and of H, the entropy. Changes between models that are smaller than this are "
        + "within the precision of \(products(of: summaries)).",
      columns: [
        .init("model", .text, ""), .init("first in", .text, ""), .init("again in", .text, ""),
        .init("measured", .count, "positions with numbers in both"),
        .init("not measured", .count, "positions without"),
        .init("log p mean", .signed, unit: "nats", "what doesn't cancel"),
        .init("log p RMS", .number, unit: "nats", "root mean square"),
        .init(
          "log p 99 %", .number, unit: "nats", "99 % are at most as large, whatever their sign"),
        .init("log p largest", .number, unit: "nats", "the largest, whatever its sign"),
        .init("H RMS", .number, unit: "nats", "root mean square"),
        .init("H largest", .number, unit: "nats", "the largest, whatever its sign"),
      ],
      rows: summaries.map { summary in
        [
          .text(summary.model), .text(summary.computeType), .text(summary.replicateType),
          .count(summary.positionCount), .count(summary.unmeasuredCount),
          .estimate(summary.meanLogProbability),
          .number(summary.logProbability?.rootMeanSquare),
          .number(summary.logProbability?.percentile99), .number(summary.logProbability?.largest),
          .number(summary.entropy?.rootMeanSquare), .number(summary.entropy?.largest),
        ]
      })
  }

  /// What pairs changed beside the difference between precisions; no rows without replicates.
  func changesBesidePrecision() throws -> Table {
    let summaries = try table.log.header.pairs.compactMap { pair in
      try ReplicatePairSummary(of: pair, in: table).map { (pair, $0) }
    }
    return Table(
      title: "Change beside the difference between precisions",
      caption: "Δ log p: change of the log-probability of the token that occurs, after − before, "
        + "over response tokens. Rounding is one source of noise; what others there are is not "
        + "measured.",
      columns: [
        .init("pair", .text, ""), .init("measured", .count, ""),
        .init("Δ log p RMS", .number, unit: "nats", "root mean square of the change"),
        .init("mean |Δ log p|", .number, unit: "nats", "mean over tokens"),
        .init("Δ log p 99 %", .number, unit: "nats", "99 % are at most as large"),
        .init(
          "precision RMS", .number, unit: "nats",
          "by how much that change differs in the other precision"),
        .init("precision 99 %", .number, unit: "nats", "99 % of it"),
        .init("times", .number, "RMS of the change over RMS of precision"),
        .init(
          "within", .share,
          "share of positions whose change is at most the 99 % of precision, so that rounding of "
            + "products may be all of it"),
      ],
      rows: summaries.map { pair, summary in
        [
          .text(pair.arrow), .count(summary.positionCount),
          .number(summary.change?.rootMeanSquare), .estimate(summary.meanAbsoluteChange),
          .number(summary.change?.percentile99), .number(summary.difference?.rootMeanSquare),
          .number(summary.difference?.percentile99), .number(summary.ratio),
          .estimate(summary.shareWithin),
        ]
      })
  }

  /// A sentence for the head of a page; nil without a replicate.
  static func lead(of summaries: [ReplicateSummary]) -> String? {
    guard let first = summaries.first else { return nil }
    let types = Set(summaries.map { [$0.replicateType, $0.computeType] })
    let how =
      types.count == 1
      ? "\(first.replicateType) instead of \(first.computeType)" : "the other precision"
    let sizes = summaries.map {
      "\(Number.text($0.logProbability?.rootMeanSquare)) nats (\($0.model))"
    }
    return "Precision: products in \(how) move a log-probability by RMS "
      + sizes.joined(separator: ", ")
      + "; smaller changes are within the precision of \(products(of: summaries))."
  }

  private static func products(of summaries: [ReplicateSummary]) -> String {
    summaries.contains { $0.coarserType == "BF16" } ? "products in BF16" : "the products"
  }
}
