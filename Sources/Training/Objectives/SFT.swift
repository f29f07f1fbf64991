/// Supervised fine-tuning on demonstrations (the paper's equation 1).
///
///     L_SFT = E_{(x,y)~D}[ −log π(y|x) ],   log π(y|x) = Σ_t log π(y_t | x, y_{<t})
///
/// `aggregation` says what the expectation divides by; equation 1 as written, and Appendix D, is
/// `.sequenceMeanOfTokenSums`, while trainers take `.tokenMean`. Rollouts in the batch are ignored.
///
///     ∂L/∂log π(y_t) = −weight of the token
package struct SFT: Sendable, Equatable {
  /// How tokens are weighed.
  package var aggregation: LossAggregation

  /// SFT; by default each token weighs the same.
  package init(aggregation: LossAggregation = .tokenMean) { self.aggregation = aggregation }

  /// The loss on the batch's demonstrations.
  ///
  /// - Parameters:
  ///   - batch: what to imitate.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` on NaN or infinite input, naming sequence and token.
  package func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil, terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    try batch.check(.demonstration, [.policyLogProb, .entropy])
    let tally = (totals ?? BatchTotals(of: batch)).demonstrations
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    guard terms.contains(.imitation) else { return result }
    for row in batch.rows where row.kind == .demonstration {
      let tokens = batch.countedTokens(of: row)
      let weight = aggregation.tokenWeight(tokenCount: tokens.count, in: tally)
      for token in tokens {
        result.terms.demonstrationSFT -= weight * batch.policyLogProbs[token]
        result.dTokenLogProbs[token] -= weight
        result.diagnostics.demonstrationEntropy.add(batch.entropies[token])
      }
    }
    return result
  }
}
