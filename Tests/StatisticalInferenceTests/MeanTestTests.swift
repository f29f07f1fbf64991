import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Tests against a margin, by what defines them; numbers of SciPy's are in AnalysisTests.
@Suite struct MeanTestTests {
  /// Values with a long tail, so that t and Hall differ.
  private static func skewed(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in exp(Double.random(in: -2...2, using: &generator)) - 1 }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `an interval ends where its p-value is the level`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = Self.skewed(Int.random(in: 5...200, using: &generator), &generator)
    let bias = Double.random(in: 0...0.1, using: &generator)
    let test = MeanTest(Moments(values), bias: bias)
    let bound = StudentT.bound(
      probability: 0.95, degreesOfFreedom: Double(values.count - 1))
    let interval = test.interval(bound: bound)
    // The mean is above its lower end, and below its upper one, at exactly 2.5 %. The bound has 1e-13,
    // the tail's slope is below 1.
    let shifted = MeanTest(Moments(values.map { $0 + 100 }), bias: bias)
    expectClose(
      shifted.probabilityWithin(interval.lowerBound + 100, isSigned: false), 0.025, relative: 1e-9,
      "seed \(seed)")
    expectClose(
      shifted.probabilityBeyond(interval.upperBound + 100, isSigned: false), 0.025,
      relative: 1e-9, "seed \(seed)")
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func `both sides count where a mean is signed`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = Self.skewed(40, &generator).map { $0 - 0.5 }
    let mirrored = values.map { -$0 }
    for margin in [0.05, 0.3, 0.9] {
      let (test, mirror) = (MeanTest(Moments(values)), MeanTest(Moments(mirrored)))
      let sides = [test, mirror].map { $0.probabilityWithin(margin, isSigned: false) }
      let within = [test, mirror].map { $0.probabilityWithin(margin, isSigned: true) }
      expectClose(within[0], sides.min() ?? .nan, relative: 1e-12, "seed \(seed)")
      expectClose(within[1], within[0], relative: 1e-12, "seed \(seed)")
      let insides = [test, mirror].map { $0.probabilityBeyond(margin, isSigned: false) }
      expectClose(
        test.probabilityBeyond(margin, isSigned: true), insides.max() ?? .nan, relative: 1e-12,
        "seed \(seed)")
    }
  }

  @Test func `a bias weakens both claims`() {
    let values = [1.0, 1.1, 0.9, 1.2, 1.05]
    let (plain, biased) = (MeanTest(Moments(values)), MeanTest(Moments(values), bias: 0.3))
    #expect(
      biased.probabilityWithin(0.5, isSigned: true) > plain.probabilityWithin(0.5, isSigned: true))
    #expect(
      biased.probabilityBeyond(1.5, isSigned: true) > plain.probabilityBeyond(1.5, isSigned: true))
  }

  @Test(arguments: [31, 32, 33] as [UInt64])
  func `of two ends each claim is tested on the one that is worse for it`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let low = Self.skewed(30, &generator)
    let high = low.map { $0 + Double.random(in: 0...0.5, using: &generator) }
    let test = MeanTest(low: Moments(low), high: Moments(high))
    let (lower, upper) = (MeanTest(Moments(low)), MeanTest(Moments(high)))
    let bound = StudentT.bound(probability: 0.95, degreesOfFreedom: 29)
    let interval = test.interval(bound: bound)
    #expect(interval.lowerBound == lower.interval(bound: bound).lowerBound)
    #expect(interval.upperBound == upper.interval(bound: bound).upperBound)
    for margin in [0.1, 0.5, 1.5] {
      #expect(
        test.probabilityWithin(margin, isSigned: false)
          == lower.probabilityWithin(margin, isSigned: false))
      #expect(
        test.probabilityBeyond(margin, isSigned: false)
          == upper.probabilityBeyond(margin, isSigned: false))
      // Below −margin the upper end has to be, and above it the lower one.
      let mirrored = MeanTest(Moments(high.map { -$0 }))
      expectClose(
        test.probabilityWithin(margin, isSigned: true),
        min(
          lower.probabilityWithin(margin, isSigned: false),
          mirrored.probabilityWithin(margin, isSigned: false)), relative: 1e-12)
      let inner = MeanTest(Moments(low.map { -$0 }))
      expectClose(
        test.probabilityBeyond(margin, isSigned: true),
        max(
          upper.probabilityBeyond(margin, isSigned: false),
          inner.probabilityBeyond(margin, isSigned: false)), relative: 1e-12)
    }
  }

  @Test(arguments: [21, 22, 23, 24, 25] as [UInt64])
  func `zeros can be added to moments`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = Self.skewed(Int.random(in: 1...30, using: &generator), &generator)
    let zeros = Int.random(in: 0...50, using: &generator)
    let (joined, expected) = (
      Moments(values).withZeros(zeros),
      Moments(values + [Double](repeating: 0, count: zeros))
    )
    #expect(joined.count == expected.count)
    // Sums of 80 numbers of size 7: a few roundings of their cubes.
    expectClose(joined.mean, expected.mean, absolute: 1e-15, relative: 1e-13, "seed \(seed)")
    expectClose(joined.squares, expected.squares, absolute: 1e-13, relative: 1e-13, "seed \(seed)")
    expectClose(joined.cubes, expected.cubes, absolute: 1e-11, relative: 1e-12, "seed \(seed)")
  }

  @Test func `upper tails add up to one`() {
    for t in [-3.0, -0.5, 0, 0.7, 40] {
      expectClose(
        StudentT.upperTail(t, degreesOfFreedom: 7) + StudentT.upperTail(-t, degreesOfFreedom: 7), 1,
        relative: 1e-15)
    }
    // scipy.stats.t.sf(40, 7) and sf(-2, 7)
    expectClose(
      StudentT.upperTail(40, degreesOfFreedom: 7), 7.951_089_992_425e-10, relative: 1e-12)
    expectClose(StudentT.upperTail(-2, degreesOfFreedom: 7), 0.957_190_335_718_5, relative: 1e-12)
  }
}

/// Benjamini and Hochberg's procedure, against its definition.
@Suite struct FalseDiscoveriesTests {
  /// The least q at which the step-up procedure calls a hypothesis, by trying every p-value's.
  private static func definition(_ p: [Double], at index: Int) -> Double {
    let candidates = p.flatMap { value in (1...p.count).map { value * Double(p.count) / Double($0) }
    }
    return min(
      1,
      candidates.sorted().first { q in
        let threshold = p.filter { value in
          let rank = p.count { $0 <= value }
          return value <= q * Double(rank) / Double(p.count) * (1 + 1e-12)
        }.max()
        return threshold.map { p[index] <= $0 } ?? false
      } ?? 1)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `adjusted p-values are the least rates that call`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let p = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
      // Some equal.
      (Double.random(in: 0...1, using: &generator) * 20).rounded() / 20
    }
    let adjusted = FalseDiscoveries.adjusted(p)
    for index in p.indices {
      expectClose(
        adjusted[index], Self.definition(p, at: index), absolute: 1e-12, relative: 1e-9,
        "seed \(seed), \(p)")
    }
  }

  @Test func `an example by hand`() {
    let adjusted = FalseDiscoveries.adjusted([0.01, 0.04, 0.03, 0.5])
    for (value, expected) in zip(adjusted, [0.04, 0.16 / 3, 0.16 / 3, 0.5]) {
      expectClose(value, expected, relative: 1e-14)
    }
    #expect(FalseDiscoveries.adjusted([]).isEmpty)
  }
}
