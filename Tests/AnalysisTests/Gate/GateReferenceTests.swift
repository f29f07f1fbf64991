import Analysis
import StatisticalInference
import TestSupport
import Testing

/// The gate against NumPy and SciPy.
@Suite struct GateReferenceTests {
  @Test func `levels of looks`() throws {
    let lines = try GateFixture.lines("level")
    #expect(lines.count == 8)
    for line in lines {
      expectClose(
        GateSpending.level(
          look: try #require(line.look), looks: try #require(line.looks),
          alpha: try #require(line.alpha)), try #require(line.value), relative: 1e-14)
    }
  }

  @Test func `all looks together use α and no more`() {
    let level = { GateSpending.level(look: $0, looks: 20, alpha: 0.05) }
    let flat = (1...20).map(level).reduce(0, +)
    expectClose(flat, 0.045, relative: 1e-12)
    // Σ 1/(l(l − 1)) from 21 to L is 1/20 − 1/L.
    let tail = (21...100_000).map(level).reduce(0, +)
    expectClose(tail, 0.005 * (1 - 20 / 100_000), relative: 1e-9)
    let blocks = stride(from: 1, through: 2_000, by: 20).map {
      GateSpending.blockLevel(look: $0, looks: 20, alpha: 0.05)
    }
    expectClose(blocks.reduce(0, +), 0.1, relative: 1e-12)
    #expect(blocks[0] == 0.05 && blocks[1] == 0.025)
    #expect(GateSpending.blockLevel(look: 20, looks: 20, alpha: 0.05) == 0.05)
  }

  @Test func `weighted Holm and one-sided bounds`() throws {
    for line in try GateFixture.lines("holm") {
      let decisions = WeightedHolm.decisions(
        try #require(line.p), weights: try #require(line.weights), level: try #require(line.level))
      #expect(decisions.indices.filter { decisions[$0].isRejected } == line.rejected)
    }
    for line in try GateFixture.lines("bound") {
      expectClose(
        StudentT.upperBound(
          tail: try #require(line.tail), degreesOfFreedom: try #require(line.degrees)),
        try #require(line.value), relative: 1e-10)
    }
  }

  @Test func `limits of seeds`() throws {
    let lines = try GateFixture.lines("seeds")
    #expect(lines.count == 10)
    for line in lines {
      let limit = SeedLimit.limit(
        seeds: try #require(line.seeds), candidates: try #require(line.candidates),
        level: try #require(line.level), isTwoSided: line.sides == 2)
      // Roots are found to 1e-5.
      expectClose(limit, try #require(line.value), absolute: 1e-4, "\(line)")
    }
    // Numbers of the specification, which states two digits.
    for (seeds, expected) in zip([3, 4, 5, 6, 8, 10], [8.87, 6.06, 5.03, 4.49, 3.95, 3.67]) {
      expectClose(
        SeedLimit.limit(seeds: seeds, candidates: 20, level: 0.05), expected, absolute: 0.02)
    }
  }

  @Test func `estimates, p-values, outcomes and plans`() throws {
    let sets = try GateFixture.lines("set")
    #expect(sets.count == 30)
    var outcomes: [GateFinding.Outcome: Int] = [:]
    for (number, line) in sets.enumerated() {
      let rows = try #require(line.metrics)
      let policy = GatePolicy(
        rules: rows.map { row in
          var rule = GateRule.standard(row.metric)
          (rule.margin, rule.role) = (.absolute(value: row.margin), .gated)
          return rule
        })
      let look = try #require(line.look)
      let result = try Gate(policy: policy, look: look).result(of: rows.map(\.measure))
      #expect(result.findings.map(\.metric) == rows.map(\.metric))
      for (finding, row) in zip(result.findings, rows) {
        let place = "set \(number), \(row.metric.rawValue)"
        // Sums of at most 100 numbers of one size: a few roundings, tails lose a digit or two more.
        expectClose(try #require(finding.candidate), row.value, relative: 1e-13, place)
        expectClose(
          try #require(finding.harm?.value), row.harm, absolute: 1e-14, relative: 1e-11, place)
        expectClose(try #require(finding.size), row.size, absolute: 1e-14, relative: 1e-11, place)
        expectClose(
          try #require(finding.probability), row.p, absolute: 1e-300, relative: 1e-8, place)
        expectClose(
          try #require(finding.equivalenceProbability), row.inside, absolute: 1e-300,
          relative: 1e-8, place)
        let plan = try #require(finding.plan)
        expectClose(plan.smallestEffect, row.smallest, relative: 1e-9, place)
        expectClose(plan.power, row.power, absolute: 1e-12, relative: 1e-8, place)
        #expect(abs(plan.promptsNeeded - row.needed) <= 1, "\(place)")
        #expect(finding.outcome == row.outcome, "\(place)")
        outcomes[finding.outcome, default: 0] += 1
      }
    }
    // Each outcome is there often enough to be tested.
    for outcome in [GateFinding.Outcome.regressed, .equivalent, .undecided] {
      #expect(outcomes[outcome, default: 0] >= 10, "\(outcome)")
    }
  }
}
