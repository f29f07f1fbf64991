package import RunLogs
package import StatisticalInference

/// How far a model is from itself in another precision: Δ = replicate − value.
///
/// It is the part of the noise that rounding of products makes; what else two runs may differ in, a log
/// of one run can't tell.
package struct ReplicateSummary: Sendable, Encodable {
  /// The model's name.
  package let model: String
  /// What the log's columns were computed in, say `BF16`.
  package let computeType: String
  /// What the replicate was computed in.
  package let replicateType: String
  /// Which tokens.
  package let selection: TokenSelection
  /// Whose texts; nil for all.
  package let source: String?
  /// Positions with numbers in both precisions.
  package let positionCount: Int
  /// Selected positions without statistics, in one precision or both.
  package let unmeasuredCount: Int
  /// Of the log-probability of the token that occurs, nats; nil if nothing was measured.
  package let logProbability: DifferenceSummary?
  /// The mean difference of log-probabilities with its interval over prompts: what of rounding doesn't
  /// cancel.
  package let meanLogProbability: Estimate?
  /// Of the entropy, nats.
  package let entropy: DifferenceSummary?

  /// Of both types the one with fewer digits, whose rounding the difference is.
  package var coarserType: String {
    [computeType, replicateType].contains("BF16") ? "BF16" : computeType
  }

  /// Reads and summarises a model; nil if the log has no replicate of it.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  package init?(
    of model: String, in table: TokenTable, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    guard let reading = try ReplicateReading(model, in: table) else { return nil }
    let rows = try table.rows(
      TokenFilter(tokens: selection, source: source, models: [model])
    ).filter(reading.isMeasured)
    self.model = model
    computeType = reading.computeType
    replicateType = reading.replicateType
    self.selection = selection
    self.source = source
    positionCount = rows.count
    unmeasuredCount = rows.unmeasuredCount
    logProbability = DifferenceSummary(rows.map { reading.logProbability[$0] })
    meanLogProbability =
      table.means(of: TextSums(rows) { reading.logProbability[$0] }, at: rows)?.byToken
    entropy = DifferenceSummary(rows.map { reading.entropy[$0] })
  }
}

/// What changed between two models beside how far the same change is in another precision.
///
/// Both are of the log-probability of the token that occurs. A change that is smaller than its
/// difference between precisions is within the precision of the products.
package struct ReplicatePairSummary: Sendable, Encodable {
  /// `before:after`.
  package let pair: String
  /// Which tokens.
  package let selection: TokenSelection
  /// Whose texts; nil for all.
  package let source: String?
  /// Positions with numbers of both models in both precisions.
  package let positionCount: Int
  /// Selected positions without statistics of one model at least, in one precision at least.
  package let unmeasuredCount: Int
  /// Change: after − before as logged, nats; nil if nothing was measured.
  package let change: DifferenceSummary?
  /// Mean |change| by token with its interval over prompts, nats.
  package let meanAbsoluteChange: Estimate?
  /// Difference: that change in the replicates − that change as logged, nats.
  package let difference: DifferenceSummary?
  /// Root mean square of the change over that of its difference; NaN if nothing was measured.
  package let ratio: Double
  /// Share of positions whose |change| is at most the 99 % of |difference|; nil if nothing was measured.
  package let shareWithin: Estimate?

  /// Reads and summarises a pair; nil if the log has no replicate of one of both models.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init?(
    of pair: PairName, in table: TokenTable, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let logged = try table.values(.logProbabilityChange, of: pair)
    guard let before = try ReplicateReading(pair.before, in: table),
      let after = try ReplicateReading(pair.after, in: table)
    else { return nil }
    let rows = try table.rows(of: pair, selection, source: source)
      .filter { before.isMeasured($0) && after.isMeasured($0) }
    let changes = rows.map { Double(logged[$0]) }
    self.pair = pair.description
    self.selection = selection
    self.source = source
    positionCount = rows.count
    unmeasuredCount = rows.unmeasuredCount
    change = DifferenceSummary(changes)
    // (a′ − b′) − (a − b) = (a′ − a) − (b′ − b).
    difference = DifferenceSummary(
      rows.map { after.logProbability[$0] - before.logProbability[$0] })
    guard let change, let difference else {
      (ratio, shareWithin, meanAbsoluteChange) = (.nan, nil, nil)
      return
    }
    ratio = change.rootMeanSquare / difference.rootMeanSquare
    let bound = difference.percentile99
    let sizes = TextSums(rows) { abs(Double(logged[$0])) }
    meanAbsoluteChange = table.means(of: sizes, at: rows, within: 0...Double.infinity)?.byToken
    let within = TextSums(rows) { abs(Double(logged[$0])) <= bound ? 1 : 0 }
    shareWithin = table.means(of: within, at: rows, isShare: true)?.byToken
  }
}

/// Replicate − value at every token of a log; not finite where one of both is missing.
private struct ReplicateReading {
  let computeType: String
  let replicateType: String
  let logProbability: [Double]
  let entropy: [Double]

  init?(_ model: String, in table: TokenTable) throws {
    guard let replicate = try table.log.replicate(of: model),
      let record = table.log.header.models.first(where: { $0.name == model }),
      let replicateType = record.replicateType
    else { return nil }
    computeType = record.computeType
    self.replicateType = replicateType
    logProbability = Self.difference(
      replicate.logProbability, try table.values(.logProbability, of: model))
    entropy = Self.difference(replicate.entropy, try table.values(.entropy, of: model))
  }

  /// A product that overflows in one precision alone leaves a number in the other.
  func isMeasured(_ index: Int) -> Bool {
    logProbability[index].isFinite && entropy[index].isFinite
  }

  private static func difference(_ replicate: [Float], _ value: [Float]) -> [Double] {
    zip(replicate, value).map { Double($0) - Double($1) }
  }
}
