import TestSupport
import Testing
import Training

@Suite struct ObjectiveErrorTests {
  /// A rollout and a demonstration of three tokens each.
  static func batch() -> ObjectiveBatch {
    let values = [-1.0, -1, -1, -1, -1, -1]
    return ObjectiveBatch(
      rows: [
        .init(tokens: 0..<3, reward: 1, advantage: 1),
        .init(tokens: 3..<6, kind: .demonstration, reward: 1, advantage: 1),
      ], policyLogProbs: values, entropies: values.map { -$0 }, behaviorLogProbs: values,
      oldPolicyLogProbs: values, referenceLogProbs: values)
  }

  static let grpo = GRPO(klPenalty: KLPenalty(estimator: .k3, coefficient: 0.1))

  @Test func `NaN names sequence and token`() {
    var batch = Self.batch()
    batch.policyLogProbs[1] = .nan
    #expect(
      throws: ObjectiveError.notANumber(.policyLogProb, sequence: 0, token: 1)
    ) { try Self.grpo.evaluate(batch) }
    #expect(throws: Never.self) { try SFT().evaluate(batch) }
    batch.policyLogProbs[5] = .nan
    #expect(
      throws: ObjectiveError.notANumber(.policyLogProb, sequence: 1, token: 2)
    ) { try SFT().evaluate(batch) }
    #expect(throws: ObjectiveError.self) { try SRFT.paper.evaluate(batch) }
    batch = Self.batch()
    batch.entropies[2] = .nan
    #expect(
      throws: ObjectiveError.notANumber(.entropy, sequence: 0, token: 2)
    ) { try Self.grpo.evaluate(batch) }
  }

  @Test func `every array is checked where it is used`() {
    var batch = Self.batch()
    batch.behaviorLogProbs?[0] = -.infinity
    #expect(
      throws: ObjectiveError.infinite(.behaviorLogProb, sequence: 0, token: 0)
    ) { try Self.grpo.evaluate(batch) }
    #expect(
      throws: ObjectiveError.infinite(.behaviorLogProb, sequence: 0, token: 0)
    ) { try SRFT.paper.evaluate(batch) }
    batch = Self.batch()
    batch.referenceLogProbs?[2] = .nan
    #expect(
      throws: ObjectiveError.notANumber(.referenceLogProb, sequence: 0, token: 2)
    ) { try Self.grpo.evaluate(batch) }
    #expect(throws: Never.self) { try GRPO().evaluate(batch) }
    batch = Self.batch()
    batch.oldPolicyLogProbs?[4] = .nan
    var objective = SRFT.paper
    #expect(throws: Never.self) { try objective.evaluate(batch) }
    objective.demonstrationBehavior = .oldPolicy
    #expect(
      throws: ObjectiveError.notANumber(.oldPolicyLogProb, sequence: 1, token: 1)
    ) { try objective.evaluate(batch) }
  }

  @Test func `a NaN of another micro-batch doesn't get into the weights`() {
    var spoilt = Self.batch()
    spoilt.entropies[1] = .nan
    let totals = BatchTotals(of: Self.batch()) + BatchTotals(of: spoilt)
    #expect(throws: ObjectiveError.self) { try SRFT.paper.evaluate(Self.batch(), totals: totals) }
    // Where weights are each token's own, only its own micro-batch is refused.
    #expect(throws: Never.self) { try SRFT.releasedCode.evaluate(Self.batch(), totals: totals) }
    #expect(
      throws: ObjectiveError.notANumber(.entropy, sequence: 0, token: 1)
    ) { try SRFT.paper.evaluate(spoilt, totals: totals) }
  }

  @Test func `a token that can't occur is refused, not a loss of infinity`() {
    var batch = Self.batch()
    batch.policyLogProbs[3] = -.infinity
    #expect(
      throws: ObjectiveError.infinite(.policyLogProb, sequence: 1, token: 0)
    ) { try SFT().evaluate(batch) }
  }

  @Test func `what no log-probability can be is refused, rounding isn't`() {
    var batch = Self.batch()
    batch.policyLogProbs[0] = 0.5
    #expect(
      throws: ObjectiveError.impossible(.policyLogProb, 0.5, sequence: 0, token: 0)
    ) { try Self.grpo.evaluate(batch) }
    batch.policyLogProbs[0] = 1e-6
    batch.entropies[0] = -1e-6
    #expect(throws: Never.self) { try Self.grpo.evaluate(batch) }
    batch.entropies[0] = -0.5
    #expect(
      throws: ObjectiveError.impossible(.entropy, -0.5, sequence: 0, token: 0)
    ) { try Self.grpo.evaluate(batch) }
  }

  @Test func `exploding ratios are refused, large ones are kept`() throws {
    var batch = Self.batch()
    batch.behaviorLogProbs?[1] = -800
    #expect(
      throws: ObjectiveError.explodingRatio(
        to: .behaviorLogProb, logRatio: 799, sequence: 0, token: 1)
    ) { try GRPO(clipRange: nil).evaluate(batch) }
    batch.behaviorLogProbs?[1] = -701
    let result = try GRPO(clipRange: nil).evaluate(batch)
    // exp(700), not a clamp of it.
    #expect(result.diagnostics.importanceRatio.maximum > 1e304)
    batch = Self.batch()
    batch.policyLogProbs[2] = -800
    batch.behaviorLogProbs?[2] = -800
    #expect(
      throws: ObjectiveError.explodingRatio(
        to: .referenceLogProb, logRatio: -799, sequence: 0, token: 2)
    ) { try Self.grpo.evaluate(batch) }
  }

  @Test(arguments: [Double.nan, .infinity])
  func `an advantage that is no number is refused`(advantage: Double) {
    var batch = Self.batch()
    batch.rows[0].advantage = advantage
    #expect(throws: ObjectiveError.badSequence(.advantage, sequence: 0)) {
      try GRPO().evaluate(batch)
    }
    batch = Self.batch()
    batch.rows[1].advantage = advantage
    #expect(throws: ObjectiveError.badSequence(.advantage, sequence: 1)) {
      try SRFT.paper.evaluate(batch)
    }
  }

  @Test func `errors are one clear line`() {
    let errors: [ObjectiveError] = [
      .notANumber(.policyLogProb, sequence: 3, token: 17),
      .infinite(.entropy, sequence: 3, token: 17),
      .impossible(.divergence, -2, sequence: 3, token: 17),
      .explodingRatio(to: .behaviorLogProb, logRatio: 800, sequence: 3, token: 17),
    ]
    for error in errors {
      #expect(error.description.hasPrefix("sequence 3, token 17: the "))
      #expect(!error.description.contains("\n"))
    }
    #expect(
      ObjectiveError.notANumber(.policyLogProb, sequence: 3, token: 17).description
        == "sequence 3, token 17: the policy's log-probability is NaN; the forward pass diverged, "
        + "so go back to the last checkpoint with a lower learning rate")
  }

  @Test func `arrays that don't fit trap with both lengths`() async {
    await #expect(processExitsWith: .failure) {
      var batch = ObjectiveErrorTests.batch()
      batch.entropies.removeLast()
      _ = try SFT().evaluate(batch)
    }
  }
}
