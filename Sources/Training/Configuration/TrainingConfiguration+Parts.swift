extension TrainingConfiguration {
  /// A model of random weights.
  public struct NewModel: Sendable, Equatable {
    /// The architectures that can be trained.
    public enum Family: String, Sendable, CaseIterable {
      /// Biases on queries, keys and values.
      case qwen2
      /// No biases.
      case llama
    }

    /// The architecture.
    public var family = Family.qwen2
    /// The task whose characters are the vocabulary; nil for `tokenizer`.
    public var task: TaskName?
    /// A folder with a tokenizer's files.
    public var tokenizer: String?
    /// Width of the residual stream.
    public var hiddenSize = 128
    /// Number of blocks.
    public var layers = 4
    /// Heads of queries; they divide the hidden size.
    public var heads = 4
    /// Heads of keys and values; they divide the heads of queries.
    public var keyValueHeads = 2
    /// Width of the feed-forward layer.
    public var feedForwardSize = 344
    /// Most tokens of a sequence.
    public var contextLength = 96
    /// Whether the head's matrix is the embedding.
    public var tiesEmbeddings = true
    /// Base of the rotary frequencies.
    public var ropeBase = 10_000.0
    /// Standard deviation of fresh matrices.
    public var deviation = 0.02

    /// Some 0.8 million parameters.
    public init() {}
  }

  /// Held-out problems on the way: the same ones each time.
  public struct Evaluation: Sendable, Equatable {
    /// The task; nil for that of the rollouts.
    public var task: TaskName?
    /// Which problems.
    public var split = ProblemSplit.test
    /// Steps between two; 0 for none.
    public var every = 0
    /// How many problems.
    public var problems = 128
    /// Responses to each.
    public var samples = 8
    /// Most tokens of a response.
    public var maximumTokens = 64

    /// None.
    public init() {}
  }

  /// What an evaluation has to show for the run to end; nil for what doesn't matter.
  public struct Gate: Sendable, Equatable {
    /// The smallest sampled accuracy.
    public var minimumAccuracy: Double?
    /// The largest sampled accuracy.
    public var maximumAccuracy: Double?
    /// The smallest share of problems that one of the samples solves.
    public var minimumPass: Double?
    /// The largest share of problems whose samples are all right or all wrong.
    public var maximumFlatGroups: Double?

    /// No gate.
    public init() {}

    /// Whether there is anything to show.
    public var isSet: Bool { self != Gate() }

    /// Whether the evaluation of a step shows it; false for a step without.
    public func isMet(by record: StepRecord) -> Bool {
      isSet && isAtLeast(minimumAccuracy, record[.heldOutAccuracy])
        && isAtMost(maximumAccuracy, record[.heldOutAccuracy])
        && isAtLeast(minimumPass, record[.heldOutPass])
        && isAtMost(maximumFlatGroups, record[.heldOutFlatGroups])
    }

    // Written so that NaN, a step without evaluation, meets nothing.
    private func isAtLeast(_ limit: Double?, _ value: Double) -> Bool {
      limit.map { value >= $0 } ?? !value.isNaN
    }

    private func isAtMost(_ limit: Double?, _ value: Double) -> Bool {
      limit.map { value <= $0 } ?? !value.isNaN
    }
  }

  /// The coefficients of `PlainSum`.
  public struct SumCoefficients: Sendable, Equatable {
    /// Of imitation.
    public var sft = 1.0
    /// Of reinforcement.
    public var grpo = 1.0

    /// Both 1.
    public init() {}
  }

  /// Tokens of rollouts that reinforcement leaves out because the policy is sure of them.
  public struct Confidence: Sendable, Equatable {
    /// How a token is left out.
    public enum Treatment: String, Sendable, CaseIterable {
      /// No gradient; the loss and its counts stay.
      case mask
      /// Neither loss nor count.
      case drop
    }

    /// The probability above which a token is left out; nil: none is.
    public var threshold: Double?
    /// How.
    public var treatment = Treatment.mask

    /// All tokens learn.
    public init() {}
  }

  /// What steers the entropy bonus of GRPO or SRFT to a target.
  public struct EntropyControl: Sendable, Equatable {
    /// The laws of `EntropyController`.
    public enum Law: String, Sendable, CaseIterable {
      /// Adds gain · (target − entropy).
      case integral
      /// Multiplies by exp(gain · (target − entropy)).
      case logarithmic
      /// Adds or takes away the gain.
      case step
    }

    /// The entropy to reach, nats, of rollouts at temperature 1; nil: the bonus stays as it is.
    public var target: Double?
    /// How the coefficient moves.
    public var law = Law.integral
    /// How far it moves.
    public var gain = 0.01
    /// Its least value.
    public var minimum = 0.0
    /// Its largest value.
    public var maximum = 1.0

    /// No control.
    public init() {}

    /// The controller, where there is a target.
    public var controller: EntropyController? {
      target.map { target in
        let law: EntropyController.Law =
          switch law {
          case .integral: .integral(gain: gain)
          case .logarithmic: .logarithmic(gain: gain)
          case .step: .step(gain)
          }
        return EntropyController(target: target, law: law, range: minimum...maximum)
      }
    }
  }
}
