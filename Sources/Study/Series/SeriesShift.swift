internal import Analysis
internal import Reporting
internal import RunLogs
internal import StatisticalInference

/// How far checkpoints are from base, on each author's texts apart.
///
/// Authors are not pooled: what a model wrote itself looks changed where another one's texts don't, and how many
/// texts of each there are would decide the mean.
struct SeriesShift {
  /// More authors than these are left out, those with the fewest texts first.
  private static let mostAuthors = 12

  let pairs: [(run: String, pair: PairName)]
  let table: TokenTable
  /// Whose texts there are, and how many authors are left out.
  let authors: (sources: [String], omittedCount: Int)

  /// All parts given.
  ///
  /// - Parameters:
  ///   - pairs: base with each checkpoint.
  ///   - table: the texts, scored under all of them.
  init(_ pairs: [(run: String, pair: PairName)], in table: TokenTable) {
    (self.pairs, self.table) = (pairs, table)
    authors = table.texts.largestSources(Self.mostAuthors)
  }

  /// The author whose texts stand for all in a single number: the only one, else base; nil for none.
  func author(base: String) -> String? {
    let all = table.texts.sources
    return all.count == 1 ? all[0] : all.first { $0 == base }
  }

  /// A row for each author and checkpoint, intervals over prompts.
  ///
  /// - Parameter file: that the texts are from; nil for base's own.
  /// - Returns: KL in both directions, and shares of positions that changed.
  /// - Throws: `RunLogError` if the log can't be read.
  func table(ofTexts file: String?) throws -> Table {
    let isPlural = authors.sources.count > 1
    let rows = try authors.sources.flatMap { author in
      try pairs.map { run, pair in
        let summary = try PairSummary(of: pair, in: table, source: author, isDistributed: false)
        let bands = try EntropyBandSummary(of: pair, in: table, source: author)
        let texts: [Table.Cell] = isPlural ? [.text(author)] : []
        let values = [
          summary[.klAfterBefore]?.means.byToken, summary[.klBeforeAfter]?.means.byToken,
          summary.shareAboveTenth, bands.lowEntropyChangedShare, bands.highEntropyChangedShare,
        ]
        return [.text(run)] + texts + values.map { .estimate($0) }
      }
    }
    let omitted =
      authors.omittedCount == 0
      ? "" : " \(Phrase.count(authors.omittedCount, "author")) with fewer texts left out."
    return Table(
      title: "Shift from base on "
        + (file.map { "the responses of \($0)" } ?? StudyTables.ownResponses),
      caption: StudyTables.changed + omitted,
      columns: [.init("run", .text, "")]
        + (isPlural ? [.init("texts", .text, "whose they are: their source")] : [])
        + StudyTables.shiftColumns,
      rows: rows)
  }
}
