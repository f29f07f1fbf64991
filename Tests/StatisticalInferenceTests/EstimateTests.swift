import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Estimates against SciPy's distributions and other ways to the same intervals;
/// Tests/Fixtures/inference/make_estimates.py.
@Suite struct EstimateTests {
  /// A line of the fixture: what is given, and what has to come out.
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    var degrees, level, t, value, lower, upper, effect, squares, q: Double?
    var successes: Double?
    var trials: Int?
    var values, sums, counts, others, otherCounts: [Double]?
    var clusters: [Int32]?
    var logitLower, logitUpper: Double?

    var testDescription: String { "\(kind) \(level ?? 0) \(degrees ?? 0) \(values?.count ?? 0)" }
  }

  static func cases(_ kind: String) throws -> [Case] {
    try String(contentsOfFile: Places.fixture("inference/estimates.jsonl"), encoding: .utf8)
      .split(separator: "\n")
      .map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
      .filter { $0.kind == kind }
  }

  /// Both ends and the value; 1e-10 of the interval's size is what the issue asks for, and 100 times
  /// what rounding makes of some hundred additions.
  static func expect(_ estimate: Estimate, is example: Case) throws {
    let size = try #require(example.upper) - (try #require(example.lower))
    expectClose(estimate.value, example.value ?? .nan, absolute: 1e-10 * size)
    expectClose(estimate.lower ?? .nan, example.lower ?? .nan, absolute: 1e-10 * size)
    expectClose(estimate.upper ?? .nan, example.upper ?? .nan, absolute: 1e-10 * size)
  }

  @Test(arguments: try cases("t"))
  func `bounds of t are scipy's for any degrees of freedom`(example: Case) throws {
    let bound = StudentT.bound(
      probability: try #require(example.level), degreesOfFreedom: try #require(example.degrees))
    // The tail is right to 1e-13; at 0.9999 and 0.5 degrees the bound goes with its square.
    expectClose(bound, try #require(example.value), relative: 1e-11)
  }

  @Test(arguments: try cases("normal"))
  func `bounds of the normal distribution are scipy's`(example: Case) throws {
    // 1 − level has 16 digits after the point: of a tail of 1e-6 these are 1e-10, and the bound
    // moves by less than a twentieth of that.
    expectClose(
      Normal.bound(probability: try #require(example.level)), try #require(example.value),
      relative: 1e-11)
  }

  @Test(arguments: try cases("tail"))
  func `tails of t are scipy's`(example: Case) throws {
    let tail = StudentT.probability(
      beyond: -(try #require(example.t)), degreesOfFreedom: try #require(example.degrees))
    expectClose(tail, try #require(example.value), relative: 1e-12)
  }

  @Test(arguments: try cases("mean"))
  func `means over prompts reach as far as t and Hall`(example: Case) throws {
    let estimate = Estimate.mean(
      ofPrompts: try #require(example.values), level: try #require(example.level))
    try Self.expect(estimate, is: example)
    #expect(estimate.clusters == example.values?.count && estimate.method == .maxOfTAndHall)
  }

  @Test(arguments: try cases("ratio"))
  func `ratios have CR2's variance and Satterthwaite's degrees of freedom`(example: Case) throws {
    let counts = try #require(example.counts)
    let estimate = Estimate.ratio(
      try #require(example.sums), over: counts, squares: example.squares)
    try Self.expect(estimate, is: example)
    expectClose(
      try #require(estimate.degreesOfFreedom), try #require(example.degrees), relative: 1e-10)
    expectClose(try #require(estimate.designEffect), try #require(example.effect), relative: 1e-10)
    #expect(estimate.clusters == counts.count { $0 > 0 })
    #expect(estimate.observations == Int(counts.reduce(0, +)))
    #expect(estimate.restsOnFew == ((example.degrees ?? 0) < 30))
  }

  @Test(arguments: try cases("skewed"))
  func `ratios to squares keep every prompt and reach as far as Hall`(example: Case) throws {
    let denominators = try #require(example.counts)
    let sizes = try #require(example.values)
    let estimate = Estimate.ratio(
      try #require(example.sums), over: denominators, sizes: sizes, observations: 7)
    try Self.expect(estimate, is: example)
    expectClose(
      try #require(estimate.degreesOfFreedom), try #require(example.degrees), relative: 1e-10)
    #expect(estimate.clusters == sizes.count && estimate.observations == 7)
    #expect(estimate.method == .clusterRobustSkewedRatio)
    #expect(estimate.restsOnFew == ((example.degrees ?? 0) < 30))
    // Where no denominator differs from its size, and the skewness is 0, it is the other ratio's.
    let mirrored = [1.0, -1, 2, -2, 0]
    let plain = Estimate.ratio(mirrored, over: [2, 2, 2, 2, 2])
    let skewed = Estimate.ratio(
      mirrored, over: [2, 2, 2, 2, 2], sizes: [2, 2, 2, 2, 2], observations: 10)
    // Skewness 0 is set to 1e-15, and ends move by no more.
    expectClose(skewed.upper ?? .nan, plain.upper ?? .nan, absolute: 1e-12)
    expectClose(skewed.lower ?? .nan, plain.lower ?? .nan, absolute: 1e-12)
  }

  @Test(arguments: try cases("difference"))
  func `differences of shares move with each prompt's part of both`(example: Case) throws {
    let sums = try #require(example.sums)
    let counts = try #require(example.counts)
    let (others, otherCounts) = (try #require(example.others), try #require(example.otherCounts))
    let estimate = Estimate.differenceOfShares(
      sums, over: counts, minus: others, over: otherCounts, observations: 7)
    let size = try #require(example.upper) - (try #require(example.lower))
    expectClose(estimate.value, example.value ?? .nan, absolute: 1e-12)
    // Roots of a quadratic with a double root, as at a share of 1, are good to half of the digits: 1e-8.
    expectClose(estimate.lower ?? .nan, example.lower ?? .nan, absolute: 1e-7 * size)
    expectClose(estimate.upper ?? .nan, example.upper ?? .nan, absolute: 1e-7 * size)
    #expect(estimate.method == .clusterRobustDifference && estimate.observations == 7)
    expectClose(
      try #require(estimate.degreesOfFreedom), try #require(example.degrees), relative: 1e-9)
    // Of the same trials in both arms it is the ratio of the difference, where neither is near an end.
    guard counts.count > 100 else { return }
    let paired = Estimate.differenceOfShares(
      sums, over: counts, minus: sums.map { $0 / 2 }, over: counts, observations: 7)
    let ratio = Estimate.ratio(sums.map { $0 / 2 }, over: counts, within: -1...1)
    expectClose(paired.lower ?? .nan, ratio.lower ?? .nan, absolute: 1e-12)
    expectClose(paired.upper ?? .nan, ratio.upper ?? .nan, absolute: 1e-12)
  }

  @Test(arguments: try cases("quantile"))
  func `quantiles reach as far as the share below allows`(example: Case) throws {
    let clusters = try #require(example.clusters)
    let (values, q) = (try #require(example.values), try #require(example.q))
    let sorted = SortedValues(
      values, clusters: clusters, clusterCount: Int(clusters.max() ?? 0) + 1)
    let estimate = try #require(sorted.estimate(quantile: q, within: -9...9))
    expectClose(estimate.value, try #require(example.value), absolute: 1e-14)
    // Nothing is computed with the values: the ends are some of them, or the range's.
    #expect(estimate.lower == min(example.lower ?? -9, estimate.value))
    #expect(estimate.upper == max(example.upper ?? 9, estimate.value))
  }

  @Test(arguments: try cases("wilson"))
  func `shares of trials have Wilson's interval`(example: Case) throws {
    let estimate = Estimate.share(
      try #require(example.successes), of: try #require(example.trials))
    try Self.expect(estimate, is: example)
  }

  @Test(arguments: try cases("seeds"))
  func `means over seeds have t's interval, on the logit between bounds`(example: Case) throws {
    let values = try #require(example.values)
    try Self.expect(Estimate.mean(ofSeeds: values), is: example)
    var bounded = example
    (bounded.lower, bounded.upper) = (example.logitLower, example.logitUpper)
    try Self.expect(Estimate.mean(ofSeeds: values, within: 0...1), is: bounded)
    // Of twice as wide a range that starts at −1, everything is where it was, moved.
    bounded.value = bounded.value.map { 2 * $0 - 1 }
    bounded.lower = bounded.lower.map { 2 * $0 - 1 }
    bounded.upper = bounded.upper.map { 2 * $0 - 1 }
    try Self.expect(
      Estimate.mean(ofSeeds: values.map { 2 * $0 - 1 }, within: -1...1), is: bounded)
  }

  @Test func `one cluster has a value and no interval`() {
    let estimates = [
      Estimate.mean(ofPrompts: [0.25]), .ratio([3], over: [12]), .ratio([3, 0], over: [12, 0]),
      .mean(ofSeeds: [0.25]), .mean(ofSeeds: [0.25], within: 0...1), .ratio(ofSeeds: [1], to: [4]),
    ]
    for estimate in estimates {
      #expect(estimate.value == 0.25 && estimate.interval == nil && estimate.clusters == 1)
      #expect(estimate.side(of: 0) == .open)
    }
    let sorted = SortedValues([1, 2, 3] as [Double], clusters: [1, 1, 1], clusterCount: 3)
    #expect(sorted.estimate(quantile: 0.5)?.value == 2)
    #expect(sorted.estimate(quantile: 0.5)?.interval == nil)
    #expect(
      SortedValues([] as [Double], clusters: [], clusterCount: 3).estimate(quantile: 0.5) == nil)
  }

  @Test func `a share without spread is Wilson's, a mean without spread is a point`() {
    let wilson = Estimate.share(0, of: 8)
    for estimate in [
      Estimate.ratio(
        Array(repeating: 0, count: 8), over: Array(repeating: 50, count: 8), isShare: true),
      .mean(ofPrompts: Array(repeating: 0, count: 8), isShare: true),
      .mean(ofSeeds: Array(repeating: 0, count: 8), within: 0...1),
    ] {
      #expect(estimate.interval == wilson.interval && estimate.method == .wilson)
    }
    #expect(Estimate.ratio([5, 5], over: [5, 5], isShare: true).upper == 1)
    // A distance of almost nothing is no share: its interval is as small.
    let tiny = Estimate.ratio([1e-13, 3e-13], over: [5, 5], within: 0...1)
    #expect((tiny.upper ?? 1) < 1e-11)
    #expect(Estimate.ratio([0, 0], over: [5, 5]).interval == 0...0)
    let level = Estimate.mean(ofPrompts: [2, 2, 2])
    // Hall's standard error is at least 1e-12; t(2) = 4.3.
    expectClose(level.lower ?? .nan, 2, absolute: 1e-11)
  }

  /// One prompt with nearly all tokens: exactly, the degrees of freedom go to 1 for two prompts and for
  /// many, because only the second largest tells anything of the spread.
  @Test(arguments: [1, 10, 1e3, 1e4, 1e5, 1e8, 1e12, 1e16], [2, 3, 6, 128])
  func `one prompt may have nearly everything`(size: Double, count: Int) throws {
    let counts = [size] + (1..<count).map { Double(1 + $0 % 7) }
    let sums = counts.enumerated().map { $1 * (0.25 + 0.01 * Double($0 % 5)) }
    let estimate = Estimate.ratio(sums, over: counts, within: 0...1)
    let degrees = try #require(estimate.degreesOfFreedom)
    #expect((1...Double(count - 1)).contains(degrees))
    let exact = Self.exactDegrees[count]?[size]
    if let exact { expectClose(degrees, exact, relative: 1e-9) }
    let interval = try #require(estimate.interval)
    #expect(interval.contains(estimate.value) && interval.upperBound > interval.lowerBound)
  }

  /// From the matrices in 80 digits, with mpmath: M of the ratio's documentation written out, trace² over trace of the square.
  private static let exactDegrees: [Int: [Double: Double]] = [
    2: [
      1: 1.0, 10: 1.0, 1000: 1.0, 10000: 1.0, 100000: 1.0, 1e+08: 1.0, 1e+12: 1.0, 1e+16: 1.0,
    ],
    3: [
      1: 1.3738317757009346, 10: 1.2131031091197202, 1000: 1.0015028022054646,
      10000: 1.0001496540963317, 100000: 1.0000149591448768, 1e+08: 1.0000000149584494,
      1e+12: 1.000000000001496, 1e+16: 1.0000000000000002,
    ],
    6: [
      1: 2.9250962212531153, 10: 2.6138058817070857, 1000: 1.0054975959551002,
      10000: 1.000539662678751, 100000: 1.0000538654301323, 1e+08: 1.0000000538542386,
      1e+12: 1.0000000000053855, 1e+16: 1.0000000000000004,
    ],
  ]

  @Test func `sides of a limit are open where the interval holds it`() {
    let estimate = Estimate(
      value: 2, interval: 1...3, clusters: 5, observations: 9, method: .seeds)
    #expect(estimate.side(of: 0.5) == .above && estimate.side(of: 3.5) == .below)
    #expect(estimate.side(of: 1) == .open && estimate.side(of: 3) == .open)
    let falling = estimate.mapped { exp(-$0) }
    #expect(falling.interval == exp(-3)...exp(-1) && falling.value == exp(-2))
  }

  @Test func `what is written is read again, unbounded ends too`() throws {
    var estimate = Estimate.ratio([3, 5, 1], over: [12, 9, 4], squares: 20)
    let examples = [
      estimate, .mean(ofPrompts: [1]),
      {
        estimate.interval = 0.1...Double.infinity
        return estimate
      }(),
    ]
    for example in examples {
      let data = try JSONEncoder().encode(example)
      #expect(try JSONDecoder().decode(Estimate.self, from: data) == example)
      let text = String(decoding: data, as: UTF8.self)
      #expect(text.contains("\"lower\":") && text.contains("\"upper\":"))
    }
  }

  /// Equal prompts are independent: t with G − 1 degrees of freedom, at any G.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `equal prompts are a plain mean`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = 2 + Int(generator.next() % 60)
    let values = (0..<count).map { _ in generator.normal() }
    let n = Double(7 * count)
    let ratio = Estimate.ratio(values.map { 7 * $0 }, over: Array(repeating: 7, count: count))
    let plain = Estimate.mean(ofSeeds: values)
    #expect(ratio.observations == Int(n))
    expectClose(try #require(ratio.degreesOfFreedom), Double(count - 1), relative: 1e-10)
    expectClose(try #require(ratio.lower), try #require(plain.lower), absolute: 1e-10)
    expectClose(try #require(ratio.upper), try #require(plain.upper), absolute: 1e-10)
  }
}
