internal import Analysis
internal import RunLogs

/// What an audit says about a pair's log in two precisions.
struct AuditPrecision: Encodable {
  /// Before and after.
  let models: [ReplicateSummary]
  /// The change beside its difference between precisions; nil if only one model has a second.
  let pair: ReplicatePairSummary?

  /// Nil if neither model has a replicate.
  init?(of pair: PairName, in table: TokenTable, selection: TokenSelection) throws {
    models = try [pair.before, pair.after].compactMap {
      try ReplicateSummary(of: $0, in: table, selection: selection)
    }
    guard !models.isEmpty else { return nil }
    self.pair = try ReplicatePairSummary(of: pair, in: table, selection: selection)
  }

  /// For people.
  var lines: [String] {
    models.map { summary in
      let difference = summary.logProbability
      return "\(summary.model): log p in \(summary.replicateType) less that in "
        + "\(summary.computeType), nats: mean \(Phrase.text(summary.meanLogProbability, .signed)), "
        + "RMS \(Number.text(difference?.rootMeanSquare)), "
        + "99 % within \(Number.text(difference?.percentile99)), "
        + "largest \(Number.text(difference?.largest))"
        + " (\(Phrase.count(summary.positionCount, "position")))"
    } + (pair.map { [line(of: $0)] } ?? [])
  }

  private func line(of pair: ReplicatePairSummary) -> String {
    let type = models.contains { $0.coarserType == "BF16" } ? "BF16" : models[0].coarserType
    return "Δ log p: RMS \(Number.text(pair.change?.rootMeanSquare)) nats; between precisions it "
      + "differs by RMS \(Number.text(pair.difference?.rootMeanSquare)), 99 % within "
      + "\(Number.text(pair.difference?.percentile99)); at \(Phrase.share(pair.shareWithin)) of "
      + "positions it is within the precision of products in \(type)"
  }
}
