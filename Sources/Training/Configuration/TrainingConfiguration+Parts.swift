internal import RunLogs
package import Tasks

extension TrainingConfiguration {
  /// A model of random weights.
  package struct NewModel: Sendable, Equatable {
    /// The architectures that can be trained.
    package enum Family: String, Sendable, CaseIterable {
      /// Biases on queries, keys and values.
      case qwen2
      /// No biases.
      case llama
    }

    /// The architecture.
    package var family = Family.qwen2
    /// The task whose characters are the vocabulary; nil for `tokenizer`.
    package var task: TaskName?
    /// A folder with a tokenizer's files.
    package var tokenizer: String?
    /// Width of the residual stream.
    package var hiddenSize = 128
    /// Number of blocks.
    package var layers = 4
    /// Heads of queries; they divide the hidden size.
    package var heads = 4
    /// Heads of keys and values; they divide the heads of queries.
    package var keyValueHeads = 2
    /// Width of the feed-forward layer.
    package var feedForwardSize = 344
    /// Most tokens of a sequence.
    package var contextLength = 96
    /// Whether the head's matrix is the embedding.
    package var tiesEmbeddings = true
    /// Base of the rotary frequencies.
    package var ropeBase = 10_000.0
    /// Standard deviation of fresh matrices.
    package var deviation = 0.02

    /// Some 0.8 million parameters.
    package init() {}
  }

  /// Held-out problems on the way: the same ones each time.
  package struct Evaluation: Sendable, Equatable {
    /// The task; nil for that of the rollouts.
    package var task: TaskName?
    /// Which problems.
    package var split = ProblemSplit.test
    /// Steps between two; 0 for none.
    package var every = 0
    /// How many problems.
    package var problems = 128
    /// Responses to each.
    package var samples = 8
    /// Most tokens of a response.
    package var maximumTokens = 64

    /// None.
    package init() {}
  }

  /// What an evaluation has to show for the run to end; nil for what doesn't matter.
  package struct Gate: Sendable, Equatable {
    /// The smallest sampled accuracy.
    package var minimumAccuracy: Double?
    /// The largest sampled accuracy.
    package var maximumAccuracy: Double?
    /// The smallest share of problems that one of the samples solves.
    package var minimumPass: Double?
    /// The largest share of problems whose samples are all right or all wrong.
    package var maximumDegenerateGroups: Double?

    /// No gate.
    package init() {}

    /// Whether there is anything to show.
    package var isSet: Bool { self != Gate() }

    /// Whether the evaluation of a step shows it; false for a step without.
    package func isMet(by record: StepRecord) -> Bool {
      isSet && isAtLeast(minimumAccuracy, record[.heldOutAccuracy])
        && isAtMost(maximumAccuracy, record[.heldOutAccuracy])
        && isAtLeast(minimumPass, record[.heldOutPass])
        && isAtMost(maximumDegenerateGroups, record[.heldOutDegenerateGroups])
    }

    // Written so that NaN, a step without evaluation, meets nothing.
    private func isAtLeast(_ limit: Double?, _ value: Double) -> Bool {
      limit.map { value >= $0 } ?? !value.isNaN
    }

    private func isAtMost(_ limit: Double?, _ value: Double) -> Bool {
      limit.map { value <= $0 } ?? !value.isNaN
    }
  }

  /// What detectors end the run, which looks at its own log while it goes on.
  package struct Stop: Sendable, Equatable {
    /// Their names with commas, as whoever looks knows them; nil: none does.
    package var detectors: String?
    /// How many times they look in all.
    package var looks = 10

    /// Nothing.
    package init() {}
  }

  /// What is measured beside, at a price.
  package struct Diagnostics: Sendable, Equatable {
    /// Steps between two measurements of each term's gradient; 0 for none.
    package var termGradientsEvery = 0

    /// Nothing.
    package init() {}
  }

  /// The coefficients of `PlainSum`.
  package struct SumCoefficients: Sendable, Equatable {
    /// Of imitation.
    package var sft = 1.0
    /// Of reinforcement.
    package var grpo = 1.0

    /// Both 1.
    package init() {}
  }

  /// Tokens of rollouts that reinforcement leaves out because the policy is confident of them.
  package struct Confidence: Sendable, Equatable {
    /// How a token is left out.
    package enum Treatment: String, Sendable, CaseIterable {
      /// No gradient; the loss and its counts stay.
      case mask
      /// Neither loss nor count.
      case drop
    }

    /// The probability above which a token is left out; nil: none is.
    package var threshold: Double?
    /// How.
    package var treatment = Treatment.mask

    /// All tokens learn.
    package init() {}
  }

  /// What steers the entropy bonus of GRPO or SRFT to a target.
  package struct EntropyControl: Sendable, Equatable {
    /// The laws of `EntropyController`.
    package enum Law: String, Sendable, CaseIterable {
      /// Adds gain · (target − entropy).
      case integral
      /// Multiplies by exp(gain · (target − entropy)).
      case logarithmic
      /// Adds or takes away the gain.
      case step
    }

    /// The entropy to reach, nats, of rollouts at temperature 1; nil: the bonus stays as it is.
    package var target: Double?
    /// How the coefficient moves.
    package var law = Law.integral
    /// How far it moves.
    package var gain = 0.01
    /// Its least value.
    package var minimum = 0.0
    /// Its largest value.
    package var maximum = 1.0

    /// No control.
    package init() {}

    /// The controller, where there is a target.
    package var controller: EntropyController? {
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
