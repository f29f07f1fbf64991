import Foundation

/// Estimates of KL(π ‖ π_ref) from the sampled token alone, as a function of
/// d = log π_ref(y_t) − log π(y_t).
///
/// In expectation over tokens sampled from π, k1 and k3 are the KL; k2 is close while both are. The
/// *gradients* are another matter: of the three only k2's has the KL's gradient as its expectation
/// (k1's has 0, k3's that of the reverse KL).
package enum KLEstimator: String, Sendable, CaseIterable {
  /// −d: unbiased, of either sign.
  case k1
  /// d²/2: biased, never negative.
  case k2
  /// e^d − 1 − d: unbiased, never negative; what TRL and the GRPO paper take.
  case k3

  /// The estimate and its derivative with respect to log π(y_t), in nats; infinite where d
  /// overflows.
  func estimate(policy: Double, reference: Double) -> (value: Double, slope: Double) {
    let difference = reference - policy
    switch self {
    case .k1: return (-difference, 1)
    case .k2: return (difference * difference / 2, -difference)
    case .k3:
      let excess = expm1(difference)
      return (excess - difference, -excess)
    }
  }
}

/// A penalty on leaving a reference, estimated from the sampled tokens.
package struct KLPenalty: Sendable, Equatable {
  /// Which estimate.
  package var estimator: KLEstimator
  /// β, at least 0.
  package var coefficient: Double

  /// A penalty with a coefficient; the GRPO paper's is 0.04 with k3.
  package init(estimator: KLEstimator, coefficient: Double) {
    (self.estimator, self.coefficient) = (estimator, coefficient)
  }
}

/// An entropy bonus: the loss gets −coefficient · (aggregated entropy of the policy).
package struct EntropyBonus: Sendable, Equatable {
  /// How much a nat is worth.
  package var coefficient: Double
  /// How tokens are weighed, independent of the policy term; TRL's is the token mean.
  package var aggregation: LossAggregation

  /// A bonus.
  package init(coefficient: Double, aggregation: LossAggregation = .tokenMean) {
    (self.coefficient, self.aggregation) = (coefficient, aggregation)
  }
}
