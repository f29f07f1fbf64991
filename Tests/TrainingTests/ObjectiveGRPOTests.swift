import TestSupport
import Testing
import Training

@Suite struct ObjectiveGRPOTests {
  /// What each case of the fixture is in our terms: advantages, then the objective.
  static var settings: [String: (GroupAdvantage, GRPO)] {
    var all: [String: (GroupAdvantage, GRPO)] = [:]
    let usual = GroupAdvantage()
    for (name, aggregation) in ObjectiveSFTTests.aggregations {
      for batch in ["rollouts", "mixed"] {
        all["grpo \(batch) \(name)"] = (usual, GRPO(aggregation: aggregation))
      }
      for (letter, estimator) in [("k1", KLEstimator.k1), ("k2", .k2), ("k3", .k3)] {
        let penalty = KLPenalty(estimator: estimator, coefficient: 0.04)
        all["grpo \(letter) \(name)"] = (
          usual, GRPO(aggregation: aggregation, klPenalty: penalty)
        )
      }
      let bonus = EntropyBonus(coefficient: 0.01, aggregation: aggregation)
      all["grpo bonus \(name)"] = (usual, GRPO(aggregation: .tokenMean, entropyBonus: bonus))
    }
    for (name, low, high) in [
      ("0.2 0.28", 0.2, 0.28), ("0.05 0.01", 0.05, 0.01), ("0.0 0.0", 0, 0),
    ] {
      all["grpo clip \(name)"] = (usual, GRPO(clipRange: ClipRange(low: low, high: high)))
    }
    all["grpo unclipped"] = (usual, GRPO(clipRange: nil))
    for (name, epsilon) in [("0.0", 0), ("0.0001", 1e-4)] {
      let scales: [(String, AdvantageScale)] = [
        ("none", .none), ("population", .deviation(.population, epsilon: epsilon)),
        ("bessel", .deviation(.bessel, epsilon: epsilon)),
      ]
      for (scale, value) in scales {
        all["grpo scale \(scale) \(name)"] = (GroupAdvantage(scale: value), GRPO())
      }
    }
    all["grpo per token penalty"] = (GroupAdvantage(lengthPenalty: .perToken(0.01)), GRPO())
    all["grpo overlong penalty"] = (
      GroupAdvantage(lengthPenalty: .overlong(limit: 7, margin: 4)), GRPO()
    )
    return all
  }

  @Test func `GRPO is PyTorch's in every choice`() throws {
    let settings = Self.settings
    let cases = try ObjectiveFixture.cases("grpo")
    #expect(Set(cases.map(\.name)) == Set(settings.keys))
    for item in cases {
      var batch = try ObjectiveFixture.batch(item.batch)
      let (advantage, objective) = try #require(settings[item.name])
      try advantage.assign(to: &batch)
      item.expect(try objective.evaluate(batch))
    }
  }

  @Test func `three tokens by hand`() throws {
    // One right and one wrong rollout, ratios 2, 1 and 0.5, clip 0.2: the first and the last are
    // clipped, (1.2 · 1) + (1 · 1) for the right one, 0.8 · −1 for the wrong one.
    let batch = ObjectiveBatch(
      rows: [.init(tokens: 0..<2, advantage: 1), .init(tokens: 2..<3, advantage: -1)],
      policyLogProbs: [-1, -1, -2], entropies: [0, 0, 0],
      behaviorLogProbs: [-1 - 0.693147180559945, -1, -2 + 0.693147180559945])
    let result = try GRPO(aggregation: .sequenceMeanOfTokenSums).evaluate(batch)
    // Three roundings of numbers below 4.
    expectClose(result.loss, -(1.2 + 1 - 0.8) / 2, absolute: 2e-15)
    #expect(result.dTokenLogProbs == [0, -0.5, 0])
    #expect(result.diagnostics.clippedHighCount == 1)
    #expect(result.diagnostics.clippedLowCount == 1)
    // ln 2 is given with 15 digits.
    expectClose(result.diagnostics.importanceRatio.maximum, 2, absolute: 3e-15)
    expectClose(result.diagnostics.importanceRatio.minimum, 0.5, absolute: 3e-15)
  }

  @Test func `a KL without a reference is refused`() throws {
    var batch = try ObjectiveFixture.batch("rollouts")
    batch.referenceLogProbs = nil
    let objective = GRPO(klPenalty: KLPenalty(estimator: .k3, coefficient: 0.04))
    #expect(throws: ObjectiveError.missing(.referenceLogProb)) { try objective.evaluate(batch) }
  }

  @Test(arguments: [(1.1, 0.2), (-0.1, 0.2), (0.2, -0.1), (.nan, 0.2), (0.2, .nan)])
  func `a clip range without meaning is refused`(low: Double, high: Double) throws {
    let batch = try ObjectiveFixture.batch("rollouts")
    let objective = GRPO(clipRange: ClipRange(low: low, high: high))
    #expect(throws: ObjectiveError.self) { try objective.evaluate(batch) }
  }
}
