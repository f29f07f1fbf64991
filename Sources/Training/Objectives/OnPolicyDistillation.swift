/// On-policy distillation: the policy's own rollouts, a teacher's whole distribution at each token.
///
///     L = E_{y~π}[ Σ_t w_t · KL_t ],   KL_t = KL(π(·|y_{<t}) ‖ π_teacher(·|y_{<t})) or reversed
///
/// The rollouts are constants: no gradient runs through how they were sampled. This is generalised
/// knowledge distillation (arXiv 2306.13649) at λ = 1 with its β at one of both ends, as in TRL's
/// `GKDTrainer`, and, with KL(π ‖ π_teacher), the loss of on-policy distillation as it is known since.
/// What the student learns from is its own text, so that its objective and whose text it learns from can be
/// told apart: the control that compares imitation and reinforcement needs.
///
/// Rewards and advantages have no part in it. The divergences are computed where whole distributions are
/// at hand; here they are numbers, and the result says how much each weighs: `∂L/∂KL_t`.
package struct OnPolicyDistillation: Sendable, Equatable {
  /// How tokens are weighed.
  package var aggregation: LossAggregation
  /// The order of the divergence; the reference is the teacher.
  package var direction: KLDirection

  /// By default each token weighs the same, and mass where the teacher has little is punished.
  package init(
    aggregation: LossAggregation = .tokenMean, direction: KLDirection = .policyReference
  ) {
    (self.aggregation, self.direction) = (aggregation, direction)
  }

  /// The loss on the batch's rollouts; demonstrations are ignored.
  ///
  /// - Parameters:
  ///   - batch: what the policy wrote.
  ///   - divergences: KL at each position of the batch, in `direction`, in nats, both distributions at the
  ///     rollouts' temperature.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` on NaN or infinite input, naming sequence and token.
  package func evaluate(
    _ batch: ObjectiveBatch, divergences: [Double], totals: BatchTotals? = nil,
    terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    try batch.check(.rollout, [.policyLogProb, .entropy, .behaviorLogProb])
    try batch.check(.rollout, .divergence, divergences)
    let tally = (totals ?? BatchTotals(of: batch)).rollouts
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    var gradient = [Double](repeating: 0, count: divergences.count)
    for (sequence, row) in batch.rows.enumerated() where row.kind == .rollout {
      let tokens = batch.countedTokens(of: row)
      let weight = aggregation.tokenWeight(tokenCount: tokens.count, in: tally)
      for token in tokens {
        result.diagnostics.countedRolloutEntropy.add(batch.entropies[token])
        result.diagnostics.importanceRatio.add(
          try batch.importanceRatio(
            at: token, to: batch.behaviorLogProbs, .behaviorLogProb, sequence: sequence))
        guard terms.contains(.divergence) else { continue }
        result.terms.divergence += weight * divergences[token]
        result.diagnostics.divergence.add(divergences[token])
        gradient[token] += weight
      }
    }
    result.divergence = DivergenceGradient(direction: direction, dDivergences: gradient)
    return result
  }
}
