import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// What numerical error does to verdicts on tokens.
@Suite struct NumericalErrorTests {
  /// 40 prompts of 6 tokens of one id in bf16, with divergences around one; `replicated` texts in 32 bits,
  /// too.
  private static func planted(
    seed: UInt64, divergence: Double, error: Double = 0, replicated: (Int) -> Bool = { _ in false }
  ) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.computeType = "BF16"
    log.replicateTypes = ["F32", "F32", nil]
    for text in 0..<40 {
      let values = (0..<6).map { _ in
        var value = PlantedLog.Values()
        for model in 0..<2 {
          let p = Float(-0.5 - 0.1 * abs(generator.normal()))
          value.models[model] = [.logProbability: p, .entropy: 0.5, .varentropy: 0.3]
          let off = Float(error * generator.normal())
          value.replicates[model] = replicated(text) ? (min(p + off, 0), 0.5 + off) : (.nan, .nan)
        }
        value.pairs[0] = [
          .logProbabilityChange: (value.models[1][.logProbability] ?? 0)
            - (value.models[0][.logProbability] ?? 0),
          .jensenShannonDivergence: Float(divergence * (1 + abs(generator.normal()) / 10)),
        ]
        return value
      }
      log.add("t\(text)", source: "b", tokens: values.map { _ in 1 }, values: values)
      log.pairReplicates.append(
        contentsOf: values.map { value in
          let root = Double(value.pairs[0][.jensenShannonDivergence] ?? 0).squareRoot()
          return replicated(text)
            ? Float(pow(max(root + error * generator.normal() / 10, 0), 2)) : .nan
        })
    }
    return log
  }

  /// One mean for each prompt, which is a text.
  private static func promptMeans(_ values: [Double]) -> [Double] {
    stride(from: 0, to: values.count, by: 6).map { values[$0..<$0 + 6].reduce(0, +) / 6 }
  }

  @Test(arguments: [(0.002, Verdict.unchanged), (0.02, .changed)])
  func `what an assumed error may hide or make is undecidable`(
    divergence: Double, exact: Verdict
  ) throws {
    var log = Self.planted(seed: 1, divergence: divergence)
    func verdict() throws -> MeanVerdict {
      try log.withLog { table in
        let audit = try PairAudit(of: PlantedLog.first, in: table)
        return try #require(audit.authors[0].tokens.groups[0].means[.divergence])
      }
    }
    // h = 0.3 · ½ of √JS: from 0 to 0.04, and from 0 to 0.09.
    #expect(try verdict().verdict == .undecidable)
    #expect(try verdict().isCalledByHalf == false)
    log.computeType = "F32"
    #expect(try verdict().verdict == exact)
  }

  @Test(arguments: [(2, 0.0), (3, 0.01)] as [(UInt64, Double)])
  func `a divergence's interval is that of its positions' ends`(seed: UInt64, error: Double) throws
  {
    let log = Self.planted(seed: seed, divergence: 0.05, error: error) { error > 0 && $0 < 35 }
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      let column = audit.verdicts[.divergence]
      #expect(column.basis == (error > 0 ? .pooled : .prior))
      let ends = [-1.0, 1].map { sign in
        zip(column.values, column.halfWidths).map { value, half in
          pow(max(Double(value).squareRoot() + sign * Double(half), 0), 2)
        }
      }
      let (low, high) = (
        Estimate.mean(ofPrompts: Self.promptMeans(ends[0])),
        Estimate.mean(ofPrompts: Self.promptMeans(ends[1].map { min($0, log2) }))
      )
      let found = try #require(audit.authors[0].tokens.groups[0].means[.divergence]).estimate
      // The ends are kept in single precision.
      expectClose(found.lower ?? .nan, max(low.lower ?? .nan, 0), absolute: 1e-7)
      expectClose(found.upper ?? .nan, high.upper ?? .nan, absolute: 1e-7)
      expectClose(
        found.value,
        Estimate.mean(ofPrompts: Self.promptMeans(column.values.map(Double.init))).value,
        absolute: 1e-12)
      #expect((found.lower ?? 1) < found.value && found.value < (found.upper ?? 0))
    }
  }

  private var log2: Double { Foundation.log(2) }

  @Test func `without calibration a signed mean may be off by three typical errors`() throws {
    try Self.planted(seed: 4, divergence: 0.05).withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      let column = audit.verdicts[.logProbability]
      let square = column.scales.reduce(0) { $0 + Double($1) * Double($1) }
      let bias = 0.3 * (square / Double(column.scales.count)).squareRoot()
      let plain = Estimate.mean(ofPrompts: Self.promptMeans(column.values.map(Double.init)))
      let found = try #require(audit.authors[0].tokens.groups[0].means[.logProbability]).estimate
      expectClose(found.lower ?? .nan, (plain.lower ?? .nan) - bias, absolute: 1e-7)
      expectClose(found.upper ?? .nan, (plain.upper ?? .nan) + bias, absolute: 1e-7)
    }
  }

  @Test func `positions that are known in 32 bits have no error to widen by`() throws {
    let log = Self.planted(seed: 5, divergence: 0.05, error: 0.01) { $0 < 36 }
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      let column = audit.verdicts[.logProbability]
      #expect(column.isKnown == column.values.indices.map { $0 < 36 * 6 })
      // One text in ten counts.
      let square = column.scales.dropFirst(36 * 6).reduce(0) { $0 + Double($1) * Double($1) }
      let bias = column.deviations[0] * (square / 240).squareRoot()
      let plain = Estimate.mean(ofPrompts: Self.promptMeans(column.values.map(Double.init)))
      let found = try #require(audit.authors[0].tokens.groups[0].means[.logProbability]).estimate
      expectClose(found.lower ?? .nan, (plain.lower ?? .nan) - bias, absolute: 1e-7)
    }
  }

  @Test func `a log that is known in 32 bits everywhere is exact`() throws {
    // 240 positions calibrate; fewer would leave the basis assumed.
    for isLong in [true, false] {
      var log = Self.planted(seed: 6, divergence: 0.05, error: 0.01) { _ in true }
      if !isLong {
        for text in 30..<40 { log.block.sequences[text].responseStart = 6 }
      }
      try log.withLog { table in
        let audit = try PairAudit(of: PlantedLog.first, in: table)
        for measure in PositionMeasure.allCases {
          #expect(audit.verdicts[measure].basis == .exact, "\(measure)")
        }
        let column = audit.verdicts[.logProbability]
        let own = Array(column.values.prefix(isLong ? 240 : 180)).map(Double.init)
        let plain = Estimate.mean(ofPrompts: Self.promptMeans(own))
        let found = try #require(audit.authors[0].tokens.groups[0].means[.logProbability]).estimate
        expectClose(found.lower ?? .nan, plain.lower ?? .nan, absolute: 1e-7)
      }
    }
  }
}
