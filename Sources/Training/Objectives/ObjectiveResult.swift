/// A loss, its derivatives, and what a training log wants to know about it.
///
/// Derivatives are those of the loss that is minimised, at every position of the batch; 0 where
/// a position doesn't count.
package struct ObjectiveResult: Sendable, Equatable {
  /// The parts of the loss; each already has its coefficient and sign.
  package var terms: LossTerms
  /// ∂loss/∂(log π(y_t)).
  package var dTokenLogProbs: [Double]
  /// ∂loss/∂(entropy of the policy).
  package var dEntropies: [Double]
  /// ∂loss/∂(divergence to a reference over the whole vocabulary), where the objective has one.
  package var divergence: DivergenceGradient?
  /// Counts, means and extremes.
  package var diagnostics: ObjectiveDiagnostics

  /// The loss: the sum of its terms.
  package var loss: Double { terms.sum }

  /// Nothing yet, for so many positions.
  init(positionCount: Int) {
    terms = LossTerms()
    dTokenLogProbs = Array(repeating: 0, count: positionCount)
    dEntropies = dTokenLogProbs
    divergence = nil
    diagnostics = ObjectiveDiagnostics()
  }

  /// Adds a multiple of another objective's result on the same batch.
  ///
  /// Diagnostics are merged as they are. At most one of both may have a divergence.
  package mutating func add(_ other: Self, scaledBy factor: Double = 1) {
    precondition(
      dTokenLogProbs.count == other.dTokenLogProbs.count,
      "\(dTokenLogProbs.count) positions and \(other.dTokenLogProbs.count)")
    precondition(divergence == nil || other.divergence == nil, "two divergences")
    terms = terms + other.terms.scaled(by: factor)
    for index in dTokenLogProbs.indices {
      dTokenLogProbs[index] += factor * other.dTokenLogProbs[index]
      dEntropies[index] += factor * other.dEntropies[index]
    }
    if let gradient = other.divergence {
      divergence = DivergenceGradient(
        direction: gradient.direction, dDivergences: gradient.dDivergences.map { $0 * factor })
    }
    diagnostics.merge(other.diagnostics)
  }
}

/// The parts of a loss, in nats times whatever the advantages are in.
package struct LossTerms: Sendable, Equatable {
  /// Imitation of demonstrations.
  package var demonstrationSFT = 0.0
  /// Off-policy reinforcement of demonstrations.
  package var demonstrationPolicy = 0.0
  /// Reinforcement of the policy's own rollouts.
  package var rolloutPolicy = 0.0
  /// Divergence to a reference: an estimate from sampled tokens, or over the whole vocabulary.
  package var divergence = 0.0
  /// Minus the entropy bonus.
  package var entropyBonus = 0.0

  /// No loss.
  package init() {}

  /// The loss.
  package var sum: Double {
    demonstrationSFT + demonstrationPolicy + rolloutPolicy + divergence + entropyBonus
  }

  /// Term by term; micro-batches add up this way.
  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.demonstrationSFT += b.demonstrationSFT
    sum.demonstrationPolicy += b.demonstrationPolicy
    sum.rolloutPolicy += b.rolloutPolicy
    sum.divergence += b.divergence
    sum.entropyBonus += b.entropyBonus
    return sum
  }

  /// Every term times a factor.
  func scaled(by factor: Double) -> Self {
    var product = self
    product.demonstrationSFT *= factor
    product.demonstrationPolicy *= factor
    product.rolloutPolicy *= factor
    product.divergence *= factor
    product.entropyBonus *= factor
    return product
  }
}

/// How much each position's divergence to the reference weighs in the loss.
package struct DivergenceGradient: Sendable, Equatable {
  /// Which of the two divergences.
  package var direction: KLDirection
  /// ∂loss/∂(divergence at the position).
  package var dDivergences: [Double]
}

/// The order of a KL divergence between policy and reference.
package enum KLDirection: String, Sendable, CaseIterable {
  /// KL(π ‖ π_ref) = Σ_v π (log π − log π_ref): punishes mass where the reference has little.
  case policyReference = "policy-reference"
  /// KL(π_ref ‖ π) = Σ_v π_ref (log π_ref − log π): punishes missing what the reference does.
  case referencePolicy = "reference-policy"
}

/// Count, sum and extremes of some numbers; parts of a batch merge exactly but for rounding.
package struct SampleSummary: Sendable, Equatable {
  /// How many numbers.
  package private(set) var count = 0
  /// Their sum.
  package private(set) var sum = 0.0
  /// The sum of their squares.
  package private(set) var squareSum = 0.0
  /// The smallest; +∞ without any.
  package private(set) var minimum = Double.infinity
  /// The largest; −∞ without any.
  package private(set) var maximum = -Double.infinity

  /// Their mean; NaN without any: not measured.
  package var mean: Double { count == 0 ? .nan : sum / Double(count) }

  /// Their standard deviation as a set (divided by n); NaN without any.
  ///
  /// From sums of squares: fine for advantages, whose mean is about 0; not for numbers that are large
  /// beside their spread.
  package var deviation: Double {
    count == 0 ? .nan : max(squareSum / Double(count) - mean * mean, 0).squareRoot()
  }

  /// No numbers.
  package init() {}

  /// Takes in one more.
  mutating func add(_ value: Double) {
    count += 1
    sum += value
    squareSum += value * value
    minimum = min(minimum, value)
    maximum = max(maximum, value)
  }

  /// Takes in those of another.
  package mutating func merge(_ other: Self) {
    count += other.count
    sum += other.sum
    squareSum += other.squareSum
    minimum = min(minimum, other.minimum)
    maximum = max(maximum, other.maximum)
  }
}

/// What a training log wants to know about one evaluation of an objective.
package struct ObjectiveDiagnostics: Sendable, Equatable {
  /// Entropy over the counted tokens of rollouts, at the temperature of the update: a mask leaves
  /// tokens out here that `PolicyUpdate.Summary.temperedRolloutEntropy` has.
  package var countedRolloutEntropy = SampleSummary()
  /// Entropy over the counted tokens of demonstrations.
  package var demonstrationEntropy = SampleSummary()
  /// π/π_behaviour over the counted tokens of rollouts.
  package var importanceRatio = SampleSummary()
  /// π/π_β over the counted tokens of demonstrations, before any shaping.
  package var demonstrationRatio = SampleSummary()
  /// Advantages of rollouts, one per sequence.
  package var advantage = SampleSummary()
  /// Advantages of demonstrations, one per sequence.
  package var demonstrationAdvantage = SampleSummary()
  /// The KL that the objective penalises, per token.
  package var divergence = SampleSummary()
  /// w_SFT, over the counted tokens of demonstrations.
  package var sftWeight = SampleSummary()
  /// w_RL, over the counted tokens of the rollouts that it weighs.
  package var rolloutWeight = SampleSummary()
  /// Tokens whose ratio is below the clip range with a negative advantage: without gradient.
  package var clippedLowCount = 0
  /// Tokens whose ratio is above the clip range with a positive advantage: without gradient.
  package var clippedHighCount = 0
  /// Tokens of demonstrations whose ratio is outside of their clip range: without gradient.
  package var clippedDemonstrationCount = 0
  /// Tokens whose gradient was taken away because the policy is confident of them.
  package var confidentCount = 0

  /// Nothing seen.
  package init() {}

  /// Takes in another micro-batch, or another term.
  package mutating func merge(_ other: Self) {
    countedRolloutEntropy.merge(other.countedRolloutEntropy)
    demonstrationEntropy.merge(other.demonstrationEntropy)
    importanceRatio.merge(other.importanceRatio)
    demonstrationRatio.merge(other.demonstrationRatio)
    advantage.merge(other.advantage)
    demonstrationAdvantage.merge(other.demonstrationAdvantage)
    divergence.merge(other.divergence)
    sftWeight.merge(other.sftWeight)
    rolloutWeight.merge(other.rolloutWeight)
    clippedLowCount += other.clippedLowCount
    clippedHighCount += other.clippedHighCount
    clippedDemonstrationCount += other.clippedDemonstrationCount
    confidentCount += other.confidentCount
  }
}
