import Foundation
import StatisticalInference
import Study
import TestSupport
import Testing

/// What seeds say about claims, against p-values that are worked out here another way.
@Suite struct ClaimAnswerTests {
  /// Runs `a` and `b` with a measure of each seed.
  private static func summary(
    _ first: [Double], _ second: [Double]? = nil, _ measure: StudyMeasure = .klRunBase
  ) -> StudySummary {
    func runs(_ name: String, _ values: [Double]) -> [StudyRun] {
      values.enumerated().map { index, value in
        var run = StudyRun(name: name, seed: UInt64(index + 1))
        run[measure] = value
        return run
      }
    }
    return StudySummary(runs: runs("a", first) + (second.map { runs("b", $0) } ?? []))
  }

  private static func claim(
    _ compare: StudyClaim.Comparison, _ direction: StudyClaim.Direction, _ margin: Double,
    _ measure: StudyMeasure = .klRunBase, name: String = "claim"
  ) -> StudyClaim {
    StudyClaim(
      name, "A sentence.", measure: .measure(measure), run: "a",
      against: compare == .value ? nil : "b", compare: compare, direction: direction,
      margin: margin)
  }

  private static func answer(
    _ claim: StudyClaim, _ summary: StudySummary, level: Double = 0.05
  ) throws -> ClaimAnswer {
    try #require(
      StudyReport(summary, claims: StudyClaims(level: level, [claim])).answers.first)
  }

  /// P(T > t) for two degrees of freedom: ½ − t / (2 √(2 + t²)).
  private static func tail(_ t: Double) -> Double { 0.5 - t / (2 * (2 + t * t).squareRoot()) }

  private static func statistic(_ values: [Double], _ null: Double) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return (mean - null) / (variance / n).squareRoot()
  }

  @Test func `a difference is tested on both sides of its margin`() throws {
    let (first, second) = ([1.0, 1.2, 1.1], [0.5, 0.6, 0.4])
    let differences = zip(first, second).map { $0 - $1 }
    let t = Self.statistic(differences, 0.1)
    let summary = Self.summary(first, second)
    let above = try Self.answer(Self.claim(.difference, .above, 0.1), summary)
    #expect(above.outcome == .supported && above.threshold == 0.05)
    expectClose(above.probability ?? .nan, 2 * Self.tail(t), relative: 1e-11)
    let below = try Self.answer(Self.claim(.difference, .below, 0.1), summary)
    #expect(below.outcome == .contradicted && below.probability == above.probability)
    let close = try Self.answer(Self.claim(.difference, .above, 0.6), summary)
    #expect(close.outcome == .undecided && close.seedsNeeded == nil)
    #expect(close.words.hasPrefix("undecided at this scale (not even 999 seeds"))
    let nearly = try Self.answer(Self.claim(.difference, .above, 0.5), summary)
    #expect(nearly.outcome == .undecided && nearly.words.contains("seeds would most likely"))
    let needed = try #require(nearly.seedsNeeded)
    // d = 0.1/0.1: at 5 % two-sided and 80 % power a one-sample t test of that size takes 10 (G*Power).
    #expect(needed == 10)
  }

  @Test func `a ratio is tested on its logarithm`() throws {
    let (first, second) = ([8.0, 7.0, 9.0], [1.0, 1.1, 0.9])
    let logarithms = zip(first, second).map { log($0 / $1) }
    let summary = Self.summary(first, second)
    let above = try Self.answer(Self.claim(.ratio, .above, 5), summary)
    expectClose(
      above.probability ?? .nan, 2 * Self.tail(Self.statistic(logarithms, log(5))),
      relative: 1e-11)
    expectClose(
      above.estimate?.value ?? .nan, exp(logarithms.reduce(0, +) / 3), relative: 1e-13)
    #expect(above.estimate?.method == .seedsLogarithm)
  }

  @Test func `within is two tests that both have to refuse`() throws {
    let (first, second) = ([1.0, 1.2, 1.1], [1.01, 1.19, 1.11])
    let differences = zip(first, second).map { $0 - $1 }
    let summary = Self.summary(first, second)
    let within = try Self.answer(Self.claim(.difference, .within, 0.1), summary)
    let tails = [
      Self.tail(Self.statistic(differences, -0.1)), Self.tail(-Self.statistic(differences, 0.1)),
    ]
    expectClose(within.probability ?? .nan, max(tails[0], tails[1]), relative: 1e-11)
    #expect(within.outcome == .supported)
    // Farther apart than the margin: contradicted by twice the nearer side's test.
    let apart = try Self.answer(
      Self.claim(.difference, .within, 0.1), Self.summary([1, 1.2, 1.1], [0.5, 0.7, 0.61]))
    let wide = [0.5, 0.5, 0.49]
    expectClose(
      apart.probability ?? .nan, 2 * Self.tail(Self.statistic(wide, 0.1)), relative: 1e-9)
    #expect(apart.outcome == .contradicted)
    let ratio = try Self.answer(Self.claim(.ratio, .within, 1.2), summary)
    #expect(ratio.outcome == .supported)
  }

  @Test func `a ratio to 0 is asked by the difference`() throws {
    let summary = Self.summary([0.41, 0.42, 0.43], [0, 0, 0], .changedShare)
    let answer = try Self.answer(Self.claim(.ratio, .above, 3, .changedShare), summary)
    #expect(answer.outcome == .supported && answer.note.hasPrefix("a value is 0"))
    expectClose(answer.estimate?.value ?? .nan, 0.42, relative: 1e-12)
    let within = try Self.answer(Self.claim(.ratio, .within, 3, .changedShare), summary)
    #expect(within.outcome == .undecided && within.probability == nil)
  }

  @Test func `a share's own value is tested on the logit`() throws {
    let values = [0.7, 0.8, 0.75]
    let answer = try Self.answer(
      Self.claim(.value, .above, 0.5, .accuracy), Self.summary(values, nil, .accuracy))
    // Delta method: logit(mean) over se/(u (1 − u)).
    let u = 0.75
    let error = 0.05 / 3.0.squareRoot() / (u * (1 - u))
    expectClose(
      answer.probability ?? .nan, 2 * Self.tail(log(u / (1 - u)) / error), relative: 1e-10)
    #expect(answer.estimate?.method == .seedsLogit)
  }

  @Test func `a share that is 1 in every seed has an exact test over problems`() throws {
    var runs = Self.summary([1, 1, 1], nil, .accuracy).runs
    for index in runs.indices {
      runs[index].splits["test"] = SplitAnswers(
        samples: 2, correct: Array(repeating: 2, count: 20), responseLength: 1, stoppedShare: 1)
    }
    let summary = StudySummary(runs: runs)
    let answer = try Self.answer(Self.claim(.value, .above, 0.9, .accuracy), summary)
    #expect(answer.outcome == .supported && answer.note.contains("60 trials"))
    expectClose(answer.probability ?? .nan, 2 * pow(0.9, 60), relative: 1e-12)
    expectClose(answer.estimate?.lower ?? .nan, pow(0.025, 1.0 / 60), relative: 1e-12)
    #expect(answer.estimate?.upper == 1 && answer.estimate?.method == .clopperPearson)
  }

  @Test func `what isn't there is not measured, and few seeds decide nothing`() throws {
    let summary = Self.summary([8, 9, 10], [1, 1.1, 1.2])
    var claim = Self.claim(.ratio, .above, 2)
    claim.run = "c"
    let missing = try Self.answer(claim, summary)
    #expect(missing.words == "not measured: there is no run 'c'" && missing.estimate == nil)
    let measure = try Self.answer(Self.claim(.ratio, .above, 2, .klBaseRun), summary)
    #expect(measure.words == "not measured: a has no kl_base_run")
    let few = try Self.answer(
      Self.claim(.ratio, .above, 2), Self.summary([8, 9], [1, 1.1]))
    #expect(few.words == "undecided at this scale (2 of at least 3 seeds)")
    #expect(few.estimate != nil && few.probability == nil)
    let alike = try Self.answer(
      Self.claim(.difference, .above, 0), Self.summary([1, 1, 1], [0.5, 0.5, 0.5]))
    #expect(alike.words.contains("spread is unknown"))
  }

  @Test func `seeds are paired by their number`() throws {
    // The second run lacks the first seed and comes in another order.
    let runs = Self.summary([100, 2, 4, 6], [9, 1, 2.1, 2.9]).runs
    let mixed = [runs[7], runs[0], runs[6], runs[2], runs[5], runs[1], runs[3]]
    let answer = try Self.answer(
      Self.claim(.difference, .above, 0), StudySummary(runs: mixed))
    #expect(answer.seeds == 3)
    expectClose(answer.estimate?.value ?? .nan, (1 + 1.9 + 3.1) / 3, relative: 1e-14)
  }

  @Test func `Holm's procedure goes over the whole list, what is missing included`() throws {
    // Its p-value is 0.0245: enough alone, too much among three.
    let summary = Self.summary([1.0, 1.2, 1.1], [0.5, 0.6, 0.4])
    let clear = Self.claim(.difference, .above, 0.23)
    let alone = try Self.answer(clear, summary)
    let p = try #require(alone.probability)
    #expect(alone.outcome == .supported && p > 0.05 / 3 && p < 0.05)
    var absent = Self.claim(.difference, .above, 0, name: "absent")
    absent.run = "c"
    var other = absent
    other.name = "other"
    let answers = StudyReport(
      summary, claims: StudyClaims([clear, absent, other])
    ).answers
    #expect(answers.map(\.outcome) == [.undecided, .notMeasured, .notMeasured])
    expectClose(answers[0].threshold ?? .nan, 0.05 / 3, relative: 1e-14)
    #expect(answers[0].probability == p)
  }

  /// Six claims whose numbers lie exactly on their margins, where either answer is wrong.
  @Test func `any wrong answer is as rare as the level says`() throws {
    let seed: UInt64 = 20_261_129
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let measures: [(StudyMeasure, StudyClaim.Comparison, StudyClaim.Direction, Double)] = [
      (.klRunBase, .ratio, .above, 5), (.klBaseRun, .ratio, .below, 0.5),
      (.firstEntropy, .difference, .above, 0.2), (.lastEntropy, .difference, .below, 0),
      (.ownKLRunBase, .difference, .within, 0.3), (.accuracy, .value, .above, 0.6),
    ]
    let claims = StudyClaims(
      measures.map { Self.claim($0.1, $0.2, $0.3, $0.0, name: $0.0.rawValue) })
    let (rounds, seeds) = (1_500, 8)
    var wrong = 0
    for _ in 0..<rounds {
      var runs: [StudyRun] = []
      for seed in 1...seeds {
        var (a, b) = (
          StudyRun(name: "a", seed: UInt64(seed)), StudyRun(name: "b", seed: UInt64(seed))
        )
        // What a seed's runs have in common cancels.
        for (measure, compare, _, margin) in measures {
          let shared = generator.normal()
          switch compare {
          case .ratio:
            b[measure] = exp(shared)
            a[measure] = margin * exp(shared + 0.4 * generator.normal())
          case .difference:
            b[measure] = 3 + shared
            a[measure] = 3 + shared + margin + 0.3 * generator.normal()
          case .value:
            // On the logit, where the test is.
            a[measure] = 1 / (1 + exp(-(log(0.6 / 0.4) + 0.15 * generator.normal())))
          }
        }
        runs += [a, b]
      }
      let answers = claims.answers(from: StudySummary(runs: runs))
      let isWrong = answers.contains { answer in
        answer.outcome == .supported
          || (answer.outcome == .contradicted && answer.claim.direction != .within)
      }
      wrong += isWrong ? 1 : 0
    }
    // Claimed 5 %; three standard errors of 1,500 rounds are 1.7 points more.
    let rate = Double(wrong) / Double(rounds)
    let bound = 0.05 + 3 * (0.05 * 0.95 / Double(rounds)).squareRoot()
    print("family-wise error at \(seeds) seeds: \(rate), at most \(bound)")
    #expect(rate <= bound)
    // Not by never answering: six tests at 5 % ÷ 6 are wrong in some 4 %.
    #expect(rate > 0.02)
  }
}
