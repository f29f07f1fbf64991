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
  /// Whether some changes are from another precision than the models' numbers beside them.
  let hasReplicates: Bool
  /// Of verdicts.
  let margins: [PositionMeasure: Double]

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - texts: their places in the log.
  ///   - pairs: of the log.
  ///   - table: of an open log.
  ///   - margins: of verdicts; a measure's own where it isn't named.
  ///   - known: verdicts that were read before, of any of the pairs.
  /// - Throws: `RunLogError` if the log lacks a pair or can't be read.
  init(
    of texts: [Int], pairs: [PairName], in table: TokenTable,
    margins: [PositionMeasure: Double] = [:], known: [PositionVerdicts] = []
  ) throws {
    var verdicts: [[TextVerdicts]] = texts.map { _ in [] }
    var reports: [[TextReport]] = texts.map { _ in [] }
    var bases: [[PositionMeasure: String]] = []
    var hasReplicates = false
    // Whole columns are in memory for one pair at a time.
    for pair in pairs where !texts.isEmpty {
      let all = try known.first { $0.pair == pair } ?? PositionVerdicts(of: pair, in: table)
      bases.append(
        Dictionary(
          uniqueKeysWithValues: PositionMeasure.allCases.map {
            ($0, BasisWords.sentence(all, $0))
          }))
      hasReplicates =
        hasReplicates || PositionMeasure.allCases.contains { all[$0].isKnown.contains(true) }
      for (place, text) in texts.enumerated() {
        verdicts[place].append(TextVerdicts(ofText: text, all, in: table))
        reports[place].append(try TextReport(ofText: text, all, in: table, margins: margins))
      }
    }
    self.pairs = pairs
    self.bases = bases
    self.hasReplicates = hasReplicates
    self.margins = margins
    self.texts = try texts.enumerated().map { place, text in
      Report.Example(
        id: table.texts.ids[text], source: LogTables.name(table.texts.source(of: text)),
        changes: try pairs.map { try ResponseChange(ofText: text, pair: $0, in: table) },
        reports: reports[place],
        statistics: try TextStatistics(
          ofText: text, pairs: pairs, in: table, mostTopTokens: TextNumbers.topCount),
        verdicts: verdicts[place])
    }
  }
}
