import Analysis
import Foundation
import TestSupport
import Testing

/// What each detector measures, against NumPy and SciPy; Tests/Fixtures/diagnosis/make_diagnosis.py.
@Suite struct DetectorTests {
  private let fixture: DiagnosisFixture

  init() throws { fixture = try DiagnosisFixture.read() }

  /// Ten times what rounding is.
  ///
  /// Some 100 sums of numbers below 10 err by 1e-13, and a statistic is their difference over a scale of at
  /// least 1e-3 in made-up series.
  private let close = 1e-9

  @Test func `changes are numpy's`() throws {
    var thresholds = ChangeThresholds()
    #expect(fixture.changes.flatMap(\.expected).count > 20)
    for series in fixture.changes {
      for expected in series.expected {
        let place = "\(series.name), \(expected.direction), \(expected.reference)"
        let found = SustainedChange(
          series.values, try expected.question, level: 0.01, thresholds: &thresholds)
        expectClose(found.statistic, expected.statistic, absolute: close, relative: close, place)
        expectClose(found.size, expected.size, absolute: close, relative: close, place)
        expectClose(found.before, expected.before, relative: close, place)
        expectClose(found.after, expected.after, relative: close, place)
        #expect(found.worst == expected.worst, "\(place)")
      }
    }
  }

  @Test func `persistence is numpy's`() throws {
    // What is all rounding has no neighbours that are alike.
    for series in fixture.changes where series.name != "rounding" {
      let expected = try #require(series.expected.first)
      let isShare = series.values.allSatisfy { $0 >= 0 && $0 <= 1 }
      let values =
        expected.least == "factor"
        ? series.values.map { log(max($0, expected.floor)) }
        : isShare ? series.values.map { asin($0.squareRoot()) } : series.values
      #expect(Persistence.coefficient(of: values) == expected.persistence, "\(series.name)")
    }
  }

  /// Above 512 steps the line goes through means of steps: against weighted least squares at each step.
  @Test(arguments: [0.0, 0.5, 0.9])
  func `persistence of long runs is that of the exact line`(phi: Double) throws {
    var generator = SeededGenerator(seed: UInt64(phi * 10) + 1)
    let count = 1_300
    var (values, state): ([Double], Double) = ([], 0)
    for index in 0..<count {
      state = phi * state + (1 - phi * phi).squareRoot() * generator.normal()
      values.append(state + 20 * sin(Double(index) / 300))
    }
    var rests: [Double] = []
    for index in 0..<count {
      var sums = (w: 0.0, d: 0.0, dd: 0.0, y: 0.0, dy: 0.0)
      for other in 0..<count {
        let distance = Double(other - index) / Double(count)
        let weight = exp(-0.5 * (distance / 0.25) * (distance / 0.25))
        sums.w += weight
        sums.d += weight * distance
        sums.dd += weight * distance * distance
        sums.y += weight * values[other]
        sums.dy += weight * distance * values[other]
      }
      rests.append(
        values[index]
          - (sums.dd * sums.y - sums.d * sums.dy) / (sums.w * sums.dd - sums.d * sums.d))
    }
    let raw =
      zip(rests, rests.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      / rests.reduce(0) { $0 + $1 * $1 }
    let n = Double(count)
    var expected = raw + (1 + 3 * raw) / n + 6 / n
    expected += (max(1 - expected * expected, 0) / n).squareRoot()
    // Within 0.001 of a tenth either may be right.
    let tenths = [expected - 0.001, expected + 0.001].map {
      min(max(($0 * 10).rounded(.up) / 10, 0.1), 0.95)
    }
    #expect(tenths.contains(Persistence.coefficient(of: values)))
  }

  /// NumPy's from 40,000 series of steps, ours from 4,000 of blocks (or 40,000 at 0.1 %).
  ///
  /// A quantile's standard error is √(p (1 − p)/R)/f with the density f = Δp/Δq between the quantiles
  /// around it. Four of both together: one in 16,000.
  @Test func `thresholds are those of simulated steps`() throws {
    var thresholds = ChangeThresholds()
    let references: [String: ChangeThresholds.Reference] = [
      "best": .best, "firstBlocks": .firstBlocks, "firstStep": .firstStep,
    ]
    for (level, below, above, series) in [
      (0.01, 0.985, 0.995, 4_000.0), (0.001, 0.9985, 0.9995, 40_000),
    ] {
      // One run's worth is enough of the long simulation in a debug build.
      for expected in fixture.thresholds where level == 0.01 || expected.steps == 60 {
        func quantile(_ share: Double) throws -> Double {
          try #require(expected.quantiles[share])
        }
        let density = (above - below) / (try quantile(above) - quantile(below))
        let error =
          (level * (1 - level) * (1 / series + 1 / 40_000)).squareRoot() / density
        let found = thresholds.threshold(
          against: try #require(references[expected.reference]), steps: expected.steps,
          coefficient: expected.coefficient, level: level)
        expectClose(
          found, try quantile(1 - level), absolute: 4 * error,
          "\(expected.steps) steps, \(expected.coefficient), \(expected.reference), \(level)")
      }
    }
  }

  @Test func `thresholds have one value, and grow as levels fall`() {
    var (one, other) = (ChangeThresholds(), ChangeThresholds())
    func threshold(_ thresholds: inout ChangeThresholds, _ level: Double) -> Double {
      thresholds.threshold(against: .best, steps: 60, coefficient: 0.3, level: level)
    }
    let known = [0.05, 0.01, 0.005].map { threshold(&one, $0) }
    #expect(known == known.sorted() && Set(known).count == 3)
    #expect(threshold(&other, 0.005) == known[2])
    #expect(threshold(&other, 0.01) == known[1])
    var seeded = ChangeThresholds(seed: 1)
    #expect(threshold(&seeded, 0.01) != known[1])
  }

  @Test func `spikes are numpy's`() {
    for series in fixture.spikes {
      let found = Spike(series.values, level: 0.01)
      #expect(found.index == series.expected.index, "\(series.name)")
      expectClose(found.factor, series.expected.factor, relative: close, series.name)
      expectClose(found.threshold, series.expected.threshold, relative: close, series.name)
    }
    #expect(fixture.spikes.map { Spike($0.values, level: 0.01).isFound }.contains(true))
  }

  @Test func `plateaus are scipy's`() {
    for series in fixture.plateaus {
      let found = Plateau(series.values)
      expectClose(found.probability, series.expected.probability, relative: close, series.name)
      expectClose(found.ratio, series.expected.ratio, relative: close, series.name)
      #expect(found.isRising == (series.expected.rise < 0.05), "\(series.name)")
    }
    #expect(Set(fixture.plateaus.map { Plateau($0.values).isFound(level: 0.01) }).count == 2)
  }

  @Test func `dead groups are scipy's`() {
    for series in fixture.groups {
      let found = DeadGroups(series.values, rewards: nil, level: 0.01)
      #expect(found.solved == nil)
      #expect((found.dead == nil) == (series.expected == nil), "\(series.name)")
      guard let dead = found.dead, let expected = series.expected else { continue }
      #expect(dead.index == expected.index, "\(series.name)")
      expectClose(dead.share, expected.share, relative: close, series.name)
      expectClose(dead.lower, expected.lower, relative: close, series.name)
    }
  }
}
