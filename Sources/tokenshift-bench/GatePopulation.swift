import Analysis
import Foundation
internal import Tasks

/// 800 problems with twelve answers each, shaped like the demo's rl model: mean, spread between and within
/// problems, and skewness of each number.
///
/// Demo: correct 16 %, and 44 % of the problems never are; 97.4 % stop, 95 % of the problems nearly always;
/// 24.5 tokens (5 to 64), 6.6 between problems; KL per token 0.065, its logarithm 0.5 in all and 0.4
/// between; 19.5 % of tokens changed; entropy 0.32 with rare texts of 3.
struct GatePopulation {
  static let problems = 800
  static let answers = 12

  /// What an answer has, in sums over its tokens.
  enum Column: Int, CaseIterable {
    case correct, stopped, tokens, kl, changed, entropy
  }

  /// By column, answer `problem * answers + sample`.
  private(set) var columns: [[Double]]

  init(columns: [[Double]]) { self.columns = columns }

  init(seed: UInt64) {
    columns = Column.allCases.map { _ in [] }
    for problem in 0..<Self.problems {
      var draws = NormalDraws(seed: seed, stream: 77, index: UInt64(problem))
      // A Beta of mean 0.16 whose mass is near 0, as a power of a uniform number.
      let ability = pow(draws.uniform.uniform(), 5.1)
      let (length, kl, entropy) = (draws.next(), draws.next(), draws.next())
      let wanders = draws.uniform.chance(0.2)
      for _ in 0..<Self.answers {
        let stops = !draws.uniform.chance(wanders ? 0.13 : 0)
        let tokens =
          stops ? max(5, (23.5 + 6 * length + 5.5 * draws.next()).rounded()) : 64
        let perToken = exp(-2.85 + 0.4 * kl + 0.3 * draws.next() + (stops ? 0 : -0.4))
        let share = min(1, max(0, 0.19 + 0.05 * kl + 0.03 * draws.next()))
        var changed = 0.0
        for _ in 0..<Int(tokens) where draws.uniform.chance(share) { changed += 1 }
        let uncertainty = exp(-1.75 + 0.3 * entropy + 0.35 * draws.next()) * (stops ? 1 : 12)
        let answer: [Column: Double] = [
          .correct: draws.uniform.chance(ability) ? 1 : 0, .stopped: stops ? 1 : 0,
          .tokens: tokens, .kl: tokens * perToken, .changed: changed,
          .entropy: tokens * min(uncertainty, 3),
        ]
        for column in Column.allCases { columns[column.rawValue].append(answer[column] ?? .nan) }
      }
    }
  }

  subscript(column: Column) -> [Double] { columns[column.rawValue] }

  func mean(_ column: Column) -> Double {
    self[column].reduce(0, +) / Double(self[column].count)
  }
}

/// The metrics of the acceptance runs, with margins that this population can decide.
struct GateTrial {
  let rule: GateRule
  let column: GatePopulation.Column
  /// Whether it is over tokens; else over samples.
  let isPerToken: Bool

  static let all = [
    GateTrial(.accuracy, .lower, 0.03, .correct), GateTrial(.stoppedRate, .lower, 0.02, .stopped),
    GateTrial(.klToBase, .higher, 0.005, .kl, isPerToken: true),
    GateTrial(.changedFromBase, .higher, 0.01, .changed, isPerToken: true),
    GateTrial(.length, .both, 1.5, .tokens),
    GateTrial(.entropy, .both, 0.04, .entropy, isPerToken: true),
  ]

  private init(
    _ metric: GateMetric, _ worse: GateRule.Direction, _ margin: Double,
    _ column: GatePopulation.Column, isPerToken: Bool = false
  ) {
    rule = GateRule(metric, worse: worse, margin: .absolute(value: margin))
    (self.column, self.isPerToken) = (column, isPerToken)
  }

  var margin: Double { rule.margin.value(baseline: 0) }
  var name: String { rule.metric.rawValue }
}

/// Answers of one run: two for each prompt.
struct GateDraw {
  static let samples = 2
  private let names: [String]
  private var sums: [[Double]]

  /// Of problems, which may repeat: a sample of what prompts there could be.
  init(
    _ population: GatePopulation, prompts: [Int], names: [String], _ draws: inout CounterGenerator
  ) {
    self.names = names
    sums = GatePopulation.Column.allCases.map { _ in
      [Double](repeating: 0, count: prompts.count)
    }
    for (place, problem) in prompts.enumerated() {
      for _ in 0..<Self.samples {
        let answer =
          problem * GatePopulation.answers + draws.integer(below: GatePopulation.answers)
        for column in sums.indices { sums[column][place] += population.columns[column][answer] }
      }
    }
  }

  /// The same answers with a harm of so many margins: right ones made wrong at random, or all values
  /// stretched.
  func harmed(
    _ trial: GateTrial, margins: Double, _ population: GatePopulation,
    _ draws: inout CounterGenerator
  ) -> GateDraw {
    var result = self
    let column = trial.column.rawValue
    var base = population.mean(trial.column)
    if trial.isPerToken { base /= population.mean(.tokens) }
    let share = margins * trial.margin / base
    for place in names.indices {
      if trial.rule.worse == .lower {
        var left = 0.0
        for _ in 0..<Int(sums[column][place]) where !draws.chance(share) { left += 1 }
        result.sums[column][place] = left
      } else {
        result.sums[column][place] *= 1 + share
      }
    }
    return result
  }

  func values(_ trial: GateTrial) -> PromptValues {
    let counts = sums[GatePopulation.Column.tokens.rawValue]
    return PromptValues(
      names.indices.map { place in
        (
          prompt: names[place], sum: sums[trial.column.rawValue][place],
          count: trial.isPerToken ? counts[place] : Double(Self.samples)
        )
      })
  }
}
