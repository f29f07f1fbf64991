/// Task (a): expressions worked from the left modulo ten, each step a fact of one digit.
///
/// `3+7*4-2:` is answered `3+7=0;0*4=0;0-2=8;#8` and the end of text, `$`. Four operations fit into
/// a context of 96 characters, random spacing included. A model of 0.3 M parameters learns the
/// facts and the copying in minutes; reward then teaches it which of base's styles is right.
package struct ModularArithmetic: TrainingTask {
  /// `modular`.
  package let name = "modular"
  /// All but larger numbers: there are none.
  package let splits: [ProblemSplit] =
    [.pretraining, .train, .validation, .test, .harder]
    + [ProblemShift.length, .operators, .surface, .facts].map { .outOfDistribution($0) }
  /// Digits, operators and delimiters of base and of both teachers, space.
  package let alphabet = Array(" 0123456789+-*:=;#~>][{}|".utf8).sorted()
  /// A dollar sign.
  package let endOfText = "$"
  /// What base's texts are made of.
  package let mixture: BaseMixture

  /// The task with base's mixture.
  package init(mixture: BaseMixture = .characters) { self.mixture = mixture }

  /// Problems of 1 to 4 operations for pretraining, of 2 to 4 for post-training, of 5 in `harder`.
  ///
  /// Multiplications are 8 % in pretraining, a third afterwards, 90 % in `ood-operators`. A
  /// seventh of the facts occurs after pretraining only in `ood-facts`; `ood-length` has 6 or 7
  /// operations, `ood-surface` spaces inside the expression.
  package func problem(
    from split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Problem {
    draw(split, using: &generator) { generator in
      let chain = Self.chain(of: split, using: &generator)
      guard Self.allows(chain, in: split) else { return nil }
      let canonical = chain.text(separator: "") + ":"
      let prompt =
        split == .outOfDistribution(.surface)
        ? Self.spread(canonical, using: &generator) : canonical
      return Problem(
        prompt: prompt, canonicalPrompt: canonical, answer: "\(Self.value(of: chain))",
        content: .chain(chain))
    }
  }

  /// Whether a fact is kept out of what demonstrations and rollouts are made of.
  package static func isHeldOut(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) -> Bool {
    StableHash.value(of: "fact/\(left)\(symbol.rawValue)\(right)") >> 32 % 100 < 15
  }

  /// The remainder, in `0..<10`, of one operation.
  static func result(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) -> Int {
    switch symbol {
    case .plus: (left + right) % 10
    case .minus: (left - right + 10) % 10
    case .times: left * right % 10
    case .dividedBy: preconditionFailure("ModularArithmetic has no division")
    }
  }

  private static func value(of chain: Chain) -> Int {
    chain.steps(result).last?.result ?? chain.first
  }

  private static func chain(
    of split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Chain {
    let (operations, multiplications) =
      switch split {
      case .pretraining: (1...4, 0.08)
      case .harder: (5...5, 1.0 / 3)
      case .outOfDistribution(.length): (6...7, 1.0 / 3)
      case .outOfDistribution(.operators): (2...4, 0.9)
      default: (2...4, 1.0 / 3)
      }
    let count = generator.integer(in: operations)
    let first = generator.integer(below: 10)
    let links = (0..<count).map { _ in
      let symbol: ArithmeticOperator =
        generator.chance(multiplications) ? .times : generator.element(of: [.plus, .minus])
      return Chain.Link(symbol: symbol, number: generator.integer(below: 10))
    }
    return Chain(first: first, links: links)
  }

  private static func allows(_ chain: Chain, in split: ProblemSplit) -> Bool {
    let hasHeldOut = chain.steps(result).contains { isHeldOut($0.symbol, $0.left, $0.right) }
    switch split {
    case .pretraining: return true
    case .outOfDistribution(.facts): return hasHeldOut
    default: return !hasHeldOut
    }
  }

  /// Up to two spaces between characters, at least one in all.
  private static func spread(_ text: String, using generator: inout CounterGenerator) -> String {
    while true {
      var result = ""
      for character in text {
        result.append(character)
        if character != ":" { result += String(repeating: " ", count: generator.integer(below: 3)) }
      }
      if result != text { return result }
    }
  }

  /// One digit after `#` or, in a teacher's style, after `[`, where the self-check `{digit}` may
  /// follow; spaces anywhere.
  package func verify(
    _ response: [UInt8], of problem: Problem, isComplete: Bool
  ) -> Verification {
    guard isComplete else { return Verification(.unfinished) }
    let found = AnswerText.find(in: response, markers: ["#", "["], endOfText: endOfText)
    guard case .answer(let marker, let bytes) = found else {
      if case .verdict(let verdict) = found { return verdict }
      return Verification(.noAnswer)
    }
    let answer = bytes.filter { $0 != UInt8(ascii: " ") }
    guard let digit = answer.first, AnswerText.isDigit(digit) else {
      return Verification(.malformedAnswer)
    }
    let check = [UInt8(ascii: "{"), digit, UInt8(ascii: "}")]
    guard answer.count == 1 || (marker == "[" && Array(answer.dropFirst()) == check) else {
      return Verification(.malformedAnswer)
    }
    return Verification([digit] == Array(problem.answer.utf8) ? .correct : .wrongAnswer)
  }
}
