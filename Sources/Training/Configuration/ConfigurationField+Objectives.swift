extension ConfigurationField {
  private static let hasPlainSFT: Condition = {
    $0.objective.usesDemonstrations && !$0.objective.isSRFT
  }
  private static let hasGRPO: Condition = { $0.objective.usesGRPO }
  private static let hasSum: Condition = { $0.objective == .sftPlusRL }
  private static let hasSFTWithKL: Condition = { $0.objective == .sftWithKL }

  /// How the losses of tokens become one number.
  static func aggregation(
    _ key: String, _ path: any WritableKeyPath<Configuration, LossAggregation> & Sendable,
    _ definition: String, if applies: @escaping Condition
  ) -> Self {
    spelled(
      key, path, allowed: LossAggregation.spellings, definition, if: applies,
      parse: { LossAggregation(spelling: $0) }, spell: \.spelling)
  }

  /// Imitation.
  static let sft: [Self] = [
    aggregation(
      "sft.aggregation", \.sft.aggregation, "How the tokens of demonstrations are weighed.",
      if: hasPlainSFT),
    number(
      "sft.kl-coefficient", \.sft.coefficient, .nonNegative,
      "Weight of the divergence from the reference, the paper's equation A1.", if: hasSFTWithKL),
    choice(
      "sft.kl-direction", \.sft.direction, "From which distribution to which.",
      if: hasSFTWithKL),
  ]

  private static let distills: Condition = { $0.objective == .onPolicyDistillation }

  /// Distillation on the policy's own rollouts.
  static let distillation: [Self] = [
    aggregation(
      "opd.aggregation", \.distillation.aggregation, "How the tokens of rollouts are weighed.",
      if: distills),
    choice(
      "opd.kl-direction", \.distillation.direction,
      "From which distribution to which; the reference is the teacher.", if: distills),
  ]

  /// Coefficients of the plain sum.
  static let sum: [Self] = [
    number(
      "sum.sft", \.sum.sft, .nonNegative, "What imitation is multiplied by.", if: hasSum),
    number(
      "sum.rl", \.sum.grpo, .nonNegative, "What reinforcement is multiplied by.", if: hasSum),
  ]

  /// Reinforcement of rollouts.
  static let grpo: [Self] = [
    spelled(
      "grpo.clip", \.grpo.clipRange, allowed: ClipRange.spellings,
      "How far the ratio may leave 1 before its gradient is cut, below and above.", if: hasGRPO,
      parse: { ClipRange.parse($0) }, spell: { ClipRange.spell($0) }),
    aggregation("grpo.aggregation", \.grpo.aggregation, "How tokens are weighed.", if: hasGRPO),
    number(
      "grpo.kl-coefficient", \.grpo.divergenceCoefficient, .nonNegative,
      "Weight of the estimated divergence from the reference; 0 for none.", if: hasGRPO),
    choice(
      "grpo.kl-estimator", \.grpo.estimator,
      "How it is estimated from the sampled tokens.",
      if: { hasGRPO($0) && $0.grpo.klPenalty != nil }),
    number(
      "grpo.entropy-bonus", \.grpo.bonusCoefficient, .nonNegative,
      "What a nat of entropy is worth; 0 for none.", if: hasGRPO),
    choice(
      "grpo.advantage-scale", \.advantage.scaleName,
      "What a reward's difference from its group's mean is divided by.", if: hasGRPO),
    number(
      "grpo.advantage-epsilon", \.advantage.scaleEpsilon, .nonNegative,
      "Added to the group's deviation.",
      if: { hasGRPO($0) && $0.advantage.scale != .none }),
    spelled(
      "grpo.length-penalty", \.advantage.lengthPenalty, allowed: LengthPenalty.spellings,
      "What is taken from a reward for the response's length.", if: hasGRPO,
      parse: { LengthPenalty(spelling: $0) }, spell: \.spelling),
    number(
      "grpo.confident-above", \.confidence.threshold, .share,
      "Tokens of a higher probability don't learn, figure A2.", if: hasGRPO),
    choice(
      "grpo.confident-tokens", \.confidence.treatment,
      "Whether they only lose their gradient or leave loss and counts.",
      if: { hasGRPO($0) && $0.confidence.threshold != nil }),
    number(
      "entropy-control.target", \.entropyControl.target, .nonNegative,
      "The entropy in nats that the bonus is steered to.", if: hasBonus),
    choice(
      "entropy-control.law", \.entropyControl.law, "How the bonus moves.", if: isControlled),
    number(
      "entropy-control.gain", \.entropyControl.gain, .positive, "How far it moves.",
      if: isControlled),
    number(
      "entropy-control.minimum", \.entropyControl.minimum, .nonNegative, "Its least value.",
      if: isControlled),
    number(
      "entropy-control.maximum", \.entropyControl.maximum, .nonNegative, "Its largest value.",
      if: isControlled),
  ]

  private static let hasBonus: Condition = { $0.objective.usesGRPO || $0.objective.isSRFT }

  private static let isControlled: Condition = {
    hasBonus($0) && $0.entropyControl.target != nil
  }
}

// MARK: What files call the choices

extension GRPO {
  fileprivate var divergenceCoefficient: Double {
    get { klPenalty?.coefficient ?? 0 }
    set {
      klPenalty =
        newValue == 0
        ? nil : KLPenalty(estimator: klPenalty?.estimator ?? .k3, coefficient: newValue)
    }
  }

  fileprivate var estimator: KLEstimator {
    get { klPenalty?.estimator ?? .k3 }
    set { klPenalty?.estimator = newValue }
  }

  fileprivate var bonusCoefficient: Double {
    get { entropyBonus?.coefficient ?? 0 }
    set { entropyBonus = newValue == 0 ? nil : EntropyBonus(coefficient: newValue) }
  }
}

extension GroupAdvantage {
  enum ScaleName: String, CaseIterable { case none, population, bessel }

  var scaleName: ScaleName {
    get {
      switch scale {
      case .none: .none
      case .deviation(.population, _): .population
      case .deviation(.bessel, _): .bessel
      }
    }
    set {
      scale =
        switch newValue {
        case .none: .none
        case .population: .deviation(.population, epsilon: scaleEpsilon)
        case .bessel: .deviation(.bessel, epsilon: scaleEpsilon)
        }
    }
  }

  var scaleEpsilon: Double {
    get { if case .deviation(_, let epsilon) = scale { epsilon } else { 1e-4 } }
    set {
      if case .deviation(let estimate, _) = scale {
        scale = .deviation(estimate, epsilon: newValue)
      }
    }
  }
}
