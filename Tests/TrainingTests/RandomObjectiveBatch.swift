import TestSupport
import Training

/// A batch of three groups with rollouts and demonstrations of random lengths, some masked tokens,
/// an empty response, and ratios on both sides of a clip range of 0.2.
func randomObjectiveBatch(seed: UInt64) -> ObjectiveBatch {
  var generator = SeededGenerator(seed: seed)
  var rows: [ObjectiveBatch.Row] = []
  var count = 0
  for group in 0..<3 {
    for member in 0..<5 {
      let length = member == 2 && group == 1 ? 0 : Int.random(in: 1...6, using: &generator)
      rows.append(
        .init(
          tokens: count..<count + length, kind: member == 4 ? .demonstration : .rollout,
          group: group, reward: member == 4 || Bool.random(using: &generator) ? 1 : 0,
          advantage: generator.normal()))
      count += length
    }
  }
  func numbers(_ number: (inout SeededGenerator) -> Double) -> [Double] {
    (0..<count).map { _ in number(&generator) }
  }
  let policy = numbers { -0.05 - 3 * $0.uniform() }
  func near(_ spread: Double) -> [Double] {
    let noise = numbers { spread * $0.normal() }
    return zip(policy, noise).map { min($0 + $1, 0) }
  }
  return ObjectiveBatch(
    rows: rows, policyLogProbs: policy, entropies: numbers { 2 * $0.uniform() },
    behaviorLogProbs: near(0.3), oldPolicyLogProbs: near(0.1), referenceLogProbs: near(0.5),
    responseMask: numbers { $0.uniform() }.map { $0 > 0.1 })
}

/// Every objective, with choices that take in all terms.
enum EveryObjective: String, CaseIterable, Sendable {
  case sft, sftWithKL, grpo, drGRPO, paper, releasedCode, clippedSRFT, apart, plainSum, distillation

  /// The objective's result; divergences for SFT with KL and distillation are the entropies.
  func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals? = nil
  ) throws -> ObjectiveResult {
    switch self {
    case .sft: return try SFT().evaluate(batch, totals: totals)
    case .sftWithKL:
      return try SFTWithKL().evaluate(batch, divergences: batch.entropies, totals: totals)
    case .distillation:
      return try OnPolicyDistillation(aggregation: .sequenceMeanOfTokenMeans).evaluate(
        batch, divergences: batch.entropies, totals: totals)
    case .grpo:
      let objective = GRPO(
        klPenalty: KLPenalty(estimator: .k3, coefficient: 0.1),
        entropyBonus: EntropyBonus(coefficient: 0.02))
      return try objective.evaluate(batch, totals: totals)
    case .drGRPO:
      let objective = GRPO(
        clipRange: ClipRange(low: 0.1, high: 0.3), aggregation: .sequenceMeanOverFixedLength(7),
        klPenalty: KLPenalty(estimator: .k2, coefficient: 0.1))
      return try objective.evaluate(batch, totals: totals)
    case .paper: return try SRFT.paper.evaluate(batch, totals: totals)
    case .releasedCode: return try SRFT.releasedCode.evaluate(batch, totals: totals)
    case .clippedSRFT:
      var objective = SRFT.releasedCode(maximumResponseLength: 6)
      objective.demonstrationBehavior = .recordedTeacher
      objective.ratioShaping = .none
      objective.demonstrationClip = ClipRange()
      objective.rolloutSurrogate = .importanceRatio(clip: ClipRange())
      objective.entropyScope = .sequence
      return try objective.evaluate(batch, totals: totals)
    case .apart:
      var objective = SRFT.paper
      objective.rolloutFeedback = .signsNormalizedApart
      objective.rolloutWeightScope = .all
      objective.entropyScope = .batch(of: .all)
      return try objective.evaluate(batch, totals: totals)
    case .plainSum:
      let grpo = GRPO(entropyBonus: EntropyBonus(coefficient: 0.02))
      return try PlainSum(grpo: grpo, sftCoefficient: 0.5).evaluate(batch, totals: totals)
    }
  }
}

/// Seeds of property tests.
let objectiveSeeds: [UInt64] = [1, 2, 3, 4, 5]
