/// The responses that an objective looks at: one flat array per token quantity, one row per
/// response.
///
/// Positions that no row covers, or that the mask leaves out, never touch a loss; what they hold
/// (NaN, say) doesn't matter, and their derivatives are 0. All log-probabilities and entropies are
/// in nats.
package struct ObjectiveBatch: Sendable, Equatable {
  /// Who wrote a response.
  package enum Kind: Sendable, Hashable, CaseIterable {
    /// The policy, sampled during training.
    case rollout
    /// An outside expert.
    case demonstration
  }

  /// One response: where its tokens are, and what it earned.
  package struct Row: Sendable, Equatable {
    /// Its positions in the flat arrays.
    package var tokens: Range<Int>
    /// Who wrote it.
    package var kind: Kind
    /// The prompt it answers; responses to one prompt share a number.
    package var group: Int
    /// The verifier's verdict, as given: above 0 counts as right.
    package var reward: Double
    /// The reward after the group's baseline; `GroupAdvantage` fills it in.
    package var advantage: Double
    /// Whether rollouts answer the same prompt; `GroupAdvantage` fills it in.
    ///
    /// A demonstration without any has no group to be better than, and no part in equation 9.
    package var hasRollouts = true

    /// A response at these positions.
    package init(
      tokens: Range<Int>, kind: Kind = .rollout, group: Int = 0, reward: Double = 0,
      advantage: Double = 0
    ) {
      (self.tokens, self.kind, self.group) = (tokens, kind, group)
      (self.reward, self.advantage) = (reward, advantage)
    }
  }

  /// The responses, in any order.
  package var rows: [Row]
  /// log π(y_t) of the policy in training, for each position.
  package var policyLogProbs: [Double]
  /// Entropy of the policy's whole next-token distribution, for each position.
  package var entropies: [Double]
  /// log-probability under whoever wrote the token: sampling policy, or demonstration's teacher.
  ///
  /// `nil`: the policy itself, with no update in between; importance ratios are then 1.
  package var behaviorLogProbs: [Double]?
  /// log-probability under the policy before the first update on this batch.
  ///
  /// Only demonstrations with `DemonstrationBehavior.oldPolicy` ask for it. `nil`: the policy
  /// itself.
  package var oldPolicyLogProbs: [Double]?
  /// log-probability under a frozen reference, for KL estimators.
  package var referenceLogProbs: [Double]?
  /// Which positions count; `nil`: all that a row covers.
  package var responseMask: [Bool]?

  /// A batch; all arrays have one length, and all rows lie inside it.
  package init(
    rows: [Row], policyLogProbs: [Double], entropies: [Double],
    behaviorLogProbs: [Double]? = nil, oldPolicyLogProbs: [Double]? = nil,
    referenceLogProbs: [Double]? = nil, responseMask: [Bool]? = nil
  ) {
    self.rows = rows
    self.policyLogProbs = policyLogProbs
    self.entropies = entropies
    self.behaviorLogProbs = behaviorLogProbs
    self.oldPolicyLogProbs = oldPolicyLogProbs
    self.referenceLogProbs = referenceLogProbs
    self.responseMask = responseMask
  }

  /// Positions of a row that count.
  func countedTokens(of row: Row) -> [Int] {
    guard let responseMask else { return Array(row.tokens) }
    return row.tokens.filter { responseMask[$0] }
  }

  /// Mean entropy over the counted tokens of a row; 0 where there are none.
  func meanEntropy(of row: Row) -> Double {
    let tokens = countedTokens(of: row)
    return tokens.reduce(0) { $0 + entropies[$1] } / Double(max(tokens.count, 1))
  }
}

// MARK: Checks

extension ObjectiveBatch {
  /// The values of one quantity, or `nil` where the batch has none.
  private func values(of quantity: ObjectiveQuantity) -> [Double]? {
    switch quantity {
    case .policyLogProb: policyLogProbs
    case .behaviorLogProb: behaviorLogProbs
    case .oldPolicyLogProb: oldPolicyLogProbs
    case .referenceLogProb: referenceLogProbs
    case .entropy: entropies
    case .divergence: nil
    }
  }

  /// Traps unless all arrays fit each other: a mistake of the program, not of its input.
  func checkShapes() {
    let count = policyLogProbs.count
    let others: [(String, Int?)] = [
      ("entropies", entropies.count), ("behaviorLogProbs", behaviorLogProbs?.count),
      ("oldPolicyLogProbs", oldPolicyLogProbs?.count),
      ("referenceLogProbs", referenceLogProbs?.count), ("responseMask", responseMask?.count),
    ]
    for case (let name, let other?) in others {
      precondition(other == count, "\(name) has \(other) positions, policyLogProbs has \(count)")
    }
    for row in rows {
      precondition(
        row.tokens.lowerBound >= 0 && row.tokens.upperBound <= count,
        "a row covers \(row.tokens) of \(count) positions")
    }
  }

  /// Throws unless every counted token of the rows of a kind has usable values.
  func check(_ kind: Kind, _ quantities: [ObjectiveQuantity]) throws(ObjectiveError) {
    checkShapes()
    for quantity in quantities {
      guard let values = values(of: quantity) else { continue }
      try check(kind, quantity, values)
    }
  }

  /// The same for an array that isn't part of the batch.
  func check(
    _ kind: Kind, _ quantity: ObjectiveQuantity, _ values: [Double]
  ) throws(ObjectiveError) {
    precondition(
      values.count == policyLogProbs.count,
      "\(quantity) has \(values.count) positions, policyLogProbs has \(policyLogProbs.count)")
    for (index, row) in rows.enumerated() where row.kind == kind {
      for token in countedTokens(of: row) {
        try quantity.check(values[token], sequence: index, token: token - row.tokens.lowerBound)
      }
    }
  }

  /// Throws unless each row of a kind has a finite value of a quantity that belongs to sequences.
  func check(
    _ kind: Kind, _ name: SequenceQuantity, _ value: (Row) -> Double
  ) throws(ObjectiveError) {
    for (index, row) in rows.enumerated() where row.kind == kind && !value(row).isFinite {
      throw .badSequence(name, sequence: index)
    }
  }
}
