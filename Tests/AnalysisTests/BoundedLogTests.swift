import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing
import TokenStatistics

/// A log with bounds from lists of the most likely tokens, beside one of the same whole distributions.
@Suite struct BoundedLogTests {
  /// Both logs of the same random distributions over twelve tokens, of which k are listed.
  private static func logs(seed: UInt64, k: Int, texts: Int) throws -> (
    whole: PlantedLog, listed: PlantedLog
  ) {
    var random = SeededGenerator(seed: seed)
    var (whole, listed) = (PlantedLog(), PlantedLog())
    listed.pairColumns = ["dprob", "dlogp"] + PairBound.allCases.map(\.rawValue)
    var bounds: [PairBound: [Float]] = [:]
    for text in 0..<texts {
      let tokens = (0..<12).map { _ in UInt32(random.next() % 4) }
      let values = try tokens.map { token in
        try self.values(token, k: k, &bounds, &random)
      }
      for isWhole in [true, false] {
        func add(_ log: inout PlantedLog) {
          log.add("t\(text)", source: ["a", "b"][text % 2], tokens: tokens, values: values)
        }
        if isWhole { add(&whole) } else { add(&listed) }
      }
    }
    for pair in listed.block.pairs.indices { listed.block.pairs[pair].bounds = bounds }
    return (whole, listed)
  }

  private static func values(
    _ token: UInt32, k: Int, _ bounds: inout [PairBound: [Float]], _ random: inout SeededGenerator
  ) throws -> PlantedLog.Values {
    func normalized(_ logs: [Double]) -> [Double] {
      let sum = log(logs.reduce(0) { $0 + exp($1) })
      return logs.map { $0 - sum }
    }
    // What changes most are contexts of even tokens.
    let size = (token % 2 == 0 ? 0.5 : 0.01) * random.uniform()
    let p = normalized((0..<12).map { _ in 2.5 * random.normal() })
    let q = normalized(p.map { $0 + size * random.normal() })
    let lists = try [p, q].map { logs in
      let order = logs.indices.sorted { logs[$0] > logs[$1] }.prefix(k)
      return try TruncatedDistribution(
        ids: order.map { Int32($0) }, logProbabilities: order.map { logs[$0] },
        vocabularySize: 12, precision: .double)
    }
    let range = DivergenceBounds(lists[0], lists[1])
    for (lower, upper, range) in [
      (PairBound.jensenShannonLower, PairBound.jensenShannonUpper, range.jensenShannon),
      (.totalVariationLower, .totalVariationUpper, range.totalVariation),
      (.entropyChangeLower, .entropyChangeUpper, range.entropyChange),
      (.klBeforeAfterLower, .klBeforeAfterUpper, range.klBeforeAfter),
      (.klAfterBeforeLower, .klAfterBeforeUpper, range.klAfterBefore),
    ] {
      bounds[lower, default: []].append(Float(range.lowerBound).nextDown)
      bounds[upper, default: []].append(Float(range.upperBound))
    }
    bounds[.jensenShannonLower] = bounds[.jensenShannonLower]?.map { max($0, 0) }
    bounds[.totalVariationLower] = bounds[.totalVariationLower]?.map { max($0, 0) }
    bounds[.klBeforeAfterLower] = bounds[.klBeforeAfterLower]?.map { max($0, 0) }
    bounds[.klAfterBeforeLower] = bounds[.klAfterBeforeLower]?.map { max($0, 0) }
    var (js, tv, change) = (0.0, 0.0, 0.0)
    for (a, b) in zip(p, q) {
      let (m, n) = (exp(a), exp(b))
      js += 0.5 * m * (a - log((m + n) / 2)) + 0.5 * n * (b - log((m + n) / 2))
      tv += abs(m - n) / 2
      change += m * a - n * b
    }
    var values = PlantedLog.Values()
    values.pairs[0] = [
      .jensenShannonDivergence: Float(max(js, 0)), .totalVariationDistance: Float(tv),
      .entropyChange: Float(change), .logProbabilityChange: Float(q[Int(token)] - p[Int(token)]),
      .probabilityChange: Float(exp(q[Int(token)]) - exp(p[Int(token)])),
    ]
    return values
  }

  @Test(arguments: [2, 5, 9])
  func `what is certain from lists is what whole distributions say`(k: Int) throws {
    let logs = try Self.logs(seed: 7, k: k, texts: 80)
    let measures = PositionMeasure.allCases
    let whole = try logs.whole.withLog { try PositionVerdicts(of: PlantedLog.first, in: $0) }
    let listed = try logs.listed.withLog { try PositionVerdicts(of: PlantedLog.first, in: $0) }
    #expect(measures.map { listed[$0].basis } == [.bounded, .rounded, .rounded, .bounded])
    var certain = 0
    for measure in [PositionMeasure.divergence, .entropy] {
      for row in whole[measure].values.indices {
        for margin in measure.margins {
          let verdict = listed.verdict(measure, at: row, margin: margin)
          guard let verdict, verdict != .undecidable else { continue }
          certain += 1
          #expect(
            verdict == whole.verdict(measure, at: row, margin: margin), "\(measure), row \(row)")
        }
      }
    }
    #expect(certain > (k == 2 ? 10 : 500))
  }

  @Test(arguments: [2, 5, 9])
  func `groups that are certain from lists are those of whole distributions`(k: Int) throws {
    let logs = try Self.logs(seed: 8, k: k, texts: 160)
    let whole = try logs.whole.withLog { try PairAudit(of: PlantedLog.first, in: $0) }
    let listed = try logs.listed.withLog { try PairAudit(of: PlantedLog.first, in: $0) }
    var certain = 0
    for (a, b) in zip(whole.authors, listed.authors) {
      #expect(b.estimators == nil && a.estimators != nil)
      for (one, other) in zip(a.tokens.groups, b.tokens.groups) {
        for measure in [PositionMeasure.divergence, .entropy] {
          guard let exact = one.means[measure], let bounded = other.means[measure] else { continue }
          #expect(bounded.estimate.interval.map { $0.contains(exact.estimate.value) } ?? false)
          for (verdict, known) in zip(bounded.verdicts, exact.verdicts)
          where verdict != .undecidable {
            certain += 1
            #expect(verdict == known)
          }
        }
        #expect(other.changedShare == nil)
      }
      for (one, other) in zip(a.shares[.divergence] ?? [], b.shares[.divergence] ?? []) {
        #expect(other.least <= one.share.value && one.share.value <= other.most)
        #expect(other.share.value.isNaN == (other.least < other.most))
        #expect(other.share.interval.map { $0.contains(one.share.value) } ?? false)
        #expect((other.share.lower ?? 1) <= other.least && (other.share.upper ?? 0) >= other.most)
      }
    }
    #expect(certain > 0)
  }

  @Test func `what a log lacks is left out of a pair's summary`() throws {
    let logs = try Self.logs(seed: 9, k: 3, texts: 4)
    try logs.listed.withLog { table in
      let summary = try PairSummary(of: PlantedLog.first, in: table)
      #expect(summary[.jensenShannonDivergence] == nil && summary.sharesAbove.isEmpty)
      #expect(summary[.logProbabilityChange] != nil && summary.bucketMass == nil)
    }
  }
}
