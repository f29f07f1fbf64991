/// An objective with the advantages that it takes.
public enum RunObjective: Sendable, Equatable {
  /// Imitation.
  case sft(SFT)
  /// Reinforcement.
  case grpo(GRPO, GroupAdvantage)
  /// Both with entropy weights.
  case srft(SRFT)
  /// Both added up.
  case plainSum(PlainSum, GroupAdvantage)

  /// The objective of that name, with its defaults.
  ///
  /// - Parameters:
  ///   - name: the configuration's.
  ///   - maximumTokens: the longest response, which the released code divides by.
  public init(_ name: TrainingConfiguration.Objective, maximumTokens: Int) {
    self =
      switch name {
      case .sft: .sft(SFT())
      case .grpo: .grpo(GRPO(), GroupAdvantage())
      case .srftPaper: .srft(.paper)
      case .srftReleasedCode: .srft(.releasedCode(maximumResponseLength: maximumTokens))
      case .sftPlusRL: .plainSum(PlainSum(), GroupAdvantage())
      }
  }

  /// Whether entropies of the whole batch weigh each part of it.
  var looksAtBatchEntropy: Bool {
    if case .srft(let srft) = self, case .batch = srft.entropyScope { true } else { false }
  }

  /// Responses that the policy samples beside one demonstration of the same prompt.
  func rolloutCount(groupSize: Int, demonstrationCount: Int) -> Int {
    guard case .srft(let srft) = self else { return groupSize }
    return srft.demonstrationPlace.rolloutCount(
      groupSize: groupSize, demonstrationCount: demonstrationCount)
  }

  /// Whether demonstrations share groups with rollouts of their prompt.
  var joinsGroups: Bool { if case .srft = self { true } else { false } }

  /// Sets the advantages of all rows; whole groups have to be there.
  func assignAdvantages(
    to batch: inout ObjectiveBatch
  ) throws(ObjectiveError) -> [Int: GroupOutcome] {
    switch self {
    case .sft: [:]
    case .grpo(_, let advantage), .plainSum(_, let advantage): try advantage.assign(to: &batch)
    case .srft(let srft): try srft.assignAdvantages(to: &batch)
    }
  }

  /// The loss on a part of a batch with these totals.
  func evaluate(
    _ batch: ObjectiveBatch, totals: BatchTotals
  ) throws(ObjectiveError) -> ObjectiveResult {
    switch self {
    case .sft(let sft): try sft.evaluate(batch, totals: totals)
    case .grpo(let grpo, _): try grpo.evaluate(batch, totals: totals)
    case .srft(let srft): try srft.evaluate(batch, totals: totals)
    case .plainSum(let sum, _): try sum.evaluate(batch, totals: totals)
    }
  }
}
