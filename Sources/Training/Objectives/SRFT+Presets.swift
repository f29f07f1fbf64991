/// The readings of SRFT, in one place.
///
/// | choice | `.paper`: arXiv 2506.19767v1, literally | `.releasedCode`: its launch script |
/// | --- | --- | --- |
/// | w_SFT | 0.5 · exp(−H), Eq. 8 | 0.5 · exp(+H) |
/// | w_RL | 0.1 · exp(+H), Eq. 12 | 0.1 · exp(+H) |
/// | H over | batch, each weight over its own term's tokens (*not stated*) | token (*likely*) |
/// | w_RL on | positives | positives |
/// | behaviour of demonstrations | 1 | 1 |
/// | shaping | none | p/(p + 0.1) |
/// | clip of demonstrations | none | none |
/// | rollouts beside a demonstration | 8 + 1 | 7 + 1 (*parent*) |
/// | rollouts pushed by | ±1, one expectation | advantages (*likely* for wrong ones) |
/// | through | log π | ratio, without clip (*parent*) |
/// | baseline of A | augmented group, Eq. 7 | augmented group (*parent*) |
/// | scale of A | population deviation, ε = 0 (*estimate not stated*) | none (*parent*) |
/// | SFT divided by | sequences | tokens (*parent*) |
/// | demonstration RL divided by | sequences | 8,192 (*parent*) · all sequences (*likely*) |
/// | rollout term divided by | sequences | 8,192 (*parent*) · all sequences (*likely*) |
/// | entropy bonus | none | 0.001 over all rows' tokens |
///
/// *Not stated*: the paper doesn't say, and ours is the plainest reading of its equations.
/// *Likely*, *parent*: the released code was known second-hand; where its notes are silent, this is
/// what LUFFY does, on whose code it is built.
extension SRFT {
  /// The paper's equations, taken literally.
  package static let paper = SRFT(
    sftWeight: .sftOfPaper, rolloutWeight: .rolloutOfPaper, entropyScope: .paper,
    rolloutWeightScope: .paper,
    demonstrationBehavior: .paper, ratioShaping: .paper, demonstrationClip: nil,
    demonstrationPlace: .paper, rolloutFeedback: .paper, rolloutSurrogate: .paper,
    groupAdvantage: GroupAdvantage(scale: .paper, membership: .paper),
    sftNormalization: .paper, demonstrationNormalization: .paper, rolloutNormalization: .paper,
    entropyBonus: nil, entropyBonusSource: .all, demonstrationCoefficient: 1, rolloutCoefficient: 1)

  /// What the released code does, as far as it is known, with its longest response of 8,192.
  package static let releasedCode = releasedCode(maximumResponseLength: 8192)

  /// What the released code does, for another longest response: it divides by that.
  package static func releasedCode(maximumResponseLength: Int) -> SRFT {
    let policy = TermNormalization(
      .sequenceMeanOverFixedLength(maximumResponseLength), rows: .all)
    return SRFT(
      sftWeight: .sftOfReleasedCode, rolloutWeight: .rolloutOfPaper, entropyScope: .token,
      rolloutWeightScope: .positives, demonstrationBehavior: .one,
      ratioShaping: .releasedCode, demonstrationClip: nil, demonstrationPlace: .replacesRollout,
      rolloutFeedback: .advantages, rolloutSurrogate: .importanceRatio(clip: nil),
      groupAdvantage: GroupAdvantage(scale: .none, membership: .augmented),
      sftNormalization: TermNormalization(.tokenMean), demonstrationNormalization: policy,
      rolloutNormalization: policy, entropyBonus: EntropyBonus(coefficient: 0.001),
      entropyBonusSource: .all, demonstrationCoefficient: 1, rolloutCoefficient: 1)
  }
}

// MARK: The literal reading of each choice

extension EntropyWeight {
  /// Equation 8: the higher the entropy, the weaker the imitation.
  package static let sftOfPaper = Self(scale: 0.5, exponent: -1)
  /// The opposite sign.
  package static let sftOfReleasedCode = Self(scale: 0.5, exponent: 1)
  /// Equation 12, and the released code.
  package static let rolloutOfPaper = Self(scale: 0.1, exponent: 1)
}

extension EntropyScope {
  /// One entropy per weight, of the data that its expectation runs over; not stated.
  package static let paper = Self.batch(of: .ownTerm)
}

extension RatioShaping {
  /// Nothing.
  package static let paper = Self.none
  /// p/(p + 0.1).
  package static let releasedCode = Self.probabilityOver(0.1)
}

extension DemonstrationBehavior {
  /// "π_β is set to 1".
  package static let paper = Self.one
}

extension RolloutFeedback {
  /// Equation 11 splits one expectation by the sign of the reward.
  package static let paper = Self.signs
}

extension RolloutSurrogate {
  /// Equation 12 has log π.
  package static let paper = Self.logProbability
}

extension RolloutWeightScope {
  /// Equation 12 weighs y+.
  package static let paper = Self.positives
}

extension DemonstrationPlace {
  /// Equation 6 unites 8 rollouts with the demonstrations.
  package static let paper = Self.additional
}

extension GroupMembership {
  /// Equation 7's mean and deviation are over the augmented group.
  package static let paper = Self.augmented
}

extension AdvantageScale {
  /// Equation 7 divides by std, without ε.
  package static let paper = Self.deviation(.population, epsilon: 0)
}

extension TermNormalization {
  /// Equations 8 to 12 are expectations of a response's log-probability, a sum over its tokens.
  package static let paper = TermNormalization(.sequenceMeanOfTokenSums)
}
