import Analysis
import Foundation
import RunLogs
import TestSupport
import Testing

/// Half-widths of positions, by what a log says about its precision.
@Suite struct PositionVerdictTests {
  /// Random numbers of `a` and `b` in bf16, in 32 bits too where a test says so.
  private static func planted(
    seed: UInt64, texts: Int, replicated: (Int) -> Bool
  ) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.computeType = "BF16"
    log.replicateTypes = ["F32", "F32", nil]
    for text in 0..<texts {
      let values = (0..<20).map { _ in
        var value = PlantedLog.Values()
        for model in 0..<2 {
          let p = Float(-abs(generator.normal()) - 0.01)
          let h = Float(abs(generator.normal()))
          value.models[model] = [.logProbability: p, .entropy: h, .varentropy: 1]
          value.replicates[model] =
            replicated(text)
            ? (
              min(p + Float(generator.normal() / 100), 0), h + Float(abs(generator.normal()) / 100)
            )
            : (.nan, .nan)
        }
        value.pairs[0] = [
          .logProbabilityChange: (value.models[1][.logProbability] ?? 0)
            - (value.models[0][.logProbability] ?? 0),
          .jensenShannonDivergence: Float(abs(generator.normal()) / 50),
        ]
        return value
      }
      log.add(
        "t\(text)", source: ["a", "b"][text % 2], tokens: (0..<20).map { _ in 1 }, values: values)
      log.pairReplicates.append(
        contentsOf: values.map { value in
          replicated(text) ? (value.pairs[0][.jensenShannonDivergence] ?? 0) * 1.01 : .nan
        })
    }
    return log
  }

  @Test func `without replicates three typical errors are assumed`() throws {
    try Self.planted(seed: 1, texts: 4) { _ in false }.withLog { table in
      let verdicts = try PositionVerdicts(of: PlantedLog.first, in: table)
      let column = verdicts[.logProbability]
      #expect(column.basis == .prior && column.calibrationCount == 0)
      #expect(verdicts.computeType == "BF16")
      let logs = ["a", "b"].map { (try? table.values(.logProbability, of: $0)) ?? [] }
      for row in column.values.indices {
        // Without lists Σ p² of the others is bounded by (1 − p)²: s = √2 (1 − p).
        let scales = logs.map { -expm1(Double($0[row])) * 2.0.squareRoot() }
        // Two roundings to single precision.
        expectClose(
          Double(column.halfWidths[row]), 0.3 * hypot(scales[0], scales[1]), relative: 1e-6)
      }
      // ½ for Σ p², where c(1 − c) is largest.
      expectClose(Double(verdicts[.divergence].halfWidths[0]), 0.3 * 0.5, relative: 1e-6)
    }
  }

  @Test(arguments: [(9, PositionVerdicts.Basis.prior), (12, .pooled), (60, .calibrated)])
  func `so many replicates calibrate`(texts: Int, basis: PositionVerdicts.Basis) throws {
    let log = Self.planted(seed: 2, texts: 64) { $0 < texts }
    try log.withLog { table in
      let verdicts = try PositionVerdicts(of: PlantedLog.first, in: table)
      for measure in PositionMeasure.allCases {
        #expect(verdicts[measure].basis == basis, "\(measure)")
        #expect(
          verdicts[measure].calibrationCount == (basis == .prior ? 0 : 20 * texts), "\(measure)")
      }
      let column = verdicts[.logProbability]
      let exact = ["a", "b"].map { (try? table.log.replicate(of: $0)?.logProbability) ?? [] }
      // Where 32 bits are known they are used.
      for row in 0..<20 * texts {
        #expect(column.values[row] == Float(Double(exact[1][row]) - Double(exact[0][row])))
        #expect(column.halfWidths[row] == 1e-4)
      }
      let replicates = try #require(try table.log.replicateDivergences(of: PlantedLog.first))
      #expect(verdicts[.divergence].values[0] == replicates[0])
      for row in 20 * texts..<20 * 64 { #expect(column.halfWidths[row] > 0.001) }
    }
  }

  @Test func `a replicate in the same precision says nothing`() throws {
    var log = Self.planted(seed: 3, texts: 64) { _ in true }
    log.replicateTypes = ["BF16", "BF16", nil]
    try log.withLog { table in
      let verdicts = try PositionVerdicts(of: PlantedLog.first, in: table)
      #expect(verdicts[.entropy].basis == .prior)
    }
  }

  @Test func `in 32 bits all is exact to 1e-4, and what isn't measured has no verdict`() throws {
    let log = PlantedLog.random(seed: 4)
    try log.withLog { table in
      let verdicts = try PositionVerdicts(of: PlantedLog.first, in: table)
      #expect(verdicts[.entropy].basis == .exact && verdicts[.entropy].deviations == [0, 0, 0])
      for token in log.allTokens {
        let verdict = verdicts.verdict(.entropy, at: token.index, margin: 0.1)
        #expect((verdict == nil) == !token.isMeasured)
      }
    }
  }

  @Test(arguments: [
    (PositionMeasure.logProbability, 0.2, 0.05, 0.1, Verdict.changed),
    (.logProbability, -0.2, 0.05, 0.1, .changed), (.logProbability, 0.12, 0.05, 0.1, .undecidable),
    (.logProbability, -0.04, 0.05, 0.1, .unchanged),
    // On the root's scale: 0.2 ± 0.05 against 0.1, then against 0.2.
    (.divergence, 0.04, 0.05, 0.01, .changed), (.divergence, 0.04, 0.05, 0.04, .undecidable),
    (.divergence, 0.04, 0.05, 0.09, .unchanged),
  ])
  func `a verdict follows from value, half-width and margin`(
    measure: PositionMeasure, value: Double, half: Double, margin: Double, verdict: Verdict
  ) {
    #expect(
      PositionVerdicts.verdict(measure, value: value, halfWidth: half, margin: margin) == verdict)
    #expect(
      PositionVerdicts.verdict(measure, value: .nan, halfWidth: half, margin: margin) == nil)
  }

  @Test func `scales follow from the most likely tokens`() throws {
    // p = 0.5, 0.25, 0.125 of tokens 3, 1, 2 and 0.125 for the rest; token 1 occurs.
    var planted = PlantedLog()
    planted.computeType = "BF16"
    planted.topK = 3
    var value = PlantedLog.Values()
    let h = 1.2
    for model in 0..<3 {
      value.models[model] = [.logProbability: Float(log(0.25)), .entropy: Float(h)]
    }
    planted.add("t", source: "a", tokens: [1], values: [value])
    for model in 0..<3 {
      planted.block.models[model].topK = TopK(
        ids: [3, 1, 2], logProbabilities: [0.5, 0.25, 0.125].map { Float(log($0)) },
        restLogMass: [Float(log(0.125))])
    }
    try planted.withLog { table in
      let verdicts = try PositionVerdicts(of: PlantedLog.first, in: table)
      let s = (0.75 * 0.75 + 0.25 + 1.0 / 64).squareRoot()
      let u = [0.5, 0.25, 0.125].reduce(0) { $0 + $1 * $1 * pow(log($1) + h, 2) }.squareRoot()
      let c = 0.25 + 1.0 / 16 + 1.0 / 64
      let half = { (measure: PositionMeasure) in Double(verdicts[measure].halfWidths[0]) }
      let root = 2.0.squareRoot()
      // Single precision of logs and scales.
      expectClose(half(.logProbability), 0.3 * root * s, relative: 1e-6)
      expectClose(half(.probability), 0.3 * root * 0.25 * s, relative: 1e-6)
      expectClose(half(.entropy), 0.3 * root * u, relative: 1e-6)
      expectClose(half(.divergence), 0.3 * (c * (1 - c)).squareRoot(), relative: 1e-6)
    }
  }
}
