import Analysis
import Foundation
import RunLogs
import TestSupport
import Testing

@Suite struct TrainingCurveTests {
  private func curve(
    _ seeds: [[Double]], window: Int = 1, band: TrainingCurve.Band = .range
  ) throws -> TrainingCurve {
    let runs = seeds.enumerated().map { index, values in
      TrainingRuns.run("r-\(index)", seed: index, ["reward": values])
    }
    let condition = try #require(try TrainingCondition.group(runs).first)
    return try #require(
      TrainingCurve(of: "reward", condition, window: window, band: band))
  }

  /// NaN equals NaN here.
  private func expectEqual(_ found: [Double], _ wanted: [Double]) {
    #expect(found.count == wanted.count)
    for (a, b) in zip(found, wanted) { #expect(a == b || (a.isNaN && b.isNaN), "\(found)") }
  }

  @Test func `mean and range are over the seeds, where all have a value`() throws {
    let curve = try curve([[1, .nan, 5, 7], [3, 4, 6]])
    #expect(curve.steps == [1, 2, 3, 4])
    expectEqual(curve.seeds[1], [3, 4, 6, .nan])
    expectEqual(curve.mean, [2, .nan, 5.5, .nan])
    #expect(curve.band == [1...3, nil, 5...6, nil])
  }

  @Test func `one seed has no band, and a metric that nobody measured no curve`() throws {
    let alone = try curve([[1, .nan, 3]])
    #expect(alone.band.isEmpty)
    expectEqual(alone.mean, [1, .nan, 3])
    let run = TrainingRuns.run("a", ["reward": [.nan, .nan]])
    let condition = try #require(try TrainingCondition.group([run]).first)
    #expect(TrainingCurve(of: "reward", condition, window: 1, band: .range) == nil)
    #expect(TrainingCurve(of: "loss", condition, window: 1, band: .range) == nil)
  }

  /// By hand, with t from scipy.
  ///
  /// Of 1, 2, 3, 4, 5: mean 3, s = √2.5, t with 4 degrees of freedom 2.7764451051977934 (scipy), so
  /// the half width is 2.7764451… · √(2.5 / 5) = 1.9632431614775572. A few roundings: 1e-14.
  @Test func `the interval is t's`() throws {
    let band = try curve([[1], [2], [3], [4], [5]], band: .interval).band
    let ends = try #require(band.first ?? nil)
    #expect(abs(ends.lowerBound - (3 - 1.963_243_161_477_557_2)) < 1e-13)
    #expect(abs(ends.upperBound - (3 + 1.963_243_161_477_557_2)) < 1e-13)
  }

  @Test func `smoothing is centred, shrinks at the ends and keeps gaps`() throws {
    expectEqual(try curve([[0, 3, 6, 3, 0]], window: 3).mean, [0, 3, 4, 3, 0])
    expectEqual(try curve([[0, 3, .nan, 5, 0]], window: 3).mean, [0, 1.5, .nan, 2.5, 0])
    // Five wide in the middle, three next to the ends.
    expectEqual(try curve([[0, 3, 6, 6, 0]], window: 5).mean, [0, 3, 3, 4, 0])
  }

  /// The same by the definition, over all pairs of steps.
  @Test(arguments: [1, 2, 3])
  func `smoothing is a mean over near steps`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<40).map { _ in generator.uniform() < 0.2 ? Double.nan : generator.normal() }
    let finite = values.indices.filter { values[$0].isFinite }
    let first = try #require(finite.first)
    let last = try #require(finite.last)
    let smooth = try curve([values], window: 7).mean
    for index in values.indices {
      guard values[index].isFinite else {
        #expect(smooth[index].isNaN)
        continue
      }
      let reach = min(3, index - first, last - index)
      let near = finite.filter { abs($0 - index) <= reach }.map { values[$0] }
      // Sums of at most 7 numbers below 5: 7 roundings of 2⁻⁵³ · 35.
      let mean = near.reduce(0, +) / Double(near.count)
      #expect(abs(smooth[index] - mean) < 3e-14)
    }
  }
}
