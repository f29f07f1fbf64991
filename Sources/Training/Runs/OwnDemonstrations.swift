internal import JSON
internal import Tasks
internal import Tokenization
internal import Transformer

/// Demonstrations that a model wrote: the starting model's own right ones by rejection sampling, or a weaker
/// or stronger one's.
///
/// To each training problem it writes `samples` responses; the first right one that ended by itself is the
/// demonstration, so that easy problems weigh no more than others. The starting model's are the control that
/// tells what imitation does from whose text is imitated. Where any are accepted, it is the first that ended.
struct OwnDemonstrations {
  /// Problems that are asked together.
  private static let problemsPerPiece = 64
  /// A model that solves fewer than one problem in so many is called unable, once it was asked some pieces.
  private static let problemsPerDemonstration = 50
  private static let piecesBeforeGivingUp = 8

  /// In the order of their problems.
  private(set) var demonstrations: [Demonstration] = []
  /// The same as JSON lines that `score` reads.
  private(set) var text = ""
  /// Tokens that were sampled since the last line.
  private var sampledTokens = 0

  /// Samples until the pool is full; the same seed and model give the same ones.
  ///
  /// - Parameters:
  ///   - settings: how many, and how they are sampled.
  ///   - seed: of problems and samples.
  ///   - start: who writes, with the tokenizer of whoever learns.
  ///   - task: whose training problems.
  ///   - progress: gets how many are there, and how many are wanted; what it throws ends it.
  /// - Throws: `TrainingError` where the task has too few problems, or the model solves too few; an error of
  ///   a prompt that doesn't fit.
  init(
    _ settings: TrainingConfiguration.Demonstrations, seed: UInt64, _ start: StartingModel,
    _ task: any TrainingTask, _ progress: (Int, Int) throws -> Void
  ) throws {
    var sampling = RolloutSampler.Settings()
    sampling.sampler = Sampler(temperature: settings.temperature)
    sampling.maximumTokens = settings.maximumTokens
    sampling.stopTokens = start.stopTokens
    sampling.seed = seed
    sampling.samplesPerPrompt = settings.samples
    let sampler = RolloutSampler(sampling)
    var problems = DistinctProblems(of: task, .train, seed: seed, wanted: settings.pool)
    var asked = 0
    while demonstrations.count < settings.pool {
      var piece: [(index: Int, problem: Problem, ids: [Int32])] = []
      while piece.count < Self.problemsPerPiece, let (index, problem) = problems.next() {
        let ids = try start.promptIDs(problem.prompt)
        try start.check(
          ids, more: settings.maximumTokens, of: "a prompt of \(task.name) with its response")
        piece.append((index, problem, ids))
      }
      asked += piece.count
      let isHopeless =
        asked > Self.piecesBeforeGivingUp * Self.problemsPerPiece
        && asked > Self.problemsPerDemonstration * demonstrations.count
      if piece.isEmpty || isHopeless {
        throw TrainingError.malformed(
          place: "demonstrations.pool",
          "the model \(settings.accept == .right ? "solves" : "ends a text to") "
            + "\(demonstrations.count) of \(asked) problems of \(task.name) in "
            + "\(settings.samples) tries each, \(settings.pool) are asked for; lower it, or raise "
            + "demonstrations.samples")
      }
      let rollouts = try sampler.rollouts(
        of: piece.map(\.ids), keys: piece.map { "own/\(task.name)/\($0.index)" },
        model: start.model)
      sampledTokens += rollouts.reduce(0) { $0 + $1.tokenIDs.count }
      for (place, asked) in piece.enumerated() where demonstrations.count < settings.pool {
        let responses = rollouts[place * settings.samples..<(place + 1) * settings.samples]
        for rollout in responses where rollout.finish == .stop {
          let response = start.tokenizer.decode(
            rollout.tokenIDs, skipSpecialTokens: true, after: asked.ids.last)
          let isRight = task.verify(response, of: asked.problem, isComplete: true).isCorrect
          guard isRight || settings.accept == .any else { continue }
          add(rollout, asked, response, isRight, task)
          break
        }
      }
      try progress(demonstrations.count, settings.pool)
    }
  }

  private mutating func add(
    _ rollout: Rollout, _ asked: (index: Int, problem: Problem, ids: [Int32]), _ response: String,
    _ isRight: Bool, _ task: any TrainingTask
  ) {
    demonstrations.append(
      Demonstration(
        key: "\(asked.index)", promptIDs: asked.ids, responseIDs: rollout.tokenIDs,
        problem: asked.problem, teacherLogProbs: rollout.behaviorLogProbabilities))
    var line = RolloutLine(
      rollout, promptID: "\(task.name)/train/\(asked.index)", promptIDs: asked.ids, source: "own")
    line.prompt = asked.problem.prompt
    line.response = response
    line.isCorrect = isRight
    line.notes = [
      JSONMember(key: DemonstrationFile.sampledKey, value: .integer(Int64(sampledTokens)))
    ]
    sampledTokens = 0
    text += line.text
  }
}
