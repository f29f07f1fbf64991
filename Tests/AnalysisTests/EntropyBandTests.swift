import Analysis
import RunLogs
import StatisticalInference
import Testing

@Suite struct EntropyBandTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `low- and high-entropy positions are told apart by the model before`(seed: UInt64) throws {
    let planted = PlantedLog.random(seed: seed)
    try planted.withLog { log in
      let summary = try EntropyBandSummary(of: PlantedLog.first, in: log)
      var counts = [0, 0, 0, 0]
      for token in planted.allTokens where token.isResponse && token.isMeasured {
        let isLow = planted.block.models[0][.entropy][token.index] <= 0.5
        let isChanged = Double(planted.block.pairs[0][.jensenShannonDivergence][token.index]) > 0.1
        counts[(isLow ? 0 : 2) + (isChanged ? 1 : 0)] += 1
      }
      #expect(summary.lowEntropyCount == counts[0] + counts[1])
      #expect(summary.highEntropyCount == counts[2] + counts[3])
      #expect(
        (summary.lowEntropyChangedShare?.value ?? .nan).bitPattern
          == (Double(counts[1]) / Double(counts[0] + counts[1])).bitPattern)
      #expect(
        (summary.highEntropyChangedShare?.value ?? .nan).bitPattern
          == (Double(counts[3]) / Double(counts[2] + counts[3])).bitPattern)
    }
  }
}
