/// The three terms, one by one: a learning rate of its own for a term is a separate update with
/// that term's result.
extension SRFT {
  /// Equation 8: w_SFT · (−log π) on demonstrations.
  package func demonstrationSFT(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil
  ) throws(ObjectiveError) -> ObjectiveResult {
    let totals = totals ?? BatchTotals(of: batch)
    try check(batch, .demonstration, totals)
    let tally = sftNormalization.tally(own: totals.demonstrations, totals)
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    for row in batch.rows where row.kind == .demonstration {
      let tokens = batch.countedTokens(of: row)
      let share = sftNormalization.aggregation.tokenWeight(tokenCount: tokens.count, in: tally)
      let entropy = entropy(for: row, batch, totals)
      for token in tokens {
        let weight = sftWeight.value(at: entropy ?? batch.entropies[token])
        result.terms.demonstrationSFT -= share * weight * batch.policyLogProbs[token]
        result.dTokenLogProbs[token] -= share * weight
        result.diagnostics.sftWeight.add(weight)
        result.diagnostics.demonstrationEntropy.add(batch.entropies[token])
      }
    }
    return result
  }

  /// Equations 9 and 10: −A · π/π_β on demonstrations whose prompt rollouts answer as well.
  ///
  /// The others have no advantage. Counting them would make the expectation smaller the more of them
  /// are imitated beside.
  package func demonstrationPolicy(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil
  ) throws(ObjectiveError) -> ObjectiveResult {
    let totals = totals ?? BatchTotals(of: batch)
    try check(batch, .demonstration, totals)
    try batch.check(.demonstration, .advantage) { $0.advantage }
    try demonstrationClip?.check()
    let (behavior, quantity) = try behaviorOfDemonstrations(batch)
    let tally = demonstrationNormalization.tally(own: totals.groupedDemonstrations, totals)
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    for (sequence, row) in batch.rows.enumerated()
    where row.kind == .demonstration && row.hasRollouts {
      let tokens = batch.countedTokens(of: row)
      let share = demonstrationNormalization.aggregation.tokenWeight(
        tokenCount: tokens.count, in: tally)
      result.diagnostics.demonstrationAdvantage.add(row.advantage)
      for token in tokens {
        let ratio = try batch.exponential(
          batch.policyLogProbs[token] - (behavior?[token] ?? 0), at: token, quantity,
          sequence: sequence)
        let shaped = ratioShaping.shape(ratio)
        let surrogate = ClippedSurrogate(
          ratio: shaped.value, ratioSlope: shaped.slope, advantage: row.advantage,
          clipRange: demonstrationClip)
        result.terms.demonstrationPolicy -= share * surrogate.value
        result.dTokenLogProbs[token] -= share * surrogate.slope
        result.diagnostics.demonstrationRatio.add(ratio)
        if surrogate.clipping != .none { result.diagnostics.clippedDemonstrationCount += 1 }
      }
    }
    return result
  }

  /// Equation 12: w_RL · (−log π) on right rollouts, log π on wrong ones.
  ///
  /// The choices may make advantages of the signs, and a ratio of log π.
  package func selfRollout(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil
  ) throws(ObjectiveError) -> ObjectiveResult {
    let totals = totals ?? BatchTotals(of: batch)
    try check(batch, .rollout, totals)
    try batch.check(.rollout, [.behaviorLogProb])
    try batch.check(.rollout, .advantage) { $0.advantage }
    if case .importanceRatio(let clip?) = rolloutSurrogate { try clip.check() }
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    for (sequence, row) in batch.rows.enumerated() where row.kind == .rollout {
      let tokens = batch.countedTokens(of: row)
      let share = rolloutNormalization.aggregation.tokenWeight(
        tokenCount: tokens.count, in: rolloutTally(for: row, totals))
      result.diagnostics.advantage.add(row.advantage)
      for token in tokens {
        try addRollout(token, of: sequence, share: share, batch, totals, to: &result)
      }
    }
    return result
  }

  private func addRollout(
    _ token: Int, of sequence: Int, share: Double, _ batch: ObjectiveBatch, _ totals: BatchTotals,
    to result: inout ObjectiveResult
  ) throws(ObjectiveError) {
    let row = batch.rows[sequence]
    let feedback = rolloutFeedback == .advantages ? row.advantage : (row.reward > 0 ? 1 : -1)
    var weight = 1.0
    if rolloutWeightScope == .all || feedback > 0 {
      weight = rolloutWeight.value(at: entropy(for: row, batch, totals) ?? batch.entropies[token])
      result.diagnostics.rolloutWeight.add(weight)
    }
    let ratio = try batch.importanceRatio(
      at: token, to: batch.behaviorLogProbs, .behaviorLogProb, sequence: sequence)
    result.diagnostics.importanceRatio.add(ratio)
    result.diagnostics.countedRolloutEntropy.add(batch.entropies[token])
    switch rolloutSurrogate {
    case .logProbability:
      result.terms.rolloutPolicy -= share * weight * feedback * batch.policyLogProbs[token]
      result.dTokenLogProbs[token] -= share * weight * feedback
    case .importanceRatio(let clip):
      let surrogate = ClippedSurrogate(
        ratio: ratio, ratioSlope: ratio, advantage: feedback, clipRange: clip)
      result.terms.rolloutPolicy -= share * weight * surrogate.value
      result.dTokenLogProbs[token] -= share * weight * surrogate.slope
      result.diagnostics.count(surrogate.clipping)
    }
  }

  // MARK: What the choices come to

  /// The entropy in a row's weight; `nil`: each token's own.
  private func entropy(
    for row: ObjectiveBatch.Row, _ batch: ObjectiveBatch, _ totals: BatchTotals
  ) -> Double? {
    switch entropyScope {
    case .token: nil
    case .sequence: batch.meanEntropy(of: row)
    case .batch(let source): source.tally(of: row.kind, totals).meanEntropy
    case .given(let value): value
    }
  }

  private func rolloutTally(
    for row: ObjectiveBatch.Row, _ totals: BatchTotals
  ) -> BatchTotals.Tally {
    guard rolloutFeedback == .signsNormalizedApart else {
      return rolloutNormalization.tally(own: totals.rollouts, totals)
    }
    return rolloutNormalization.tally(
      own: row.reward > 0 ? totals.rightRollouts : totals.wrongRollouts, totals)
  }

  private func behaviorOfDemonstrations(
    _ batch: ObjectiveBatch
  ) throws(ObjectiveError) -> ([Double]?, ObjectiveQuantity) {
    switch demonstrationBehavior {
    case .one: return (nil, .policyLogProb)
    case .recordedTeacher:
      guard let behavior = batch.behaviorLogProbs else { throw .missing(.behaviorLogProb) }
      try batch.check(.demonstration, [.behaviorLogProb])
      return (behavior, .behaviorLogProb)
    case .oldPolicy:
      try batch.check(.demonstration, [.oldPolicyLogProb])
      return (batch.oldPolicyLogProbs ?? batch.policyLogProbs, .oldPolicyLogProb)
    }
  }

  private func check(
    _ batch: ObjectiveBatch, _ kind: ObjectiveBatch.Kind, _ totals: BatchTotals
  ) throws(ObjectiveError) {
    try batch.check(kind, [.policyLogProb, .entropy])
    if case .probabilityOver(let constant) = ratioShaping, !(constant > 0 && constant.isFinite) {
      throw .badSetting(name: "the shaping constant", value: constant, allowed: "above 0")
    }
    switch entropyScope {
    case .given(let entropy) where !(entropy >= 0 && entropy.isFinite):
      throw .badSetting(name: "the given entropy", value: entropy, allowed: "0 or more nats")
    case .batch where !totals.all.entropySum.isFinite:
      // Another micro-batch's NaN would otherwise get into this one's weights.
      throw .badSetting(
        name: "the whole batch's sum of entropies", value: totals.all.entropySum,
        allowed: "finite: a micro-batch has a token whose entropy isn't")
    default: break
    }
  }
}
