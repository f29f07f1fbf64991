package import Kernels
package import Safetensors
package import Tasks
package import Texts

/// Everything that decides what a run does: the same value gives the same weights, bit by bit.
///
/// Each property that a file can set has a line in `ConfigurationField.all`.
package struct TrainingConfiguration: Sendable, Equatable {
  /// The folder of the model to start from, in Hugging Face layout; nil for `newModel`.
  package var model: String?
  /// The model that is made where `model` names none.
  package var newModel = NewModel()
  /// The folder for checkpoints and logs.
  package var output: String
  /// What is minimised; setting it doesn't touch the choices of `srft`.
  package var objective: Objective
  /// Batches, at most where a gate ends the run.
  package var steps: Int
  /// The run ends with the step that brings the tokens of all updates to this; 0: no budget.
  package var tokenBudget = 0
  /// Of all random choices.
  package var seed: UInt64 = 0
  /// Tokens that go through the model together; more need more memory.
  package var batchTokens = 8_192
  /// The problems of tasks that need a file, JSON lines.
  package var taskFile: String?
  /// The folder of the model that divergences are measured from; nil for the one to start from.
  package var reference: String?
  /// Whether models that bring code of their own are taken as the family that they name.
  package var ignoresRemoteCode = false

  /// How parameters move.
  package var optimizer = Optimization()
  /// Responses to imitate, where the objective does.
  package var demonstrations = Demonstrations()
  /// Responses to sample, where the objective does.
  package var rollouts = Rollouts()
  /// Held-out problems on the way.
  package var evaluation = Evaluation()
  /// What ends the run before its last step.
  package var gate = Gate()
  /// What ends the run where it goes wrong.
  package var stop = Stop()
  /// What is measured beside, at a price.
  package var diagnostics = Diagnostics()
  /// What is kept on the way.
  package var checkpoints = Checkpoints()

  /// Imitation: how tokens are weighed, and for `sftWithKL` its divergence.
  package var sft = SFTWithKL()
  /// Distillation on the policy's own rollouts.
  package var distillation = OnPolicyDistillation()
  /// Reinforcement of rollouts.
  package var grpo = GRPO()
  /// The advantages that `grpo` takes.
  package var advantage = GroupAdvantage()
  /// Both with entropy weights.
  package var srft: SRFT
  /// What imitation and reinforcement are multiplied by in `sftPlusRL`.
  package var sum = SumCoefficients()
  /// Tokens that reinforcement leaves out.
  package var confidence = Confidence()
  /// What steers the entropy bonus.
  package var entropyControl = EntropyControl()
  /// What drives the weights of SRFT in place of a batch's entropy; nil for that entropy.
  package var entropyAverages: EntropyAverages?

  /// A run with defaults for the rest.
  package init(model: String?, output: String, objective: Objective, steps: Int) {
    (self.model, self.output) = (model, output)
    (self.objective, self.steps) = (objective, steps)
    srft = objective == .srftReleasedCode ? .releasedCode : .paper
  }

  /// The learning rate of each step.
  package var schedule: LearningRateSchedule { schedule(peak: optimizer.learningRate) }

  /// The learning rate of the imitation term, where it has one of its own.
  package var imitationSchedule: LearningRateSchedule? {
    optimizer.imitationLearningRate.map(schedule)
  }

  private func schedule(peak: Double) -> LearningRateSchedule {
    let count = optimizer.scheduleSteps == 0 ? steps : optimizer.scheduleSteps
    let decay: LearningRateSchedule.Decay =
      switch optimizer.schedule {
      case .constant: .constant
      case .cosine: .cosine(stepCount: count, floor: optimizer.floor)
      case .linear: .linear(stepCount: count, floor: optimizer.floor)
      }
    return LearningRateSchedule(peak: peak, warmUpSteps: optimizer.warmUpSteps, decay: decay)
  }
}

extension TrainingConfiguration {
  /// What is minimised.
  package enum Objective: String, Sendable, CaseIterable {
    /// Imitation of demonstrations.
    case sft
    /// Imitation that stays near a reference.
    case sftWithKL = "sft-with-kl"
    /// Reinforcement of rollouts by their group's advantage.
    case grpo
    /// The policy's own rollouts towards a teacher's distributions.
    case onPolicyDistillation = "opd"
    /// Both at once with entropy weights, as the paper has it.
    case srftPaper = "srft-paper"
    /// The same as its released code has it.
    case srftReleasedCode = "srft-released-code"
    /// The plain sum of imitation and reinforcement.
    case sftPlusRL = "sft-plus-rl"

    /// Whether it learns from demonstrations.
    package var usesDemonstrations: Bool { self != .grpo && self != .onPolicyDistillation }
    /// Whether it samples.
    package var usesRollouts: Bool { self != .sft && self != .sftWithKL }
    /// Whether rewards decide what it learns from rollouts.
    package var reinforces: Bool { usesRollouts && self != .onPolicyDistillation }
    /// Whether it is one of SRFT's readings.
    package var isSRFT: Bool { self == .srftPaper || self == .srftReleasedCode }
    /// Whether GRPO is all or part of it.
    package var usesGRPO: Bool { self == .grpo || self == .sftPlusRL }
  }

  /// What the learning rate does after its warm-up.
  package enum Schedule: String, Sendable, CaseIterable {
    /// Stays.
    case constant
    /// Falls to the floor at the last step, along half a cosine.
    case cosine
    /// The same along a straight line.
    case linear
  }

  /// How parameters move.
  package struct Optimization: Sendable, Equatable {
    /// The highest learning rate.
    package var learningRate = 1e-4
    /// That of the imitation term, which then has moments and a clipped norm of its own, as AdamW
    /// would undo a mere factor on the loss; nil: one optimiser for the whole loss.
    package var imitationLearningRate: Double?
    /// Steps until it is reached.
    package var warmUpSteps = 0
    /// What follows.
    package var schedule = Schedule.constant
    /// The step at which the fall ends; 0: the run's last.
    package var scheduleSteps = 0
    /// The share of the highest rate that it ends at.
    package var floor = 0.0
    /// β₁, β₂, ε and weight decay, which shrinks matrices only.
    package var adam = AdamW.Settings()
    /// Gradients are scaled down to this norm.
    package var maximumGradientNorm = 1.0

    /// Defaults.
    package init() {}
  }

  /// Responses to imitate: lines of a file, or a task's own texts.
  package struct Demonstrations: Sendable, Equatable {
    /// Whose texts a task makes.
    package enum Style: String, Sendable, CaseIterable {
      /// The teacher with base's algorithm and delimiters of its own.
      case near
      /// The teacher with another way of writing.
      case far
      /// The teacher who writes as base does, and is always right.
      case native
      /// What base learns from, wrong texts and drills included.
      case base
      /// Samples of the starting model, or of `writer`.
      case own
    }

    /// Which of a model's samples become demonstrations.
    package enum Acceptance: String, Sendable, CaseIterable {
      /// To each problem the first right one: rejection sampling.
      case right
      /// To each problem the first one that ended by itself, right or wrong.
      case any
    }

    /// What a demonstration earns.
    package enum Reward: String, Sendable, CaseIterable {
      /// 1, as the paper has it: whoever wrote it is right.
      case one
      /// What the task's verifier says of it, as of a rollout.
      case verified
    }

    /// JSON lines with prompts and responses.
    package var file: String?
    /// What the fields of its lines are called.
    package var fields = TextFields()
    /// The task that makes them.
    package var task: TaskName?
    /// Whose texts it makes.
    package var style = Style.near
    /// How many different ones there are; 0: never the same again.
    package var pool = 2_000
    /// How many a step takes; each is seen once before any is seen again.
    package var perStep = 16
    /// The share of a teacher's texts that have one wrong step and a wrong answer.
    package var wrong = 0.0
    /// The folder of the model that writes own demonstrations; nil: the starting model.
    package var writer: String?
    /// Which of its samples are taken.
    package var accept = Acceptance.right
    /// Responses that the writer tries for each of its own demonstrations.
    package var samples = 8
    /// Divides the logits of these.
    package var temperature = 1.0
    /// Most tokens of one of these.
    package var maximumTokens = 64
    /// What a demonstration earns, where its group's advantages count it.
    package var reward = Reward.one
    /// Steps between two measurements of the divergence from the reference; 0 for none.
    package var klEvery = 0

    /// Those of a file.
    package init(file: String? = nil) { self.file = file }
    /// Those of a task.
    package init(task: TaskName, style: Style) { (self.task, self.style) = (task, style) }
  }

  /// Responses to sample.
  package struct Rollouts: Sendable, Equatable {
    /// The task that makes prompts, never the same twice but by chance.
    package var task: TaskName?
    /// JSON lines with `prompt` and `answer`, checked as carry arithmetic's answers are.
    package var file: String?
    /// What the fields of its lines are called.
    package var fields = TextFields()
    /// How many different prompts of the task there are; 0: never the same again.
    package var pool = 0
    /// Groups of a step.
    package var promptsPerStep = 16
    /// Responses to each prompt.
    package var samples = 8
    /// Most tokens of a response.
    package var maximumTokens = 64
    /// Divides the logits, in sampling and in the loss on rollouts.
    package var temperature = 1.0
    /// Only the most likely tokens with this much probability are sampled.
    package var topP = 1.0
    /// Passes over each batch of rollouts.
    package var updates = 1
    /// Parts that a pass takes one after the other, with an optimiser step on each; groups stay whole.
    package var miniBatches = 1
    /// Steps between two measurements of the divergence from the reference; 0 for none.
    package var klEvery = 0

    /// Those of a task.
    package init(task: TaskName? = nil) { self.task = task }
    /// Those of a file.
    package init(file: String) { self.file = file }
  }

  /// What is kept on the way.
  package struct Checkpoints: Sendable, Equatable {
    /// Steps between two; 0 for none but the last.
    package var every = 0
    /// Steps that have one beside those, ascending.
    package var at: [Int] = []
    /// How weights are stored.
    package var precision = SafetensorsWriter.Precision.float32

    /// Only the last, in single precision.
    package init() {}

    /// Whether there is one after a step.
    func isDue(atStep step: Int) -> Bool {
      every > 0 && step % every == 0 || at.contains(step)
    }
  }
}
