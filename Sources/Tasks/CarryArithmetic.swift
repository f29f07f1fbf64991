/// Task (b): sums, differences and a few products, with carries, in the text format of the
/// checkpoints that the project ships.
///
/// `Q: 7 - 59 - 57 = ?\nA:` is answered ` 7 - 59 = -52; -52 - 57 = -109\n#### -109`. A product can
/// only come first, so that working from the left is right in everybody's arithmetic.
package struct CarryArithmetic: TrainingTask {
  /// `carry`.
  package let name = "carry"
  /// All but held-out facts.
  package let splits: [ProblemSplit] =
    [.pretraining, .train, .validation, .test, .harder]
    + [ProblemShift.length, .operators, .surface, .magnitude].map { .outOfDistribution($0) }
  /// What the texts of base and of both teachers are made of.
  package let alphabet = Array(
    Set(
      "\n \\#()*+,-./0123456789:;<=>?AFIKOQTWabcdefghiklmnoprstuwxy{|}".utf8)
  ).sorted()
  /// The end of text of the shipped checkpoints.
  package let endOfText = "<|endoftext|>"
  /// What base's texts are made of.
  package let mixture: BaseMixture

  /// The task with base's mixture.
  package init(mixture: BaseMixture = .carries) { self.mixture = mixture }

  /// Problems of one or two operations on 2 to 60 (factors 2 to 12), three operations in `harder`.
  ///
  /// `ood-length` has four, `ood-operators` a product in each, `ood-surface` no spaces in the
  /// expression, `ood-magnitude` numbers of three digits.
  package func problem(
    from split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Problem {
    draw(split, using: &generator) { generator in
      let chain = Self.chain(of: split, using: &generator)
      let canonical = Self.prompt(chain, separator: " ")
      let prompt =
        split == .outOfDistribution(.surface) ? Self.prompt(chain, separator: "") : canonical
      return Problem(
        prompt: prompt, canonicalPrompt: canonical, answer: "\(Self.value(of: chain))",
        content: .chain(chain))
    }
  }

  static func prompt(_ chain: Chain, separator: String) -> String {
    "Q: \(chain.text(separator: separator)) = ?\nA:"
  }

  /// The value of one operation.
  static func result(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) -> Int {
    switch symbol {
    case .plus: left + right
    case .minus: left - right
    case .times: left * right
    case .dividedBy: preconditionFailure("CarryArithmetic has no division")
    }
  }

  private static func value(of chain: Chain) -> Int {
    chain.steps(result).last?.result ?? chain.first
  }

  private static func chain(
    of split: ProblemSplit, using generator: inout CounterGenerator
  ) -> Chain {
    let count =
      switch split {
      case .harder: 3
      case .outOfDistribution(.length): 4
      default: generator.integer(in: 1...2)
      }
    let numbers = split == .outOfDistribution(.magnitude) ? 100...999 : 2...60
    let hasProduct = generator.chance(split == .outOfDistribution(.operators) ? 1 : 0.03)
    let first = generator.integer(in: hasProduct ? 2...12 : numbers)
    let links = (0..<count).map { index in
      hasProduct && index == 0
        ? Chain.Link(symbol: .times, number: generator.integer(in: 2...12))
        : Chain.Link(
          symbol: generator.element(of: [.plus, .minus]), number: generator.integer(in: numbers))
    }
    return Chain(first: first, links: links)
  }

  /// An integer after the only `####`, and nothing but white space after it.
  package func verify(
    _ response: [UInt8], of problem: Problem, isComplete: Bool
  ) -> Verification {
    guard isComplete else { return Verification(.unfinished) }
    switch AnswerText.find(in: response, markers: ["####"], endOfText: endOfText) {
    case .verdict(let verdict): return verdict
    case .answer(_, let bytes):
      guard let number = DecimalText.normalized(bytes, .integer) else {
        return Verification(.malformedAnswer)
      }
      return Verification(number == Array(problem.answer.utf8) ? .correct : .wrongAnswer)
    }
  }
}

extension CarryArithmetic {
  /// The number after the marker of a response, in its one spelling; nil where there is none.
  package static func answer(in response: String) -> String? {
    guard
      case .answer(_, let bytes) = AnswerText.find(
        in: Array(response.utf8), markers: ["####"], endOfText: CarryArithmetic().endOfText),
      let number = DecimalText.normalized(bytes, .integer)
    else { return nil }
    return String(decoding: number, as: UTF8.self)
  }
}
