internal import Analysis
internal import RunLogs

/// Texts of one log that a page shows token by token.
struct TextExamples: Sendable {
  /// Under each of which a text is shown.
  let pairs: [PairName]
  /// In the order of the page.
  let texts: [Report.Example]
  /// What half-widths rest on, in words: by pair, then measure.
  let bases: [[PositionMeasure: String]]

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - texts: their places in the log.
  ///   - pairs: of the log.
  ///   - table: of an open log.
  /// - Throws: `RunLogError` if the log lacks a pair or can't be read.
  init(of texts: [Int], pairs: [PairName], in table: TokenTable) throws {
    var verdicts: [[TextVerdicts]] = texts.map { _ in [] }
    var bases: [[PositionMeasure: String]] = []
    // Whole columns are in memory for one pair at a time.
    for pair in pairs where !texts.isEmpty {
      let all = try PositionVerdicts(of: pair, in: table)
      bases.append(
        Dictionary(
          uniqueKeysWithValues: PositionMeasure.allCases.map {
            ($0, BasisWords.sentence(all, $0))
          }))
      for (place, text) in texts.enumerated() {
        verdicts[place].append(TextVerdicts(ofText: text, all, in: table))
      }
    }
    self.pairs = pairs
    self.bases = bases
    self.texts = try zip(texts, verdicts).map { text, verdicts in
      Report.Example(
        id: table.texts.ids[text], source: LogTables.name(table.texts.source(of: text)),
        changes: try pairs.map { try ResponseChange(ofText: text, pair: $0, in: table) },
        statistics: try TextStatistics(
          ofText: text, pairs: pairs, in: table, mostTopTokens: TextNumbers.topCount),
        verdicts: verdicts)
    }
  }
}
