import Foundation

/// Over what the entropy in a weight is averaged; the paper says only H(π_θ).
package enum EntropyScope: Sendable, Equatable {
  /// Each token's own entropy.
  case token
  /// The mean over the counted tokens of the token's response.
  case sequence
  /// The mean over the counted tokens of some rows of the whole batch: one number.
  case batch(of: EntropySource)
  /// A number from outside in nats, such as a running average: see `EntropyAverages`.
  case given(Double)
}

/// Which rows the batch's entropy is that of.
package enum EntropySource: String, Sendable, CaseIterable {
  /// Those of the term that the weight belongs to: demonstrations for w_SFT, rollouts for w_RL.
  case ownTerm = "own-term"
  /// Demonstrations.
  case demonstrations
  /// Rollouts.
  case rollouts
  /// All responses.
  case all
}

/// A weight that depends on entropy: scale · exp(exponent · H), a constant in the gradient.
package struct EntropyWeight: Sendable, Equatable {
  /// The weight at entropy 0.
  package var scale: Double
  /// −1 weakens with entropy, +1 strengthens, 0 is a constant.
  package var exponent: Double

  /// scale · exp(exponent · H).
  package init(scale: Double, exponent: Double) { (self.scale, self.exponent) = (scale, exponent) }

  /// The same weight whatever the entropy.
  package static func constant(_ value: Double) -> Self { Self(scale: value, exponent: 0) }

  /// The weight at an entropy in nats.
  package func value(at entropy: Double) -> Double {
    exponent == 0 ? scale : scale * exp(exponent * entropy)
  }
}

/// What is done to an off-policy ratio x before it meets the advantage.
package enum RatioShaping: Sendable, Equatable {
  /// Nothing: its slope against log π is x.
  case none
  /// LUFFY's x/(x + c): its slope is c·x/(x + c)², largest at x = c.
  case probabilityOver(Double)

  /// The shaped ratio and its derivative with respect to log π.
  func shape(_ ratio: Double) -> (value: Double, slope: Double) {
    switch self {
    case .none: return (ratio, ratio)
    case .probabilityOver(let constant):
      let sum = ratio + constant
      return (ratio / sum, constant * ratio / (sum * sum))
    }
  }
}

/// What a demonstration's probability is divided by, π_β in equation 10.
package enum DemonstrationBehavior: String, Sendable, CaseIterable {
  /// 1: the ratio is π itself.
  case one
  /// The teacher's recorded probability; the batch needs `behaviorLogProbs`.
  case recordedTeacher = "recorded-teacher"
  /// The policy's before the first update on the batch, `oldPolicyLogProbs`.
  case oldPolicy = "old-policy"
}

/// What a rollout's log-probability is multiplied by.
package enum RolloutFeedback: String, Sendable, CaseIterable {
  /// +1 for rewards above 0, −1 for the others; one expectation over all rollouts.
  case signs
  /// The same signs, but right and wrong rollouts each have an expectation of their own, so that
  /// each side is divided by its own count.
  case signsNormalizedApart = "signs-normalized-apart"
  /// The group's advantage.
  case advantages
}

/// What of a rollout's tokens is pushed up or down.
package enum RolloutSurrogate: Sendable, Equatable {
  /// log π(y_t), without ratio or clip.
  case logProbability
  /// π/π_behaviour, clipped where a range is given. On policy it has the same gradient.
  case importanceRatio(clip: ClipRange?)
}

/// Which rollouts w_RL weighs.
package enum RolloutWeightScope: String, Sendable, CaseIterable {
  /// Those with a positive sign or advantage.
  case positives
  /// All.
  case all
}

/// Where in a group a demonstration sits; the sampler asks how many rollouts to draw.
package enum DemonstrationPlace: String, Sendable, CaseIterable {
  /// Beside the rollouts: 8 + 1.
  case additional
  /// In place of one: 7 + 1.
  case replacesRollout = "replaces-rollout"

  /// How many rollouts a prompt gets.
  package func rolloutCount(groupSize: Int, demonstrationCount: Int) -> Int {
    switch self {
    case .additional: groupSize
    case .replacesRollout: max(groupSize - demonstrationCount, 0)
    }
  }
}

/// What a term is divided by.
package struct TermNormalization: Sendable, Equatable {
  /// Whose tokens and sequences are counted.
  package enum Rows: Sendable, Equatable, CaseIterable {
    /// The term's own.
    case own
    /// Rollouts and demonstrations together, as where one loss runs over a mixed batch.
    case all
  }

  /// How tokens are weighed.
  package var aggregation: LossAggregation
  /// Whose are counted.
  package var rows: Rows

  /// A normalisation.
  package init(_ aggregation: LossAggregation, rows: Rows = .own) {
    (self.aggregation, self.rows) = (aggregation, rows)
  }

  /// The counts to divide by.
  func tally(own: BatchTotals.Tally, _ totals: BatchTotals) -> BatchTotals.Tally {
    rows == .own ? own : totals.all
  }
}
