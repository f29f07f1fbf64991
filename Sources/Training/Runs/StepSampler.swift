internal import Tasks
internal import Tokenization
internal import Transformer

/// Makes the batch of each step: demonstrations, prompts, rollouts, rewards.
///
/// All random choices are keyed by seed and step, so that any step can be made without those before.
struct StepSampler: Sendable {
  let configuration: TrainingConfiguration
  let start: StartingModel
  let objective: RunObjective
  let tasks: RunTasks
  private var demonstrations: DemonstrationSource?
  private let prompts: PromptSource?
  /// The held-out problems that are asked on the way; nil where none are.
  let heldOut: HeldOutAccuracy?

  /// Reads the files of demonstrations and prompts.
  init(_ configuration: TrainingConfiguration, _ start: StartingModel) throws {
    self.configuration = configuration
    self.start = start
    objective = RunObjective(configuration)
    tasks = try RunTasks(configuration)
    demonstrations =
      configuration.objective.usesDemonstrations
      ? try DemonstrationSource(
        configuration, start, tasks, needsLogProbs: objective.takesTeacherLogProbs) : nil
    prompts =
      configuration.objective.usesRollouts ? try PromptSource(configuration, start, tasks) : nil
    heldOut = Self.heldOut(configuration, tasks)
    // What a task makes has to fit, too: better known now than at some step.
    try demonstrations?.check(first: Self.checkedCount)
    try prompts?.check(first: Self.checkedCount)
    try heldOut?.check(start)
  }

  /// So many of what tasks make are looked at before the first step: all of a pool of usual size.
  private static let checkedCount = 10_000

  private static func heldOut(
    _ configuration: TrainingConfiguration, _ tasks: RunTasks
  ) -> HeldOutAccuracy? {
    let evaluation = configuration.evaluation
    guard evaluation.every > 0, let task = tasks[configuration.evaluatedTask] else { return nil }
    var settings = HeldOutAccuracy.Settings()
    settings.split = evaluation.split
    settings.problems = evaluation.problems
    settings.samples = evaluation.samples
    settings.includesGreedy = false
    settings.maximumTokens = evaluation.maximumTokens
    settings.seed = configuration.seed
    return HeldOutAccuracy(task, settings)
  }

  /// What is learned from, in a line for people; nil where nothing is imitated.
  var demonstrationSummary: String? { demonstrations?.summary }
  /// The same of prompts.
  var promptSummary: String? { prompts?.summary }

  /// Samples the demonstrations that the starting model writes itself, where the run learns from them.
  ///
  /// - Parameter progress: gets how many are there, and how many are wanted; what it throws ends it.
  /// - Returns: what was sampled, as JSON lines; nil where nothing was.
  /// - Throws: `TrainingError` where the model solves too few problems.
  mutating func sampleOwn(_ progress: (Int, Int) throws -> Void) throws -> String? {
    try demonstrations?.sampleOwn(progress)
  }

  /// What one step (from 1) learns from.
  struct Step {
    var batch: UpdateBatch
    var rollouts: [Rollout] = []
    var rewards: [Double] = []
  }

  /// Samples the batch of a step from the policy as it is.
  func step(_ step: Int, policy: () throws -> Transformer) throws -> Step {
    let chosen = try demonstrations?.lines(ofStep: step - 1) ?? []
    guard let source = self.prompts else {
      return Step(batch: UpdateBatch(rows: chosen.enumerated().map { $1.row(group: $0) }))
    }
    let settings = configuration.rollouts
    // The prompts of demonstrations come first: their groups are joined.
    let shared = objective.joinsGroups ? chosen.filter { $0.problem != nil } : []
    let others = objective.joinsGroups ? chosen.filter { $0.problem == nil } : chosen
    var prompts = shared.prefix(settings.promptsPerStep).compactMap(\.prompt)
    let sharedCount = prompts.count
    prompts += try source.prompts(
      ofStep: step - 1, count: settings.promptsPerStep - sharedCount)
    let rollouts = try sample(
      prompts, sharedCount: sharedCount, step: step, settings, model: policy())
    let rewards = rollouts.map { reward(of: $0, prompts[$0.prompt].problem, source.task) }
    var rows = zip(rollouts, rewards).map { rollout, reward in
      UpdateBatch.Row(
        promptIDs: prompts[rollout.prompt].ids, responseIDs: rollout.tokenIDs, kind: .rollout,
        group: rollout.prompt, reward: reward,
        behaviorLogProbs: rollout.behaviorLogProbabilities)
    }
    // Those beyond the prompts of the step get groups of their own after them.
    for (index, demonstration) in (shared + others).enumerated() {
      rows.append(
        demonstration.row(
          group: index < sharedCount ? index : prompts.count + index,
          reward: reward(of: demonstration, source.task)))
    }
    return Step(batch: UpdateBatch(rows: rows), rollouts: rollouts, rewards: rewards)
  }

  /// 1, unless the verifier is asked.
  private func reward(of demonstration: Demonstration, _ task: any TrainingTask) -> Double {
    guard configuration.demonstrations.reward == .verified, let problem = demonstration.problem
    else { return 1 }
    let ids = demonstration.responseIDs
    let text = start.tokenizer.decode(
      ids, skipSpecialTokens: true, after: demonstration.promptIDs.last)
    return task.verify(
      text, of: problem, isComplete: ids.last.map(start.stopTokens.contains) ?? false
    ).reward
  }

  private func sample(
    _ prompts: [TrainingPrompt], sharedCount: Int, step: Int,
    _ configured: TrainingConfiguration.Rollouts, model: Transformer
  ) throws -> [Rollout] {
    var settings = RolloutSampler.Settings()
    settings.sampler = Sampler(temperature: configured.temperature, topP: configured.topP)
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

  private func reward(
    of rollout: Rollout, _ problem: Problem, _ task: any TrainingTask
  ) -> Double {
    let text = start.tokenizer.decode(rollout.tokenIDs, skipSpecialTokens: true)
    return task.verify(text, of: problem, isComplete: rollout.finish == .stop).reward
  }
}

extension Demonstration {
  fileprivate var prompt: TrainingPrompt? {
    problem.map { TrainingPrompt(key: "demonstration/" + key, ids: promptIDs, problem: $0) }
  }

  fileprivate func row(group: Int, reward: Double = 1) -> UpdateBatch.Row {
    UpdateBatch.Row(
      promptIDs: promptIDs, responseIDs: responseIDs, kind: .demonstration, group: group,
      reward: reward, behaviorLogProbs: teacherLogProbs, responseMask: mask)
  }
}
