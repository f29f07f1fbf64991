import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Made-up runs.
enum GateRuns {
  /// A value for each prompt over one thing.
  static func values(_ numbers: [Double], first: Int = 0) -> PromptValues {
    PromptValues(
      numbers.enumerated().map { (prompt: "prompt \($0 + first)", sum: $1, count: 1) })
  }

  static func normal(_ count: Int, mean: Double, seed: UInt64) -> PromptValues {
    var generator = SeededGenerator(seed: seed)
    return values((0..<count).map { _ in mean + generator.normal() })
  }

  static func policy(_ rules: GateRule..., slices: Bool = false) -> GatePolicy {
    GatePolicy(rules: rules, slices: [.task], gatesSlices: slices)
  }

  static func rule(
    _ metric: GateMetric, margin: Double, role: GateRule.Role = .gated
  ) -> GateRule {
    var rule = GateRule.standard(metric)
    (rule.margin, rule.role) = (.absolute(value: margin), role)
    return rule
  }
}

/// Outcomes, floors, families and refusals.
@Suite struct GateTests {
  private static func finding(
    _ metric: GateMetric, _ baseline: PromptValues?, _ candidate: PromptValues, margin: Double,
    isSameRun: Bool = false
  ) throws -> GateFinding {
    let gate = Gate(
      policy: GateRuns.policy(GateRuns.rule(metric, margin: margin)), look: 1, isSameRun: isSameRun)
    let measure = GateMeasure(
      metric, baselines: baseline.map { [$0] } ?? [], candidate: candidate)
    return try gate.result(of: [measure]).findings[0]
  }

  @Test func `prompts are matched by name, and the others counted`() throws {
    let before = PromptValues([
      (prompt: "c", sum: 3, count: 2), (prompt: "a", sum: 1, count: 2),
      (prompt: "b", sum: .nan, count: 2), (prompt: "a", sum: 4, count: 3),
      (prompt: "d", sum: 1, count: 1), (prompt: "e", sum: 1, count: 1),
    ])
    #expect(before.prompts == ["a", "b", "c", "d", "e"])
    #expect(before.sums[0] == 5 && before.counts[0] == 5)
    let after = PromptValues([
      (prompt: "a", sum: 6, count: 4), (prompt: "b", sum: 1, count: 1),
      (prompt: "c", sum: 2, count: 1), (prompt: "f", sum: 1, count: 1),
      (prompt: "d", sum: 0, count: 0),
    ])
    let finding = try Self.finding(.heldOutLoss, before, after, margin: 0.1)
    // a and c are left: 8/7 and 8/5. e and f have no partner; b and d aren't measured.
    #expect(finding.prompts == 2 && finding.unmatched == 2 && finding.unmeasured == 2)
    expectClose(try #require(finding.baseline), 8.0 / 7, relative: 1e-14)
    expectClose(try #require(finding.candidate), 8.0 / 5, relative: 1e-14)
    #expect(finding.outcome == .undecided && finding.reason == .fewPrompts)
    #expect(finding.probability == nil)
    // The same runs in another order are the same bits.
    #expect(
      PromptValues(
        before.prompts.indices.reversed().map {
          (prompt: before.prompts[$0], sum: 2 * Double($0), count: 1)
        })
        == PromptValues(
          before.prompts.indices.map {
            (prompt: before.prompts[$0], sum: 2 * Double($0), count: 1)
          }))
  }

  @Test func `runs without a common prompt are refused`() {
    #expect(throws: GateError.noCommonPrompt(.length)) {
      try Self.finding(
        .length, GateRuns.values([1, 2]), GateRuns.values([1, 2], first: 7), margin: 1)
    }
  }

  @Test(arguments: [9, 10])
  func `ten prompts are the fewest, added ones not counted`(count: Int) throws {
    let (all, none) = (
      [Double](repeating: 1, count: count), [Double](repeating: 0, count: count)
    )
    let finding = try Self.finding(
      .accuracy, GateRuns.values(all), GateRuns.values(none), margin: 0.02)
    #expect(finding.outcome == (count == 9 ? .undecided : .regressed))
    #expect(finding.reason == (count == 9 ? .fewPrompts : nil))
  }

  @Test(arguments: [49, 50])
  func `fifty prompts are the fewest for absence without a bound`(count: Int) throws {
    let before = GateRuns.normal(count, mean: 3, seed: 1)
    let after = PromptValues(
      before.prompts.indices.map {
        (prompt: before.prompts[$0], sum: before.sums[$0] + ($0 % 2 == 0 ? 0.01 : -0.01), count: 1)
      })
    let finding = try Self.finding(.heldOutLoss, before, after, margin: 0.1)
    #expect(finding.outcome == (count == 50 ? .equivalent : .undecided))
    #expect(finding.reason == (count == 50 ? nil : .fewForEquivalence))
  }

  @Test func `no spread is no certainty, except of the same run`() throws {
    let some = GateRuns.values((0..<60).map { Double($0 % 7) })
    let more = GateRuns.values((0..<60).map { Double($0 % 7) + 0.1 })
    // 0.1 more everywhere, to the last roundings.
    let shifted = try Self.finding(.heldOutLoss, some, more, margin: 0.05)
    #expect(shifted.outcome == .undecided && shifted.reason == .noSpread)
    let equal = try Self.finding(.heldOutLoss, some, some, margin: 0.05)
    #expect(equal.outcome == .undecided && equal.reason == .noSpread)
    let same = try Self.finding(.heldOutLoss, some, some, margin: 0.05, isSameRun: true)
    #expect(same.outcome == .identical && same.reason == nil)
    // Weights of one digest with other numbers aren't identical.
    let other = try Self.finding(.heldOutLoss, some, more, margin: 0.05, isSameRun: true)
    #expect(other.outcome == .undecided)
    // Rates: 60 prompts that all agree leave room for a harm of 2 points, 400 don't.
    for (count, outcome) in [(60, GateFinding.Outcome.undecided), (400, .equivalent)] {
      let right = GateRuns.values([Double](repeating: 1, count: count))
      let finding = try Self.finding(.accuracy, right, right, margin: 0.02)
      #expect(finding.outcome == outcome && finding.reason == nil)
      #expect((finding.harm?.upper ?? 0) > 0)
    }
  }

  @Test func `rates count prompts alike, ratios things`() throws {
    // One prompt of 40 answers, eleven of one.
    let counts = [40.0] + [Double](repeating: 1, count: 11)
    func run(_ sums: [Double]) -> PromptValues {
      PromptValues(sums.indices.map { (prompt: "\($0)", sum: sums[$0], count: counts[$0]) })
    }
    let after = run([40] + [Double](repeating: 0, count: 11))
    let before = run([0] + [Double](repeating: 0, count: 11))
    let rate = try Self.finding(.accuracy, before, after, margin: 0.02)
    expectClose(try #require(rate.candidate), 1.0 / 12, relative: 1e-14)
    let ratio = try Self.finding(.reward, before, after, margin: 0.02)
    expectClose(try #require(ratio.candidate), 40.0 / 51, relative: 1e-14)
  }

  @Test func `the direction of worse decides`() throws {
    let low = GateRuns.normal(100, mean: 1, seed: 2)
    let high = PromptValues(
      low.prompts.indices.map {
        (prompt: low.prompts[$0], sum: low.sums[$0] + 1 + 0.01 * Double($0 % 3), count: 1)
      })
    #expect(try Self.finding(.heldOutLoss, low, high, margin: 0.5).outcome == .regressed)
    #expect(try Self.finding(.heldOutLoss, high, low, margin: 0.5).outcome == .equivalent)
    #expect(try Self.finding(.reward, low, high, margin: 0.5).outcome == .equivalent)
    #expect(try Self.finding(.reward, high, low, margin: 0.5).outcome == .regressed)
    #expect(try Self.finding(.length, low, high, margin: 0.5).outcome == .regressed)
    #expect(try Self.finding(.length, high, low, margin: 0.5).outcome == .regressed)
    // Beyond chance, and yet less than the margin.
    let small = try Self.finding(.length, low, high, margin: 1.2)
    #expect(small.outcome == .equivalent && (small.probability ?? 1) < 1e-20)
  }

  @Test func `warnings are told apart, and take nothing from what gates`() throws {
    let low = GateRuns.normal(100, mean: 1, seed: 3)
    let high = GateRuns.normal(100, mean: 4, seed: 4)
    let policy = GateRuns.policy(
      GateRuns.rule(.entropy, margin: 0.5, role: .warning), GateRuns.rule(.length, margin: 0.5),
      GateRuns.rule(.reward, margin: 0.5, role: .shown),
      GateRuns.rule(.passAtK, margin: 0.5))
    let measures = [GateMetric.entropy, .length, .reward].map {
      GateMeasure($0, baselines: [low], candidate: $0 == .length ? low : high)
    }
    let result = try Gate(policy: policy, look: 1).result(of: measures)
    #expect(result.findings.map(\.metric) == [.entropy, .length, .reward, .passAtK])
    #expect(
      result.findings.map(\.outcome) == [.regressed, .undecided, .shown, .notMeasured])
    #expect(!result.fails(isStrict: false) && result.fails(isStrict: true))
    // Each family has all of the look's level.
    #expect(result.findings[0].threshold == result.level)
    #expect(result.findings[2].probability == nil && result.findings[2].harm?.interval != nil)
    #expect(result.decidedShare == 0.5)
    #expect(result.worst?.metric == .entropy)
  }

  @Test func `headlines share four fifths, gated slices one`() throws {
    let low = GateRuns.normal(120, mean: 1, seed: 5)
    let next = GateRuns.normal(120, mean: 1, seed: 6)
    func measures(_ metric: GateMetric) -> [GateMeasure] {
      [GateMeasure(metric, baselines: [low], candidate: next)]
        + [0, 1, 2].map { part in
          let isIn = { (prompt: String) in
            // The last has 20 prompts: too few for a slice.
            let number = Int(prompt.dropFirst(7)) ?? 0
            return part == 0 ? number < 50 : part == 1 ? (50..<100).contains(number) : number >= 100
          }
          return GateMeasure(
            metric, slice: GateSlice(.task, "\(part)"), baselines: [low.restricted(to: isIn)],
            candidate: next.restricted(to: isIn))
        }
    }
    let rules = [GateRuns.rule(.length, margin: 1), GateRuns.rule(.heldOutLoss, margin: 1)]
    let all = measures(.length) + measures(.heldOutLoss)
    let policy = GateRuns.policy(rules[0], rules[1], slices: true)
    let gated = try Gate(policy: policy, look: 1).result(of: all)
    #expect(gated.findings.map { $0.slice?.name } == [nil, "0", "1", "2", nil, "0", "1", "2"])
    for finding in gated.findings {
      switch finding.slice?.name {
      // Nothing is rejected, so nothing is passed on: 0.8 of two and 0.2 of four.
      case nil: expectClose(try #require(finding.threshold), 0.4 * gated.level, relative: 1e-12)
      case "2": #expect(finding.reason == .fewPrompts && finding.threshold == nil)
      default: expectClose(try #require(finding.threshold), 0.05 * gated.level, relative: 1e-12)
      }
    }
    let plain = try Gate(policy: GateRuns.policy(rules[0], rules[1]), look: 1).result(of: all)
    for finding in plain.findings {
      #expect(finding.role == (finding.slice == nil ? .gated : .warning))
      if finding.slice == nil {
        expectClose(try #require(finding.threshold), 0.5 * plain.level, relative: 1e-12)
      }
    }
  }

  @Test func `margins of a share of the baseline, and below noise`() throws {
    let before = GateRuns.normal(100, mean: 8, seed: 7)
    let after = GateRuns.normal(100, mean: 8, seed: 8)
    var rule = GateRule.standard(.length)
    #expect(rule.hasDefaultMargin)
    let measure = GateMeasure(.length, baselines: [before], candidate: after, noiseFloor: 0.7)
    let finding = try Gate(policy: GateRuns.policy(rule), look: 1).result(of: [measure]).findings[0]
    expectClose(
      try #require(finding.margin), 0.1 * (try #require(finding.baseline)), relative: 1e-14)
    rule.margin = .absolute(value: 0.69)
    #expect(!rule.hasDefaultMargin)
    #expect(throws: GateError.marginBelowNoise(.length, margin: 0.69, floor: 0.7)) {
      try Gate(policy: GateRuns.policy(rule), look: 1).result(of: [measure])
    }
    // Digits of a quotient are left out, and what they hid isn't turned round.
    for (margin, floor, words) in [
      (0.69, 0.7, "0.69 is below 0.7,"), (0.02, 0.020_000_01, "0.02 is below 0.0201,"),
      (1.0 / 3, 0.333_34, "0.333 is below 0.334,"), (0.000_2, 12.345_6, "0.0002 is below 12.4,"),
    ] {
      let error = GateError.marginBelowNoise(.length, margin: margin, floor: floor)
      #expect("\(error)".contains("a margin of " + words), "\(error)")
    }
    // A baseline that is base has no divergence from it.
    let zero = GateRuns.values([Double](repeating: 0, count: 100))
    let base = GateMeasure(.klToBase, baselines: [zero], candidate: before)
    let policy = GateRuns.policy(.standard(.klToBase))
    #expect(try Gate(policy: policy, look: 1).result(of: [base]).findings[0].margin == 0.01)
    rule = GateRule(.klToBase, worse: .higher, margin: .relative(share: 0.2, atLeast: 0))
    let none = try Gate(policy: GateRuns.policy(rule), look: 1).result(of: [base]).findings[0]
    #expect(none.outcome == .undecided && none.reason == .noMargin)
  }

  @Test func `numbers that are no measurement don't reach an outcome`() throws {
    let before = GateRuns.normal(60, mean: 1, seed: 9)
    let wild = PromptValues(
      before.prompts.enumerated().map {
        (prompt: $1, sum: $0 == 3 ? 1e300 : $0 == 4 ? .infinity : 1 + Double($0 % 5), count: 1)
      })
    let finding = try Self.finding(.length, before, wild, margin: 0.1)
    #expect(finding.prompts == 58 && finding.unmeasured == 2)
    #expect(finding.probability?.isFinite == true)
    let result = GateResult(look: 1, looks: 20, level: 0.1, baselines: 1, findings: [finding])
    let data = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(GateResult.self, from: data) == result)
  }
}
