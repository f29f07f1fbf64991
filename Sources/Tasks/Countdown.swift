/// Task (c): join the given numbers to the target, each number exactly once.
///
/// `3,7,9=30:` is answered `3*7=21;9+21=30;#9+3*7` and the end of text, `$`: any expression of that
/// value after `#` is right, with exact fractions on the way. Reward here teaches a choice, not
/// arithmetic; it needs a larger model and more time than modular arithmetic.
package struct Countdown: TrainingTask {
  /// Which numbers an answer has to use.
  package enum Rule: String, CaseIterable, Sendable {
    /// All of them, each once.
    case exactlyOnce
    /// Any of them, none twice.
    case atMostOnce
  }

  /// `countdown`.
  package let name = "countdown"
  /// All but held-out facts.
  package let splits: [ProblemSplit] =
    [.pretraining, .train, .validation, .test, .harder]
    + [ProblemShift.length, .operators, .surface, .magnitude].map { .outOfDistribution($0) }
  /// Digits, operators and delimiters of base and of both teachers, space.
  package let alphabet = Array(" 0123456789+-*/(),:=;#~>][{}!".utf8).sorted()
  /// A dollar sign.
  package let endOfText = "$"
  /// Which numbers an answer has to use.
  package let rule: Rule
  /// What base's texts are made of.
  package let mixture: BaseMixture

  /// The task with its rule and base's mixture.
  package init(rule: Rule = .exactlyOnce, mixture: BaseMixture = .characters) {
    (self.rule, self.mixture) = (rule, mixture)
  }

  /// Three numbers of 1 to 12 and a target of 1 to 99, always solvable; four numbers in `harder`.
  ///
  /// `ood-length` has five numbers, `ood-operators` can't be solved without dividing (a twelfth of
  /// the other puzzles is made with a division; there are about forty such), `ood-surface` has spaces around the commas,
  /// `ood-magnitude` numbers of 13 to 25 and targets of 100 to 999.
  package func problem(
    from split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Problem {
    draw(split, using: &generator) { generator in
      guard let puzzle = Self.puzzle(of: split, using: &generator) else { return nil }
      let canonical = Self.prompt(puzzle.numbers.sorted(), puzzle.target, separator: ",")
      // The search below is dear: most puzzles are in other splits.
      guard split.contains(canonicalPrompt: canonical) else { return nil }
      if split == .outOfDistribution(.operators), !Self.needsDivision(puzzle) { return nil }
      let solution = Self.terms(puzzle, puzzle.construction).last?.expression
      return Problem(
        prompt: Self.prompt(
          puzzle.numbers, puzzle.target,
          separator: split == .outOfDistribution(.surface) ? " , " : ","),
        canonicalPrompt: canonical,
        answer: solution ?? "", content: .countdown(puzzle))
    }
  }

  private static func prompt(_ numbers: [Int], _ target: Int, separator: String) -> String {
    numbers.map(String.init).joined(separator: separator) + "=\(target):"
  }

  private static func puzzle(
    of split: ProblemSplit, using generator: inout CounterGenerator
  ) -> CountdownPuzzle? {
    let isLarge = split == .outOfDistribution(.magnitude)
    let mustDivide = split == .outOfDistribution(.operators)
    let count =
      switch split {
      case .harder: 4
      case .outOfDistribution(.length): 5
      default: 3
      }
    let numbers = (0..<count).map { _ in generator.integer(in: isLarge ? 13...25 : 1...12) }
    let divides = mustDivide || generator.chance(0.25)
    let symbols: [ArithmeticOperator] = [.plus, .minus, .times] + (divides ? [.dividedBy] : [])
    var terms = numbers.map { CountdownPuzzle.Term($0) }
    var moves: [CountdownPuzzle.Move] = []
    while terms.count > 1 {
      let move = CountdownPuzzle.randomMove(terms, symbols, using: &generator)
      guard CountdownPuzzle.apply(move, to: &terms) != nil else { return nil }
      moves.append(move)
    }
    let target = terms[0].value
    guard (isLarge ? 100...999 : 1...99).contains(target) else { return nil }
    if mustDivide, !moves.contains(where: { $0.symbol == .dividedBy }) { return nil }
    return CountdownPuzzle(numbers: numbers, target: target, construction: moves)
  }

  private static func needsDivision(_ puzzle: CountdownPuzzle) -> Bool {
    CountdownPuzzle.solve(
      puzzle.numbers, target: puzzle.target, symbols: [.plus, .minus, .times]) == nil
  }

  /// The terms after some moves.
  static func terms(
    _ puzzle: CountdownPuzzle, _ moves: [CountdownPuzzle.Move]
  ) -> [CountdownPuzzle.Term] {
    var terms = puzzle.numbers.map { CountdownPuzzle.Term($0) }
    for move in moves where CountdownPuzzle.apply(move, to: &terms) == nil { break }
    return terms
  }

  /// An expression after `#` or, in a teacher's style, after `[`, where `{target}` may follow.
  package func verify(
    _ response: [UInt8], of problem: Problem, isComplete: Bool
  ) -> Verification {
    guard isComplete else { return Verification(.unfinished) }
    let puzzle = Self.puzzle(problem)
    switch AnswerText.find(in: response, markers: ["#", "["], endOfText: endOfText) {
    case .verdict(let verdict): return verdict
    case .answer(let marker, var bytes):
      let check = Array("{\(puzzle.target)}".utf8)
      if marker == "[", bytes.suffix(check.count).elementsEqual(check) {
        bytes.removeLast(check.count)
      }
      return verdict(on: bytes, puzzle)
    }
  }

  private func verdict(on expression: [UInt8], _ puzzle: CountdownPuzzle) -> Verification {
    do throws(ExpressionParser.Failure) {
      let found = try ExpressionParser.evaluate(
        expression, maximumNumbers: puzzle.numbers.count)
      guard uses(found.numbers, of: puzzle.numbers) else { return Verification(.numbersMisused) }
      return Verification(found.value == Rational(Int64(puzzle.target)) ? .correct : .wrongAnswer)
    } catch {
      switch error {
      case .malformed: return Verification(.malformedAnswer)
      case .tooManyNumbers: return Verification(.numbersMisused)
      case .noValue: return Verification(.noValue)
      }
    }
  }

  private func uses(_ used: [Int], of given: [Int]) -> Bool {
    var rest = given
    for number in used {
      guard let index = rest.firstIndex(of: number) else { return false }
      rest.remove(at: index)
    }
    return rule == .atMostOnce || rest.isEmpty
  }

  static func puzzle(_ problem: Problem) -> CountdownPuzzle {
    guard case .countdown(let puzzle) = problem.content else {
      preconditionFailure("Countdown: '\(problem.prompt)' is another task's problem")
    }
    return puzzle
  }
}
