/// How the losses of tokens become one number.
///
/// N sequences with |y_k| counted tokens each; the counts are those of the *whole* batch, so that
/// micro-batches add up to it. A sequence without a counted token still counts as a sequence.
package enum LossAggregation: Sendable, Equatable {
  /// Σ_k Σ_t ℓ / Σ_k |y_k|: each token weighs the same. TRL's `bnpo` and `dapo`.
  case tokenMean
  /// (1/N) Σ_k (1/|y_k|) Σ_t ℓ: each sequence weighs the same. GRPO's equation 3, TRL's `grpo`.
  case sequenceMeanOfTokenMeans
  /// (1/N) Σ_k Σ_t ℓ: the expectation of a sequence's log-probability, as in the SRFT paper's
  /// equations.
  case sequenceMeanOfTokenSums
  /// (1/(N·L)) Σ_k Σ_t ℓ with a constant L, usually the longest response allowed: Dr. GRPO.
  case sequenceMeanOverFixedLength(Int)

  /// What one token of a sequence is multiplied by.
  func tokenWeight(tokenCount: Int, in tally: BatchTotals.Tally) -> Double {
    let sequences = Double(max(tally.sequenceCount, 1))
    switch self {
    case .tokenMean: return 1 / Double(max(tally.tokenCount, 1))
    case .sequenceMeanOfTokenMeans: return 1 / (sequences * Double(max(tokenCount, 1)))
    case .sequenceMeanOfTokenSums: return 1 / sequences
    case .sequenceMeanOverFixedLength(let length):
      precondition(length > 0, "the fixed length is \(length), not positive")
      return 1 / (sequences * Double(length))
    }
  }
}

/// Counts of a whole batch, by which its micro-batches are normalised.
///
/// Add the totals of the parts, hand the sum to each part, and losses and derivatives add up to
/// those of the whole.
package struct BatchTotals: Sendable, Equatable {
  /// Counts of some of the rows.
  package struct Tally: Sendable, Equatable {
    /// Number of responses.
    package var sequenceCount = 0
    /// Number of counted tokens.
    package var tokenCount = 0
    /// Sum of the entropies of the counted tokens, in nats.
    package var entropySum = 0.0

    /// Mean entropy per counted token; 0 without any.
    package var meanEntropy: Double { entropySum / Double(max(tokenCount, 1)) }

    /// Both together.
    package static func + (a: Self, b: Self) -> Self {
      Self(
        sequenceCount: a.sequenceCount + b.sequenceCount, tokenCount: a.tokenCount + b.tokenCount,
        entropySum: a.entropySum + b.entropySum)
    }
  }

  /// Rollouts with a reward above 0.
  package var rightRollouts = Tally()
  /// The other rollouts.
  package var wrongRollouts = Tally()
  /// Demonstrations.
  package var demonstrations = Tally()
  /// Those of them whose prompt rollouts answer as well.
  package var groupedDemonstrations = Tally()

  /// All rollouts.
  package var rollouts: Tally { rightRollouts + wrongRollouts }
  /// All responses.
  package var all: Tally { rollouts + demonstrations }

  /// The totals of one batch.
  package init(of batch: ObjectiveBatch) {
    batch.checkShapes()
    for row in batch.rows {
      let tokens = batch.countedTokens(of: row)
      let tally = Tally(
        sequenceCount: 1, tokenCount: tokens.count,
        entropySum: tokens.reduce(0) { $0 + batch.entropies[$1] })
      switch (row.kind, row.reward > 0) {
      case (.demonstration, _):
        demonstrations = demonstrations + tally
        if row.hasRollouts { groupedDemonstrations = groupedDemonstrations + tally }
      case (.rollout, true): rightRollouts = rightRollouts + tally
      case (.rollout, false): wrongRollouts = wrongRollouts + tally
      }
    }
  }

  /// Both together.
  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.rightRollouts = a.rightRollouts + b.rightRollouts
    sum.wrongRollouts = a.wrongRollouts + b.wrongRollouts
    sum.demonstrations = a.demonstrations + b.demonstrations
    sum.groupedDemonstrations = a.groupedDemonstrations + b.groupedDemonstrations
    return sum
  }
}
