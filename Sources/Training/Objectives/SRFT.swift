/// Supervised reinforcement fine-tuning: imitation and reinforcement in one stage (equation 13).
///
///     L = L_SFT^demo + L_RL^demo + L_RL^self
///
///     L_SFT^demo = w_SFT · E_demo[ −log π(y|x) ],                w_SFT = 0.5 · sg(exp(−H(π)))   Eq. 8
///     L_RL^demo  = −E_demo[ Σ_t π(y_t)/π_β(y_t) · A ],           π_β = 1, no clip        Eqs. 9, 10
///     L_RL^self  = w_RL · E_{y+}[ −log π(y|x) ] + E_{y−}[ log π(y|x) ]
///                                                                w_RL = 0.1 · sg(exp(+H(π)))   Eq. 12
///
/// Both weights, and the advantages, are constants in the gradient (sg = stop-gradient): no
/// derivative runs through the entropy in them. So per token of a demonstration
///
///     ∂L/∂log π(y_t) = −(w_SFT + A · π(y_t)) · weight of the token
///
/// Each choice that the paper leaves open, or that its code makes otherwise, is a property;
/// `SRFT.paper` and `SRFT.releasedCode` are the two readings, with a table beside them. Start from
/// one of both and change properties; how many demonstrations a step gets is the trainer's business.
package struct SRFT: Sendable, Equatable {
  // MARK: Weights

  /// w_SFT.
  package var sftWeight: EntropyWeight
  /// w_RL.
  package var rolloutWeight: EntropyWeight
  /// Over what H in both is averaged.
  package var entropyScope: EntropyScope
  /// Which rollouts w_RL weighs.
  package var rolloutWeightScope: RolloutWeightScope

  // MARK: Demonstrations

  /// What their probability is divided by.
  package var demonstrationBehavior: DemonstrationBehavior
  /// What is done to that ratio.
  package var ratioShaping: RatioShaping
  /// The range outside of which the (shaped) ratio gets no gradient; `nil`: never clipped.
  package var demonstrationClip: ClipRange?
  /// How many rollouts stand beside them; the sampler's business, kept here with the rest.
  package var demonstrationPlace: DemonstrationPlace

  // MARK: Rollouts

  /// Signs or advantages.
  package var rolloutFeedback: RolloutFeedback
  /// What they multiply.
  package var rolloutSurrogate: RolloutSurrogate
  /// The advantages A_k of equation 7.
  package var groupAdvantage: GroupAdvantage

  // MARK: Normalisation

  /// What the SFT term is divided by.
  package var sftNormalization: TermNormalization
  /// What the demonstrations' RL term is divided by.
  package var demonstrationNormalization: TermNormalization
  /// What the rollouts' term is divided by.
  package var rolloutNormalization: TermNormalization

  // MARK: Beside the three terms

  /// A reward for staying undecided; `nil`: none.
  package var entropyBonus: EntropyBonus?
  /// The rows that it looks at; `ownTerm` is the same as `all`.
  package var entropyBonusSource: EntropySource
  /// A factor on the demonstrations' RL term; 0 leaves it out.
  package var demonstrationCoefficient: Double
  /// A factor on the rollouts' term; 0 leaves it out.
  package var rolloutCoefficient: Double

  /// Sets the advantages of all rows as `groupAdvantage` says; whole groups have to be there.
  ///
  /// - Returns: the outcome of each group, by its number.
  @discardableResult
  package func assignAdvantages(
    to batch: inout ObjectiveBatch
  ) throws(ObjectiveError) -> [Int: GroupOutcome] {
    try groupAdvantage.assign(to: &batch)
  }

  /// The loss on a batch of rollouts and demonstrations, whose advantages are set.
  ///
  /// - Parameters:
  ///   - batch: rollouts and demonstrations.
  ///   - totals: those of the whole batch, if this is a part of it.
  ///   - terms: which of the terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: `ObjectiveError` on NaN or infinite input and on exploding ratios, naming sequence
  ///   and token, and on a missing array.
  package func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil, terms: LossParts = .all
  ) throws(ObjectiveError) -> ObjectiveResult {
    // All of them first, so that the error names a token where this batch has the culprit.
    for kind in ObjectiveBatch.Kind.allCases {
      try batch.check(kind, [.policyLogProb, .entropy])
    }
    let totals = totals ?? BatchTotals(of: batch)
    var result = ObjectiveResult(positionCount: batch.policyLogProbs.count)
    if terms.contains(.imitation) { result.add(try demonstrationSFT(batch, totals: totals)) }
    if terms.contains(.demonstrationPolicy) {
      result.add(
        try demonstrationPolicy(batch, totals: totals), scaledBy: demonstrationCoefficient)
    }
    if terms.contains(.rolloutPolicy) {
      result.add(try selfRollout(batch, totals: totals), scaledBy: rolloutCoefficient)
    }
    if terms.contains(.entropyBonus) { addBonus(batch, totals, to: &result) }
    return result
  }

  private func addBonus(
    _ batch: ObjectiveBatch, _ totals: BatchTotals, to result: inout ObjectiveResult
  ) {
    guard let entropyBonus else { return }
    let source = entropyBonusSource == .ownTerm ? .all : entropyBonusSource
    for row in batch.rows where source.includes(row.kind) {
      entropyBonus.add(
        batch.countedTokens(of: row), tally: source.tally(of: row.kind, totals), batch,
        to: &result)
    }
  }
}

extension EntropySource {
  /// Whether rows of a kind are looked at.
  func includes(_ kind: ObjectiveBatch.Kind) -> Bool {
    switch self {
    case .ownTerm, .all: true
    case .demonstrations: kind == .demonstration
    case .rollouts: kind == .rollout
    }
  }

  /// The counts of the rows looked at, for a term over rows of a kind.
  func tally(of kind: ObjectiveBatch.Kind, _ totals: BatchTotals) -> BatchTotals.Tally {
    switch self {
    case .ownTerm: kind == .rollout ? totals.rollouts : totals.demonstrations
    case .demonstrations: totals.demonstrations
    case .rollouts: totals.rollouts
    case .all: totals.all
    }
  }
}
