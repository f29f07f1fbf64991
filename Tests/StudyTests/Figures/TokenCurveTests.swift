import Foundation
import Study
import TestSupport
import Testing

/// Curves by tokens, against slow and obvious versions of them.
@Suite struct TokenCurveTests {
  private static func random(seed: UInt64) throws -> TokenCurve {
    var generator = SeededGenerator(seed: seed)
    var x = 0.0
    let points = (0..<40).map { _ in
      x += 500 + 6_000 * generator.uniform()
      return (x, generator.uniform())
    }
    return try #require(TokenCurve(seed: seed, x: points.map(\.0), y: points.map(\.1)))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `between two points it is on the line through them`(seed: UInt64) throws {
    let curve = try Self.random(seed: seed)
    for place in stride(from: 0.0, to: 260_000, by: 1_234) {
      var expected = Double.nan
      for (left, right) in zip(curve.x.indices, curve.x.indices.dropFirst())
      where curve.x[left] <= place && place <= curve.x[right] {
        let slope =
          (curve.y[right] - curve.y[left]) / (curve.x[right] - curve.x[left])
        expected = curve.y[left] + slope * (place - curve.x[left])
      }
      // Some roundings of numbers below 1.
      expectClose(curve.interpolated(at: place), expected, absolute: 1e-14, "seed \(seed)")
    }
    #expect(curve.interpolated(at: curve.x[7]) == curve.y[7])
    #expect(curve.interpolated(at: curve.x[39]) == curve.y[39])
    #expect(curve.interpolated(at: curve.x[39] + 1).isNaN)
  }

  @Test(arguments: [4, 5, 6] as [UInt64])
  func `a window averages what is as near on both sides, and shrinks at the ends`(
    seed: UInt64
  ) throws {
    let curve = try Self.random(seed: seed)
    var (averaged, interpolated) = (0, 0)
    for place in stride(from: curve.x[0], through: curve.x[39], by: 777) {
      var reach = 10_000.0
      if place - curve.x[0] < reach { reach = place - curve.x[0] }
      if curve.x[39] - place < reach { reach = curve.x[39] - place }
      var (sum, count) = (0.0, 0)
      for (x, y) in zip(curve.x, curve.y) where x >= place - reach && x <= place + reach {
        (sum, count) = (sum + y, count + 1)
      }
      let found = curve.averaged(at: place, window: 20_000)
      if count == 0 {
        interpolated += 1
        #expect(found == curve.interpolated(at: place))
      } else {
        averaged += 1
        expectClose(found, sum / Double(count), absolute: 1e-14, "seed \(seed)")
      }
    }
    #expect(averaged > 100 && curve.averaged(at: -1, window: 9).isNaN, "\(interpolated)")
  }

  @Test func `values that weren't measured are left out`() throws {
    let curve = try #require(TokenCurve(seed: 1, x: [1, 2, 3], y: [5, .nan, 7]))
    #expect(curve.x == [1, 3] && curve.interpolated(at: 2) == 6)
    #expect(TokenCurve(seed: 1, x: [1], y: [.nan]) == nil)
  }

  /// t with P(|T| < t) = 0.95 at 2 degrees of freedom, scipy.stats.t.ppf(0.975, 2).
  private static let bound = 4.302652729749464

  @Test func `over seeds there is the mean, with Student's t on the logit`() throws {
    let seeds = try [(1, 0.5), (2, 0.6), (3, 0.9)].map { seed, last in
      try #require(
        TokenCurve(seed: seed, x: [0, 40_000 + 1_000 * Double(seed)], y: [0.2, last]))
    }
    let curves = try #require(
      SeedCurves("rl", seeds, spacing: 10_000, window: 0, within: 0...1))
    // Up to the seed that ends first.
    #expect(curves.grid == [0, 10_000, 20_000, 30_000, 40_000, 41_000])
    #expect(curves.numbers == [1, 2, 3])
    for (index, place) in curves.grid.enumerated() {
      let values = zip([0.5, 0.6, 0.9], [41_000.0, 42_000, 43_000]).map {
        0.2 + ($0 - 0.2) * place / $1
      }
      let mean = values.reduce(0, +) / 3
      expectClose(curves.mean[index], mean, absolute: 1e-14)
      guard index > 0 else {
        #expect(curves.intervals[0] == nil)  // all seeds agree
        continue
      }
      let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let half = Self.bound * (squares / 2 / 3).squareRoot() / (mean * (1 - mean))
      let centre = Foundation.log(mean / (1 - mean))
      let interval = try #require(curves.intervals[index])
      // Student's bound is good to 3e-11.
      expectClose(interval.lowerBound, 1 / (1 + exp(half - centre)), relative: 1e-9)
      expectClose(interval.upperBound, 1 / (1 + exp(-half - centre)), relative: 1e-9)
    }
  }

  @Test func `differences are seed by seed, with plain Student's t`() throws {
    func curves(_ name: String, _ ends: [(UInt64, Double)]) throws -> SeedCurves {
      let seeds = ends.compactMap { TokenCurve(seed: $0, x: [0, 20_000], y: [0.1, $1]) }
      return try #require(SeedCurves(name, seeds, spacing: 10_000, window: 0, within: 0...1))
    }
    let first = try curves("srft", [(3, 0.4), (1, 0.8), (2, 0.7)])
    let other = try curves("rl", [(1, 0.5), (2, 0.6), (3, 0.7), (4, 0)])
    let difference = try #require(first.difference(from: other, within: 0...1))
    // By seed: −0.3, 0.3, 0.1; mean 1/30; squares 0.1867.
    #expect(difference.name == "srft" && difference.numbers == [3, 1, 2])
    expectClose(difference.mean[2], 0.1 / 3, absolute: 1e-15)
    let half = Self.bound * ((0.09 + 0.09 + 0.01 - 0.01 / 3) / 2 / 3).squareRoot()
    let interval = try #require(difference.intervals[2])
    expectClose(interval.lowerBound, 0.1 / 3 - half, relative: 1e-9)
    expectClose(interval.upperBound, 0.1 / 3 + half, relative: 1e-9)
    #expect(difference.intervals[0] == nil)
    let stranger = try curves("rl", [(9, 0.5)])
    #expect(first.difference(from: stranger, within: 0...1) == nil)
  }

  @Test func `one seed has no interval, seeds without common tokens no mean`() throws {
    let one = try #require(TokenCurve(seed: 1, x: [0, 9_000], y: [0.1, 0.3]))
    let curves = try #require(SeedCurves("rl", [one], spacing: 5_000, window: 0, within: 0...1))
    #expect(curves.grid == [0, 5_000, 9_000] && curves.intervals.allSatisfy { $0 == nil })
    let late = try #require(TokenCurve(seed: 2, x: [10_000, 12_000], y: [0.1, 0.3]))
    #expect(SeedCurves("rl", [one, late], spacing: 5_000, window: 0, within: 0...1) == nil)
    #expect(SeedCurves("rl", [], spacing: 5_000, window: 0, within: 0...1) == nil)
  }
}
