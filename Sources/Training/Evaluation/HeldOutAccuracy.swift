internal import JSON
package import Tasks
internal import Tokenization
internal import Transformer

/// How often a checkpoint solves problems that training never shows.
package struct HeldOutAccuracy: Sendable {
  /// What is asked.
  package struct Settings: Sendable, Equatable {
    /// Which problems.
    package var split = ProblemSplit.test
    /// How many different ones; all that are found where the split has fewer.
    package var problems = 256
    /// Sampled responses to each; may be 0.
    package var samples = 8
    /// Whether the most likely response to each is taken as well.
    package var includesGreedy = true
    /// Divides the logits of sampled responses; above 0.
    package var temperature = 1.0
    /// Sampled responses choose among the most likely tokens that hold this much probability.
    package var topP = 1.0
    /// Most tokens of a response.
    package var maximumTokens = 64
    /// Of problems and samples.
    package var seed: UInt64 = 0
    /// Who wrote the responses, for their lines; greedy ones get "-greedy" after it.
    package var source = "policy"

    /// Defaults.
    package init() {}

    /// Responses to each problem in all.
    package var responsesPerProblem: Int { samples + (includesGreedy ? 1 : 0) }
  }

  /// The task.
  package let task: any TrainingTask
  /// What is asked.
  package private(set) var settings: Settings
  /// The problems, all different, in the order of their drawing.
  package let problems: [Problem]
  /// Which draw each of them was.
  private let numbers: [Int]

  /// Draws the problems: the same seed gives the same ones.
  package init(_ task: any TrainingTask, _ settings: Settings) {
    precondition(task.splits.contains(settings.split) && settings.problems > 0)
    precondition(settings.responsesPerProblem > 0 && settings.temperature > 0)
    (self.task, self.settings) = (task, settings)
    (problems, numbers) = Self.problems(of: task, settings)
  }

  /// Enough for several batches to be sampled side by side.
  private static let responsesPerPiece = 512

  private static func problems(
    of task: any TrainingTask, _ settings: Settings
  ) -> ([Problem], [Int]) {
    var source = DistinctProblems(
      of: task, settings.split, seed: settings.seed, wanted: settings.problems)
    var (problems, numbers): ([Problem], [Int]) = ([], [])
    while problems.count < settings.problems, let (number, problem) = source.next() {
      problems.append(problem)
      numbers.append(number)
    }
    return (problems, numbers)
  }

  /// Asks a checkpoint.
  ///
  /// - Parameters:
  ///   - start: the checkpoint.
  ///   - progress: gets the number of finished responses; what it throws ends the evaluation.
  ///   - write: gets each response, problem by problem as they are done.
  /// - Returns: the grades.
  /// - Throws: an error naming what doesn't fit, or what the closures throw.
  package func measure(
    _ start: StartingModel, progress: (Int) throws -> Void = { _ in },
    write: (RolloutLine) throws -> Void = { _ in }
  ) throws -> HeldOutResult {
    let prompts = try promptIDs(start)
    var greedy = settings.includesGreedy ? HeldOutResult.Grades(samples: 1) : nil
    var sampled = settings.samples > 0 ? HeldOutResult.Grades(samples: settings.samples) : nil
    // In pieces, so that lines are written while the rest is sampled.
    let size = max(1, Self.responsesPerPiece / max(settings.samples, 1))
    for first in stride(from: 0, to: problems.count, by: size) {
      let range = first..<min(first + size, problems.count)
      for isGreedy in [true, false] {
        guard var grades = isGreedy ? greedy : sampled else { continue }
        for rollouts in try rollouts(range, prompts, start, isGreedy: isGreedy) {
          let verdicts = try rollouts.map { rollout in
            let (line, verdict) = graded(rollout, first, prompts, start, isGreedy: isGreedy)
            try write(line)
            return verdict
          }
          grades.add(
            verdicts, stopped: rollouts.count { $0.finish == .stop },
            tokens: rollouts.reduce(0) { $0 + $1.tokenIDs.count },
            entropy: rollouts.reduce(0) { $0 + $1.entropies.reduce(0, +) })
        }
        if isGreedy { greedy = grades } else { sampled = grades }
      }
      try progress(range.upperBound * settings.responsesPerProblem)
    }
    return HeldOutResult(split: settings.split, greedy: greedy, sampled: sampled)
  }

  /// Throws unless every prompt and its response fit the checkpoint.
  package func check(_ start: StartingModel) throws { _ = try promptIDs(start) }

  /// The same with responses as long as every prompt leaves room for in the checkpoint's context.
  ///
  /// - Throws: an error of the tokenizer.
  package func fillingContext(of start: StartingModel) throws -> Self {
    let longest = try problems.map { try start.promptIDs($0.prompt).count }.max() ?? 0
    var copy = self
    copy.settings.maximumTokens = start.model.configuration.contextLength - longest
    return copy
  }

  /// The problems with their prompts' tokens, for whoever asks them in a way of its own.
  ///
  /// - Throws: an error naming what doesn't fit the checkpoint.
  package func prompts(_ start: StartingModel) throws -> [TrainingPrompt] {
    try zip(promptIDs(start), problems).enumerated().map { index, pair in
      TrainingPrompt(key: promptID(index), ids: pair.0, problem: pair.1)
    }
  }

  private func promptIDs(_ start: StartingModel) throws -> [[Int32]] {
    try problems.map { problem in
      let ids = try start.promptIDs(problem.prompt)
      try start.check(
        ids, more: settings.maximumTokens,
        of: "a prompt of \(task.name), \(settings.split), with its response")
      return ids
    }
  }

  /// The responses to some problems, those to each together.
  private func rollouts(
    _ range: Range<Int>, _ prompts: [[Int32]], _ start: StartingModel, isGreedy: Bool
  ) throws -> [ArraySlice<Rollout>] {
    var sampling = RolloutSampler.Settings()
    sampling.sampler =
      isGreedy
      ? Sampler(temperature: 0) : Sampler(temperature: settings.temperature, topP: settings.topP)
    sampling.samplesPerPrompt = isGreedy ? 1 : settings.samples
    sampling.maximumTokens = settings.maximumTokens
    sampling.stopTokens = start.stopTokens
    sampling.seed = settings.seed
    let rollouts = try RolloutSampler(sampling).rollouts(
      of: Array(prompts[range]), keys: range.map { "held-out/\(numbers[$0])" },
      model: start.model)
    return stride(from: 0, to: rollouts.count, by: sampling.samplesPerPrompt).map {
      rollouts[$0..<$0 + sampling.samplesPerPrompt]
    }
  }

  private func promptID(_ index: Int) -> String {
    "\(task.name)/\(settings.split)/\(numbers[index])"
  }

  /// A rollout of the piece that begins at `first`, as a line, and its verdict.
  private func graded(
    _ rollout: Rollout, _ first: Int, _ prompts: [[Int32]], _ start: StartingModel, isGreedy: Bool
  ) -> (RolloutLine, Verification.Reason) {
    let index = first + rollout.prompt
    let problem = problems[index]
    let text = start.tokenizer.decode(
      rollout.tokenIDs, skipSpecialTokens: true, after: prompts[index].last)
    let verdict = task.verify(text, of: problem, isComplete: rollout.finish == .stop)
    var line = RolloutLine(
      rollout, promptID: promptID(index), promptIDs: prompts[index],
      source: settings.source + (isGreedy ? "-greedy" : ""))
    line.prompt = problem.prompt
    line.response = text
    line.isCorrect = verdict.isCorrect
    line.notes = [
      JSONMember(key: "verdict", value: .string(verdict.reason.rawValue)),
      JSONMember(key: "answer", value: .string(problem.answer)),
      JSONMember(key: "task", value: .string(task.name)),
      JSONMember(key: "split", value: .string(settings.split.description)),
      JSONMember(key: "temperature", value: .number(isGreedy ? 0 : settings.temperature)),
    ]
    return (line, verdict.reason)
  }
}
