internal import RunLogs
package import StatisticalInference

/// Shares of a log's rows, prompts as clusters: tokens of one prompt aren't independent.
package struct RowShares: Sendable {
  /// The place of each row's prompt among all, by which prompts are halved.
  let prompts: [Int32]
  let promptCount: Int

  /// Of a two-sided interval either end of which is wrong 1 % of the time.
  package static let level = 0.98

  package init(_ table: TokenTable) {
    var prompts = [Int32](repeating: 0, count: table.log.tokenCount)
    for text in 0..<table.textCount {
      let rank = table.texts.promptRanks[Int(table.texts.prompts[text])]
      for row in table.log.tokens(ofSequence: text) { prompts[row] = rank }
    }
    self.prompts = prompts
    promptCount = table.texts.promptCount
  }

  /// The share of some rows for which something holds; nil of none.
  package func share(of rows: [Int], _ holds: (Int) -> Bool) -> Estimate? {
    mean(of: rows, isShare: true) { holds($0) ? 1 : 0 }
  }

  /// The mean over some rows of something; nil of none.
  func mean(of rows: [Int], isShare: Bool = false, _ value: (Int) -> Double) -> Estimate? {
    guard !rows.isEmpty else { return nil }
    var sums = [Double](repeating: 0, count: promptCount)
    var counts = sums
    for row in rows {
      sums[Int(prompts[row])] += value(row)
      counts[Int(prompts[row])] += 1
    }
    return .ratio(sums, over: counts, isShare: isShare, level: Self.level)
  }
}
