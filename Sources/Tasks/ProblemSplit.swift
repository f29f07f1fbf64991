/// Which problems: those of one split never occur in another one's.
///
/// Each canonical prompt belongs to one bucket of a thousand, the upper 32 bits of its
/// `StableHash` modulo 1,000, and each split takes problems from its own buckets only.
/// `pretraining` and `train` share theirs: they differ in distribution, not in what is held out.
package enum ProblemSplit: Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// For base's mixture of texts.
  case pretraining
  /// For demonstrations and rollouts.
  case train
  /// As `train`, held out for choices: gates, learning rates, when to stop.
  case validation
  /// As `train`, held out for what is reported.
  case test
  /// One notch more difficult than `train`.
  case harder
  /// Unlike `train` in one respect.
  case outOfDistribution(ProblemShift)

  /// All splits; a task has those of its `splits`.
  package static let allCases: [ProblemSplit] =
    [.pretraining, .train, .validation, .test, .harder]
    + ProblemShift.allCases.map { .outOfDistribution($0) }

  /// The name in configurations and tables, such as `test` and `ood-length`.
  package var description: String {
    switch self {
    case .pretraining: "pretraining"
    case .train: "train"
    case .validation: "validation"
    case .test: "test"
    case .harder: "harder"
    case .outOfDistribution(let shift): "ood-" + shift.rawValue
    }
  }

  /// The split of that name, nil if there is none.
  package init?(named name: String) {
    guard let split = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = split
  }

  /// Whether a problem with that canonical prompt may be in this split.
  package func contains(canonicalPrompt: String) -> Bool {
    buckets.contains(Int((StableHash.value(of: canonicalPrompt) >> 32) % 1000))
  }

  private var buckets: Range<Int> {
    switch self {
    case .pretraining, .train: 0..<600
    case .test: 600..<650
    case .validation: 650..<700
    case .harder: 700..<750
    case .outOfDistribution(.length): 750..<800
    case .outOfDistribution(.operators): 800..<850
    case .outOfDistribution(.surface): 850..<900
    case .outOfDistribution(.facts): 900..<950
    case .outOfDistribution(.magnitude): 950..<1000
    }
  }
}

/// In what an out-of-distribution problem differs from those that were trained on.
package enum ProblemShift: String, CaseIterable, Sendable {
  /// More steps than any text of the training had.
  case length
  /// Mostly the rare operator.
  case operators
  /// The same problems with unseen spacing.
  case surface
  /// A fact (operator with two operands) that post-training never shows.
  case facts
  /// Larger numbers.
  case magnitude
}
