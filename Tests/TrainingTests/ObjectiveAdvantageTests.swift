import TestSupport
import Testing
import Training

@Suite struct ObjectiveAdvantageTests {
  @Test(arguments: objectiveSeeds)
  func `advantages of a group of rollouts sum to 0`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rewards = (0..<9).map { _ in generator.normal() }
    let scales: [AdvantageScale] = [
      .none, .deviation(.population, epsilon: 0), .deviation(.bessel, epsilon: 1e-4),
    ]
    for scale in scales {
      let advantage = GroupAdvantage(scale: scale)
      let outcome = advantage.outcome(rewards: rewards)
      let values = rewards.map { advantage.advantage(of: $0, in: outcome) }
      // 9 numbers below 4, each wrong by a rounding of the mean: 9 · 4 · 2 · 1.1e-16.
      expectClose(values.reduce(0, +), 0, absolute: 8e-15)
      #expect(!outcome.isDegenerate)
    }
  }

  @Test(arguments: objectiveSeeds)
  func `with a deviation they have spread 1`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let rewards = (0..<8).map { _ in generator.normal() }
    for (estimate, divisor) in [(DeviationEstimate.population, 8.0), (.bessel, 7.0)] {
      let advantage = GroupAdvantage(scale: .deviation(estimate, epsilon: 0))
      let outcome = advantage.outcome(rewards: rewards)
      let squares = rewards.reduce(0) {
        let value = advantage.advantage(of: $1, in: outcome)
        return $0 + value * value
      }
      // 8 squares below 8 with four roundings each.
      expectClose(squares / divisor, 1, absolute: 8 * 8 * 4 * 1.1e-16)
    }
  }

  @Test(arguments: [0, 1, 0.1, -0.7, 1e300])
  func `identical rewards teach nothing, exactly`(reward: Double) {
    // The mean of three times 0.1 isn't 0.1.
    for count in 2...9 {
      let advantage = GroupAdvantage(scale: .deviation(.population, epsilon: 0))
      let outcome = advantage.outcome(rewards: Array(repeating: reward, count: count))
      #expect(outcome == .identicalRewards(reward))
      #expect(outcome.isDegenerate)
      #expect(advantage.advantage(of: reward, in: outcome) == 0)
    }
  }

  @Test func `one rollout has no baseline`() {
    let advantage = GroupAdvantage()
    #expect(advantage.outcome(rewards: [1]) == .single(1))
    #expect(advantage.advantage(of: 1, in: .single(1)) == 0)
    #expect(advantage.outcome(rewards: []) == .empty)
    #expect(GroupOutcome.single(1).isDegenerate && GroupOutcome.empty.isDegenerate)
  }

  /// Eight rollouts of which some are right, and a right demonstration.
  static func batch(rightCount: Int) -> ObjectiveBatch {
    ObjectiveBatch(
      rows: (0..<9).map { index in
        .init(
          tokens: 0..<0, kind: index == 8 ? .demonstration : .rollout,
          reward: index < rightCount || index == 8 ? 1 : 0)
      }, policyLogProbs: [], entropies: [])
  }

  @Test func `the demonstration lowers every rollout's advantage`() throws {
    // Numbers of the paper's notes, rounded to two places; population deviation.
    let expected = [
      (1, GroupMembership.rolloutsOnly, 2.65, -0.38), (1, .augmented, 1.87, -0.53),
      (6, .rolloutsOnly, 0.58, -1.73), (6, .augmented, 0.53, -1.87),
    ]
    for (rightCount, membership, right, wrong) in expected {
      var batch = Self.batch(rightCount: rightCount)
      let advantage = GroupAdvantage(
        scale: .deviation(.population, epsilon: 0), membership: membership)
      try advantage.assign(to: &batch)
      expectClose(batch.rows[0].advantage, right, absolute: 5e-3)
      expectClose(batch.rows[7].advantage, wrong, absolute: 5e-3)
      #expect((batch.rows[8].advantage != 0) == (membership == .augmented))
    }
  }

  @Test func `all wrong has a signal beside a demonstration, all right has none`() throws {
    var (wrong, right) = (Self.batch(rightCount: 0), Self.batch(rightCount: 8))
    let advantage = GroupAdvantage(scale: .paper, membership: .paper)
    #expect(try advantage.assign(to: &wrong)[0]?.isDegenerate == false)
    #expect(wrong.rows[0].advantage < 0 && wrong.rows[8].advantage > 0)
    #expect(try advantage.assign(to: &right)[0] == .identicalRewards(1))
    #expect(right.rows.allSatisfy { $0.advantage == 0 })
  }

  @Test func `a baseline of rollouts measures demonstrations without dividing by 0`() throws {
    var batch = Self.batch(rightCount: 0)
    let outcomes = try GroupAdvantage(membership: .rolloutBaseline).assign(to: &batch)
    #expect(outcomes[0] == .identicalRewards(0))
    #expect(batch.rows.map(\.advantage) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test func `a length penalty breaks ties between right answers`() throws {
    var batch = ObjectiveBatch(
      rows: [.init(tokens: 0..<2, reward: 1), .init(tokens: 2..<8, reward: 1)],
      policyLogProbs: Array(repeating: -1, count: 8), entropies: Array(repeating: 1, count: 8))
    let penalty = LengthPenalty.perToken(0.25)
    try GroupAdvantage(scale: .none, lengthPenalty: penalty).assign(to: &batch)
    #expect(batch.rows.map(\.advantage) == [0.5, -0.5])
    #expect(batch.rows.map(\.reward) == [1, 1])
  }

  @Test func `overlong responses lose up to 1`() {
    let penalty = LengthPenalty.overlong(limit: 10, margin: 4)
    #expect([0, 6, 7, 8, 10, 12].map(penalty.penalty) == [0, 0, 0.25, 0.5, 1, 1])
    #expect(LengthPenalty.none.penalty(for: 1000) == 0)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `a reward that is no number is refused with its place`(reward: Double) {
    var batch = Self.batch(rightCount: 2)
    batch.rows[5].reward = reward
    #expect(throws: ObjectiveError.badSequence(.reward, sequence: 5)) {
      try GroupAdvantage().assign(to: &batch)
    }
  }
}
