/// What a gate judges.
///
/// Its name is what policies, results and state files write.
package enum GateMetric: Sendable, Hashable {
  /// Share of correct answers.
  case accuracy
  /// Probability that one of k answers to a prompt is correct.
  case passAtK
  /// Mean reward of an answer.
  case reward
  /// KL(run‖base) per token of the run's own answers, in nats.
  case klToBase
  /// Share of tokens at which the run changed base, by the audit's margin.
  case changedFromBase
  /// KL(candidate‖baseline) per token, in nats.
  case klCandidateBaseline
  /// Share of tokens at which candidate and baseline differ, by the audit's margin.
  case changedBetween
  /// Mean entropy of the next-token distribution, in nats.
  case entropy
  /// Negative log-probability per token of fixed texts, in nats.
  case heldOutLoss
  /// Tokens of an answer.
  case length
  /// Share of answers in the form that was asked for.
  case formatRate
  /// Share of answers that ended by themselves.
  case stoppedRate
  /// A column of training logs, by its name there.
  case training(String)

  /// All that are not columns of a training log.
  package static let known: [GateMetric] = [
    .accuracy, .passAtK, .reward, .klToBase, .changedFromBase, .klCandidateBaseline,
    .changedBetween, .entropy, .heldOutLoss, .length, .formatRate, .stoppedRate,
  ]

  private static let trainingPrefix = "training/"

  /// What its numbers are.
  package enum Unit: String, Sendable, Codable {
    /// Written in percent, differences in points.
    case share
    case nats, tokens
    /// Of a scale that only its user knows.
    case number
  }

  package var unit: Unit {
    switch self {
    case .accuracy, .passAtK, .formatRate, .stoppedRate, .changedFromBase, .changedBetween: .share
    case .klToBase, .klCandidateBaseline, .entropy, .heldOutLoss: .nats
    case .length: .tokens
    case .reward, .training: .number
    }
  }

  /// What is compared, which decides estimate and test.
  package enum Kind: Sendable, Equatable {
    /// Difference of two means of values between 0 and a width.
    case bounded(width: Double)
    /// Difference of two ratios ΣX/ΣN.
    case ratio
    /// A ratio that is 0 where nothing changed, tested against its margin.
    case distance
  }

  package var kind: Kind {
    switch self {
    case .accuracy, .passAtK, .formatRate, .stoppedRate: .bounded(width: 1)
    case .klCandidateBaseline, .changedBetween: .distance
    case .reward, .klToBase, .changedFromBase, .entropy, .heldOutLoss, .length, .training: .ratio
    }
  }

  /// Whether each value is of a prompt; steps of a training aren't drawn independently.
  package var isOfPrompts: Bool {
    if case .training = self { false } else { true }
  }
}

extension GateMetric: RawRepresentable, Codable {
  /// nil for a name that is neither known nor `training/NAME`.
  package init?(rawValue: String) {
    if let known = Self.known.first(where: { $0.rawValue == rawValue }) {
      self = known
    } else if rawValue.hasPrefix(Self.trainingPrefix), rawValue.count > Self.trainingPrefix.count {
      self = .training(String(rawValue.dropFirst(Self.trainingPrefix.count)))
    } else {
      return nil
    }
  }

  package var rawValue: String {
    switch self {
    case .accuracy: "accuracy"
    case .passAtK: "pass-at-k"
    case .reward: "reward"
    case .klToBase: "kl-to-base"
    case .changedFromBase: "changed-from-base"
    case .klCandidateBaseline: "kl-candidate-baseline"
    case .changedBetween: "changed-between"
    case .entropy: "entropy"
    case .heldOutLoss: "held-out-nll"
    case .length: "length"
    case .formatRate: "format"
    case .stoppedRate: "stopped"
    case .training(let column): Self.trainingPrefix + column
    }
  }
}

/// A part of the prompts, or of the tokens, that is judged on its own.
package struct GateSlice: Sendable, Hashable, Codable {
  /// By what a policy cuts.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case source, task, category, position
  }

  package let kind: Kind
  /// Which one, such as the task's name.
  package let name: String

  package init(_ kind: Kind, _ name: String) { (self.kind, self.name) = (kind, name) }
}
