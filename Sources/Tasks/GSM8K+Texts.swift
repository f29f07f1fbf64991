extension GSM8K {
  /// A text of base's mixture; the wrong algorithm stops at the last line but one.
  package func baseText(
    for problem: Problem, using generator: inout CounterGenerator
  ) -> TaskText {
    let word = Self.word(problem)
    let style = mixture.style(using: &generator)
    switch style {
    case .stepwise, .wrongAlgorithm, .demonstration:
      var (work, answer, corrupted) = word.corrupted(mixture.corruption, using: &generator)
      if style == .wrongAlgorithm {
        (work, answer) = Self.stoppedEarly(word, work)
      }
      return TaskText(
        problem.prompt, " \(work)\n#### \(answer)", style, corruptedSteps: corrupted)
    case .bare:
      return TaskText(problem.prompt, " \(problem.answer)\n#### \(problem.answer)", style)
    case .drill:
      let facts = word.calculations.map { "\($0.expression) = \($0.result)" }
      return TaskText("", " " + facts.joined(separator: "; "), style)
    }
  }

  /// The file's solution in one of three styles, all ending in `#### answer`.
  ///
  /// `near` keeps the file's words, with `>` for `=` and `|` before each line end, and repeats the
  /// answer in parentheses; `far` thinks in numbered steps and boxes the answer; `native` writes as base
  /// does.
  package func demonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText {
    let lines = Self.word(problem).plainWork.split(separator: "\n")
    let answer = problem.answer
    switch teacher {
    case .native:
      let work = Self.word(problem).plainWork
      return TaskText(problem.prompt, " \(work)\n#### \(answer)", .demonstration)
    case .near:
      let work = lines.map { $0.replacing("=", with: ">") }.joined(separator: "|\n")
      return TaskText(
        problem.prompt, " \(work)|\n(\(answer))\n#### \(answer)", .demonstration)
    case .far:
      let work = lines.enumerated().map { "Step \($0.offset + 1): \($0.element)\n" }.joined()
      return TaskText(
        problem.prompt,
        " <think>\n\(work)</think>\nThe answer is \\boxed{\(answer)}.\n#### \(answer)",
        .demonstration)
    }
  }

  /// All lines but the last, answered by the calculation before the last one; with one calculation
  /// the first number of the question is the answer.
  private static func stoppedEarly(
    _ word: WordProblem, _ work: String
  ) -> (work: String, answer: String) {
    let lines = work.split(separator: "\n").dropLast()
    let numbers = (lines.last.map(String.init) ?? word.question).utf8
      .split { !AnswerText.isDigit($0) }
    let number = lines.isEmpty ? numbers.first : numbers.last
    return (
      lines.joined(separator: "\n"), number.flatMap { String($0) } ?? "0"
    )
  }
}
