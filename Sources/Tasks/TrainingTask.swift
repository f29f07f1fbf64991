/// Problems whose answers a program can check, with texts to learn them from.
///
/// Everything random comes from the generator that is passed in, so the same key gives the same
/// problem, text and demonstration for ever; the goldens of the tests hold that down.
package protocol TrainingTask: Sendable {
  /// The name in configurations.
  var name: String { get }
  /// The splits that this task has.
  var splits: [ProblemSplit] { get }
  /// The bytes that its texts are made of, without the end of text, in ascending order.
  var alphabet: [UInt8] { get }
  /// The content of the special token that ends a response.
  var endOfText: String { get }

  /// A problem of a split; the split must be one of `splits`.
  func problem(
    from split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Problem

  /// A text about that problem as base sees it in pretraining: often wrong, in several styles.
  func baseText(for problem: Problem, using generator: inout CounterGenerator) -> TaskText

  /// A correct solution in a teacher's style.
  func demonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText

  /// The same with one wrong step, from which the others go on, and so with a wrong answer; nil where the
  /// task has no such texts.
  func wrongDemonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText?

  /// Whether a response solves the problem; any bytes are answered with a verdict, in linear time.
  ///
  /// - Parameters:
  ///   - response: `[B]` bytes after the prompt, with or without one `endOfText` at the end.
  ///   - problem: A problem of this task.
  ///   - isComplete: Whether the model ended the response; false if it was cut off.
  /// - Returns: Reward and reason.
  func verify(_ response: [UInt8], of problem: Problem, isComplete: Bool) -> Verification
}

extension TrainingTask {
  /// None.
  package func wrongDemonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText? { nil }

  /// Problem `index` of a split, whichever others were asked for before.
  package func problem(_ index: Int, of split: ProblemSplit, seed: UInt64) -> Problem {
    var generator = CounterGenerator(
      seed: seed, stream: StableHash.value(of: "problem/\(name)/\(split)"),
      index: UInt64(truncatingIfNeeded: index))
    return problem(from: split, using: &generator)
  }

  /// Whether a text solves the problem; see `verify(_:of:isComplete:)`.
  package func verify(_ response: String, of problem: Problem, isComplete: Bool = true)
    -> Verification
  {
    verify(Array(response.utf8), of: problem, isComplete: isComplete)
  }

  /// Draws until a problem lies in the split's buckets; the closure may refuse a draw with nil.
  func draw(
    _ split: ProblemSplit, using generator: inout CounterGenerator,
    _ body: (inout CounterGenerator) -> Problem?
  ) -> Problem {
    precondition(splits.contains(split), "\(name) has no split \(split)")
    while true {
      if let problem = body(&generator),
        split.contains(canonicalPrompt: problem.canonicalPrompt)
      {
        return problem
      }
    }
  }
}

/// One problem of a task.
package struct Problem: Sendable, Equatable {
  /// What the model reads.
  package let prompt: String
  /// The prompt in its one spelling, which decides the split.
  package let canonicalPrompt: String
  /// The right answer; for countdown, where many are right, one of them.
  package let answer: String
  /// What the task that made it needs to know.
  package let content: ProblemContent

  package init(
    prompt: String, canonicalPrompt: String, answer: String, content: ProblemContent
  ) {
    (self.prompt, self.canonicalPrompt) = (prompt, canonicalPrompt)
    (self.answer, self.content) = (answer, content)
  }
}

/// What a problem is about, for the task that made it.
package enum ProblemContent: Sendable, Equatable {
  case chain(Chain)
  case countdown(CountdownPuzzle)
  case word(WordProblem)
}

/// A prompt with a response, as training sees it.
package struct TaskText: Sendable, Equatable {
  /// Empty for drills, which are no answers to anything.
  package let prompt: String
  /// Without the end of text, which training appends as a token.
  package let response: String
  /// What kind of text it is.
  package let style: TextStyle
  /// How many steps have a wrong result of their own; what follows from it isn't counted again.
  package let corruptedSteps: Int

  init(_ prompt: String, _ response: String, _ style: TextStyle, corruptedSteps: Int = 0) {
    (self.prompt, self.response) = (prompt, response)
    (self.style, self.corruptedSteps) = (style, corruptedSteps)
  }
}

/// The kinds of texts.
package enum TextStyle: String, CaseIterable, Sendable {
  /// Base's worked steps by the right algorithm, some of them corrupted.
  case stepwise
  /// Base's worked steps by a plausible wrong algorithm.
  case wrongAlgorithm
  /// The answer alone.
  case bare
  /// Single facts, or a problem copied.
  case drill
  /// A teacher's.
  case demonstration
}

/// Whose style a demonstration has.
package enum Teacher: String, CaseIterable, Sendable {
  /// Base's algorithm with the same number of characters per step, every delimiter another one.
  case near
  /// Another way of writing the solution, with steps of other lengths.
  case far
  /// Base's own way of writing, always right and without spaces of its own.
  case native
}
