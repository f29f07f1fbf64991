import Analysis
import StatisticalInference
import TestSupport
import Testing

/// Baselines of several seeds.
@Suite struct GateSeedTests {
  /// Runs of twelve prompts with the same value everywhere.
  private static func run(_ level: Double) -> PromptValues {
    GateRuns.values([Double](repeating: level, count: 12))
  }

  private static func finding(
    _ metric: GateMetric, _ baselines: [Double], _ candidate: Double, margin: Double, look: Int = 1
  ) throws -> GateFinding {
    let measure = GateMeasure(
      metric, baselines: baselines.map(run), candidate: run(candidate))
    return try Gate(policy: GateRuns.policy(GateRuns.rule(metric, margin: margin)), look: look)
      .result(of: [measure], baselines: baselines.count).findings[0]
  }

  @Test func `beyond c(K) deviations and the margin it is a regression`() throws {
    // Mean 2, deviation 1.
    let baselines = [1.0, 2, 3]
    let near = try Self.finding(.heldOutLoss, baselines, 2 + 8.86, margin: 1)
    let far = try Self.finding(.heldOutLoss, baselines, 2 + 8.88, margin: 1)
    #expect(near.outcome == .undecided && far.outcome == .regressed)
    expectClose(try #require(far.seeds?.limit), 8.87, absolute: 0.02)
    expectClose(try #require(far.seeds?.statistic), 8.88, relative: 1e-12)
    #expect(far.baseline == 2 && far.harm?.clusters == 3 && far.plan == nil)
    // The margin counts too, and the direction.
    #expect(try Self.finding(.heldOutLoss, baselines, 2 + 8.88, margin: 9).outcome != .regressed)
    #expect(try Self.finding(.reward, baselines, 2 + 8.88, margin: 1).outcome != .regressed)
    #expect(try Self.finding(.reward, baselines, 2 - 8.88, margin: 1).outcome == .regressed)
    // Both directions need more.
    let both = try Self.finding(.length, baselines, 2 - 8.88, margin: 1)
    let limit = SeedLimit.limit(seeds: 3, candidates: 20, level: 0.05, isTwoSided: true)
    #expect(both.outcome == .undecided && both.seeds?.limit == limit && limit > 8.9)
    #expect(try Self.finding(.length, baselines, 2 - 13, margin: 1).outcome == .regressed)
  }

  @Test func `further looks and more metrics need more`() throws {
    let baselines = [1.0, 2, 3, 4, 5]
    let limits = try [1, 20, 21, 41].map {
      try #require(try Self.finding(.heldOutLoss, baselines, 3, margin: 1, look: $0).seeds?.limit)
    }
    let expected = [0.05, 0.05, 0.025, 0.0125].map {
      SeedLimit.limit(seeds: 5, candidates: 20, level: $0)
    }
    #expect(limits == expected)
    let measures = [GateMetric.heldOutLoss, .klToBase].map {
      GateMeasure($0, baselines: baselines.map(Self.run), candidate: Self.run(3))
    }
    let policy = GateRuns.policy(
      GateRuns.rule(.heldOutLoss, margin: 1), GateRuns.rule(.klToBase, margin: 1))
    let result = try Gate(policy: policy, look: 1).result(of: measures, baselines: 5)
    for finding in result.findings { #expect(finding.seeds?.limit == expected[1 + 1]) }
  }

  @Test func `equivalence is Student's over seeds`() throws {
    let baselines = [1.0, 2, 3, 4, 5]
    // deviation √2.5, error √(2.5·1.2) = √3; t₄ at 5 % is 2.1318, times √3 is 3.692.
    let inside = try Self.finding(.heldOutLoss, baselines, 3.1, margin: 3.8)
    let outside = try Self.finding(.heldOutLoss, baselines, 3.1, margin: 3.7)
    #expect(inside.outcome == .equivalent && outside.outcome == .undecided)
    let both = try Self.finding(.length, baselines, 2.9, margin: 3.7)
    #expect(both.outcome == .undecided)
    #expect(try Self.finding(.length, baselines, 2.9, margin: 3.8).outcome == .equivalent)
    // Two-sided 97.5 % of t₄: 2.7764.
    expectClose(
      try #require(inside.harm?.upper), 0.1 + 2.776_445 * 3.0.squareRoot(), relative: 1e-6)
  }

  @Test func `what seeds can't decide`() throws {
    let two = try Self.finding(.heldOutLoss, [1, 2], 9, margin: 1)
    #expect(two.outcome == .undecided && two.reason == .twoSeeds)
    #expect(two.seeds?.values == [1, 2] && two.seeds?.limit == nil)
    let same = try Self.finding(.heldOutLoss, [2, 2, 2], 9, margin: 1)
    #expect(same.outcome == .undecided && same.reason == .noSpread)
    let rates = try Self.finding(.accuracy, [0.5, 0.5, 0.5], 0.1, margin: 0.02)
    #expect(rates.reason == .noSpread)
    let column = GateMetric.training("response_length")
    #expect(try Self.finding(column, [2], 9, margin: 1).reason == .needsSeeds)
    #expect(try Self.finding(column, [2, 3, 4], 29, margin: 1).outcome == .regressed)
    let policy = GateRuns.policy(GateRuns.rule(.klCandidateBaseline, margin: 0.1))
    let distance = GateMeasure(.klCandidateBaseline, baselines: [], candidate: Self.run(1))
    let result = try Gate(policy: policy, look: 1).result(of: [distance], baselines: 3)
    #expect(result.findings[0].reason == .severalBaselines)
    #expect(throws: GateError.baselines(.klCandidateBaseline, found: 1, expected: 0)) {
      try Gate(policy: policy, look: 1).result(of: [
        GateMeasure(.klCandidateBaseline, baselines: [Self.run(1)], candidate: Self.run(1))
      ])
    }
  }

  @Test func `entropy gates once there are seeds`() throws {
    let measure = { (count: Int) in
      GateMeasure(
        .entropy, baselines: (0..<count).map { Self.run(1 + 0.1 * Double($0)) },
        candidate: Self.run(9))
    }
    let policy = GateRuns.policy(.standard(.entropy))
    for (count, role) in [(1, GateRule.Role.warning), (2, .warning), (3, .gated)] {
      let result = try Gate(policy: policy, look: 1).result(of: [measure(count)], baselines: count)
      #expect(result.findings[0].role == role)
      #expect(result.fails(isStrict: false) == (count == 3))
    }
  }
}
