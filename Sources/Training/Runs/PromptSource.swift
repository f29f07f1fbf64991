internal import Tasks

/// The prompts of each step: lines of a file, or problems that a task makes.
struct PromptSource: Sendable {
  /// What checks the responses.
  let task: any TrainingTask
  private let configuration: TrainingConfiguration
  private let start: StartingModel
  private let lines: [TrainingPrompt]

  /// Reads the file, if there is one.
  init(
    _ configuration: TrainingConfiguration, _ start: StartingModel, _ tasks: RunTasks
  ) throws {
    (self.configuration, self.start) = (configuration, start)
    let settings = configuration.rollouts
    task = tasks[settings.task] ?? CarryArithmetic()
    lines =
      try settings.file.map {
        try TrainingFile.prompts(
          $0, start, maximumTokens: settings.maximumTokens, fields: settings.fields)
      } ?? []
  }

  /// One line for people.
  var summary: String {
    let settings = configuration.rollouts
    let source =
      switch settings.task {
      case let task? where settings.pool > 0: "task \(task.rawValue) (\(settings.pool) prompts)"
      case let task?: "task \(task.rawValue)"
      case nil: "\(settings.file ?? "") (\(lines.count) prompts)"
      }
    return "rollouts of \(source): \(settings.promptsPerStep) prompts × \(settings.samples) a "
      + "step, at most \(settings.maximumTokens) tokens, temperature \(settings.temperature)"
  }

  /// The first prompts of a step, from 0.
  func prompts(ofStep step: Int, count: Int) throws -> [TrainingPrompt] {
    let settings = configuration.rollouts
    guard count > 0 else { return [] }
    let pool = lines.isEmpty ? settings.pool : lines.count
    let places = step * settings.promptsPerStep..<step * settings.promptsPerStep + count
    let indices =
      pool == 0
      ? Array(places)
      : ShuffledLines(count: pool, seed: configuration.seed, stream: "prompts")
        .lines(ofStep: step, perStep: settings.promptsPerStep).prefix(count).map { $0 }
    if !lines.isEmpty { return indices.map { lines[$0] } }
    return try indices.map(prompt)
  }

  /// Throws unless the first problems of the task, or all of its pool, fit the model.
  func check(first count: Int) throws {
    guard lines.isEmpty else { return }
    let pool = configuration.rollouts.pool
    // Without a pool each is used once: a sample has to do.
    for index in 0..<(pool == 0 ? min(count, 256) : min(count, pool)) { _ = try prompt(index) }
  }

  private func prompt(_ index: Int) throws -> TrainingPrompt {
    let problem = task.problem(index, of: .train, seed: configuration.seed)
    let ids = try start.promptIDs(problem.prompt)
    try start.check(
      ids, more: configuration.rollouts.maximumTokens,
      of: "a prompt of \(task.name) with its response")
    return TrainingPrompt(key: "\(task.name)/\(index)", ids: ids, problem: problem)
  }
}
