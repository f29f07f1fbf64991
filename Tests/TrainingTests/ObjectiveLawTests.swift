import Foundation
import TestSupport
import Testing
import Training

/// What must hold for every objective, over seeds.
@Suite struct ObjectiveLawTests {
  /// Sums of at most 70 terms below 20 in another order: 70 · 20 · 1.1e-16 = 2e-13.
  static let reordered = 2e-13

  @Test(arguments: EveryObjective.allCases, objectiveSeeds)
  func `a batch equals its split`(objective: EveryObjective, seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let whole = try objective.evaluate(batch)
    let parts = [0..<1, 1..<4, 4..<9, 9..<15].map { range in
      var part = batch
      part.rows = Array(batch.rows[range])
      return part
    }
    let totals = parts.dropFirst().reduce(BatchTotals(of: parts[0])) { $0 + BatchTotals(of: $1) }
    var terms = LossTerms()
    var diagnostics = ObjectiveDiagnostics()
    var gradient = [Double](repeating: 0, count: batch.policyLogProbs.count)
    for part in parts {
      let result = try objective.evaluate(part, totals: totals)
      terms = terms + result.terms
      diagnostics.merge(result.diagnostics)
      for (index, value) in result.dTokenLogProbs.enumerated() { gradient[index] += value }
    }
    expectClose(terms.sum, whole.loss, absolute: Self.reordered)
    for (found, expected) in zip(gradient, whole.dTokenLogProbs) {
      expectClose(found, expected, absolute: Self.reordered)
    }
    #expect(diagnostics.clippedLowCount == whole.diagnostics.clippedLowCount)
    #expect(diagnostics.importanceRatio.count == whole.diagnostics.importanceRatio.count)
    #expect(diagnostics.importanceRatio.maximum == whole.diagnostics.importanceRatio.maximum)
  }

  @Test(arguments: EveryObjective.allCases, objectiveSeeds)
  func `permuting rows changes nothing but the last bits`(
    objective: EveryObjective, seed: UInt64
  ) throws {
    let batch = randomObjectiveBatch(seed: seed)
    var generator = SeededGenerator(seed: seed &+ 100)
    var shuffled = batch
    shuffled.rows.shuffle(using: &generator)
    #expect(shuffled.rows != batch.rows)
    let (one, other) = (try objective.evaluate(batch), try objective.evaluate(shuffled))
    expectClose(one.loss, other.loss, absolute: Self.reordered)
    for (found, expected) in zip(one.dTokenLogProbs, other.dTokenLogProbs) {
      expectClose(found, expected, absolute: Self.reordered)
    }
  }

  @Test(arguments: EveryObjective.allCases, objectiveSeeds)
  func `what the mask leaves out doesn't matter`(objective: EveryObjective, seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let mask = try #require(batch.responseMask)
    var spoilt = batch
    for token in mask.indices where !mask[token] {
      spoilt.policyLogProbs[token] = .nan
      spoilt.entropies[token] = .nan
      spoilt.behaviorLogProbs?[token] = -.infinity
      spoilt.referenceLogProbs?[token] = .nan
    }
    #expect(mask.contains(false))
    let result = try objective.evaluate(spoilt)
    #expect(try result == objective.evaluate(batch))
    for token in mask.indices where !mask[token] {
      #expect(result.dTokenLogProbs[token] == 0 && result.dEntropies[token] == 0)
    }
  }

  @Test(arguments: objectiveSeeds)
  func `padding between rows doesn't matter`(seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let pad = 3
    var padded = batch
    padded.rows = batch.rows.map { row in
      var row = row
      row.tokens = row.tokens.lowerBound + pad..<row.tokens.upperBound + pad
      return row
    }
    let nans = [Double](repeating: .nan, count: pad)
    padded.policyLogProbs = nans + batch.policyLogProbs + nans
    padded.entropies = nans + batch.entropies + nans
    padded.behaviorLogProbs = batch.behaviorLogProbs.map { nans + $0 + nans }
    padded.oldPolicyLogProbs = batch.oldPolicyLogProbs.map { nans + $0 + nans }
    padded.referenceLogProbs = batch.referenceLogProbs.map { nans + $0 + nans }
    padded.responseMask = batch.responseMask.map { mask in
      let trues = [Bool](repeating: true, count: pad)
      return trues + mask + trues
    }
    // Two take the divergences apart from the batch.
    for objective in EveryObjective.allCases where ![.sftWithKL, .distillation].contains(objective)
    {
      let (one, other) = (try objective.evaluate(batch), try objective.evaluate(padded))
      #expect(one.loss == other.loss)
      #expect(one.dTokenLogProbs == Array(other.dTokenLogProbs.dropFirst(pad).dropLast(pad)))
    }
  }

  @Test(arguments: objectiveSeeds)
  func `ratios are 1 on policy`(seed: UInt64) throws {
    var batch = randomObjectiveBatch(seed: seed)
    batch.behaviorLogProbs = batch.policyLogProbs
    let recorded = try GRPO().evaluate(batch)
    #expect(recorded.diagnostics.importanceRatio.minimum == 1)
    #expect(recorded.diagnostics.importanceRatio.maximum == 1)
    batch.behaviorLogProbs = nil
    #expect(try GRPO().evaluate(batch) == recorded)
    // And there the gradient of a ratio is that of its logarithm.
    var ratio = SRFT.paper
    ratio.rolloutSurrogate = .importanceRatio(clip: nil)
    #expect(
      try ratio.selfRollout(batch).dTokenLogProbs == SRFT.paper.selfRollout(batch).dTokenLogProbs)
  }

  @Test(arguments: objectiveSeeds)
  func `the gradient is 0 where clipped and nowhere else`(seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let behavior = try #require(batch.behaviorLogProbs)
    let mask = try #require(batch.responseMask)
    let result = try GRPO().evaluate(batch)
    var clippedCount = 0
    for row in batch.rows where row.kind == .rollout {
      for token in row.tokens where mask[token] {
        let ratio = exp(batch.policyLogProbs[token] - behavior[token])
        let isClipped = row.advantage > 0 ? ratio > 1.2 : ratio < 0.8
        clippedCount += isClipped ? 1 : 0
        #expect((result.dTokenLogProbs[token] == 0) == isClipped)
      }
    }
    let found = result.diagnostics
    #expect(found.clippedLowCount + found.clippedHighCount == clippedCount)
    #expect(clippedCount > 0)
  }

  @Test(arguments: objectiveSeeds)
  func `scaling advantages by a power of two scales loss and gradient exactly`(seed: UInt64) throws
  {
    let batch = randomObjectiveBatch(seed: seed)
    var scaled = batch
    for index in scaled.rows.indices { scaled.rows[index].advantage *= 4 }
    let (one, four) = (try GRPO().evaluate(batch), try GRPO().evaluate(scaled))
    #expect(four.loss == 4 * one.loss)
    #expect(four.dTokenLogProbs == one.dTokenLogProbs.map { 4 * $0 })
  }

  @Test(arguments: objectiveSeeds)
  func `a scaled sum is the sum of the scaled`(seed: UInt64) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let (sft, grpo) = (try EveryObjective.sftWithKL.evaluate(batch), try GRPO().evaluate(batch))
    var sum = grpo
    sum.add(sft, scaledBy: 2)
    // Two products and a sum of numbers below 10.
    expectClose(sum.loss, grpo.loss + 2 * sft.loss, absolute: 1e-14)
    for index in sum.dTokenLogProbs.indices {
      #expect(
        sum.dTokenLogProbs[index] == grpo.dTokenLogProbs[index] + 2 * sft.dTokenLogProbs[index])
      #expect(
        sum.divergence?.dDivergences[index] == 2 * (sft.divergence?.dDivergences[index] ?? .nan))
    }
  }

  @Test(arguments: objectiveSeeds)
  func `a demonstration's pull is its weight plus advantage times probability`(
    seed: UInt64
  ) throws {
    let batch = randomObjectiveBatch(seed: seed)
    let mask = try #require(batch.responseMask)
    let result = try SRFT.paper.evaluate(batch)
    let count = Double(batch.rows.count { $0.kind == .demonstration })
    let weight = EntropyWeight.sftOfPaper.value(
      at: BatchTotals(of: batch).demonstrations.meanEntropy)
    for row in batch.rows where row.kind == .demonstration {
      for token in row.tokens where mask[token] {
        let probability = exp(batch.policyLogProbs[token])
        // A handful of roundings of numbers below 4.
        expectClose(
          result.dTokenLogProbs[token], -(weight + row.advantage * probability) / count,
          absolute: 4e-15)
      }
    }
  }

  @Test func `nothing to learn from is a loss of 0`() throws {
    let batch = ObjectiveBatch(
      rows: [.init(tokens: 0..<0), .init(tokens: 0..<0, kind: .demonstration)],
      policyLogProbs: [], entropies: [])
    for objective in EveryObjective.allCases where objective != .grpo && objective != .drGRPO {
      var batch = batch
      batch.behaviorLogProbs = objective == .clippedSRFT ? [] : nil
      let result = try objective.evaluate(batch)
      #expect(result.loss == 0)
      #expect(result.diagnostics.countedRolloutEntropy.mean.isNaN)
    }
  }
}
