internal import Tasks

/// The problems of a split in the order of their drawing, each once.
///
/// A problem that came twice would count as two that are independent.
struct DistinctProblems {
  let task: any TrainingTask
  let split: ProblemSplit
  let seed: UInt64
  /// How many are hoped for: how long is searched.
  let wanted: Int
  private var known: Set<String> = []
  private var index = 0

  /// Nothing drawn yet.
  init(of task: any TrainingTask, _ split: ProblemSplit, seed: UInt64, wanted: Int) {
    (self.task, self.split, self.seed, self.wanted) = (task, split, seed, wanted)
  }

  /// The next one with the number of its draw; nil where the split has hardly any more.
  mutating func next() -> (number: Int, problem: Problem)? {
    // Of S equally likely problems a last one stays unseen in 30 S draws with probability e⁻³⁰.
    while index < 1_000 + 30 * (wanted + known.count) {
      let number = index
      let problem = task.problem(number, of: split, seed: seed)
      index += 1
      if known.insert(problem.canonicalPrompt).inserted { return (number, problem) }
    }
    return nil
  }
}
