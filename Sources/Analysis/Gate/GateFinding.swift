package import StatisticalInference

/// What a gate says about one metric, whole or in one slice, with all numbers that it rests on.
package struct GateFinding: Sendable, Equatable, Codable {
  /// One of three, or that there is nothing to say.
  package enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Worse beyond doubt, and by the margin or more as measured.
    case regressed
    /// Not worse by the margin; with both directions worse, inside it.
    case equivalent
    /// Neither could be shown.
    case undecided
    /// The same numbers of the same weights and texts.
    case identical
    /// A number without an outcome.
    case shown
    /// One of the logs lacks it.
    case notMeasured = "not-measured"
  }

  /// Why nothing was decided, beside the spread of prompts.
  package enum Reason: String, Sendable, Codable, CaseIterable {
    /// Fewer prompts than any test is made with, or than a slice's.
    case fewPrompts = "few-prompts"
    /// Too few for a claim of absence about values without a bound.
    case fewForEquivalence = "few-for-equivalence"
    /// All prompts, or all seeds, agree, though weights or texts differ.
    case noSpread = "no-spread"
    /// A share of a baseline's 0.
    case noMargin = "no-margin"
    /// Two seeds of the baseline.
    case twoSeeds = "two-seeds"
    /// Steps of one training: they aren't drawn independently.
    case needsSeeds = "needs-seeds"
    /// A distance, which is to one baseline, beside several.
    case severalBaselines = "several-baselines"
  }

  package let metric: GateMetric
  package let slice: GateSlice?
  package let worse: GateRule.Direction
  package let role: GateRule.Role
  package internal(set) var outcome: Outcome
  package internal(set) var reason: Reason?
  /// The baseline's value, the mean over seeds where there are several; nil for distances.
  package let baseline: Double?
  package let candidate: Double?
  /// How much worse, with a 95 % interval; where both directions are worse, how much more.
  package let harm: Estimate?
  /// What was compared with the margin: of rates with the added prompts, which draw it to 0.
  package let size: Double?
  /// In the metric's unit.
  package let margin: Double?
  package let hasDefaultMargin: Bool
  /// Prompts that all runs have.
  package let prompts: Int
  /// Prompts that were left out, because a run lacks them.
  package let unmatched: Int
  /// Prompts that were left out, because a value isn't measured.
  package let unmeasured: Int
  /// Of "nothing got worse"; nil where it wasn't tested.
  package internal(set) var probability: Double?
  /// What that had to be at most.
  package internal(set) var threshold: Double?
  /// Of "worse by the margin or more".
  package internal(set) var equivalenceProbability: Double?
  /// Of the prompts' parts.
  package let skewness: Double?
  package internal(set) var plan: GatePlan?
  package internal(set) var seeds: SeedSpread?

  package init(
    metric: GateMetric, slice: GateSlice? = nil, worse: GateRule.Direction, role: GateRule.Role,
    outcome: Outcome, reason: Reason? = nil, baseline: Double? = nil, candidate: Double? = nil,
    harm: Estimate? = nil, size: Double? = nil, margin: Double? = nil, hasDefaultMargin: Bool,
    prompts: Int = 0, unmatched: Int = 0, unmeasured: Int = 0, probability: Double? = nil,
    threshold: Double? = nil, equivalenceProbability: Double? = nil, skewness: Double? = nil,
    plan: GatePlan? = nil, seeds: SeedSpread? = nil
  ) {
    (self.metric, self.slice, self.worse, self.role) = (metric, slice, worse, role)
    (self.outcome, self.reason) = (outcome, reason)
    (self.baseline, self.candidate, self.harm, self.size) = (baseline, candidate, harm, size)
    (self.margin, self.hasDefaultMargin) = (margin, hasDefaultMargin)
    (self.prompts, self.unmatched, self.unmeasured) = (prompts, unmatched, unmeasured)
    (self.probability, self.threshold) = (probability, threshold)
    (self.equivalenceProbability, self.skewness) = (equivalenceProbability, skewness)
    (self.plan, self.seeds) = (plan, seeds)
  }

  /// Above it a claim of absence rests on few prompts, and is worth a warning.
  package static let strongSkewness = 5.0

  package var isSkewed: Bool { abs(skewness ?? 0) > Self.strongSkewness }

  /// Harm in margins; nil where there is no margin.
  package var marginsOfHarm: Double? {
    guard let size, let margin, margin > 0 else { return nil }
    return size / margin
  }

  /// Prompts that would decide beside those at hand; 0 where prompts aren't what is missing.
  package var promptsMissing: Int {
    if reason == .fewPrompts {
      return max((slice == nil ? Gate.fewestPrompts : Gate.fewestInSlice) - prompts, 0)
    }
    return max((plan?.promptsNeeded ?? 0) - prompts, 0)
  }
}
