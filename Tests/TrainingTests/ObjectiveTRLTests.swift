import Foundation
import TestSupport
import Testing
import Training

/// GRPO against the loss of TRL's own trainer (`make_trl.py` says which version).
@Suite struct ObjectiveTRLTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      let name: String
      let lossType: String
      let beta: Double
      let epsilonLow: Double
      let epsilonHigh: Double
      let entropyCoefficient: Double
      let onPolicy: Bool
      let loss: Double
      let dLogProbs: [Double]
      let dEntropies: [Double]
      let entropy: Double
      let kl: Double?
      let clipLow: Double
      let clipHigh: Double

      func objective(fixedLength: Int) throws -> GRPO {
        let aggregations: [String: LossAggregation] = [
          "grpo": .sequenceMeanOfTokenMeans, "bnpo": .tokenMean, "dapo": .tokenMean,
          "dr_grpo": .sequenceMeanOverFixedLength(fixedLength),
        ]
        return GRPO(
          clipRange: ClipRange(low: epsilonLow, high: epsilonHigh),
          aggregation: try #require(aggregations[lossType]),
          klPenalty: beta == 0 ? nil : KLPenalty(estimator: .k3, coefficient: beta),
          entropyBonus: entropyCoefficient == 0
            ? nil : EntropyBonus(coefficient: entropyCoefficient))
      }
    }

    let lengths: [Int]
    let fixedLength: Int
    let rewards: [Double]
    let advantages: [Double]
    let policy: [Double]
    let behavior: [Double]
    let reference: [Double]
    let entropies: [Double]
    let cases: [Case]

    static func read() throws -> Self {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let file = URL(filePath: Places.fixture("objectives/trl.json"))
      return try decoder.decode(Self.self, from: Data(contentsOf: file))
    }

    func batch(onPolicy: Bool) -> ObjectiveBatch {
      ObjectiveBatch(
        rows: rowRanges(lengths: lengths).enumerated().map { index, tokens in
          .init(tokens: tokens, group: index / 4, reward: rewards[index])
        }, policyLogProbs: policy, entropies: entropies,
        behaviorLogProbs: onPolicy ? nil : behavior, referenceLogProbs: reference)
    }
  }

  /// Both sides are float64 sums of at most 35 terms below 4: 35 · 4 · 4 · 1.1e-16 = 6e-14.
  static let tolerance = 6e-14

  @Test func `advantages, loss, gradients and metrics are TRL's`() throws {
    let fixture = try Fixture.read()
    #expect(fixture.cases.count == 16)
    for item in fixture.cases {
      var batch = fixture.batch(onPolicy: item.onPolicy)
      try GroupAdvantage().assign(to: &batch)
      for (row, advantage) in zip(batch.rows, fixture.advantages) {
        expectClose(row.advantage, advantage, absolute: Self.tolerance, item.name)
      }
      let result = try item.objective(fixedLength: fixture.fixedLength).evaluate(batch)
      expectClose(result.loss, item.loss, absolute: Self.tolerance, item.name)
      for (index, pair) in zip(result.dTokenLogProbs, item.dLogProbs).enumerated() {
        expectClose(pair.0, pair.1, absolute: Self.tolerance, "\(item.name) [\(index)]")
      }
      for (index, pair) in zip(result.dEntropies, item.dEntropies).enumerated() {
        expectClose(pair.0, pair.1, absolute: Self.tolerance, "\(item.name) [\(index)]")
      }
      expectMetrics(result.diagnostics, item)
    }
  }

  private func expectMetrics(_ found: ObjectiveDiagnostics, _ item: Fixture.Case) {
    let count = Double(found.importanceRatio.count)
    expectClose(found.countedRolloutEntropy.mean, item.entropy, absolute: Self.tolerance, item.name)
    expectClose(
      Double(found.clippedLowCount) / count, item.clipLow, absolute: Self.tolerance, item.name)
    expectClose(
      Double(found.clippedHighCount) / count, item.clipHigh, absolute: Self.tolerance, item.name)
    if let kl = item.kl {
      expectClose(found.divergence.mean, kl, absolute: Self.tolerance, item.name)
    }
  }
}
