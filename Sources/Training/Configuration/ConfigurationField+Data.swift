internal import Tasks
internal import Texts

extension ConfigurationField {
  private static let imitates: Condition = { $0.objective.usesDemonstrations }
  private static let imitatesFile: Condition = {
    imitates($0) && $0.demonstrations.file != nil
  }
  private static let isOwn: Condition = {
    imitates($0) && $0.demonstrations.task != nil && $0.demonstrations.style == .own
  }
  private static let hasTeacher: Condition = {
    imitates($0) && $0.demonstrations.task != nil
      && [.near, .far, .native].contains($0.demonstrations.style)
  }
  private static let samples: Condition = { $0.objective.usesRollouts }

  /// Responses to imitate.
  static let demonstrations: [Self] = [
    text(
      "demonstrations.file", \.demonstrations.file, "JSON lines with prompts and responses.",
      if: imitates),
    fields(
      "demonstrations.fields", \.demonstrations.fields, "prompt and response",
      allowed: "prompt=a,response=b", if: imitatesFile),
    choice(
      "demonstrations.task", \.demonstrations.task, "The task that makes them, in place of a file.",
      if: imitates),
    choice(
      "demonstrations.style", \.demonstrations.style,
      "The task's texts: a teacher with base's algorithm, with another, or in base's own writing; what base "
        + "learns from; or a model's own samples.",
      if: { imitates($0) && $0.demonstrations.task != nil }),
    integer(
      "demonstrations.pool", \.demonstrations.pool, in: 0...100_000_000,
      "How many different ones the task makes; 0: never the same again.",
      if: { imitates($0) && $0.demonstrations.task != nil }),
    integer(
      "demonstrations.per-step", \.demonstrations.perStep, in: 1...1_000_000,
      "How many a step takes; each is seen once before any is seen again.", if: imitates),
    number(
      "demonstrations.wrong", \.demonstrations.wrong, .share,
      "The share of a teacher's texts with one wrong step and a wrong answer.", if: hasTeacher
    ).written(if: { $0.demonstrations.wrong > 0 }),
    text(
      "demonstrations.writer", \.demonstrations.writer,
      "The folder of the model that writes own demonstrations; without it the one to start from.",
      if: isOwn),
    choice(
      "demonstrations.accept", \.demonstrations.accept,
      "Which of its samples are taken: to each problem the first right one, or the first whatever it is.",
      if: isOwn
    ).written(if: { $0.demonstrations.accept != .right }),
    integer(
      "demonstrations.samples", \.demonstrations.samples, in: 1...10_000,
      "Responses that the writer tries to each problem for an own demonstration.", if: isOwn
    ),
    number(
      "demonstrations.temperature", \.demonstrations.temperature, .positive,
      "Divides the logits of these.", if: isOwn),
    integer(
      "demonstrations.maximum-tokens", \.demonstrations.maximumTokens, in: 1...1_000_000,
      "Most tokens of one of these.", if: isOwn),
    choice(
      "demonstrations.reward", \.demonstrations.reward,
      "What a demonstration earns: 1, or what the verifier says of it.",
      if: { imitates($0) && $0.objective.isSRFT }
    ).written(if: { $0.demonstrations.reward != .one }),
    integer(
      "demonstrations.kl-every", \.demonstrations.klEvery, in: 0...10_000_000,
      "Steps between two measurements of the divergence from the reference on demonstrations; "
        + "0 for none.", if: imitates),
  ]

  /// Comes last, when all tasks are known.
  static let taskFile: [Self] = [
    text(
      "task-file", \.taskFile, "The problems of gsm8k: JSON lines with question and answer.",
      if: { $0.taskNames.contains(where: \.needsFile) })
  ]

  /// Responses to sample.
  static let rollouts: [Self] = [
    choice("rollouts.task", \.rollouts.task, "The task that makes prompts.", if: samples),
    text(
      "rollouts.file", \.rollouts.file,
      "JSON lines with prompt and answer, a whole number, in place of a task.", if: samples),
    fields(
      "rollouts.fields", \.rollouts.fields, "prompt", allowed: "prompt=a",
      if: { samples($0) && $0.rollouts.file != nil }),
    integer(
      "rollouts.pool", \.rollouts.pool, in: 0...100_000_000,
      "How many different prompts the task makes; 0: never the same again.",
      if: { samples($0) && $0.rollouts.task != nil }),
    integer(
      "rollouts.prompts-per-step", \.rollouts.promptsPerStep, in: 1...1_000_000,
      "Groups of a step.", if: samples),
    integer(
      "rollouts.samples", \.rollouts.samples, in: 2...10_000, "Responses to each prompt.",
      if: samples),
    integer(
      "rollouts.maximum-tokens", \.rollouts.maximumTokens, in: 1...1_000_000,
      "Most tokens of a response.", if: samples),
    number(
      "rollouts.temperature", \.rollouts.temperature, .positive,
      "Divides the logits, in sampling and in the loss on rollouts.", if: samples),
    number(
      "rollouts.top-p", \.rollouts.topP, .positiveShare,
      "Only the most likely tokens with this much probability are sampled.", if: samples),
    integer(
      "rollouts.updates", \.rollouts.updates, in: 1...1_000,
      "Passes over each batch of rollouts.", if: samples),
    integer(
      "rollouts.mini-batches", \.rollouts.miniBatches, in: 1...1_000,
      "Parts of whole groups that a pass takes in turn, with an optimiser step on each.",
      if: samples
    ).written(if: { $0.rollouts.miniBatches > 1 }),
    integer(
      "rollouts.kl-every", \.rollouts.klEvery, in: 0...10_000_000,
      "Steps between two measurements of the divergence from the reference; 0 for none.",
      if: samples),
  ]

  /// What the fields of a file's lines are called.
  private static func fields(
    _ key: String, _ path: any WritableKeyPath<Configuration, TextFields> & Sendable,
    _ plain: String,
    allowed: String, if applies: @escaping Condition
  ) -> Self {
    Self(
      key: key, definition: "What the fields of its lines are called, where not \(plain).",
      allowed: allowed, applies: applies
    ) { reader, configuration throws(TrainingError) in
      guard let text = try reader.text(key) else { return }
      do throws(TextFieldError) {
        configuration[keyPath: path] = try TextFields(parsing: text)
      } catch { throw reader.error(key, error.description) }
    } text: {
      let fields = $0[keyPath: path]
      return fields.names.isEmpty ? nil : quoted(fields.description)
    }
  }
}
