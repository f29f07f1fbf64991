/// SFT with a KL divergence to a reference over the whole vocabulary (the paper's equation A1).
///
///     L = L_SFT + β · E_{(x,y)~D}[ Σ_t KL_t ],   KL_t = KL(π(·|y_{<t}) ‖ π_ref(·|y_{<t})) or reversed
///
/// The paper has β = 0.2 and doesn't say which direction. Both sums run over the demonstrations'
/// counted tokens with the same `aggregation`. The divergences are computed where whole
/// distributions are at hand; here they are numbers, and the result says how much each weighs:
/// `∂L/∂KL_t`. Whoever has the logits carries that on to them.
package struct SFTWithKL: Sendable, Equatable {
  /// How tokens are weighed, in both terms.
  package var aggregation: LossAggregation
  /// β, at least 0.
  package var coefficient: Double
  /// The order of the divergence.
  package var direction: KLDirection

  /// SFT with a KL term; by default with the paper's β, and the direction that is a sum over the
  /// policy's own distribution, as in the usual penalty on a policy.
  package init(
    aggregation: LossAggregation = .tokenMean, coefficient: Double = 0.2,
    direction: KLDirection = .policyReference
  ) {
    (self.aggregation, self.coefficient) = (aggregation, coefficient)
    self.direction = direction
  }

  /// The loss on the batch's demonstrations.
  ///
  /// - Parameters:
  ///   - batch: what to imitate.
  ///   - divergences: KL at each position of the batch, in `direction`, in nats.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` on NaN or infinite input, naming sequence and token.
  package func evaluate(
    _ batch: ObjectiveBatch, divergences: [Double], totals: BatchTotals? = nil,
    terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    guard coefficient >= 0, coefficient.isFinite else {
      throw .badSetting(name: "the KL coefficient", value: coefficient, allowed: "0 or more")
    }
    let totals = totals ?? BatchTotals(of: batch)
    var result = try SFT(aggregation: aggregation).evaluate(
      batch, totals: totals, terms: terms)
    try batch.check(.demonstration, .divergence, divergences)
    guard terms.contains(.divergence) else { return result }
    var gradient = [Double](repeating: 0, count: divergences.count)
    for row in batch.rows where row.kind == .demonstration {
      let tokens = batch.countedTokens(of: row)
      let weight = aggregation.tokenWeight(tokenCount: tokens.count, in: totals.demonstrations)
      for token in tokens {
        result.terms.divergence += coefficient * weight * divergences[token]
        result.diagnostics.divergence.add(divergences[token])
        gradient[token] += coefficient * weight
      }
    }
    result.divergence = DivergenceGradient(direction: direction, dDivergences: gradient)
    return result
  }
}
