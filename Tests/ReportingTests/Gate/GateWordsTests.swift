import Analysis
import Reporting
import StatisticalInference
import TestSupport
import Testing

/// Sentences of the gate, each from distinct numbers.
@Suite struct GateWordsTests {
  private static func finding(
    _ metric: GateMetric, _ outcome: GateFinding.Outcome, slice: GateSlice? = nil,
    role: GateRule.Role = .gated, reason: GateFinding.Reason? = nil, baseline: Double? = nil,
    candidate: Double? = nil, harm: (Double, Double, Double), margin: Double,
    isDefault: Bool = false,
    prompts: Int = 400, p: Double? = nil, threshold: Double? = nil, equivalence: Double? = nil,
    skewness: Double = 0,
    plan: GatePlan? = nil
  ) -> GateFinding {
    GateFinding(
      metric: metric, slice: slice, worse: GateRule.standard(metric).worse, role: role,
      outcome: outcome, reason: reason, baseline: baseline, candidate: candidate,
      harm: Estimate(
        value: harm.0, interval: harm.1...harm.2, clusters: prompts, observations: prompts,
        method: .maxOfTAndHall),
      size: harm.0, margin: margin, hasDefaultMargin: isDefault, prompts: prompts, unmatched: 0,
      unmeasured: 0, probability: p, threshold: threshold, equivalenceProbability: equivalence,
      skewness: skewness, plan: plan)
  }

  @Test func `the three sentences of the specification`() {
    let regressed = Self.finding(
      .accuracy, .regressed, baseline: 0.19, candidate: 0.141, harm: (0.049, 0.026, 0.072),
      margin: 0.02, p: 2.2e-5, threshold: 0.000375)
    #expect(
      GateWords.sentence(regressed, look: 7)
        == "REGRESSED accuracy: 14.1 % against 19.0 %, 4.9 points worse (95 % interval 2.6 to 7.2); "
        + "margin 2; p = 0.00002, needed 0.0004 at look 7.")
    let equivalent = Self.finding(
      .length, .equivalent, baseline: 24, candidate: 24.4, harm: (0.4, -0.3, 1.1), margin: 2.4)
    #expect(
      GateWords.sentence(equivalent, look: 3)
        == "EQUIVALENT length: changed by +0.4 tokens (−0.3 to 1.1), inside the margin of 2.4. "
        + "Wrong at most once in 20 such claims.")
    let undecided = Self.finding(
      .accuracy, .undecided, baseline: 0.19, candidate: 0.179, harm: (0.011, -0.012, 0.034),
      margin: 0.02,
      plan: GatePlan(smallestEffect: 0.05, power: 0.6, promptsNeeded: 850))
    #expect(
      GateWords.sentence(undecided, look: 3)
        == "NOT ENOUGH DATA accuracy: 1.1 points worse (−1.2 to 3.4), margin 2. "
        + "400 prompts find a loss of 5.0 points; 450 more would decide 2.")
  }

  @Test func `what got better has its interval in that direction`() {
    let finding = Self.finding(
      .heldOutLoss, .equivalent, baseline: 1.5, candidate: 1.4, harm: (-0.1, -0.15, -0.05),
      margin: 0.02, isDefault: true, skewness: 6.5)
    #expect(
      GateWords.sentence(finding, look: 1)
        == "EQUIVALENT held-out-nll: 0.100 nats better (0.0500 to 0.150), not worse by the default "
        + "margin of 0.02. Wrong at most once in 20 such claims. "
        + "A few prompts carry it (skewness 6.50).")
  }

  @Test func `an interval over the margin is explained`() {
    let words =
      " Worse by that much has p = 0.04: the interval leaves out 2.5 % on each side, the claim 5 %."
    for (metric, harm, isOver) in [
      (GateMetric.accuracy, (0.0, -0.022, 0.022), true), (.accuracy, (0, -0.022, 0.019), false),
      (.length, (0, -0.022, 0.019), true), (.length, (0, -0.019, 0.019), false),
    ] {
      let finding = Self.finding(
        metric, .equivalent, baseline: 0.5, candidate: 0.5, harm: harm, margin: 0.02,
        equivalence: 0.041)
      #expect(
        GateWords.sentence(finding, look: 1).hasSuffix(words) == isOver, "\(metric), \(harm)")
    }
  }

  @Test func `slices, warnings and distances are named`() {
    let warning = Self.finding(
      .entropy, .regressed, slice: GateSlice(.task, "carry"), role: .warning, baseline: 0.4,
      candidate: 0.2, harm: (-0.2, -0.25, -0.15), margin: 0.08, p: 1e-9, threshold: 0.002)
    #expect(
      GateWords.sentence(warning, look: 2)
        == "WARNING entropy in task carry: 0.200 nats against 0.400 nats, changed by −0.200 nats "
        + "(95 % interval −0.250 to −0.150); margin 0.08; p < 0.000001, needed 0.002 at look 2.")
    let distance = Self.finding(
      .changedBetween, .undecided, candidate: 0.05, harm: (0.05, 0.03, 0.07), margin: 0.02,
      prompts: 30, plan: GatePlan(smallestEffect: 0.06, power: 0.2, promptsNeeded: 30))
    #expect(
      GateWords.sentence(distance, look: 1)
        == "NOT ENOUGH DATA changed-between: 5.0 % (3.0 to 7.0), margin 2. 30 prompts find a distance "
        + "of 6.0 points; this one is near the margin, where more may not decide.")
  }

  @Test(arguments: [
    (GateFinding.Reason.fewPrompts, "8 prompts, fewer than 10."),
    (.noSpread, "All prompts agree, which tells no spread."),
    (.fewForEquivalence, "No claim of equivalence below 50 prompts."),
    (.noMargin, "the baseline's 0 gives no margin; set one."),
    (.needsSeeds, "3 or more baseline seeds decide."),
    (.severalBaselines, "A distance is to one baseline."),
    (.twoSeeds, "show a spread and decide nothing."),
  ])
  func `why nothing is decided`(reason: GateFinding.Reason, end: String) {
    let finding = Self.finding(
      .accuracy, .undecided, reason: reason, baseline: 0.5, candidate: 0.4, harm: (0.1, 0, 0.2),
      margin: 0.02, prompts: 8)
    #expect(GateWords.sentence(finding, look: 1).hasSuffix(end))
  }

  @Test func `the first line`() {
    let accuracy = Self.finding(
      .accuracy, .regressed, baseline: 0.19, candidate: 0.141, harm: (0.049, 0.026, 0.072),
      margin: 0.02)
    let others = [GateMetric.length, .stoppedRate, .klToBase, .changedFromBase].map {
      Self.finding($0, .equivalent, baseline: 1, candidate: 1, harm: (0, -0.1, 0.1), margin: 1)
    }
    let unknown = Self.finding(
      .passAtK, .undecided, baseline: 1, candidate: 1, harm: (0, -0.1, 0.1), margin: 1)
    func result(_ findings: [GateFinding], look: Int, baselines: Int = 1) -> GateResult {
      GateResult(
        look: look, looks: 20, level: 0.00225, baselines: baselines, findings: findings)
    }
    #expect(
      GateWords.summary(result([accuracy] + others + [unknown], look: 7))
        == "Regressed: accuracy; 4 equivalent, 1 not enough data. This checkpoint, look 7 of 20.")
    #expect(
      GateWords.summary(result(others, look: 21, baselines: 5))
        == "Nothing regressed; 4 equivalent, 0 not enough data. This recipe (5 seeds), look 21, "
        + "beyond the 20 that were expected.")
  }

  @Test func `many names are counted in the first line, and whole elsewhere`() {
    func result(_ slices: Int) -> GateResult {
      let findings = (1...slices).map {
        Self.finding(
          .entropy, .regressed, slice: GateSlice(.task, "t\($0)"), role: .warning, baseline: 1,
          candidate: 2, harm: (1, 0.5, 1.5), margin: 0.1)
      }
      return GateResult(look: 1, looks: 20, level: 0.00225, baselines: 1, findings: findings)
    }
    let names = (1...9).map { "entropy in task t\($0)" }
    func line(_ warnings: String) -> String {
      "Nothing regressed; warnings: \(warnings); 0 equivalent, 0 not enough data. "
        + "This checkpoint, look 1 of 20."
    }
    #expect(
      GateWords.summary(result(9))
        == line(names.prefix(3).joined(separator: ", ") + " and 6 more"))
    // One more name is as short as saying that there is one.
    #expect(
      GateWords.summary(result(4)) == line(names.prefix(4).joined(separator: ", ")))
    #expect(
      GateWords.summary(result(9), limit: .max - 1) == line(names.joined(separator: ", ")))
  }

  @Test func `numbers`() {
    #expect(GateNumbers.probability(0.00096) == "= 0.001" && GateNumbers.level(0.3) == "0.3")
    #expect(
      GateNumbers(.share).margin(0.0025) == "0.25" && GateNumbers(.share).margin(0.125) == "12.5")
    #expect(GateNumbers(.tokens).signed(-0.04) == "0.0 tokens")
    #expect(GateNumbers(.nats).range(nil, nil) == "no interval")
  }
}
