import Testing
import Training

/// Demonstrations whose prompt no rollout answers.
@Suite struct UngroupedDemonstrationTests {
  /// A group of two rollouts and a demonstration; `more` demonstrations of other prompts after it.
  private func batch(more: Int) throws -> ObjectiveBatch {
    let kinds: [ObjectiveBatch.Kind] = [.rollout, .rollout, .demonstration]
    var rows = kinds.enumerated().map { index, kind in
      ObjectiveBatch.Row(
        tokens: index * 2..<index * 2 + 2, kind: kind, group: 0, reward: index == 1 ? 0 : 1)
    }
    for index in 0..<more {
      rows.append(
        ObjectiveBatch.Row(
          tokens: 6 + index * 2..<8 + index * 2, kind: .demonstration, group: 1 + index, reward: 1))
    }
    let count = 6 + more * 2
    var batch = ObjectiveBatch(
      rows: rows, policyLogProbs: (0..<count).map { -0.1 * Double($0 + 1) },
      entropies: Array(repeating: 0.5, count: count))
    try SRFT.paper.assignAdvantages(to: &batch)
    return batch
  }

  @Test(arguments: [0, 1, 7])
  func `they are imitated, and don't thin out the reinforcement of the others`(more: Int) throws {
    let batch = try batch(more: more)
    #expect(batch.rows.map(\.hasRollouts) == (0..<3 + more).map { $0 < 3 })
    let term = try SRFT.paper.demonstrationPolicy(batch)
    // Rewards 1, 0, 1: mean 2/3, deviation √2/3, so A = 1/√2 = 0.7071…; −A (e^−0.5 + e^−0.6) = −0.8169504.
    #expect(abs(term.terms.demonstrationPolicy + 0.816_950_4) < 1e-6)
    #expect(term.dTokenLogProbs.dropFirst(6).allSatisfy { $0 == 0 })
    let imitation = try SRFT.paper.demonstrationSFT(batch)
    #expect(imitation.dTokenLogProbs.dropFirst(6).allSatisfy { $0 < 0 })
  }

  @Test func `parts with the totals of the whole add up to it`() throws {
    let batch = try batch(more: 3)
    let totals = BatchTotals(of: batch)
    let whole = try SRFT.paper.demonstrationPolicy(batch)
    let parts = try batch.rows.map { row in
      var part = batch
      part.rows = [row]
      return try SRFT.paper.demonstrationPolicy(part, totals: totals).terms.demonstrationPolicy
    }
    // Four numbers around 1 in another order of addition.
    #expect(abs(parts.reduce(0, +) - whole.terms.demonstrationPolicy) < 1e-15)
  }
}
