import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Position verdicts on the demo: 4,000 positions of half of the prompts calibrate, the other half
/// tests.
///
/// What NumPy makes of the same columns has to come out, and what is asked of it has to hold.
@Suite struct AcceptanceTests {
  /// Half-widths, and what they are good for.
  struct Check {
    let measured: VerdictColumns.Measured
    let half: [Double]
    /// Positions that test.
    let test: [Int]

    /// In each bin of log p × entropy with at least 200 positions the share of intervals entirely above,
    /// or entirely below, the truth: the worst, whatever the margin.
    var worst: (share: Double, bins: Int) {
      let logEdges = [-8, -4, -2, -1, -0.3, -0.05, -0.005]
      let entropyEdges = [0.05, 0.3, 0.8, 1.5, 2.5]
      var counts: [Int: (all: Double, above: Double, below: Double)] = [:]
      for index in test {
        let bin =
          6 * logEdges.count { measured.exactLog[index] >= $0 }
          + entropyEdges.count { measured.exactEntropy[index] >= $0 }
        var count = counts[bin] ?? (0, 0, 0)
        count.all += 1
        if measured.value[index] - half[index] > measured.exact[index] { count.above += 1 }
        if measured.value[index] + half[index] < measured.exact[index] { count.below += 1 }
        counts[bin] = count
      }
      let large = counts.values.filter { $0.all >= 200 }
      return (large.map { max($0.above, $0.below) / $0.all }.max() ?? .nan, large.count)
    }

    func share(_ holds: (Int) -> Bool) -> Double {
      Double(test.count(where: holds)) / Double(test.count)
    }
  }

  private static func check(
    _ expected: VerdictExpectations.Acceptance, half: ((VerdictColumns.Measured) -> [Double])? = nil
  ) throws -> Check {
    let data = try VerdictColumns.shared.get()
    let measured = data.measured(expected.measure, expected.before, expected.after)
    let calibration = try #require(
      Calibration(measured.columns, authorCount: 3, positions: data.calibrationPositions))
    #expect(calibration.count == 4_000)
    return Check(
      measured: measured,
      half: half?(measured)
        ?? measured.value.indices.map { calibration.halfWidth(measured.columns, at: $0) },
      test: data.prompts.indices.filter { data.prompts[$0] % 2 == 1 })
  }

  @Test func `half-widths hold what section 7 asks`() throws {
    for expected in try VerdictExpectations.shared.get().acceptance {
      let check = try Self.check(expected)
      let name = "\(expected.pair) \(expected.measure)"
      let worst = check.worst
      #expect(worst.bins == expected.bins, "\(name)")
      // Counts of positions: equal to the last one.
      expectClose(worst.share, expected.worst, relative: 1e-12, name)
      #expect(worst.share <= 0.05, "\(name)")
      let coverage = check.share {
        abs(check.measured.value[$0] - check.measured.exact[$0]) <= check.half[$0]
      }
      expectClose(coverage, expected.coverage, relative: 1e-12, name)
      #expect((0.965...0.99).contains(coverage), "\(name)")
      let halves = check.test.map { check.half[$0] }
      // A sum of 25,000 terms.
      expectClose(
        halves.reduce(0, +) / Double(halves.count), expected.meanHalfWidth, relative: 1e-11, name)
    }
  }

  @Test func `rules that are wrong are found`() throws {
    for expected in try VerdictExpectations.shared.get().acceptance {
      let name = "\(expected.pair) \(expected.measure)"
      let right = try Self.check(expected)
      func worst(_ half: [Double]) -> Double {
        Check(measured: right.measured, half: half, test: right.test).worst.share
      }
      expectClose(
        worst(right.half.map { 0.6 * $0 }), expected.worstOfNarrow, relative: 1e-12, name)
      expectClose(
        worst(right.half.map { $0 / 2.0.squareRoot() }), expected.worstOfOneModel,
        relative: 1e-12, name)
    }
    // Each fails in at least one pair; by how much differs by measure.
    let all = try VerdictExpectations.shared.get().acceptance.filter {
      $0.measure == .logProbability
    }
    for mutant in [
      \VerdictExpectations.Acceptance.worstOfNarrow, \.worstOfOneModel, \.worstOfGlobal,
    ] {
      #expect(all.contains { $0[keyPath: mutant] > 0.05 })
    }
  }

  @Test func `one band for all positions is found`() throws {
    let data = try VerdictColumns.shared.get()
    for expected in try VerdictExpectations.shared.get().acceptance {
      let check = try Self.check(expected) { measured in
        let errors = data.calibrationPositions.map { abs(measured.columns.errors[$0]) }.sorted()
        let rank = Int((Double(errors.count + 1) * 0.98).rounded(.up))
        return measured.value.map { _ in errors[rank - 1] }
      }
      expectClose(
        check.worst.share, expected.worstOfGlobal, relative: 1e-12,
        "\(expected.pair) \(expected.measure)")
      #expect(check.worst.share > 0.05)
    }
  }

  @Test func `verdicts decide where they can`() throws {
    // Required at most undecidable outside [m/2, 2m], and at least called changed from 2m on.
    let limits: [PositionMeasure: [Double: (undecidable: Double, power: Double)]] = [
      .logProbability: [0.01: (0.08, 0.90), 0.03: (0.06, 0.95), 0.1: (0.02, 0.99)],
      .divergence: [0.001: (0.01, 0.99), 0.01: (0.01, 0.99), 0.1: (0.01, 0.99)],
    ]
    for expected in try VerdictExpectations.shared.get().acceptance {
      let check = try Self.check(expected)
      let measure = expected.measure
      for margin in expected.margins {
        let name = "\(expected.pair) \(measure) at \(margin.margin)"
        // The columns are of √JS; a divergence is its square.
        func size(_ values: [Double], _ index: Int) -> Double {
          measure == .divergence ? values[index] * values[index] : abs(values[index])
        }
        let verdicts = check.test.map { index in
          PositionVerdicts.verdict(
            measure, value: size(check.measured.value, index), halfWidth: check.half[index],
            margin: margin.margin)
        }
        let truths = check.test.map { abs(check.measured.exact[$0]) }
        let scale = measure.onScale
        func share(_ verdict: Verdict, _ isAsked: (Double) -> Bool) -> Double {
          let asked = zip(verdicts, truths).filter { isAsked($0.1) }
          return Double(asked.count { $0.0 == verdict }) / Double(asked.count)
        }
        let outside = share(.undecidable) {
          $0 < scale(margin.margin / 2) || $0 > scale(2 * margin.margin)
        }
        let power = share(.changed) { $0 >= scale(2 * margin.margin) }
        expectClose(outside, margin.undecidableOutside, absolute: 1e-12, name)
        expectClose(power, margin.power, absolute: 1e-12, name)
        if let limit = limits[measure]?[margin.margin] {
          #expect(outside <= limit.undecidable, "\(name)")
          #expect(power >= limit.power, "\(name)")
        }
        let least = share(.changed) { _ in true }
        let most = least + share(.undecidable) { _ in true }
        expectClose(least, margin.least, absolute: 1e-12, name)
        expectClose(most, margin.most, absolute: 1e-12, name)
        let truth = Double(truths.count { $0 > scale(margin.margin) }) / Double(truths.count)
        #expect(least <= truth && truth <= most, "\(name)")
      }
    }
  }
}

/// Token verdicts on the demo from both precisions, against SciPy.
@Suite struct TokenVerdictReferenceTests {
  /// One mean per prompt of each token that is in at least 30 prompts, the slow way.
  private static func means(
    _ data: VerdictColumns, _ source: String, _ values: [Double], _ scales: [Double]
  ) -> [(token: UInt32, values: [Double], scale: Double)] {
    let author = Int32(VerdictColumns.models.firstIndex(of: source) ?? -1)
    var cells: [UInt32: [Int32: [Double]]] = [:]
    var squares: [UInt32: [Double]] = [:]
    for index in values.indices where data.sources[index] == author {
      cells[data.ids[index], default: [:]][data.prompts[index], default: []].append(values[index])
      squares[data.ids[index], default: []].append(scales[index] * scales[index])
    }
    return cells.filter { $0.value.count >= 30 }.sorted { $0.key < $1.key }.map { token, prompts in
      (
        token,
        prompts.sorted { $0.key < $1.key }.map { $0.value.reduce(0, +) / Double($0.value.count) },
        squares[token].map { ($0.reduce(0, +) / Double($0.count)).squareRoot() } ?? .nan
      )
    }
  }

  private static func verdicts(
    _ data: VerdictColumns, _ expected: VerdictExpectations.Tokens, isReduced: Bool
  ) throws -> [Verdict] {
    let models = expected.pair.split(separator: ":").map(String.init)
    let measured = data.measured(expected.measure, models[0], models[1])
    let scaled = isReduced ? measured.value : measured.exact
    let isSigned = expected.measure.isSigned
    let all = means(
      data, expected.source, isSigned ? scaled : scaled.map { $0 * $0 }, measured.columns.scales)
    let rows = isReduced ? expected.reduced : expected.exact
    let sigma = isReduced && isSigned ? expected.sigma : 0
    var (bounds, wide) = (StudentBounds(level: 0.95), StudentBounds(level: 0.99))
    try #require(all.map(\.token) == rows.map(\.token))
    let members = zip(all, rows).map { own, row in
      let member = VerdictFamily.Member(
        Moments(own.values), bias: sigma * own.scale, &bounds, &wide)
      // 1e-10 of the interval's width; a p-value moves by its relative share of that, and is right
      // to 1e-12 itself.
      let width = 1e-10 * (row.upper - row.lower)
      expectClose(member.interval.lowerBound, row.lower, absolute: width)
      expectClose(member.interval.upperBound, row.upper, absolute: width)
      expectClose(
        member.test.probabilityWithin(expected.margin, isSigned: isSigned), row.changed,
        absolute: 1e-14, relative: 1e-9)
      expectClose(
        member.test.probabilityBeyond(expected.margin, isSigned: isSigned), row.unchanged,
        absolute: 1e-14, relative: 1e-9)
      #expect(own.values.count == row.prompts)
      return member
    }
    return VerdictFamily(members: members, isSigned: isSigned).verdicts(margin: expected.margin)
  }

  @Test func `intervals, p-values and verdicts are SciPy's`() throws {
    let data = try VerdictColumns.shared.get()
    for expected in try VerdictExpectations.shared.get().tokens {
      let exact = try Self.verdicts(data, expected, isReduced: false)
      #expect(exact == expected.exact.map(\.verdict))
      let reduced = try Self.verdicts(data, expected, isReduced: true)
      #expect(reduced == expected.reduced.map(\.verdict))
      // No token is called changed in one precision and unchanged in the other.
      for (a, b) in zip(exact, reduced) {
        #expect(Set([a, b]) != Set([.changed, .unchanged]))
      }
    }
  }
}
