internal import Tasks
internal import Tokenization

/// The demonstrations of each step: lines of a file, or texts that a task makes.
///
/// Any step can be made without those before: choices are keyed by seed and step.
struct DemonstrationSource: Sendable {
  private let settings: TrainingConfiguration.Demonstrations
  private let seed: UInt64
  private let start: StartingModel
  /// Who writes own demonstrations.
  private let writer: StartingModel
  private var lines: [Demonstration]
  private let task: (any TrainingTask)?
  /// How many different ones there are; 0: never the same again.
  private let count: Int

  /// Reads the file, if there is one.
  ///
  /// - Parameters:
  ///   - configuration: whose demonstrations.
  ///   - start: whose tokenizer.
  ///   - tasks: of the run.
  ///   - needsLogProbs: whether each has to say how probable its writer found it.
  /// - Throws: `TrainingError` naming the file's line.
  init(
    _ configuration: TrainingConfiguration, _ start: StartingModel, _ tasks: RunTasks,
    needsLogProbs: Bool
  ) throws {
    settings = configuration.demonstrations
    (seed, self.start) = (configuration.seed, start)
    task = tasks[settings.task]
    writer = start.replacing(
      model: try start.reference(
        settings.writer, ignoresRemoteCode: configuration.ignoresRemoteCode))
    let fields = configuration.demonstrations.fields
    var lines =
      try settings.file.map { try TrainingFile.demonstrations($0, start, fields: fields) } ?? []
    // A file's answers are checked as carry arithmetic's are: other tasks can't judge rollouts of them.
    if let asked = configuration.rollouts.task, asked != .carryArithmetic {
      for index in lines.indices { lines[index].problem = nil }
    }
    self.lines = lines
    count = task == nil ? lines.count : settings.pool
    if settings.style == .own, settings.pool == 0 {
      throw TrainingError.malformed(
        place: "demonstrations.pool",
        "own demonstrations are sampled before the first step; say how many, say 2000")
    }
    if needsLogProbs, let line = lines.first(where: \.teacherLogProbs.isEmpty) {
      throw TrainingError.file(
        path: settings.file ?? "",
        reason: "line \(line.key) has no \"logprobs\", which srft.demonstration-behavior "
          + "recorded-teacher divides by")
    }
    if settings.reward == .verified { try checkVerifiable() }
    if settings.wrong > 0, let task {
      var generator = CounterGenerator(seed: seed, stream: 0, index: 0)
      let problem = task.problem(0, of: .train, seed: seed)
      guard task.wrongDemonstration(of: problem, by: .near, using: &generator) != nil else {
        throw TrainingError.malformed(
          place: "demonstrations.wrong",
          "\(task.name) has no wrong demonstrations; give 0, or another demonstrations.task")
      }
    }
    if needsLogProbs, task != nil, settings.style != .own {
      throw TrainingError.malformed(
        place: "demonstrations.task",
        "a task's teacher has no probabilities; choose another srft.demonstration-behavior")
    }
  }

  /// Throws unless something beside the response says of each demonstration what is right.
  private func checkVerifiable() throws(TrainingError) {
    if task != nil, settings.style == .base {
      throw .malformed(
        place: "demonstrations.reward",
        "verified needs problems, and base's texts are about none; choose another "
          + "demonstrations.style, or one")
    }
    guard let line = lines.first(where: { $0.problem == nil || !$0.hasOwnAnswer }) else { return }
    throw .file(
      path: settings.file ?? "",
      reason: line.problem == nil && line.hasOwnAnswer
        ? "its answers are checked as carry-arithmetic's are, the rollouts' are not; give "
          + "demonstrations.reward one"
        : "line \(line.key) has no \"answer\" that its response could be checked against; add it, "
          + "or give demonstrations.reward one")
  }

  /// One line for people.
  var summary: String {
    let number = count == 0 ? "always new ones" : "\(count)"
    let source =
      settings.task.map { "task \($0.rawValue), style \(settings.style.rawValue)" }
      ?? settings.file ?? ""
    let wrong = settings.wrong > 0 ? ", \(settings.wrong) of them wrong" : ""
    return "demonstrations of \(source): \(number)\(wrong), \(settings.perStep) a step"
  }

  /// Samples those that the starting model writes itself, where the run learns from them.
  ///
  /// - Parameter progress: gets how many are there, and how many are wanted; what it throws ends it.
  /// - Returns: what was sampled, as JSON lines; nil where nothing was.
  /// - Throws: as `OwnDemonstrations`.
  mutating func sampleOwn(_ progress: (Int, Int) throws -> Void) throws -> String? {
    guard let task, settings.style == .own else { return nil }
    let own = try OwnDemonstrations(settings, seed: seed, writer, task, progress)
    lines = own.demonstrations
    return own.text
  }

  /// Those of a step, from 0.
  func lines(ofStep step: Int) throws -> [Demonstration] {
    let places = step * settings.perStep..<(step + 1) * settings.perStep
    let indices =
      count == 0
      ? Array(places)
      : ShuffledLines(count: count, seed: seed, stream: "demonstrations")
        .lines(ofStep: step, perStep: settings.perStep)
    guard let task, settings.style != .own else { return indices.map { lines[$0] } }
    return try indices.map { try text($0, of: task) }
  }

  /// Throws unless the first texts of the task, or all of its pool, fit the model.
  func check(first limit: Int) throws {
    guard let task, settings.style != .own else { return }
    // Without a pool each is used once: a sample has to do.
    for index in 0..<(count == 0 ? min(limit, 256) : min(limit, count)) {
      _ = try text(index, of: task)
    }
  }

  /// The text that a task makes for one of its problems.
  private func text(_ index: Int, of task: any TrainingTask) throws -> Demonstration {
    let split = settings.style == .base ? ProblemSplit.pretraining : .train
    let problem = task.problem(index, of: split, seed: seed)
    var generator = CounterGenerator(
      seed: seed,
      stream: StableHash.value(of: "text/\(task.name)/\(settings.style.rawValue)"),
      index: UInt64(index))
    let text =
      switch settings.style {
      case .near: demonstration(index, of: problem, by: .near, task, using: &generator)
      case .far: demonstration(index, of: problem, by: .far, task, using: &generator)
      case .native: demonstration(index, of: problem, by: .native, task, using: &generator)
      case .base: task.baseText(for: problem, using: &generator)
      case .own: preconditionFailure("own demonstrations are sampled")
      }
    var prompt = try start.promptIDs(text.prompt)
    var response =
      try start.tokenizer.encode(text.response, addSpecialTokens: false, after: prompt.last)
      + [start.endToken]
    if prompt.isEmpty {
      // Nothing precedes the first token of a drill, so nothing predicts it.
      (prompt, response) = (Array(response.prefix(1)), Array(response.dropFirst()))
    }
    let subject = "a text of \(task.name)"
    try start.check(prompt, more: response.count, of: subject)
    try start.check(response, more: prompt.count, of: subject)
    return Demonstration(
      key: "\(index)", promptIDs: prompt, responseIDs: response,
      problem: settings.style == .base ? nil : problem)
  }
  /// A teacher's text, by a draw of its own a wrong one: what is wrong of a tenth is wrong of three tenths,
  /// too, and the others are the same texts.
  private func demonstration(
    _ index: Int, of problem: Problem, by teacher: Teacher, _ task: any TrainingTask,
    using generator: inout CounterGenerator
  ) -> TaskText {
    var draw = CounterGenerator(
      seed: seed, stream: StableHash.value(of: "wrong/\(task.name)"), index: UInt64(index))
    if draw.uniform() < settings.wrong,
      let text = task.wrongDemonstration(of: problem, by: teacher, using: &generator)
    {
      return text
    }
    return task.demonstration(of: problem, by: teacher, using: &generator)
  }
}
