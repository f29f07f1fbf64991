import Foundation
import StatisticalInference
import TestSupport
import Testing

/// One-sided tests, families with weights, and limits of seeds; numbers of SciPy's for whole gates are in
/// AnalysisTests.
@Suite struct OneSidedTestTests {
  private static func skewed(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in exp(generator.normal()) }
  }

  /// The formula of Hall's transformation as it is printed, from sums.
  private static func hallStatistic(_ values: [Double], null: Double) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let s = (values.reduce(0) { $0 + pow($1 - mean, 2) } / (n - 1)).squareRoot()
    let g = values.reduce(0) { $0 + pow($1 - mean, 3) } / n / pow(s, 3)
    let t = (mean - null) / s
    return n.squareRoot() * (t + g * t * t / 3 + g * g * t * t * t / 27 + g / (6 * n))
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `both methods are their formulas`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = Self.skewed(8 + Int(seed) * 7, &generator)
    let moments = Moments(values)
    let degrees = Double(values.count - 1)
    for null in [0.5, 1, 1.6, 3] {
      let w = Self.hallStatistic(values, null: null)
      let hall = OneSidedTest(moments, .hall)
      expectClose(
        hall.probabilityAtMost(null), StudentT.upperTail(w, degreesOfFreedom: degrees),
        relative: 1e-10, "seed \(seed)")
      expectClose(
        hall.probabilityAtLeast(null), StudentT.upperTail(-w, degreesOfFreedom: degrees),
        relative: 1e-10, "seed \(seed)")
      let t = (moments.mean - null) / moments.standardError
      let student = OneSidedTest(moments, .student)
      expectClose(
        student.probabilityAtMost(null), StudentT.upperTail(t, degreesOfFreedom: degrees),
        relative: 1e-12)
      expectClose(
        student.probabilityEqual(null),
        StudentT.probability(beyond: t, degreesOfFreedom: degrees), relative: 1e-12)
      expectClose(
        student.probabilityAtMost(null) + student.probabilityAtLeast(null), 1, relative: 1e-14)
    }
  }

  @Test func `without spread the mean is what it is`() {
    for method in [OneSidedTest.Method.student, .hall] {
      let test = OneSidedTest(Moments([0.3, 0.3, 0.3]), method)
      #expect(test.probabilityAtMost(0.2) == 0 && test.probabilityAtLeast(0.2) == 1)
      #expect(test.probabilityAtMost(0.3) == 1 && test.probabilityAtLeast(0.3) == 1)
      #expect(test.probabilityAtMost(0.4) == 1 && test.probabilityAtLeast(0.4) == 0)
      #expect(test.probabilityEqual(0.3) == 1 && test.probabilityEqual(0.4) == 0)
    }
  }

  @Test func `one-sided bounds undo tails`() {
    for degrees in [2.0, 9, 120] {
      for tail in [1e-9, 0.001, 0.2, 0.5, 0.7, 0.99] {
        let bound = StudentT.upperBound(tail: tail, degreesOfFreedom: degrees)
        expectClose(
          StudentT.upperTail(bound, degreesOfFreedom: degrees), tail, relative: 1e-12,
          "\(tail), \(degrees)")
      }
    }
    for tail in [1e-9, 0.05, 0.5] {
      // 1 − 2·tail is rounded at 1e-16, the tail of 1e-9 hence at 1e-7.
      expectClose(Normal.cumulative(-Normal.upperBound(tail: tail)), tail, relative: 1e-6)
    }
  }

  /// Rejecting what no closed test keeps: a hypothesis falls where every intersection that it is in falls
  /// by weighted Bonferroni.
  private static func closed(_ p: [Double], _ weights: [Double], _ level: Double) -> [Bool] {
    p.indices.map { index in
      (1..<(1 << p.count)).allSatisfy { set in
        guard set & (1 << index) != 0 else { return true }
        let members = p.indices.filter { set & (1 << $0) != 0 }
        let total = members.reduce(0) { $0 + weights[$1] }
        return members.contains { p[$0] <= level * weights[$0] / total }
      }
    }
  }

  @Test(arguments: Array(1...20) as [UInt64])
  func `weighted Holm is the closed test of weighted Bonferroni`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = 1 + Int(generator.next() % 6)
    let p = (0..<count).map { _ in generator.uniform() * (generator.uniform() < 0.6 ? 0.04 : 1) }
    let weights = (0..<count).map { _ in 0.05 + generator.uniform() }
    let decisions = WeightedHolm.decisions(p, weights: weights, level: 0.05)
    #expect(decisions.map(\.isRejected) == Self.closed(p, weights, 0.05), "seed \(seed)")
    for (decision, value) in zip(decisions, p) where decision.isRejected {
      #expect(value <= decision.threshold)
    }
    for (decision, value) in zip(decisions, p) where !decision.isRejected {
      // What is left was compared at the step that ended it, or stands behind the one that was.
      #expect(decision.threshold > 0 && decision.threshold <= 0.05)
      if count == 1 { #expect(value > 0.05) }
    }
  }

  @Test func `an example of weighted Holm by hand`() {
    // p/w: 0.01, 0.05, 0.02. Compared with 0.0025; 0.005; 0.01 (0.25/0.5 of 0.01 and so on).
    let decisions = WeightedHolm.decisions(
      [0.0025, 0.0125, 0.01], weights: [0.25, 0.25, 0.5], level: 0.01)
    #expect(decisions.map(\.isRejected) == [true, false, false])
    expectClose(decisions[0].threshold, 0.0025, relative: 1e-14)
    expectClose(decisions[1].threshold, 0.01 * 0.25 / 0.75, relative: 1e-14)
    expectClose(decisions[2].threshold, 0.01 * 0.5 / 0.75, relative: 1e-14)
    #expect(WeightedHolm.decisions([], weights: [], level: 0.05).isEmpty)
  }

  /// Drawn: rates of any of 20 candidates beyond the limit.
  @Test(arguments: [(3, false), (5, false), (5, true)])
  func `limits of seeds keep their level in draws`(seeds: Int, isTwoSided: Bool) {
    let limit = SeedLimit.limit(seeds: seeds, candidates: 20, level: 0.1, isTwoSided: isTwoSided)
    var generator = SeededGenerator(seed: UInt64(seeds))
    var beyond = 0
    let repetitions = 4_000
    for _ in 0..<repetitions {
      let baseline = Moments((0..<seeds).map { _ in generator.normal() })
      let deviation = (baseline.squares / Double(seeds - 1)).squareRoot()
      let statistics = (0..<20).map { _ in (generator.normal() - baseline.mean) / deviation }
      if statistics.contains(where: { (isTwoSided ? abs($0) : $0) > limit }) { beyond += 1 }
    }
    // Four standard errors of a rate of 10 % over 4,000 draws.
    expectClose(Double(beyond) / Double(repetitions), 0.1, absolute: 0.019)
  }

  @Test func `a limit for one candidate is Student's`() {
    for seeds in [2, 3, 7] {
      let k = Double(seeds)
      let t = StudentT.upperBound(tail: 0.05, degreesOfFreedom: k - 1)
      expectClose(
        SeedLimit.limit(seeds: seeds, candidates: 1, level: 0.05), t * (1 + 1 / k).squareRoot(),
        relative: 1e-7, "\(seeds) seeds")
      expectClose(
        SeedLimit.limit(seeds: seeds, candidates: 1, level: 0.1, isTwoSided: true),
        t * (1 + 1 / k).squareRoot(), relative: 1e-7, "\(seeds) seeds")
    }
  }
}
