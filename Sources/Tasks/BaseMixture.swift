/// What base's pretraining texts are made of.
package struct BaseMixture: Sendable, Equatable {
  /// The share of worked steps by the right algorithm.
  package let stepwise: Double
  /// The share of worked steps by a plausible wrong algorithm.
  package let wrongAlgorithm: Double
  /// The share of bare answers.
  package let bare: Double
  /// The probability that a worked step's result is wrong; later steps go on with it.
  package let corruption: Double
  /// The share of texts with random spacing, so that copying can't rely on positions.
  package let spaced: Double

  /// The share of drills: what the others leave.
  package var drill: Double { max(0, 1 - stepwise - wrongAlgorithm - bare) }

  /// A mixture.
  ///
  /// - Throws: `TaskError.invalidMixture` unless all are probabilities and the first three sum to
  ///   at most one.
  package init(
    stepwise: Double, wrongAlgorithm: Double, bare: Double, corruption: Double, spaced: Double
  ) throws(TaskError) {
    let shares = [
      "stepwise": stepwise, "wrong algorithm": wrongAlgorithm, "bare": bare,
      "corruption": corruption, "spaced": spaced,
    ]
    for (name, share) in shares.sorted(by: { $0.key < $1.key }) where !(0...1).contains(share) {
      throw .invalidMixture("\(name) is \(share); give a probability")
    }
    let sum = stepwise + wrongAlgorithm + bare
    // Three decimal fractions may sum to a rounding error more than one.
    guard sum <= 1 + 1e-9 else {
      throw .invalidMixture("the shares sum to \(sum); give at most 1, drills take the rest")
    }
    self.init(stepwise, wrongAlgorithm, bare, corruption, spaced)
  }

  private init(
    _ stepwise: Double, _ wrongAlgorithm: Double, _ bare: Double, _ corruption: Double,
    _ spaced: Double
  ) {
    (self.stepwise, self.wrongAlgorithm, self.bare) = (stepwise, wrongAlgorithm, bare)
    (self.corruption, self.spaced) = (corruption, spaced)
  }

  /// For the tasks of single characters: modular arithmetic and countdown.
  package static let characters = BaseMixture(0.40, 0.27, 0.25, 0.12, 0.5)
  /// For arithmetic with carries, near the mixture of the shared checkpoints' base.
  package static let carries = BaseMixture(0.55, 0.12, 0.25, 0.15, 0.25)
  /// For word problems.
  package static let words = BaseMixture(0.60, 0.10, 0.20, 0.10, 0)

  /// A text of one of the four styles, with random spaces for those texts that have them.
  ///
  /// - Parameters:
  ///   - problem: What it is about.
  ///   - bare: The answer alone.
  ///   - generator: Of all its choices.
  ///   - worked: The steps, by the right or a plausible wrong algorithm, and how many of them are
  ///     corrupted.
  ///   - drill: A text that is no answer to anything.
  /// - Returns: Prompt and response.
  func text(
    for problem: Problem, bare: String, using generator: inout CounterGenerator,
    worked: (_ isWrong: Bool, Spacing, inout CounterGenerator) -> (String, corruptedSteps: Int),
    drill: (Spacing, inout CounterGenerator) -> String
  ) -> TaskText {
    let style = style(using: &generator)
    let spacing = spacing(using: &generator)
    let prompt = spacing.padding(using: &generator) + problem.prompt
    switch style {
    case .stepwise, .wrongAlgorithm, .demonstration:
      let (response, corrupted) = worked(style == .wrongAlgorithm, spacing, &generator)
      return TaskText(prompt, response, style, corruptedSteps: corrupted)
    case .bare: return TaskText(prompt, bare, style)
    case .drill: return TaskText("", drill(spacing, &generator), style)
    }
  }

  /// One of the four styles.
  func style(using generator: inout CounterGenerator) -> TextStyle {
    let draw = generator.uniform()
    if draw < stepwise { return .stepwise }
    if draw < stepwise + wrongAlgorithm { return .wrongAlgorithm }
    return draw < stepwise + wrongAlgorithm + bare ? .bare : .drill
  }

  /// The spaces of one text.
  func spacing(using generator: inout CounterGenerator) -> Spacing {
    Spacing(isRandom: generator.chance(spaced))
  }
}

/// Where a text of base's may have spaces: up to seven before it, up to three after each step.
struct Spacing {
  let isRandom: Bool

  func padding(using generator: inout CounterGenerator) -> String {
    spaces(0...7, using: &generator)
  }

  func gap(using generator: inout CounterGenerator) -> String {
    spaces(0...3, using: &generator)
  }

  private func spaces(
    _ range: ClosedRange<Int>, using generator: inout CounterGenerator
  ) -> String {
    isRandom ? String(repeating: " ", count: generator.integer(in: range)) : ""
  }
}
