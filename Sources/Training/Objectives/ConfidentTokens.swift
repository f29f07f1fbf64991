import Foundation

/// RL without the tokens that the policy is confident of (the paper's figure A2).
///
///     token t is left out where π(y_t) > threshold
///
/// The paper calls them low-entropy tokens, but the threshold (0.5, 0.8, 0.9 there) is on the
/// probability of the token that was sampled. It doesn't say whether the others then weigh more:
/// `maskGradients` leaves loss and normalisation as they are, `drop` takes the tokens out of both.
package struct ConfidentTokens: Sendable, Equatable {
  /// The probability above which a token is left out, in 0...1.
  package var threshold: Double

  /// Leaves out tokens of more than that probability.
  package init(above threshold: Double) { self.threshold = threshold }

  /// Sets the derivatives at confident tokens of rollouts to 0; the loss keeps its value.
  ///
  /// The loss is a constant there. Demonstrations keep their derivatives.
  package func maskGradients(
    of result: inout ObjectiveResult, on batch: ObjectiveBatch
  ) throws(ObjectiveError) {
    for token in try confidentTokens(of: batch) {
      result.dTokenLogProbs[token] = 0
      result.dEntropies[token] = 0
      result.divergence?.dDivergences[token] = 0
      result.diagnostics.confidentCount += 1
    }
  }

  /// Takes confident tokens of rollouts out of the batch's mask, and so out of loss and counts.
  ///
  /// `BatchTotals` of micro-batches have to be taken afterwards.
  ///
  /// - Returns: how many tokens that were.
  @discardableResult
  package func drop(from batch: inout ObjectiveBatch) throws(ObjectiveError) -> Int {
    let tokens = try confidentTokens(of: batch)
    var mask =
      batch.responseMask ?? Array(repeating: true, count: batch.policyLogProbs.count)
    for token in tokens { mask[token] = false }
    batch.responseMask = mask
    return tokens.count
  }

  /// The counted tokens of rollouts whose probability is above the threshold.
  private func confidentTokens(of batch: ObjectiveBatch) throws(ObjectiveError) -> [Int] {
    guard (0...1).contains(threshold) else {
      throw .badSetting(name: "the confidence threshold", value: threshold, allowed: "in 0...1")
    }
    try batch.check(.rollout, [.policyLogProb])
    return batch.rows.filter { $0.kind == .rollout }.flatMap { row in
      batch.countedTokens(of: row).filter { exp(batch.policyLogProbs[$0]) > threshold }
    }
  }
}
