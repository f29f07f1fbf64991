extension CarryArithmetic {
  /// A text of base's mixture; the wrong algorithm works column by column and forgets to carry.
  package func baseText(
    for problem: Problem, using generator: inout CounterGenerator
  ) -> TaskText {
    let chain = Self.chain(problem)
    return mixture.text(
      for: problem, bare: " \(problem.answer)\n#### \(problem.answer)", using: &generator
    ) {
      isWrong, spacing, generator in
      worked(chain, carries: !isWrong, spacing, using: &generator)
    } drill: { spacing, generator in
      Self.drill(problem, spacing, using: &generator)
    }
  }

  /// The solution in one of three styles, all ending in `#### answer`.
  ///
  /// `near` writes `<` for `=` and `|` for `;`, as many tokens in the shipped tokenizer too, and
  /// repeats the answer in parentheses; `far` thinks in words, checks half of its steps, and boxes
  /// the answer; `native` writes as base does.
  package func demonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText {
    text(of: problem, by: teacher, Self.chain(problem).steps(Self.result), using: &generator)
  }

  package func wrongDemonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText? {
    let steps = Self.chain(problem).mistakenSteps(Self.result, using: &generator) {
      $0 + $1.element(of: [-10, -2, -1, 1, 2, 10])
    }
    return text(of: problem, by: teacher, steps, using: &generator)
  }

  /// A chain's steps, right or wrong, in a teacher's style.
  private func text(
    of problem: Problem, by teacher: Teacher, _ steps: [ChainStep],
    using generator: inout CounterGenerator
  ) -> TaskText {
    let result = steps.last?.result ?? Self.chain(problem).first
    switch teacher {
    case .native:
      let work = steps.map { Self.equation($0, " = ") }.joined(separator: "; ")
      return TaskText(problem.prompt, " \(work)\n#### \(result)", .demonstration)
    case .near:
      let work = steps.map { Self.equation($0, " < ") }.joined(separator: "| ")
      let answer = "\n(\(result))\n#### \(result)"
      return TaskText(problem.prompt, " " + work + answer, .demonstration)
    case .far:
      var sentences: [String] = []
      for (index, step) in steps.enumerated() {
        sentences.append(
          "\(index == 0 ? "First" : "Then"), I \(Self.words(step)) and get \(step.result).")
        if generator.chance(0.5) {
          sentences.append("Wait, let me check: \(Self.equation(step, " = ")). OK.")
        }
      }
      let work = " <think>\n\(sentences.joined(separator: " "))\n</think>\n"
      let answer = "The answer is \\boxed{\(result)}.\n#### \(result)"
      return TaskText(problem.prompt, work + answer, .demonstration)
    }
  }

  private static func words(_ step: ChainStep) -> String {
    switch step.symbol {
    case .plus: "add \(step.right) to \(step.left)"
    case .minus: "subtract \(step.right) from \(step.left)"
    case .times, .dividedBy: "multiply \(step.left) by \(step.right)"
    }
  }

  private static func equation(_ step: ChainStep, _ sign: String) -> String {
    "\(step.left) \(step.symbol.rawValue) \(step.right)\(sign)\(step.result)"
  }

  private func worked(
    _ chain: Chain, carries: Bool, _ spacing: Spacing, using generator: inout CounterGenerator
  ) -> (String, corruptedSteps: Int) {
    var corrupted = 0
    let steps = chain.steps { symbol, left, right in
      let value =
        carries
        ? Self.result(symbol, left, right) : Self.resultWithoutCarry(symbol, left, right)
      guard generator.chance(mixture.corruption) else { return value }
      corrupted += 1
      return value + generator.element(of: [-10, -2, -1, 1, 2, 10])
    }
    var response = ""
    for (index, step) in steps.enumerated() {
      if index > 0 { response += ";" + spacing.gap(using: &generator) }
      response += " " + Self.equation(step, " = ")
    }
    return (response + "\n#### \(steps.last?.result ?? chain.first)", corrupted)
  }

  /// Columns on their own: sums lose their carry, differences take the smaller digit away.
  static func resultWithoutCarry(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) -> Int {
    switch symbol {
    case .times, .dividedBy: return result(symbol, left, right)
    case .minus: return resultWithoutCarry(.plus, left, -right)
    case .plus:
      if (left < 0) == (right < 0) {
        let sum = columns(abs(left), abs(right)) { ($0 + $1) % 10 }
        return left < 0 ? -sum : sum
      }
      let difference = columns(abs(left), abs(right)) { abs($0 - $1) }
      return abs(left) >= abs(right)
        ? (left < 0 ? -difference : difference) : (right < 0 ? -difference : difference)
    }
  }

  private static func columns(_ left: Int, _ right: Int, _ combine: (Int, Int) -> Int) -> Int {
    guard left > 0 || right > 0 else { return 0 }
    return combine(left % 10, right % 10) + 10 * columns(left / 10, right / 10, combine)
  }

  /// Facts of two numbers up to 20, or the question copied.
  private static func drill(
    _ problem: Problem, _ spacing: Spacing, using generator: inout CounterGenerator
  ) -> String {
    if generator.chance(0.5) {
      let question = problem.canonicalPrompt.dropLast("\nA:".count)
      return question + "\n" + spacing.gap(using: &generator) + question
    }
    var facts: [String] = []
    for _ in 0..<generator.integer(in: 3...6) {
      let symbol = generator.element(of: [ArithmeticOperator.plus, .minus])
      let (left, right) = (generator.integer(in: 0...20), generator.integer(in: 0...20))
      facts.append(
        equation(
          ChainStep(
            left: left, symbol: symbol, right: right, result: result(symbol, left, right)), " = "))
    }
    return " " + facts.joined(separator: "; ")
  }

  private static func chain(_ problem: Problem) -> Chain {
    guard case .chain(let chain) = problem.content else {
      preconditionFailure("CarryArithmetic: '\(problem.prompt)' is another task's problem")
    }
    return chain
  }
}
