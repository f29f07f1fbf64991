/// An objective with the advantages that it takes.
package enum RunObjective: Sendable, Equatable {
  /// Imitation.
  case sft(SFT)
  /// Imitation that stays near a reference.
  case sftWithKL(SFTWithKL)
  /// Reinforcement.
  case grpo(GRPO, GroupAdvantage)
  /// The policy's own texts towards a teacher's distributions.
  case distillation(OnPolicyDistillation)
  /// Both with entropy weights.
  case srft(SRFT)
  /// Both added up.
  case plainSum(PlainSum, GroupAdvantage)

  /// The objective of a configuration, with its choices.
  package init(_ configuration: TrainingConfiguration) {
    let sft = SFT(aggregation: configuration.sft.aggregation)
    self =
      switch configuration.objective {
      case .sft: .sft(sft)
      case .sftWithKL: .sftWithKL(configuration.sft)
      case .grpo: .grpo(configuration.grpo, configuration.advantage)
      case .onPolicyDistillation: .distillation(configuration.distillation)
      case .srftPaper, .srftReleasedCode: .srft(configuration.srft)
      case .sftPlusRL:
        .plainSum(
          PlainSum(
            sft: sft, grpo: configuration.grpo, sftCoefficient: configuration.sum.sft,
            grpoCoefficient: configuration.sum.grpo), configuration.advantage)
      }
  }

  // MARK: What it asks for

  /// The terms that its loss has.
  var terms: LossParts {
    switch self {
    case .sft: .imitation
    case .sftWithKL: [.imitation, .divergence]
    case .grpo(let grpo, _): grpo.terms
    case .distillation: .divergence
    case .plainSum(let sum, _): sum.grpo.terms.union(.imitation)
    case .srft(let srft):
      srft.entropyBonus == nil
        ? LossParts.all.subtracting([.divergence, .entropyBonus])
        : LossParts.all.subtracting(.divergence)
    }
  }

  /// Whether entropies of the whole batch weigh each part of it.
  var looksAtBatchEntropy: Bool {
    if case .srft(let srft) = self, case .batch = srft.entropyScope { true } else { false }
  }

  /// The order of the divergence from a reference over the whole vocabulary, where the loss has one.
  var divergenceDirection: KLDirection? {
    switch self {
    case .sftWithKL(let sft): sft.direction
    case .distillation(let distillation): distillation.direction
    case .sft, .grpo, .srft, .plainSum: nil
    }
  }

  /// Whether the loss has a divergence from a reference over the whole vocabulary.
  var measuresDivergence: Bool { divergenceDirection != nil }

  /// Whether the loss takes the reference's log-probabilities of rollouts.
  var takesReferenceLogProbs: Bool { grpo?.klPenalty != nil }

  /// Whether demonstrations are compared with the policy before the first update on a batch.
  var takesOldPolicyLogProbs: Bool {
    if case .srft(let srft) = self { srft.demonstrationBehavior == .oldPolicy } else { false }
  }

  /// Whether demonstrations need the log-probabilities of whoever wrote them.
  var takesTeacherLogProbs: Bool {
    if case .srft(let srft) = self {
      srft.demonstrationBehavior == .recordedTeacher
    } else {
      false
    }
  }

  private var grpo: GRPO? {
    switch self {
    case .grpo(let grpo, _): grpo
    case .plainSum(let sum, _): sum.grpo
    case .sft, .sftWithKL, .distillation, .srft: nil
    }
  }

  /// The same with another entropy bonus, where rollouts are reinforced.
  func with(entropyBonus coefficient: Double) -> Self {
    let bonus = EntropyBonus(coefficient: coefficient)
    switch self {
    case .grpo(var grpo, let advantage):
      grpo.entropyBonus = bonus
      return .grpo(grpo, advantage)
    case .plainSum(var sum, let advantage):
      sum.grpo.entropyBonus = bonus
      return .plainSum(sum, advantage)
    case .srft(var srft):
      srft.entropyBonus = bonus
      return .srft(srft)
    case .sft, .sftWithKL, .distillation: return self
    }
  }

  /// The same with an entropy from outside in the weights of SRFT.
  func with(weightEntropy entropy: Double) -> Self {
    guard case .srft(var srft) = self else { return self }
    srft.entropyScope = .given(entropy)
    return .srft(srft)
  }

  /// Responses that the policy samples beside one demonstration of the same prompt.
  func rolloutCount(groupSize: Int, demonstrationCount: Int) -> Int {
    guard case .srft(let srft) = self else { return groupSize }
    return srft.demonstrationPlace.rolloutCount(
      groupSize: groupSize, demonstrationCount: demonstrationCount)
  }

  /// Whether demonstrations share groups with rollouts of their prompt.
  var joinsGroups: Bool { if case .srft = self { true } else { false } }

  // MARK: What it gives

  /// Sets the advantages of all rows; whole groups have to be there.
  func assignAdvantages(
    to batch: inout ObjectiveBatch
  ) throws(ObjectiveError) -> [Int: GroupOutcome] {
    switch self {
    case .sft, .sftWithKL, .distillation: [:]
    case .grpo(_, let advantage), .plainSum(_, let advantage): try advantage.assign(to: &batch)
    case .srft(let srft): try srft.assignAdvantages(to: &batch)
    }
  }

  /// The loss on a part of a batch with these totals.
  ///
  /// - Parameters:
  ///   - batch: the part.
  ///   - divergences: at each position, where `measuresDivergence`.
  ///   - totals: of the whole batch.
  ///   - terms: which of its terms.
  /// - Returns: loss, derivatives and diagnostics.
  /// - Throws: as the objective does.
  func evaluate(
    _ batch: ObjectiveBatch, divergences: [Double], totals: BatchTotals, terms: LossParts
  ) throws(ObjectiveError) -> ObjectiveResult {
    switch self {
    case .sft(let sft): try sft.evaluate(batch, totals: totals, terms: terms)
    case .sftWithKL(let sft):
      try sft.evaluate(batch, divergences: divergences, totals: totals, terms: terms)
    case .grpo(let grpo, _): try grpo.evaluate(batch, totals: totals, terms: terms)
    case .distillation(let distillation):
      try distillation.evaluate(
        batch, divergences: divergences, totals: totals, terms: terms)
    case .srft(let srft): try srft.evaluate(batch, totals: totals, terms: terms)
    case .plainSum(let sum, _): try sum.evaluate(batch, totals: totals, terms: terms)
    }
  }
}

extension GRPO {
  fileprivate var terms: LossParts {
    LossParts.rolloutPolicy.union(klPenalty == nil ? [] : .divergence)
      .union(entropyBonus == nil ? [] : .entropyBonus)
  }
}
