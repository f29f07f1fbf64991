extension ModularArithmetic {
  /// A text of base's mixture; the wrong algorithm works from the right.
  package func baseText(
    for problem: Problem, using generator: inout CounterGenerator
  ) -> TaskText {
    let chain = Self.chain(problem)
    return mixture.text(for: problem, bare: "#" + problem.answer, using: &generator) {
      isWrong, spacing, generator in
      worked(chain, fromTheRight: isWrong, spacing, using: &generator)
    } drill: { spacing, generator in
      Self.drill(problem, spacing, using: &generator)
    }
  }

  /// The solution in one of three styles, the first two ending in `[answer{answer}`.
  ///
  /// `near` writes `>` for `=`, `]` for `;` and `[` for `#`; `far` writes the whole expression anew
  /// after each step; `native` writes as base does.
  package func demonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText {
    text(of: problem, by: teacher, Self.chain(problem).steps(Self.result))
  }

  package func wrongDemonstration(
    of problem: Problem, by teacher: Teacher, using generator: inout CounterGenerator
  ) -> TaskText? {
    let steps = Self.chain(problem).mistakenSteps(Self.result, using: &generator) {
      ($0 + $1.integer(in: 1...9)) % 10
    }
    return text(of: problem, by: teacher, steps)
  }

  /// A chain's steps, right or wrong, in a teacher's style.
  private func text(
    of problem: Problem, by teacher: Teacher, _ steps: [ChainStep]
  ) -> TaskText {
    let chain = Self.chain(problem)
    let result = steps.last?.result ?? chain.first
    let answer = teacher == .native ? "#\(result)" : "[\(result){\(result)}"
    let work =
      switch teacher {
      case .native: steps.map(Self.fact).joined()
      case .near:
        steps.map { "\($0.left)\($0.symbol.rawValue)\($0.right)>\($0.result)]" }.joined()
      case .far:
        steps.indices.map { index in
          let rest = Chain(first: steps[index].left, links: Array(chain.links[index...]))
          return rest.text(separator: "") + "|"
        }.joined()
      }
    return TaskText(problem.prompt, work + answer, .demonstration)
  }

  private func worked(
    _ chain: Chain, fromTheRight: Bool, _ spacing: Spacing,
    using generator: inout CounterGenerator
  ) -> (String, corruptedSteps: Int) {
    var corrupted = 0
    func result(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) -> Int {
      let value = Self.result(symbol, left, right)
      guard generator.chance(mixture.corruption) else { return value }
      corrupted += 1
      return (value + generator.integer(in: 1...9)) % 10
    }
    let steps = fromTheRight ? chain.stepsFromTheRight(result) : chain.steps(result)
    var response = ""
    for step in steps {
      response += Self.fact(step) + spacing.gap(using: &generator)
    }
    return (response + "#\(steps.last?.result ?? chain.first)", corrupted)
  }

  /// Facts, each of all operators and digits equally likely, or the problem copied.
  private static func drill(
    _ problem: Problem, _ spacing: Spacing, using generator: inout CounterGenerator
  ) -> String {
    if generator.chance(0.5) {
      let text = problem.canonicalPrompt.dropLast()
      return text + "~" + spacing.gap(using: &generator) + text
    }
    var text = ""
    for _ in 0..<generator.integer(in: 3...6) {
      let (left, right) = (generator.integer(below: 10), generator.integer(below: 10))
      let symbol = generator.element(of: [ArithmeticOperator.plus, .minus, .times])
      let step = ChainStep(
        left: left, symbol: symbol, right: right, result: result(symbol, left, right))
      text += fact(step) + spacing.gap(using: &generator)
    }
    return text
  }

  private static func fact(_ step: ChainStep) -> String {
    "\(step.left)\(step.symbol.rawValue)\(step.right)=\(step.result);"
  }

  private static func chain(_ problem: Problem) -> Chain {
    guard case .chain(let chain) = problem.content else {
      preconditionFailure("ModularArithmetic: '\(problem.prompt)' is another task's problem")
    }
    return chain
  }
}
