internal import Kernels
internal import Safetensors
internal import Tasks

extension ConfigurationField {
  /// Keys at the top.
  static let general: [Self] = [
    choice("objective", \.objective, "What is minimised."),
    text(
      "model", \.model, "The folder of the model to start from; without it new-model makes one."),
    text("output", \.output, "The folder for checkpoints and logs."),
    integer(
      "steps", \.steps, in: 1...10_000_000,
      "Batches; with a gate or a budget, the most that there may be."),
    integer(
      "token-budget", \.tokenBudget, in: 0...Int.max,
      "The run ends with the step that brings the tokens of all updates to this; 0: no budget."),
    integer("seed", \.signedSeed, in: 0...Int.max, "Of all random choices."),
    integer(
      "batch-tokens", \.batchTokens, in: 1...10_000_000,
      "Tokens that go through the model together: memory against speed."),
    text(
      "reference", \.reference,
      "The folder of the model that divergences are measured from, for opd the teacher; without it the "
        + "one to start from."
    ),
    Self(
      key: "ignore-remote-code",
      definition: "Whether models that bring code of their own are taken as the family they name.",
      allowed: "true, false", applies: always
    ) { reader, configuration throws(TrainingError) in
      if let value = try reader.flag("ignore-remote-code") {
        configuration.ignoresRemoteCode = value
      }
    } text: { _ in
      "true"
    }
    .written(if: \.ignoresRemoteCode),
  ]

  private static let decays: Condition = { $0.optimizer.schedule != .constant }

  /// How parameters move.
  static let optimizer: [Self] = [
    number(
      "optimizer.learning-rate", \.optimizer.learningRate, .betweenZeroAndOne,
      "The highest learning rate."),
    number(
      "optimizer.sft-learning-rate", \.optimizer.imitationLearningRate, .betweenZeroAndOne,
      "That of the SFT term, with moments and clipping of its own.",
      if: { $0.objective.usesDemonstrations && $0.objective.usesRollouts }),
    integer(
      "optimizer.warm-up-steps", \.optimizer.warmUpSteps, in: 0...10_000_000,
      "Steps until the highest rate is reached."),
    choice("optimizer.schedule", \.optimizer.schedule, "What follows the warm-up."),
    integer(
      "optimizer.schedule-steps", \.optimizer.scheduleSteps, in: 0...10_000_000,
      "The step at which the cosine or the line ends; 0: the last that there may be.", if: decays),
    number(
      "optimizer.floor", \.optimizer.floor, .share,
      "The share of the highest rate that it ends at.", if: decays),
    number(
      "optimizer.weight-decay", \.optimizer.adam.weightDecay, .nonNegative,
      "Shrinks matrices, not norms and biases."),
    number("optimizer.beta1", \.optimizer.adam.beta1, .belowOne, "Decay of the first moment."),
    number("optimizer.beta2", \.optimizer.adam.beta2, .belowOne, "Decay of the second moment."),
    number("optimizer.epsilon", \.optimizer.adam.epsilon, .positive, "Added to its root."),
    number(
      "optimizer.maximum-gradient-norm", \.optimizer.maximumGradientNorm, .positive,
      "Gradients are scaled down to this norm."),
  ]

  private static let isNew: Condition = { $0.model == nil }

  /// A model of random weights.
  static let newModel: [Self] = [
    choice("new-model.family", \.newModel.family, "The architecture.", if: isNew),
    choice(
      "new-model.task", \.newModel.task, "The task whose characters are the vocabulary.",
      if: isNew),
    text(
      "new-model.tokenizer", \.newModel.tokenizer, "A folder with tokenizer files, for a task's.",
      if: isNew),
    integer(
      "new-model.hidden-size", \.newModel.hiddenSize, in: 1...65_536,
      "Width of the residual stream.", if: isNew),
    integer("new-model.layers", \.newModel.layers, in: 1...1_000, "Blocks.", if: isNew),
    integer("new-model.heads", \.newModel.heads, in: 1...1_024, "Heads of queries.", if: isNew),
    integer(
      "new-model.key-value-heads", \.newModel.keyValueHeads, in: 1...1_024,
      "Heads of keys and values.", if: isNew),
    integer(
      "new-model.feed-forward-size", \.newModel.feedForwardSize, in: 1...262_144,
      "Width of the feed-forward layer.", if: isNew),
    integer(
      "new-model.context-length", \.newModel.contextLength, in: 2...1_048_576,
      "Most tokens of a sequence.", if: isNew),
    flag(
      "new-model.tied", \.newModel.tiesEmbeddings, "Whether the head is the embedding.",
      if: isNew),
    number(
      "new-model.rope-base", \.newModel.ropeBase, .positive, "Base of the rotary frequencies.",
      if: isNew),
    number(
      "new-model.deviation", \.newModel.deviation, .positive,
      "Standard deviation of fresh matrices.", if: isNew),
  ]

  /// Held-out problems, and the gate that they may open.
  static let evaluation: [Self] = [
    choice(
      "evaluation.task", \.evaluation.task, "The task; without it that of the rollouts."),
    spelled(
      "evaluation.split", \.evaluation.split,
      allowed: ProblemSplit.allCases.map(\.description).joined(separator: ", "),
      "Which problems.", parse: { ProblemSplit(named: $0) }, spell: \.description),
    integer(
      "evaluation.every", \.evaluation.every, in: 0...10_000_000,
      "Steps between two evaluations; 0 for none."),
    integer("evaluation.problems", \.evaluation.problems, in: 1...1_000_000, "Problems."),
    integer("evaluation.samples", \.evaluation.samples, in: 1...10_000, "Responses to each."),
    integer(
      "evaluation.maximum-tokens", \.evaluation.maximumTokens, in: 1...1_000_000,
      "Most tokens of a response."),
    number(
      "gate.minimum-accuracy", \.gate.minimumAccuracy, .share,
      "The run ends when an evaluation has at least this sampled accuracy,"),
    number("gate.maximum-accuracy", \.gate.maximumAccuracy, .share, "at most this one,"),
    number(
      "gate.minimum-pass", \.gate.minimumPass, .share,
      "at least this share of problems with a right sample,"),
    number(
      "gate.maximum-degenerate-groups", \.gate.maximumDegenerateGroups, .share,
      "and at most this share of problems whose samples are all right or all wrong."),
  ]

  /// Detectors that end the run.
  static let stop: [Self] = [
    text(
      "stop.detectors", \.stop.detectors,
      "Detectors that end the run with a checkpoint, with commas, or 'failing' for all that fail a run."
    ),
    integer(
      "stop.looks", \.stop.looks, in: 1...1_000,
      "How many times they look; each look is wrong in 1 %/looks of healthy runs.",
      if: { $0.stop.detectors != nil }),
  ]

  /// What is measured beside.
  static let diagnostics: [Self] = [
    integer(
      "diagnostics.term-gradients-every", \.diagnostics.termGradientsEvery, in: 0...10_000_000,
      "Steps between two measurements of the gradient of each term of the loss, which cost about an "
        + "update for each term; 0 for none."
    ).written(if: { $0.diagnostics.termGradientsEvery > 0 })
  ]

  /// What is kept on the way.
  static let checkpoints: [Self] = [
    integer(
      "checkpoints.every", \.checkpoints.every, in: 0...10_000_000,
      "Steps between two checkpoints; 0 for none but the last."),
    ascendingIntegers(
      "checkpoints.at", \.checkpoints.at, in: 1...10_000_000,
      "Steps that have a checkpoint, say [1, 2, 5, 10], beside those of checkpoints.every."
    ).written(if: { !$0.checkpoints.at.isEmpty }),
    choice("checkpoints.precision", \.checkpoints.precision, "How weights are stored."),
  ]
}

extension TrainingConfiguration {
  /// Seeds of files are not negative and fit into an Int.
  fileprivate var signedSeed: Int {
    get { Int(truncatingIfNeeded: seed) }
    set { seed = UInt64(newValue) }
  }
}
