import TestSupport
import Testing
import Training

/// Derivatives against central differences of the loss itself.
@Suite struct ObjectiveGradientTests {
  static let step = 1e-5
  /// Rounding and truncation.
  ///
  /// Losses up to 10 from about 60 terms, each good to 1.1e-16, so 60 · 10 · 1.1e-16 / 1e-5
  /// = 7e-9. The truncation is h²/6 times a third derivative of at most e^1.5 · 4 = 18, 3e-10.
  static let tolerance = 1e-8

  @Test(arguments: EveryObjective.allCases.filter { $0 != .distillation }, objectiveSeeds)
  func `log-probabilities`(objective: EveryObjective, seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let gradient = try objective.evaluate(batch).dTokenLogProbs
    for token in batch.policyLogProbs.indices {
      let slope = try Self.slope { step in
        var moved = batch
        moved.policyLogProbs[token] += step
        return try objective.evaluate(moved).loss
      }
      expectClose(gradient[token], slope, absolute: Self.tolerance, "token \(token)")
    }
    #expect(gradient.contains { $0 != 0 })
  }

  @Test(arguments: [EveryObjective.grpo, .plainSum, .drGRPO, .sft], objectiveSeeds)
  func `entropies`(objective: EveryObjective, seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let gradient = try objective.evaluate(batch).dEntropies
    for token in batch.entropies.indices {
      let slope = try Self.slope { step in
        var moved = batch
        moved.entropies[token] += step
        return try objective.evaluate(moved).loss
      }
      expectClose(gradient[token], slope, absolute: Self.tolerance, "token \(token)")
    }
    // Without a bonus all of them are 0, with one some aren't.
    let hasBonus = [EveryObjective.grpo, .plainSum].contains(objective)
    #expect(gradient.contains { $0 != 0 } == hasBonus)
  }

  @Test(arguments: objectiveSeeds)
  func `divergences`(seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let objective = SFTWithKL(aggregation: .sequenceMeanOfTokenMeans, coefficient: 0.3)
    let gradient = try #require(
      try objective.evaluate(batch, divergences: batch.entropies).divergence)
    for token in batch.entropies.indices {
      let slope = try Self.slope { step in
        var divergences = batch.entropies
        divergences[token] += step
        return try objective.evaluate(batch, divergences: divergences).loss
      }
      expectClose(gradient.dDivergences[token], slope, absolute: Self.tolerance)
    }
    let distillation = OnPolicyDistillation(aggregation: .sequenceMeanOfTokenMeans)
    let own = try #require(
      try distillation.evaluate(batch, divergences: batch.entropies).divergence)
    for token in batch.entropies.indices {
      let slope = try Self.slope { step in
        var divergences = batch.entropies
        divergences[token] += step
        return try distillation.evaluate(batch, divergences: divergences).loss
      }
      expectClose(own.dDivergences[token], slope, absolute: Self.tolerance)
    }
    #expect(own.dDivergences.contains { $0 != 0 })
  }

  @Test(arguments: objectiveSeeds)
  func `weights are constants in the gradient`(seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    for objective in [EveryObjective.paper, .apart] {
      let result = try objective.evaluate(batch)
      #expect(result.dEntropies.allSatisfy { $0 == 0 })
      var moved = batch
      moved.entropies = moved.entropies.map { $0 + 0.1 }
      // The loss does depend on them.
      #expect(try abs(objective.evaluate(moved).loss - result.loss) > 1e-3)
    }
  }

  private static func slope(_ loss: (Double) throws -> Double) rethrows -> Double {
    try (loss(step) - loss(-step)) / (2 * step)
  }
}
