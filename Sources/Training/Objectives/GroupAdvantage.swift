/// How spread is estimated from n rewards.
package enum DeviationEstimate: Sendable, Equatable, CaseIterable {
  /// Divides by n: the formula "std" of a set.
  case population
  /// Divides by n − 1, as TRL and verl do; sqrt(n/(n − 1)) larger, 7 % at n = 8.
  case bessel
}

/// What the difference from the baseline is divided by.
package enum AdvantageScale: Sendable, Equatable {
  /// Nothing: Dr. GRPO, LUFFY.
  case none
  /// The group's standard deviation plus ε: GRPO. TRL's ε is 1e-4, verl's 1e-6.
  case deviation(DeviationEstimate, epsilon: Double)
}

/// Which rows of a group make its baseline.
package enum GroupMembership: String, Sendable, CaseIterable {
  /// Rollouts; demonstrations get advantage 0.
  case rolloutsOnly = "rollouts"
  /// Rollouts and demonstrations together, the paper's augmented group (equations 6 and 7). The
  /// rollouts' advantages then no longer sum to 0.
  case augmented
  /// Rollouts make the baseline, demonstrations are measured against it (LUFFY's split). Where
  /// the rollouts' spread is 0, the demonstrations' difference isn't divided.
  case rolloutBaseline = "rollouts-for-both"
}

/// What a group's rewards say.
package enum GroupOutcome: Sendable, Equatable {
  /// They differ: advantages are (reward − baseline), scaled; the deviation is the plain one,
  /// without ε.
  case varied(baseline: Double, deviation: Double)
  /// All are the same: no member is better than another, all advantages are exactly 0.
  case identicalRewards(Double)
  /// One reward has no baseline: its advantage is 0, not the reward.
  case single(Double)
  /// No member at all, as in a group of nothing but demonstrations that don't count.
  case empty

  /// Whether the group teaches nothing.
  package var isDegenerate: Bool {
    if case .varied = self { false } else { true }
  }
}

/// Group-relative advantages (the paper's equations 2 and 7).
///
///     A_k = (R_k − mean_group R) / (std_group R + ε)
package struct GroupAdvantage: Sendable, Equatable {
  /// What differences are divided by.
  package var scale: AdvantageScale
  /// Who makes the baseline.
  package var membership: GroupMembership
  /// What is taken from a reward for length, before the baseline.
  package var lengthPenalty: LengthPenalty

  /// By default GRPO's, with TRL's deviation and ε.
  package init(
    scale: AdvantageScale = .deviation(.bessel, epsilon: 1e-4),
    membership: GroupMembership = .rolloutsOnly, lengthPenalty: LengthPenalty = .none
  ) {
    (self.scale, self.membership, self.lengthPenalty) = (scale, membership, lengthPenalty)
  }

  /// What the rewards of one group's members say.
  package func outcome(rewards: [Double]) -> GroupOutcome {
    guard let first = rewards.first else { return .empty }
    if rewards.count == 1 { return .single(first) }
    // Told by comparison: a mean of equal numbers may differ from them in the last bit.
    if rewards.allSatisfy({ $0 == first }) { return .identicalRewards(first) }
    let count = Double(rewards.count)
    let mean = rewards.reduce(0, +) / count
    let squares = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let isPopulation =
      if case .deviation(.population, _) = scale { true } else { false }
    return .varied(
      baseline: mean, deviation: (squares / (isPopulation ? count : count - 1)).squareRoot())
  }

  /// A reward's advantage over a group.
  package func advantage(of reward: Double, in outcome: GroupOutcome) -> Double {
    guard case .varied(let baseline, let deviation) = outcome else { return 0 }
    switch scale {
    case .none: return reward - baseline
    case .deviation(_, let epsilon): return (reward - baseline) / (deviation + epsilon)
    }
  }

  /// Sets the advantages of all rows; the whole of each group has to be in the batch.
  ///
  /// - Returns: the outcome of each group, by its number.
  /// - Throws: `ObjectiveError` where a reward is NaN or infinite.
  @discardableResult
  package func assign(to batch: inout ObjectiveBatch) throws(ObjectiveError) -> [Int: GroupOutcome]
  {
    try batch.check(.rollout, .reward) { $0.reward }
    try batch.check(.demonstration, .reward) { $0.reward }
    var members: [Int: [Int]] = [:]
    for (index, row) in batch.rows.enumerated() { members[row.group, default: []].append(index) }
    return members.mapValues { indices in assign(to: indices, of: &batch) }
  }

  private func assign(to indices: [Int], of batch: inout ObjectiveBatch) -> GroupOutcome {
    let rewards = indices.map { index in
      batch.rows[index].reward - lengthPenalty.penalty(for: batch.rows[index].tokens.count)
    }
    let hasRollouts = indices.contains { batch.rows[$0].kind == .rollout }
    for index in indices { batch.rows[index].hasRollouts = hasRollouts }
    let makesBaseline = indices.map { index in
      membership == .augmented || batch.rows[index].kind == .rollout
    }
    let outcome = outcome(
      rewards: zip(rewards, makesBaseline).compactMap { reward, counts in counts ? reward : nil })
    for ((index, reward), counts) in zip(zip(indices, rewards), makesBaseline) {
      if counts {
        batch.rows[index].advantage = advantage(of: reward, in: outcome)
      } else {
        batch.rows[index].advantage = outsiderAdvantage(of: reward, in: outcome)
      }
    }
    return outcome
  }

  /// The advantage of a demonstration that has no part in the baseline.
  private func outsiderAdvantage(of reward: Double, in outcome: GroupOutcome) -> Double {
    guard membership == .rolloutBaseline else { return 0 }
    switch outcome {
    case .varied: return advantage(of: reward, in: outcome)
    case .identicalRewards(let shared), .single(let shared): return reward - shared
    case .empty: return 0
    }
  }
}

/// What is taken from a reward because of the response's length, in tokens.
package enum LengthPenalty: Sendable, Equatable {
  /// Nothing.
  case none
  /// So much for every token.
  case perToken(Double)
  /// DAPO's soft overlong punishment: nothing up to `limit − margin` tokens, then linearly more, and
  /// 1 from `limit` on.
  case overlong(limit: Int, margin: Int)

  /// The penalty of a response.
  package func penalty(for tokenCount: Int) -> Double {
    switch self {
    case .none: return 0
    case .perToken(let price): return price * Double(tokenCount)
    case .overlong(let limit, let margin):
      precondition(margin > 0 && margin <= limit, "a margin of \(margin) in \(limit) tokens")
      return min(max(Double(tokenCount - (limit - margin)) / Double(margin), 0), 1)
    }
  }
}
