/// Plain SFT + RL: the sum without entropy weights (the paper's baseline of figure 5).
///
///     L = a · L_SFT(demonstrations) + b · L_GRPO(rollouts)
///
/// Demonstrations have no part in the rollouts' advantages unless `GroupAdvantage` was told so.
package struct PlainSum: Sendable, Equatable {
  /// The demonstrations' loss.
  package var sft: SFT
  /// The rollouts' loss.
  package var grpo: GRPO
  /// a.
  package var sftCoefficient: Double
  /// b.
  package var grpoCoefficient: Double

  /// The sum, by default with both coefficients 1.
  package init(
    sft: SFT = SFT(), grpo: GRPO = GRPO(), sftCoefficient: Double = 1, grpoCoefficient: Double = 1
  ) {
    (self.sft, self.grpo) = (sft, grpo)
    (self.sftCoefficient, self.grpoCoefficient) = (sftCoefficient, grpoCoefficient)
  }

  /// The loss on a batch of rollouts and demonstrations, whose advantages are set.
  ///
  /// - Parameters:
  ///   - batch: rollouts and demonstrations.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` as the two objectives do.
  package func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil, terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    let totals = totals ?? BatchTotals(of: batch)
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    if terms.contains(.imitation) {
      result.add(try sft.evaluate(batch, totals: totals), scaledBy: sftCoefficient)
    }
    if terms != .imitation {
      result.add(
        try grpo.evaluate(batch, totals: totals, terms: terms), scaledBy: grpoCoefficient)
    }
    return result
  }
}
