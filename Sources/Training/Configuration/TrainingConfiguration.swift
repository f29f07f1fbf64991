public import Kernels
public import Safetensors
public import Texts

/// Everything that decides what a run does: the same value gives the same weights, bit by bit.
///
/// Each property that a file can set has a line in `ConfigurationField.all`.
public struct TrainingConfiguration: Sendable, Equatable {
  /// The folder of the model to start from, in Hugging Face layout; nil for `newModel`.
  public var model: String?
  /// The model that is made where `model` names none.
  public var newModel = NewModel()
  /// The folder for checkpoints and logs.
  public var output: String
  /// What is minimised; setting it doesn't touch the choices of `srft`.
  public var objective: Objective
  /// Batches, at most where a gate ends the run.
  public var steps: Int
  /// The run ends with the step that brings the tokens of all updates to this; 0: no budget.
  public var tokenBudget = 0
  /// Of all random choices.
  public var seed: UInt64 = 0
  /// Tokens that go through the model together; more need more memory.
  public var batchTokens = 8_192
  /// The problems of tasks that need a file, JSON lines.
  public var taskFile: String?
  /// The folder of the model that divergences are measured from; nil for the one to start from.
  public var reference: String?
  /// Whether models that bring code of their own are taken as the family that they name.
  public var ignoresRemoteCode = false

  /// How parameters move.
  public var optimizer = Optimization()
  /// Responses to imitate, where the objective does.
  public var demonstrations = Demonstrations()
  /// Responses to sample, where the objective does.
  public var rollouts = Rollouts()
  /// Held-out problems on the way.
  public var evaluation = Evaluation()
  /// What ends the run before its last step.
  public var gate = Gate()
  /// What is kept on the way.
  public var checkpoints = Checkpoints()

  /// Imitation: how tokens are weighed, and for `sftWithKL` its divergence.
  public var sft = SFTWithKL()
  /// Reinforcement of rollouts.
  public var grpo = GRPO()
  /// The advantages that `grpo` takes.
  public var advantage = GroupAdvantage()
  /// Both with entropy weights.
  public var srft: SRFT
  /// What imitation and reinforcement are multiplied by in `sftPlusRL`.
  public var sum = SumCoefficients()
  /// Tokens that reinforcement leaves out.
  public var confidence = Confidence()
  /// What steers the entropy bonus.
  public var entropyControl = EntropyControl()
  /// What drives the weights of SRFT in place of a batch's entropy; nil for that entropy.
  public var entropyAverages: EntropyAverages?

  /// A run with defaults for the rest.
  public init(model: String?, output: String, objective: Objective, steps: Int) {
    (self.model, self.output) = (model, output)
    (self.objective, self.steps) = (objective, steps)
    srft = objective == .srftReleasedCode ? .releasedCode : .paper
  }

  /// The learning rate of each step.
  public var schedule: LearningRateSchedule { schedule(peak: optimizer.learningRate) }

  /// The learning rate of the imitation term, where it has one of its own.
  public var imitationSchedule: LearningRateSchedule? {
    optimizer.imitationLearningRate.map(schedule)
  }

  private func schedule(peak: Double) -> LearningRateSchedule {
    LearningRateSchedule(
      peak: peak, warmUpSteps: optimizer.warmUpSteps,
      decay: optimizer.schedule == .cosine
        ? .cosine(
          stepCount: optimizer.scheduleSteps == 0 ? steps : optimizer.scheduleSteps,
          floor: optimizer.floor) : .constant)
  }
}

extension TrainingConfiguration {
  /// What is minimised.
  public enum Objective: String, Sendable, CaseIterable {
    /// Imitation of demonstrations.
    case sft
    /// Imitation that stays near a reference.
    case sftWithKL = "sft-with-kl"
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
    public var usesRollouts: Bool { self != .sft && self != .sftWithKL }
    /// Whether it is one of SRFT's readings.
    public var isSRFT: Bool { self == .srftPaper || self == .srftReleasedCode }
    /// Whether GRPO is all or part of it.
    public var usesGRPO: Bool { self == .grpo || self == .sftPlusRL }
  }

  /// What the learning rate does after its warm-up.
  public enum Schedule: String, Sendable, CaseIterable {
    /// Stays.
    case constant
    /// Falls to the floor at the last step, along half a cosine.
    case cosine
  }

  /// How parameters move.
  public struct Optimization: Sendable, Equatable {
    /// The highest learning rate.
    public var learningRate = 1e-4
    /// That of the imitation term, which then has moments and a clipped norm of its own, as AdamW
    /// would undo a mere factor on the loss; nil: one optimiser for the whole loss.
    public var imitationLearningRate: Double?
    /// Steps until it is reached.
    public var warmUpSteps = 0
    /// What follows.
    public var schedule = Schedule.constant
    /// The step at which a cosine ends; 0: the run's last.
    public var scheduleSteps = 0
    /// The share of the highest rate that a cosine ends at.
    public var floor = 0.0
    /// β₁, β₂, ε and weight decay, which shrinks matrices only.
    public var adam = AdamW.Settings()
    /// Gradients are scaled down to this norm.
    public var maximumGradientNorm = 1.0

    /// Defaults.
    public init() {}
  }

  /// Responses to imitate: lines of a file, or a task's own texts.
  public struct Demonstrations: Sendable, Equatable {
    /// Whose texts a task makes.
    public enum Style: String, Sendable, CaseIterable {
      /// The teacher with base's algorithm and delimiters of its own.
      case near
      /// The teacher with another way of writing.
      case far
      /// What base learns from, wrong texts and drills included.
      case base
    }

    /// JSON lines with prompts and responses.
    public var file: String?
    /// What the fields of its lines are called.
    public var fields = TextFields()
    /// The task that makes them.
    public var task: TaskName?
    /// Whose texts it makes.
    public var style = Style.near
    /// How many different ones there are; 0: never the same again.
    public var pool = 2_000
    /// How many a step takes; each is seen once before any is seen again.
    public var perStep = 16
    /// Steps between two measurements of the divergence from the reference; 0 for none.
    public var divergenceEvery = 0

    /// Those of a file.
    public init(file: String? = nil) { self.file = file }
    /// Those of a task.
    public init(task: TaskName, style: Style) { (self.task, self.style) = (task, style) }
  }

  /// Responses to sample.
  public struct Rollouts: Sendable, Equatable {
    /// The task that makes prompts, never the same twice but by chance.
    public var task: TaskName?
    /// JSON lines with `prompt` and `answer`, checked as carry arithmetic's answers are.
    public var file: String?
    /// What the fields of its lines are called.
    public var fields = TextFields()
    /// How many different prompts of the task there are; 0: never the same again.
    public var pool = 0
    /// Groups of a step.
    public var promptsPerStep = 16
    /// Responses to each prompt.
    public var samples = 8
    /// Most tokens of a response.
    public var maximumTokens = 64
    /// Divides the logits, in sampling and in the loss on rollouts.
    public var temperature = 1.0
    /// Only the most likely tokens with this much probability are sampled.
    public var topP = 1.0
    /// Optimiser steps on each batch of rollouts.
    public var updates = 1
    /// Steps between two measurements of the divergence from the reference; 0 for none.
    public var divergenceEvery = 0

    /// Those of a task.
    public init(task: TaskName? = nil) { self.task = task }
    /// Those of a file.
    public init(file: String) { self.file = file }
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
}
