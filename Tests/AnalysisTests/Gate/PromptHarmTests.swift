import Analysis
import StatisticalInference
import TestSupport
import Testing

/// Each prompt's part in a harm, against loops over its own numbers.
@Suite struct PromptHarmTests {
  /// X and N of some prompts, in no order; a run may lack prompts, or not have measured one.
  private typealias Run = [String: (sum: Double, count: Double)]

  private static func run(_ generator: inout SeededGenerator, isShare: Bool) -> Run {
    var run: Run = [:]
    for prompt in 0..<40 where generator.uniform() < 0.9 {
      let count = Double(1 + generator.next() % 6)
      let sum = isShare ? (count * generator.uniform()).rounded() : count * generator.normal()
      run["p\(prompt)"] = (generator.uniform() < 0.05 ? .nan : sum, count)
    }
    return run
  }

  private static func values(_ run: Run) -> PromptValues {
    PromptValues(run.map { (prompt: $0.key, sum: $0.value.sum, count: $0.value.count) })
  }

  /// The definition: R + (X − R N)/N̄ of a ratio R = ΣX/ΣN, X/N of a bounded value; the candidate's less the
  /// mean of the baselines'.
  private static func slow(
    _ metric: GateMetric, _ baselines: [Run], _ candidate: Run, _ worse: GateRule.Direction
  ) -> [String: Double] {
    let common = candidate.keys.filter { prompt in
      (baselines + [candidate]).allSatisfy { $0[prompt]?.sum.isFinite == true }
    }
    func part(_ run: Run, _ prompt: String) -> Double {
      guard let own = run[prompt] else { return .nan }
      if case .bounded = metric.kind { return own.sum / own.count }
      var (sums, counts) = (0.0, 0.0)
      for other in common {
        sums += run[other]?.sum ?? .nan
        counts += run[other]?.count ?? .nan
      }
      let ratio = sums / counts
      return ratio + (own.sum - ratio * own.count) / (counts / Double(common.count))
    }
    var changes: [String: Double] = [:]
    for prompt in common {
      var change = part(candidate, prompt)
      for baseline in baselines { change -= part(baseline, prompt) / Double(baselines.count) }
      changes[prompt] = change
    }
    let isDown = worse == .lower || (worse == .both && changes.values.reduce(0, +) < 0)
    return changes.mapValues { isDown ? -$0 : $0 }
  }

  @Test(arguments: 1...20) func `parts are those of the definition`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let cases: [(GateMetric, Int)] = [
      (.accuracy, 1), (.length, 1), (.klToBase, 3), (.stoppedRate, 2), (.klCandidateBaseline, 0),
    ]
    for (metric, count) in cases {
      let isShare = metric.unit == .share
      let baselines = (0..<count).map { _ in Self.run(&generator, isShare: isShare) }
      let candidate = Self.run(&generator, isShare: isShare)
      let worse = GateRule.standard(metric).worse
      let expected = Self.slow(metric, baselines, candidate, worse)
      let harms = GateMeasure(
        metric, baselines: baselines.map(Self.values), candidate: Self.values(candidate)
      ).harms(worse)
      #expect(Set(harms.map(\.prompt)) == Set(expected.keys), "seed \(seed)")
      for harm in harms {
        // Sums of at most 240 numbers of size 10, in another order.
        expectClose(harm.part, try #require(expected[harm.prompt]), absolute: 1e-11)
        let own = try #require(candidate[harm.prompt])
        expectClose(harm.candidate, own.sum / own.count, absolute: 1e-12)
        let means = baselines.compactMap { $0[harm.prompt].map { $0.sum / $0.count } }
        #expect((harm.baseline == nil) == baselines.isEmpty)
        if let baseline = harm.baseline {
          expectClose(baseline, means.reduce(0, +) / Double(means.count), absolute: 1e-12)
        }
      }
      #expect(zip(harms, harms.dropFirst()).allSatisfy { $0.part >= $1.part }, "seed \(seed)")
    }
  }

  @Test(arguments: 1...5) func `their mean is the gate's harm`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for metric in [GateMetric.accuracy, .length, .entropy, .heldOutLoss] {
      let isShare = metric.unit == .share
      let (before, after) = (
        Self.values(Self.run(&generator, isShare: isShare)),
        Self.values(Self.run(&generator, isShare: isShare))
      )
      let rule = GateRule.standard(metric)
      let measure = GateMeasure(metric, baselines: [before], candidate: after)
      let gate = Gate(policy: GatePolicy(rules: [rule]), look: 1)
      let harm = try #require(try gate.result(of: [measure]).findings[0].harm?.value)
      let parts = measure.harms(rule.worse).map(\.part)
      let mean = parts.reduce(0, +) / Double(parts.count)
      // Of both directions a part is positive where it goes the way of the whole.
      expectClose(mean, rule.worse == .both ? abs(harm) : harm, absolute: 1e-11)
    }
  }

  @Test func `equal parts stand in the order of their prompts, and no common prompt is no harm`() {
    let (old, new) = (GateRuns.values([1, 1, 1, 1]), GateRuns.values([0, 1, 0, 0]))
    let measure = GateMeasure(.accuracy, baselines: [old], candidate: new)
    #expect(
      measure.harms(.lower).map(\.prompt) == ["prompt 0", "prompt 2", "prompt 3", "prompt 1"])
    let other = GateMeasure(
      .accuracy, baselines: [old], candidate: GateRuns.values([1, 1], first: 9))
    #expect(other.harms(.lower).isEmpty)
  }
}
