internal import Tokenization
internal import Transformer

/// Makes the batch of each step: demonstrations, prompts, rollouts, rewards.
///
/// All random choices are keyed by seed and step, so that any step can be made without those before.
struct StepSampler: Sendable {
  let configuration: TrainingConfiguration
  let start: StartingModel
  let objective: RunObjective
  private let demonstrations: [Demonstration]
  private let filePrompts: [TrainingPrompt]
  private let task: any TrainingTask

  /// Reads the files of demonstrations and prompts.
  init(_ configuration: TrainingConfiguration, _ start: StartingModel) throws {
    self.configuration = configuration
    self.start = start
    let maximumTokens = configuration.rollouts?.maximumTokens ?? 0
    objective = RunObjective(configuration.objective, maximumTokens: max(maximumTokens, 1))
    demonstrations =
      try configuration.demonstrations.map { try TrainingFile.demonstrations($0.file, start) } ?? []
    switch configuration.rollouts?.source {
    case .file(let path):
      filePrompts = try TrainingFile.prompts(path, start, maximumTokens: maximumTokens)
      task = CarryArithmetic()
    case .task(let name): (filePrompts, task) = ([], name.task)
    case nil: (filePrompts, task) = ([], CarryArithmetic())
    }
    if configuration.rollouts != nil { _ = try prompts(ofStep: 0, count: 1) }
  }

  /// Lines of the file of demonstrations.
  var demonstrationCount: Int { demonstrations.count }
  /// Lines of the file of prompts; 0 where a task makes them.
  var filePromptCount: Int { filePrompts.count }

  /// What one step (from 1) learns from.
  struct Step {
    var batch: UpdateBatch
    var rollouts: [Rollout] = []
    var rewards: [Double] = []
  }

  /// Samples the batch of a step from the policy as it is.
  func step(_ step: Int, policy: () throws -> Transformer) throws -> Step {
    let chosen = demonstrations(ofStep: step - 1)
    guard let settings = configuration.rollouts else {
      return Step(batch: UpdateBatch(rows: chosen.enumerated().map { $1.row(group: $0) }))
    }
    // The prompts of demonstrations come first: their groups are joined.
    let shared = objective.joinsGroups ? chosen.filter { $0.problem != nil } : []
    let others = objective.joinsGroups ? chosen.filter { $0.problem == nil } : chosen
    var prompts = shared.prefix(settings.promptsPerStep).compactMap(\.prompt)
    let sharedCount = prompts.count
    prompts += try self.prompts(ofStep: step - 1, count: settings.promptsPerStep - sharedCount)
    let rollouts = try sample(
      prompts, sharedCount: sharedCount, step: step, settings, model: policy())
    let rewards = rollouts.map { reward(of: $0, prompts[$0.prompt].problem) }
    var rows = zip(rollouts, rewards).map { rollout, reward in
      UpdateBatch.Row(
        promptIDs: prompts[rollout.prompt].ids, responseIDs: rollout.tokenIDs, kind: .rollout,
        group: rollout.prompt, reward: reward,
        behaviorLogProbs: rollout.behaviorLogProbabilities)
    }
    // Those beyond the prompts of the step get groups of their own behind them.
    for (index, demonstration) in (shared + others).enumerated() {
      rows.append(demonstration.row(group: index < sharedCount ? index : prompts.count + index))
    }
    return Step(batch: UpdateBatch(rows: rows), rollouts: rollouts, rewards: rewards)
  }

  private func demonstrations(ofStep step: Int) -> [Demonstration] {
    guard let settings = configuration.demonstrations else { return [] }
    let order = ShuffledLines(
      count: demonstrations.count, seed: configuration.seed, stream: "demonstrations")
    return order.lines(ofStep: step, perStep: settings.perStep).map { demonstrations[$0] }
  }

  private func prompts(ofStep step: Int, count: Int) throws -> [TrainingPrompt] {
    guard let settings = configuration.rollouts, count > 0 else { return [] }
    if !filePrompts.isEmpty {
      let order = ShuffledLines(
        count: filePrompts.count, seed: configuration.seed, stream: "prompts")
      return order.lines(ofStep: step, perStep: count).map { filePrompts[$0] }
    }
    return try (0..<count).map { place in
      let index = step * settings.promptsPerStep + place
      let problem = task.problem(index, of: .train, seed: configuration.seed)
      let ids = try start.promptIDs(problem.prompt)
      try start.check(
        ids, more: settings.maximumTokens, of: "a prompt of \(task.name) with its response")
      return TrainingPrompt(key: "\(task.name)/\(index)", ids: ids, problem: problem)
    }
  }

  private func sample(
    _ prompts: [TrainingPrompt], sharedCount: Int, step: Int,
    _ configured: TrainingConfiguration.Rollouts, model: Transformer
  ) throws -> [Rollout] {
    var settings = RolloutSampler.Settings()
    settings.sampler = Sampler(temperature: configured.temperature)
    settings.maximumTokens = configured.maximumTokens
    settings.stopTokens = start.stopTokens
    settings.seed = configuration.seed
    settings.samplesPerPrompt = configured.samples
    let rollouts = try RolloutSampler(settings).rollouts(
      of: prompts.map(\.ids), keys: prompts.indices.map { "step \(step)/\(prompts[$0].key)/\($0)" },
      model: model)
    // A demonstration may stand in the place of a rollout.
    let joint = objective.rolloutCount(groupSize: configured.samples, demonstrationCount: 1)
    return rollouts.filter { $0.prompt >= sharedCount || $0.sample < joint }
  }

  private func reward(of rollout: Rollout, _ problem: Problem) -> Double {
    let text = start.tokenizer.decode(rollout.tokenIDs, skipSpecialTokens: true)
    return task.verify(text, of: problem, isComplete: rollout.finish == .stop).reward
  }
}

extension Demonstration {
  fileprivate var prompt: TrainingPrompt? {
    problem.map { TrainingPrompt(key: "demonstration/" + key, ids: promptIDs, problem: $0) }
  }

  /// A demonstration is right by definition.
  fileprivate func row(group: Int) -> UpdateBatch.Row {
    UpdateBatch.Row(
      promptIDs: promptIDs, responseIDs: responseIDs, kind: .demonstration, group: group, reward: 1)
  }
}
