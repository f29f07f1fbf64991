import Foundation
import TestSupport
import Testing
import Training

/// Estimators of KL, summed over a whole vocabulary with its probabilities, so without sampling.
@Suite struct ObjectiveKLTests {
  struct Distributions {
    let policy: [Double]
    let reference: [Double]

    init(seed: UInt64, count: Int = 20) {
      var generator = SeededGenerator(seed: seed)
      func distribution() -> [Double] {
        let weights = (0..<count).map { _ in exp(generator.normal()) }
        return weights.map { $0 / weights.reduce(0, +) }
      }
      (policy, reference) = (distribution(), distribution())
    }

    /// One estimate and its slope.
    func estimate(_ estimator: KLEstimator, at token: Int) throws -> (Double, Double) {
      let batch = ObjectiveBatch(
        rows: [.init(tokens: 0..<1)], policyLogProbs: [log(policy[token])], entropies: [1],
        referenceLogProbs: [log(reference[token])])
      let result = try GRPO(klPenalty: KLPenalty(estimator: estimator, coefficient: 1))
        .evaluate(batch)
      return (result.loss, result.dTokenLogProbs[0])
    }

    /// Σ p log(p/q).
    static func divergence(of p: [Double], from q: [Double]) -> Double {
      zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    }

    /// Σ_v π_v · slope_v · ∂(log π_v)/∂(logit_u) for each u: the estimator's expected gradient.
    func expectedGradient(_ estimator: KLEstimator) throws -> [Double] {
      let slopes = try policy.indices.map { try estimate(estimator, at: $0).1 }
      let mean = zip(policy, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(policy, slopes).map { $0 * ($1 - mean) }
    }
  }

  /// Sums of 20 terms below 5 in Double: 20 · 5 · 4 · 1.1e-16 = 4.4e-14.
  static let tolerance = 4.4e-14

  @Test(arguments: objectiveSeeds)
  func `k1 and k3 are the KL in expectation, k2 and k3 never negative`(seed: UInt64) throws {
    let both = Distributions(seed: seed)
    let exact = Distributions.divergence(of: both.policy, from: both.reference)
    for estimator in [KLEstimator.k1, .k3] {
      let mean = try both.policy.indices.reduce(0) {
        try $0 + both.policy[$1] * both.estimate(estimator, at: $1).0
      }
      expectClose(mean, exact, absolute: Self.tolerance)
    }
    for token in both.policy.indices {
      #expect(try both.estimate(.k2, at: token).0 >= 0)
      #expect(try both.estimate(.k3, at: token).0 >= 0)
    }
  }

  @Test(arguments: objectiveSeeds)
  func `only k2 has the KL's gradient, k1 has none, k3 that of the reverse`(seed: UInt64) throws {
    let both = Distributions(seed: seed)
    let exact = Distributions.divergence(of: both.policy, from: both.reference)
    let (k1, k2) = (try both.expectedGradient(.k1), try both.expectedGradient(.k2))
    let k3 = try both.expectedGradient(.k3)
    for token in both.policy.indices {
      let (p, q) = (both.policy[token], both.reference[token])
      expectClose(k1[token], 0, absolute: Self.tolerance)
      // ∂KL(π‖q)/∂logit = π (log π/q − KL); ∂KL(q‖π)/∂logit = π − q.
      expectClose(k2[token], p * (log(p / q) - exact), absolute: Self.tolerance)
      expectClose(k3[token], p - q, absolute: Self.tolerance)
    }
  }
}
