public import Kernels
public import Safetensors

/// Everything that decides what a run does: the same value gives the same weights, bit by bit.
public struct TrainingConfiguration: Sendable, Equatable {
  /// What is minimised.
  public enum Objective: String, Sendable, CaseIterable {
    /// Imitation of demonstrations.
    case sft
    /// Reinforcement of rollouts by their group's advantage.
    case grpo
    /// Both at once with entropy weights, as the paper has it.
    case srftPaper = "srft-paper"
    /// The same as its released code has it.
    case srftReleasedCode = "srft-released-code"
    /// The plain sum of imitation and reinforcement.
    case sftPlusRL = "sft-plus-rl"

    /// Whether it learns from demonstrations.
    public var usesDemonstrations: Bool { self != .grpo }
    /// Whether it samples.
    public var usesRollouts: Bool { self != .sft }
  }

  /// What the learning rate does after its warm-up.
  public enum Schedule: String, Sendable, CaseIterable {
    /// Stays.
    case constant
    /// Falls to 0 at the last step, along half a cosine.
    case cosine
  }

  /// How parameters move.
  public struct Optimization: Sendable, Equatable {
    /// The highest learning rate.
    public var learningRate = 1e-4
    /// Steps until it is reached.
    public var warmUpSteps = 0
    /// What follows.
    public var schedule = Schedule.constant
    /// β₁, β₂, ε and weight decay, which shrinks matrices only.
    public var adam = AdamW.Settings()
    /// Gradients are scaled down to this norm.
    public var maximumGradientNorm = 1.0

    /// Defaults.
    public init() {}
  }

  /// Responses to imitate.
  public struct Demonstrations: Sendable, Equatable {
    /// JSON lines with prompts and responses.
    public var file: String
    /// How many a step takes; each is seen once before any is seen again.
    public var perStep = 16

    /// Those of a file.
    public init(file: String) { self.file = file }
  }

  /// Where prompts come from.
  public enum PromptSource: Sendable, Equatable {
    /// Problems of a task, never the same twice but by chance.
    case task(TaskName)
    /// JSON lines with `prompt` and `answer`, checked as carry arithmetic's answers are.
    case file(String)
  }

  /// Responses to sample.
  public struct Rollouts: Sendable, Equatable {
    /// Where prompts come from.
    public var source: PromptSource
    /// Groups of a step.
    public var promptsPerStep = 16
    /// Responses to each prompt.
    public var samples = 8
    /// Most tokens of a response.
    public var maximumTokens = 64
    /// Divides the logits, in sampling and in the loss on rollouts.
    public var temperature = 1.0
    /// Optimiser steps on each batch of rollouts.
    public var updates = 1

    /// Those from one source.
    public init(source: PromptSource) { self.source = source }
  }

  /// What is kept on the way.
  public struct Checkpoints: Sendable, Equatable {
    /// Steps between two; 0 for none but the last.
    public var every = 0
    /// How weights are stored.
    public var precision = SafetensorsWriter.Precision.float32

    /// Only the last, in single precision.
    public init() {}
  }

  /// The folder of the model to start from, in Hugging Face layout.
  public var model: String
  /// The folder for checkpoints and logs.
  public var output: String
  /// What is minimised.
  public var objective: Objective
  /// Batches.
  public var steps: Int
  /// Of all random choices.
  public var seed: UInt64 = 0
  /// How parameters move.
  public var optimizer = Optimization()
  /// Responses to imitate, where the objective does.
  public var demonstrations: Demonstrations?
  /// Responses to sample, where the objective does.
  public var rollouts: Rollouts?
  /// What is kept on the way.
  public var checkpoints = Checkpoints()
  /// Tokens that go through the model together; more need more memory.
  public var batchTokens = 8_192

  /// A run with defaults for the rest.
  public init(model: String, output: String, objective: Objective, steps: Int) {
    (self.model, self.output) = (model, output)
    (self.objective, self.steps) = (objective, steps)
  }

  /// The learning rate of each step.
  public var schedule: LearningRateSchedule {
    LearningRateSchedule(
      peak: optimizer.learningRate, warmUpSteps: optimizer.warmUpSteps,
      decay: optimizer.schedule == .cosine ? .cosine(stepCount: steps, floor: 0) : .constant)
  }
}

/// The tasks that configurations can name.
public enum TaskName: String, Sendable, CaseIterable {
  /// `CarryArithmetic`.
  case carryArithmetic = "carry-arithmetic"
  /// `ModularArithmetic`.
  case modularArithmetic = "modular-arithmetic"
  /// `Countdown`.
  case countdown

  /// The task itself.
  public var task: any TrainingTask {
    switch self {
    case .carryArithmetic: CarryArithmetic()
    case .modularArithmetic: ModularArithmetic()
    case .countdown: Countdown()
    }
  }
}
