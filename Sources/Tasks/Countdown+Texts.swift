extension Countdown {
  /// A text of base's mixture.
  ///
  /// A corrupted step is either a wrong result or a step at random, after which all are at random.
  /// The wrong algorithm never looks at the target.
  package func baseText(
    for problem: Problem, using generator: inout CounterGenerator
  ) -> TaskText {
    let puzzle = Self.puzzle(problem)
    return mixture.text(for: problem, bare: "#" + problem.answer, using: &generator) {
      isWrong, spacing, generator in
      worked(puzzle, looksAtTarget: !isWrong, spacing, using: &generator)
    } drill: { spacing, generator in
      Self.drill(problem, spacing, using: &generator)
    }
  }

  /// The solution in one of three styles, the first two ending in `[expression{target}`.
  ///
  /// `near` writes the first solution of an exhaustive search in base's steps, with `>` for `=`,
  /// `]` for `;`, `[` for `#` and the target in braces; `far` searches aloud: up to two attempts
  /// that miss the target and end in `!`, then the solution with the numbers that are left after
  /// each step; `native` writes as base does.
  package func demonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText {
    let puzzle = Self.puzzle(problem)
    // The puzzle was made by the rules of the search: it has a solution.
    let moves =
      CountdownPuzzle.solve(puzzle.numbers, target: puzzle.target) ?? puzzle.construction
    let expression = Self.terms(puzzle, moves).last?.expression ?? problem.answer
    var work = ""
    if teacher == .far {
      for _ in 0..<generator.integer(in: 0...2) {
        work += Self.attempt(puzzle, using: &generator)
      }
    }
    var terms = puzzle.numbers.map { CountdownPuzzle.Term($0) }
    for move in moves {
      guard let step = CountdownPuzzle.apply(move, to: &terms) else { break }
      work += Self.text(step, teacher == .native ? "=" : ">")
      if teacher == .far { work += "(" + Self.list(terms) + ")" }
      work += teacher == .native ? ";" : "]"
    }
    if teacher == .native {
      return TaskText(problem.prompt, work + "#" + expression, .demonstration)
    }
    return TaskText(
      problem.prompt, work + "[" + expression + "{\(puzzle.target)}", .demonstration)
  }

  private static func text(_ step: CountdownPuzzle.Step, _ sign: String) -> String {
    "\(step.left)\(step.symbol.rawValue)\(step.right)\(sign)\(step.result)"
  }

  private static func list(_ terms: [CountdownPuzzle.Term]) -> String {
    terms.map { "\($0.value)" }.joined(separator: ",")
  }

  /// Random steps down to one number that isn't the target; empty if they hit it.
  private static func attempt(
    _ puzzle: CountdownPuzzle, using generator: inout CounterGenerator
  ) -> String {
    var terms = puzzle.numbers.map { CountdownPuzzle.Term($0) }
    var text = ""
    while terms.count > 1 {
      let move = CountdownPuzzle.randomMove(
        terms, ArithmeticOperator.allCases, using: &generator)
      guard let step = CountdownPuzzle.apply(move, to: &terms) else { return "" }
      text += Self.text(step, ">") + "(" + list(terms) + ")]"
    }
    return terms[0].value == puzzle.target ? "" : text.dropLast() + "!"
  }

  private func worked(
    _ puzzle: CountdownPuzzle, looksAtTarget: Bool, _ spacing: Spacing,
    using generator: inout CounterGenerator
  ) -> (String, corruptedSteps: Int) {
    var terms = puzzle.numbers.map { CountdownPuzzle.Term($0) }
    var (corrupted, isLost) = (0, !looksAtTarget)
    var response = ""
    for planned in puzzle.construction {
      let isCorrupted = generator.chance(mixture.corruption)
      corrupted += isCorrupted ? 1 : 0
      // Where nothing is planned any more, a wrong choice can't be told from any other.
      let slips = isCorrupted && (isLost || generator.chance(0.5))
      if isCorrupted, !slips { isLost = true }
      let slip = slips ? generator.element(of: [-10, -2, -1, 1, 2, 10]) : 0
      var move = planned
      if isLost {
        move = CountdownPuzzle.randomMove(terms, [.plus, .minus, .times], using: &generator)
      }
      // After a wrong result the planned step may break a rule: then another one is taken.
      if let step = CountdownPuzzle.apply(move, to: &terms, slip: slip) {
        response += Self.text(step, "=") + ";"
      } else {
        move = CountdownPuzzle.randomMove(terms, [.plus, .times], using: &generator)
        guard let step = CountdownPuzzle.apply(move, to: &terms, slip: slip) else { break }
        response += Self.text(step, "=") + ";"
      }
      response += spacing.gap(using: &generator)
    }
    return (response + "#" + (terms.last?.expression ?? ""), corrupted)
  }

  /// Facts, or the puzzle copied.
  private static func drill(
    _ problem: Problem, _ spacing: Spacing, using generator: inout CounterGenerator
  ) -> String {
    if generator.chance(0.5) {
      let text = problem.prompt.dropLast()
      return text + "~" + spacing.gap(using: &generator) + text
    }
    var text = ""
    for _ in 0..<generator.integer(in: 3...5) {
      var terms = [generator.integer(in: 1...81), generator.integer(in: 1...9)]
        .map { CountdownPuzzle.Term($0) }
      let move = CountdownPuzzle.randomMove(
        terms, ArithmeticOperator.allCases, using: &generator)
      guard let step = CountdownPuzzle.apply(move, to: &terms) else { continue }
      text += Self.text(step, "=") + ";" + spacing.gap(using: &generator)
    }
    return text
  }
}
