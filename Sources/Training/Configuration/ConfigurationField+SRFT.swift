extension ConfigurationField {
  private static let hasSRFT: Condition = { $0.objective.isSRFT }
  private static let hasAverages: Condition = {
    $0.objective.isSRFT && $0.entropyAverages != nil
  }

  /// The choices of SRFT; the objective's name sets them all, these change some.
  static let srft: [Self] = [
    number(
      "srft.sft-weight", \.srft.sftWeight.scale, .nonNegative,
      "w_SFT at entropy 0: 0.5 in equation 8.", if: hasSRFT),
    number(
      "srft.sft-weight-exponent", \.srft.sftWeight.exponent, .any,
      "What entropy is multiplied by in its exponential: -1 in equation 8, 1 in the released code, "
        + "0 for a constant weight.", if: hasSRFT),
    number(
      "srft.rl-weight", \.srft.rolloutWeight.scale, .nonNegative,
      "w_RL at entropy 0: 0.1 in equation 12.", if: hasSRFT),
    number(
      "srft.rl-weight-exponent", \.srft.rolloutWeight.exponent, .any,
      "The same for w_RL: 1 in equation 12.", if: hasSRFT),
    spelled(
      "srft.entropy-over", \.srft.entropyScope, allowed: EntropyScope.spellings,
      "Over what the entropy in both weights is averaged.", if: hasSRFT,
      parse: { EntropyScope(spelling: $0) }, spell: \.spelling),
    choice(
      "srft.rl-weight-on", \.srft.rolloutWeightScope, "Which rollouts w_RL weighs.", if: hasSRFT),
    choice(
      "srft.demonstration-behavior", \.srft.demonstrationBehavior,
      "What the probability of a demonstration is divided by.", if: hasSRFT),
    spelled(
      "srft.shaping", \.srft.ratioShaping, allowed: RatioShaping.spellings,
      "What is done to that ratio p.", if: hasSRFT,
      parse: { RatioShaping(spelling: $0) }, spell: \.spelling),
    spelled(
      "srft.demonstration-clip", \.srft.demonstrationClip, allowed: ClipRange.spellings,
      "Where the gradient of that ratio is cut.", if: hasSRFT,
      parse: { ClipRange.parse($0) }, spell: { ClipRange.spell($0) }),
    choice(
      "srft.demonstration-place", \.srft.demonstrationPlace,
      "Whether a demonstration stands beside the rollouts (8 + 1) or in place of one (7 + 1).",
      if: hasSRFT),
    choice("srft.feedback", \.srft.rolloutFeedback, "What rollouts are pushed by.", if: hasSRFT),
    spelled(
      "srft.surrogate", \.srft.rolloutSurrogate, allowed: RolloutSurrogate.spellings,
      "What of a rollout's tokens is pushed.", if: hasSRFT,
      parse: { RolloutSurrogate(spelling: $0) }, spell: \.spelling),
    choice(
      "srft.advantage-scale", \.srft.groupAdvantage.scaleName,
      "What a reward's difference from its group's mean is divided by.", if: hasSRFT),
    number(
      "srft.advantage-epsilon", \.srft.groupAdvantage.scaleEpsilon, .nonNegative,
      "Added to the group's deviation.",
      if: { hasSRFT($0) && $0.srft.groupAdvantage.scale != .none }),
    choice(
      "srft.baseline", \.srft.groupAdvantage.membership,
      "Whose rewards make a group's mean and deviation.", if: hasSRFT),
    spelled(
      "srft.length-penalty", \.srft.groupAdvantage.lengthPenalty,
      allowed: LengthPenalty.spellings, "What is taken from a reward for the response's length.",
      if: hasSRFT, parse: { LengthPenalty(spelling: $0) }, spell: \.spelling),
    normalization(
      "srft.sft-aggregation", \.srft.sftNormalization, "How the SFT term weighs tokens."),
    normalization(
      "srft.demonstration-aggregation", \.srft.demonstrationNormalization,
      "How the demonstrations' RL term does."),
    normalization(
      "srft.rollout-aggregation", \.srft.rolloutNormalization, "How the rollouts' term does."),
    number(
      "srft.entropy-bonus", \.srft.bonusCoefficient, .nonNegative,
      "What a nat of entropy is worth; 0 for none.", if: hasSRFT),
    choice(
      "srft.entropy-bonus-on", \.srft.entropyBonusSource, "Whose tokens earn it.",
      if: { hasSRFT($0) && $0.srft.entropyBonus != nil }),
    number(
      "srft.demonstration-coefficient", \.srft.demonstrationCoefficient, .nonNegative,
      "A factor on the demonstrations' RL term; 0 leaves it out.", if: hasSRFT),
    number(
      "srft.rollout-coefficient", \.srft.rolloutCoefficient, .nonNegative,
      "A factor on the rollouts' term; 0 leaves it out.", if: hasSRFT),
    flag(
      "entropy-averages.used", \.usesEntropyAverages,
      "Whether running averages of the rollouts' entropy stand in both weights.", if: hasSRFT),
    number(
      "entropy-averages.fast-decay", \.averages.fastDecay, .belowOne,
      "What stays of the fast average at each step.", if: hasAverages),
    number(
      "entropy-averages.slow-decay", \.averages.slowDecay, .belowOne, "The same of the slow one.",
      if: hasAverages),
    number(
      "entropy-averages.lead", \.averages.lead, .any,
      "0 takes the slow average, 1 the fast one, more runs ahead of a trend.", if: hasAverages),
  ]

  private static func normalization(
    _ key: String, _ path: any WritableKeyPath<Configuration, TermNormalization> & Sendable,
    _ definition: String
  ) -> Self {
    spelled(
      key, path, allowed: TermNormalization.spellings, definition, if: hasSRFT,
      parse: { TermNormalization(spelling: $0) }, spell: \.spelling)
  }
}

// MARK: What files call the choices

extension TrainingConfiguration {
  fileprivate var usesEntropyAverages: Bool {
    get { entropyAverages != nil }
    set { entropyAverages = newValue ? averages : nil }
  }

  fileprivate var averages: EntropyAverages {
    get { entropyAverages ?? EntropyAverages() }
    set { entropyAverages = newValue }
  }
}

extension SRFT {
  /// Of `entropyBonus`; 0 for none.
  fileprivate var bonusCoefficient: Double {
    get { entropyBonus?.coefficient ?? 0 }
    set { entropyBonus = newValue == 0 ? nil : EntropyBonus(coefficient: newValue) }
  }
}
