import Analysis
import Foundation
import RunLogs
import StatisticalInference
import Study
import TestSupport
import Testing

@Suite struct StudyTests {
  @Test func `an interval over seeds is Student's`() {
    let estimate = Estimate.mean(ofSeeds: [1, 2, 4])
    // scipy.stats.t.ppf(0.975, 2) = 4.302652729749464; deviation √(7/3), over √3.
    let half = 4.302652729749464 * (7.0 / 9).squareRoot()
    expectClose(estimate.value, 7.0 / 3, relative: 1e-15)
    expectClose(estimate.lower ?? .nan, 7.0 / 3 - half, relative: 1e-11)
    expectClose(estimate.upper ?? .nan, 7.0 / 3 + half, relative: 1e-11)
    #expect(Estimate.mean(ofSeeds: [3]).interval == nil)
    #expect(Estimate.mean(ofSeeds: [3]).side(of: 1) == .open)
    #expect(estimate.side(of: -2) == .above)
    #expect(estimate.side(of: 7) == .below)
    #expect(estimate.side(of: 2) == .open)
  }

  @Test func `a ratio's interval is that of logarithms`() {
    let ratio = Estimate.ratio(ofSeeds: [2, 12], to: [1, 3])
    // Ratios 2 and 4: geometric mean √8, logarithms' half range ln 2 / 2; t(1) = 12.706204736174694.
    let half = 12.706204736174694 * Foundation.log(2) / 2
    expectClose(ratio.value, 8.0.squareRoot(), relative: 1e-14)
    expectClose(ratio.lower ?? .nan, 8.0.squareRoot() * Foundation.exp(-half), relative: 1e-10)
    expectClose(ratio.upper ?? .nan, 8.0.squareRoot() * Foundation.exp(half), relative: 1e-10)
  }

  @Test func `standard claims compare runs of one seed`() throws {
    var runs: [StudyRun] = []
    for seed in 1...3 as ClosedRange<UInt64> {
      for (name, factor) in [("sft", 8.0), ("rl", 1.0)] {
        var run = StudyRun(name: name, seed: seed)
        // Seeds differ, their ratios hardly.
        run[.klRunBase] = factor * Double(seed) * (1 + 0.01 * factor * Double(seed))
        run[.klBaseRun] = Double(seed) + 0.001 * factor * Double(seed * seed)
        run[.lowEntropyChangedShare] = name == "sft" ? 0.4 : 0.1 + 0.1 * Double(seed)
        run.set(
          .firstEntropy, .lastEntropy,
          from: [.nan, 1, 0.9] + Array(repeating: 0.5, count: 17)
            + [0.2, 0.2 + 0.0001 * Double(seed)])
        run.set(
          .firstDegenerateGroups, .lastDegenerateGroups, from: [0.1, 0.5 + 0.001 * Double(seed)])
        runs.append(run)
      }
    }
    let answers = StudyReport(StudySummary(runs: runs)).answers
    #expect(
      answers.map(\.outcome) == [.supported, .contradicted, .undecided, .supported, .supported])
    // ∛ of 8.64/1.01 · 8·1.16/1.02 · 8·1.24/1.03.
    expectClose(
      answers[0].estimate?.value ?? .nan, 8 * cbrt(1.08 * 1.16 * 1.24 / (1.01 * 1.02 * 1.03)),
      relative: 1e-12)
    // Two of 21 measured steps: (1 + 0.9)/2 against 0.2 and a little.
    let last = (1...3).map { 0.2 + 0.00005 * Double($0) }
    expectClose(
      answers[3].estimate?.value ?? .nan, cbrt(last[0] * last[1] * last[2]) / 0.95,
      relative: 1e-12)
    expectClose(answers[4].estimate?.value ?? .nan, 0.402, relative: 1e-12)
  }
}
