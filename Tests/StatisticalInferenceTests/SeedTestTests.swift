import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Tests over seeds against SciPy and statsmodels; Tests/Fixtures/inference/make_claims.py.
@Suite struct SeedTestTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    var values, adjusted: [Double]?
    var rejected: [Bool]?
    var null, atMost, atLeast, lower, upper, low, high, level, value: Double?
    var trials, seeds: Int?
    var areRight: Bool?

    var testDescription: String { "\(kind) \(values?.count ?? trials ?? 0) \(null ?? low ?? 0)" }
  }

  static func cases(_ kind: String) throws -> [Case] {
    let cases = try String(
      contentsOfFile: Places.fixture("inference/claims.jsonl"), encoding: .utf8
    )
    .split(separator: "\n").map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
    .filter { $0.kind == kind }
    return cases
  }

  /// Tails of t are right to 1e-12; the statistic of n numbers of size 1 to a few 1e-15, and where it is t
  /// the tail moves by less than t² times as much: below 1e-12 for |t| < 20.
  static func expect(_ test: (any ThresholdTest)?, is example: Case) throws {
    let test = try #require(test)
    let null = try #require(example.null)
    expectClose(
      test.probabilityAtMost(null), try #require(example.atMost), absolute: 1e-15, relative: 1e-11)
    expectClose(
      test.probabilityAtLeast(null), try #require(example.atLeast), absolute: 1e-15,
      relative: 1e-11)
  }

  @Test(arguments: try cases("mean"))
  func `one-sided tests of a mean over seeds are scipy's`(example: Case) throws {
    try Self.expect(SeedTest(try #require(example.values)), is: example)
  }

  @Test(arguments: try cases("share"))
  func `tests of a share are those of its logit, and so is its interval`(example: Case) throws {
    let values = try #require(example.values)
    try Self.expect(SeedTest(ofShares: values), is: example)
    let estimate = Estimate.mean(ofSeeds: values, within: 0...1)
    #expect(estimate.method == .seedsLogit)
    expectClose(estimate.lower ?? .nan, try #require(example.lower), relative: 1e-11)
    expectClose(estimate.upper ?? .nan, try #require(example.upper), relative: 1e-11)
  }

  @Test(arguments: try cases("unanimous"))
  func `trials that all came out alike have Clopper and Pearson's limits`(example: Case) throws {
    let areRight = example.areRight == true
    let trials = try #require(example.trials)
    try Self.expect(UnanimousTrials(areRight: areRight, trials: trials), is: example)
    // Through three seeds that all agree.
    let estimate = Estimate.mean(
      ofSeeds: Array(repeating: areRight ? 1 : 0, count: 3), within: 0...1, trials: trials)
    #expect(estimate.method == .clopperPearson && estimate.value == (areRight ? 1 : 0))
    expectClose(estimate.lower ?? .nan, try #require(example.lower), relative: 1e-12)
    expectClose(estimate.upper ?? .nan, try #require(example.upper), relative: 1e-12)
  }

  @Test(arguments: try cases("holm"))
  func `Holm's p-values are statsmodels'`(example: Case) throws {
    let values = try #require(example.values)
    let adjusted = WeightedHolm.adjusted(values)
    for (own, expected) in zip(adjusted, try #require(example.adjusted)) {
      expectClose(own, expected, relative: 1e-14)
    }
    let decisions = WeightedHolm.decisions(values, weights: values.map { _ in 1 }, level: 0.05)
    #expect(decisions.map(\.isRejected) == example.rejected)
    #expect(adjusted.map { $0 <= 0.05 } == example.rejected)
  }

  @Test(arguments: try cases("power"))
  func `power is that of SciPy's quadrature`(example: Case) throws {
    let power = SeedTest.power(
      seeds: try #require(example.trials), below: example.high ?? .infinity,
      above: example.low ?? -.infinity, level: try #require(example.level))
    // The integrand of two tests has a corner where they meet; there even steps err with their square,
    // (0.0017 of s/σ)² times the jump of the slope, some tens.
    let isSmooth = example.low == nil || example.high == nil
    expectClose(power, try #require(example.value), absolute: isSmooth ? 1e-9 : 1e-5)
  }

  @Test(arguments: try cases("seeds"))
  func `the seeds that would decide are the fewest with that power`(example: Case) throws {
    let values = try #require(example.values)
    let test = try #require(SeedTest(values))
    #expect(
      test.seedsNeeded(
        above: example.low ?? -.infinity, below: example.high ?? .infinity,
        level: try #require(example.level), most: 999) == example.seeds)
  }

  @Test func `no spread is no certainty`() {
    #expect(SeedTest([0.5, 0.5, 0.5]) == nil)
    #expect(SeedTest([1]) == nil)
    #expect(SeedTest(ofShares: [1, 1, 1]) == nil)
    // Without a number of trials the interval of agreeing seeds is Wilson's as before.
    #expect(Estimate.mean(ofSeeds: [1, 1, 1], within: 0...1).method == .wilson)
  }
}
