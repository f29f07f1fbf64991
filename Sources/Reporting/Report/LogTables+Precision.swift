internal import Analysis
internal import RunLogs

/// How much the precision of products matters, where the log keeps a second one.
extension LogTables {
  /// Each model against itself; no rows without a replicate.
  static func precisions(_ summaries: [ReplicateSummary]) -> Table {
    Table(
      title: "Each model in two precisions",
      caption: "Every model was scored again with products in another precision. Differences, "
        + "again − first, over response tokens, nats: of log p, the log-probability of the token "
        + "that occurs, and of H, the entropy. 99 %: as large as 99 % of the differences are at "
        + "most, whatever their sign. Changes between models that are smaller than this are within "
        + "the precision of \(products(of: summaries)).",
      columns: [
        "model", "first in", "again in", "measured", "not measured", "log p mean", "log p RMS",
        "log p 99 %", "log p largest", "H RMS", "H largest",
      ],
      rows: summaries.map { summary in
        [
          summary.model, summary.computeType, summary.replicateType,
          Number.count(summary.positionCount), Number.count(summary.unmeasuredCount),
          Number.signed(summary.logProbability?.mean),
          Number.text(summary.logProbability?.rootMeanSquare),
          Number.text(summary.logProbability?.percentile99),
          Number.text(summary.logProbability?.largest),
          Number.text(summary.entropy?.rootMeanSquare), Number.text(summary.entropy?.largest),
        ]
      }, wordColumns: 3)
  }

  /// What pairs changed beside the difference between precisions; no rows without replicates.
  func changesBesidePrecision() throws -> Table {
    let summaries = try log.header.pairs.compactMap { pair in
      try ReplicatePairSummary(of: pair, in: log).map { (pair, $0) }
    }
    return Table(
      title: "Change beside the difference between precisions",
      caption: "Δ log p: change of the log-probability of the token that occurs, after − before, "
        + "over response tokens, nats. Precision: by how much that change differs in the other "
        + "precision. Times: RMS of the change over RMS of precision. Within: share of positions "
        + "whose change is at most the 99 % of precision, so that rounding of products may be all "
        + "of it. Rounding is one source of noise; what others there are is not measured.",
      columns: [
        "pair", "measured", "Δ log p RMS", "mean |Δ log p|", "Δ log p 99 %", "precision RMS",
        "precision 99 %", "times", "within",
      ],
      rows: summaries.map { pair, summary in
        [
          Self.name(pair), Number.count(summary.positionCount),
          Number.text(summary.change?.rootMeanSquare), Number.text(summary.change?.meanAbsolute),
          Number.text(summary.change?.percentile99),
          Number.text(summary.difference?.rootMeanSquare),
          Number.text(summary.difference?.percentile99), Number.text(summary.ratio),
          Number.percent(summary.shareWithin),
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
