/// Group-relative policy optimisation on rollouts (the paper's equations 2 and 3).
///
///     L = −Σ_k Σ_t w_kt · min( r A_k, clip(r, 1 − ε_low, 1 + ε_high) A_k )
///         + β Σ_k Σ_t w_kt · KL̂_t − c Σ_k Σ_t w'_kt · H_t
///
///     r = exp(log π(y_t) − log π_behaviour(y_t)),   ∂(r A)/∂log π = r A where not clipped, else 0
///
/// w is the `aggregation`: equation 3 has (1/G)(1/|y|), Dr. GRPO a constant length. `GroupAdvantage`
/// fills in A_k beforehand, once per batch of rollouts; several optimiser steps on it reuse the
/// advantages and the behaviour's log-probabilities. A_k is a constant in the gradient.
/// Demonstrations in the batch are ignored.
package struct GRPO: Sendable, Equatable {
  /// The range outside of which ratios get no gradient; `nil`: never clipped.
  package var clipRange: ClipRange?
  /// How tokens are weighed in policy term and KL.
  package var aggregation: LossAggregation
  /// A penalty on leaving the reference; `nil`: none.
  package var klPenalty: KLPenalty?
  /// A reward for staying undecided; `nil`: none.
  package var entropyBonus: EntropyBonus?

  /// GRPO as in equation 3, without KL and bonus.
  package init(
    clipRange: ClipRange? = ClipRange(),
    aggregation: LossAggregation = .sequenceMeanOfTokenMeans,
    klPenalty: KLPenalty? = nil, entropyBonus: EntropyBonus? = nil
  ) {
    (self.clipRange, self.aggregation) = (clipRange, aggregation)
    (self.klPenalty, self.entropyBonus) = (klPenalty, entropyBonus)
  }

  /// The loss on the batch's rollouts, whose advantages are set.
  ///
  /// - Parameters:
  ///   - batch: rollouts with the log-probabilities that they were sampled with.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` on NaN or infinite input and on exploding ratios, naming sequence
  ///   and token, and on a KL without reference.
  package func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil, terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    try check(batch)
    let tally = (totals ?? BatchTotals(of: batch)).rollouts
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    for (sequence, row) in batch.rows.enumerated() where row.kind == .rollout {
      let tokens = batch.countedTokens(of: row)
      let weight = aggregation.tokenWeight(tokenCount: tokens.count, in: tally)
      result.diagnostics.advantage.add(row.advantage)
      for token in tokens {
        let ratio = try batch.importanceRatio(
          at: token, to: batch.behaviorLogProbs, .behaviorLogProb, sequence: sequence)
        let surrogate = ClippedSurrogate(
          ratio: ratio, ratioSlope: ratio, advantage: row.advantage, clipRange: clipRange)
        if terms.contains(.rolloutPolicy) {
          result.terms.rolloutPolicy -= weight * surrogate.value
          result.dTokenLogProbs[token] -= weight * surrogate.slope
        }
        result.diagnostics.importanceRatio.add(ratio)
        result.diagnostics.count(surrogate.clipping)
        result.diagnostics.countedRolloutEntropy.add(batch.entropies[token])
        if terms.contains(.divergence) {
          try addKL(at: token, of: sequence, weight: weight, batch, to: &result)
        }
      }
      if terms.contains(.entropyBonus) {
        entropyBonus?.add(tokens, tally: tally, batch, to: &result)
      }
    }
    return result
  }

  private func check(_ batch: ObjectiveBatch) throws(ObjectiveError) {
    try clipRange?.check()
    // Beside demonstrations, whose parts of a batch have no reference.
    if klPenalty != nil, batch.referenceLogProbs == nil,
      batch.rows.contains(where: { $0.kind == .rollout })
    {
      throw .missing(.referenceLogProb)
    }
    try batch.check(.rollout, [.policyLogProb, .entropy, .behaviorLogProb])
    if klPenalty != nil { try batch.check(.rollout, [.referenceLogProb]) }
    try batch.check(.rollout, .advantage) { $0.advantage }
  }

  private func addKL(
    at token: Int, of sequence: Int, weight: Double, _ batch: ObjectiveBatch,
    to result: inout ObjectiveResult
  ) throws(ObjectiveError) {
    guard let klPenalty, let reference = batch.referenceLogProbs?[token] else { return }
    let policy = batch.policyLogProbs[token]
    let estimate = klPenalty.estimator.estimate(policy: policy, reference: reference)
    guard estimate.value.isFinite else {
      throw .explodingRatio(
        to: .referenceLogProb, logRatio: policy - reference, sequence: sequence,
        token: token - batch.rows[sequence].tokens.lowerBound)
    }
    result.terms.divergence += klPenalty.coefficient * weight * estimate.value
    result.dTokenLogProbs[token] += klPenalty.coefficient * weight * estimate.slope
    result.diagnostics.divergence.add(estimate.value)
  }
}

extension EntropyBonus {
  /// Adds the bonus of one row's counted tokens.
  func add(
    _ tokens: [Int], tally: BatchTotals.Tally, _ batch: ObjectiveBatch,
    to result: inout ObjectiveResult
  ) {
    let weight = coefficient * aggregation.tokenWeight(tokenCount: tokens.count, in: tally)
    for token in tokens {
      result.terms.entropyBonus -= weight * batch.entropies[token]
      result.dEntropies[token] -= weight
    }
  }
}
