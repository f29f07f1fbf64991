import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// The check of half-widths itself, on logs whose errors a test chooses.
@Suite struct BoundaryCheckTests {
  /// 40 prompts of 60 positions: log p and entropy at random, errors of Δ log p normal with a deviation of
  /// σ times their scale; `scale` is by what errors of a row are larger.
  private static func result(
    seed: UInt64, scale: (_ prompt: Int, _ entropy: Double) -> Double
  ) throws -> (BoundaryResult, slow: Double) {
    var draws = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.computeType = "BF16"
    var truth: [Double] = []
    var (logs, entropies): ([Float], [Float]) = ([], [])
    var rows: [(bin: [Int], prompt: Int, value: Double)] = []
    for prompt in 0..<40 {
      var values: [PlantedLog.Values] = []
      for _ in 0..<60 {
        // In the middle of two bins each way.
        let (p, h) = (
          Float(-0.5 - 1.0 * (draws.uniform() < 0.5 ? 0 : 1)), Float(draws.uniform() < 0.5 ? 1 : 2)
        )
        let change = draws.normal()
        // Without lists the scale of one model is √2 (1 − p).
        let size = 2 * (1 - exp(Double(p)))
        let value = change + 0.01 * size * scale(prompt, Double(h)) * draws.normal()
        var entry = PlantedLog.Values()
        for model in 0..<2 {
          entry.models[model][.logProbability] = p
          entry.models[model][.entropy] = h
        }
        entry.pairs[0][.logProbabilityChange] = Float(value)
        values.append(entry)
        truth.append(change)
        logs.append(p)
        entropies.append(h)
        rows.append(([p < -1 ? 0 : 1, h > 1.5 ? 1 : 0], prompt, Double(Float(value))))
      }
      log.add(
        String(format: "%02d", prompt), tokens: values.map { _ in 1 }, values: values)
    }
    return try log.withLog { table in
      let check = BoundaryCheck(table)
      let result = try #require(
        try check.results(
          of: PlantedLog.first,
          truth: .init(
            values: [.logProbability: truth], logProbabilities: logs, entropies: entropies)
        ).first)
      // The slow way: each bin's two shares, counted, and that whose interval begins highest.
      var worst = (lower: -1.0, share: 0.0)
      for bin in Set(rows.map(\.bin)) {
        let members = rows.indices.filter { rows[$0].prompt % 2 == 1 && rows[$0].bin == bin }
        guard members.count >= 200 else { continue }
        let prompts = Set(members.map { rows[$0].prompt }).sorted()
        let counts = prompts.map { prompt in members.count { rows[$0].prompt == prompt } }
        for isWrong: (Int) -> Bool in [
          { rows[$0].value - result.halfWidth(at: $0) > truth[$0] },
          { rows[$0].value + result.halfWidth(at: $0) < truth[$0] },
        ] {
          let wrong = prompts.map { prompt in
            members.count { rows[$0].prompt == prompt && isWrong($0) }
          }
          let share = Estimate.ratio(
            wrong.map(Double.init), over: counts.map(Double.init), isShare: true,
            // 1 % over two sides of four bins, one of two ends.
            level: 1 - 2 * 0.01 / 8)
          let value = Double(wrong.reduce(0, +)) / Double(members.count)
          let found = (lower: share.lower ?? -1, share: value)
          if worst < found { worst = found }
        }
      }
      return (result, worst.share)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `errors as learned hold`(seed: UInt64) throws {
    let (result, slow) = try Self.result(seed: seed) { _, _ in 1 }
    #expect(result.bins.count == 4 && result.bins.test.count == 1_200, "seed \(seed)")
    // Both are counts over counts.
    expectClose(try #require(result.rule.worst.share).value, slow, relative: 1e-12, "seed \(seed)")
    #expect(result.rule.worst.failing == 0, "seed \(seed)")
    let coverage = try #require(result.rule.coverage)
    // 0.98 ± four deviations of 1,200 positions, and of the quantile that 1,200 others gave.
    #expect(abs(coverage.value - 0.98) < 4 * (2 * 0.98 * 0.02 / 1_200).squareRoot(), "seed \(seed)")
    // σ as planted, from 1,200 errors: their deviation is known to 2 %.
    #expect(abs(result.deviation / 0.01 - 1) < 0.1, "seed \(seed): \(result.deviation)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `larger errors where models are unsure are found`(
    seed: UInt64
  ) throws {
    // Only in the half that tests: nothing could be learned of them.
    let (result, slow) = try Self.result(seed: seed) { prompt, entropy in
      prompt % 2 == 1 && entropy > 1.5 ? 2.5 : 1
    }
    expectClose(try #require(result.rule.worst.share).value, slow, relative: 1e-12, "seed \(seed)")
    #expect(result.rule.worst.failing == 2, "seed \(seed)")
    #expect(try #require(result.rule.coverage?.upper) < 0.965, "seed \(seed)")
  }

  @Test func `a margin's decisions are counted`() throws {
    let (result, _) = try Self.result(seed: 4) { _, _ in 1 }
    for decisions in result.decisions {
      #expect(decisions.least <= decisions.truth && decisions.truth <= decisions.most)
      #expect(decisions.isTruthInside)
      let verdicts = result.bins.test.map { result.verdict(at: $0, margin: decisions.margin) }
      let changed = Double(verdicts.count { $0 == .changed }) / Double(verdicts.count)
      expectClose(decisions.least, changed, relative: 1e-12)
    }
    // Δ is standard normal: rounding of 0.01 decides nearly all at 0.1.
    #expect(try #require(result.decisions.last?.power).value > 0.99)
  }

  @Test func `a log of too few positions is refused`() throws {
    var log = PlantedLog()
    log.computeType = "BF16"
    var values = PlantedLog.Values()
    for model in 0..<2 { values.models[model][.logProbability] = -1 }
    log.add("x", tokens: [1], values: [values])
    _ = try log.withLog { table in
      #expect(throws: BoundaryCheck.Refusal.self) {
        _ = try BoundaryCheck(table).results(
          of: PlantedLog.first,
          truth: .init(values: [.logProbability: [0]], logProbabilities: [0], entropies: [0]))
      }
    }
  }
}
