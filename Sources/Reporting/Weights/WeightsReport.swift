package import Analysis
package import RunLogs
internal import StatisticalInference
package import WeightChanges

/// What `weights` says: how sparse a change is in weights, and beside it in tokens.
package struct WeightsReport {
  /// What rows are about.
  package enum Grouping: String, Sendable, CaseIterable {
    case layer, kind, tensor
  }

  let changes: WeightChanges
  let grouping: Grouping
  /// The log, and what its audit says; nil without one.
  let tokens: (log: String, headline: Headline)?
  let notes: [String]

  /// Puts it together.
  ///
  /// - Parameters:
  ///   - changes: of the weights.
  ///   - grouping: what rows are about.
  ///   - notes: more that a reader should know.
  package init(_ changes: WeightChanges, by grouping: Grouping, notes: [String] = []) {
    (self.changes, self.grouping, tokens) = (changes, grouping, nil)
    self.notes = changes.notes + notes
  }

  /// The same with shares of changed positions beside it.
  ///
  /// - Parameters:
  ///   - changes: of the weights.
  ///   - grouping: what rows are about.
  ///   - notes: more that a reader should know.
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - path: the log's, as the user named it.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    _ changes: WeightChanges, by grouping: Grouping, notes: [String] = [], pair: PairName,
    in table: TokenTable, path: String
  ) throws {
    (self.changes, self.grouping) = (changes, grouping)
    self.notes = changes.notes + notes
    var settings = PairAudit.Settings()
    settings.hasGrams = false
    tokens = (path, try Headline(PairAudit(of: pair, in: table, settings: settings), in: table))
  }

  /// How sparse in weights, and in tokens.
  package var sentences: [String] {
    [WeightWords.sentence(changes)]
      + (tokens.map { ["In tokens: \($0.headline.sentence)", Headline.definition] } ?? [])
  }

  /// Sentences about what counts and what doesn't.
  var remarks: [String] {
    [WeightWords.typeSentence(changes), WeightWords.rankSentence(changes)].compactMap(\.self)
      + WeightWords.exceptions(changes) + notes.map { $0 + "." }
  }

  /// Lines for people, the answer last.
  ///
  /// - Parameter width: characters of a line.
  /// - Returns: lines without line ends.
  package func lines(width: Int) -> [String] {
    func side(_ name: String, _ side: WeightChanges.Side) -> String {
      "\(name): \(side.path), \(Phrase.count(side.tensorCount, "tensor")) of "
        + WeightWords.types(side.types)
    }
    let tables = WeightTables(changes: changes)
    var lines = [side("before", changes.before), side("after", changes.after)]
    for table in [tables.parts(by: grouping)] + tables.distances {
      lines += ["", table.title] + table.lines(width: width)
    }
    let estimates = tokens.map { $0.headline.shares.map(\.share) } ?? []
    let foot = remarks + IntervalNote.sentences(about: estimates)
    if !foot.isEmpty { lines.append("") }
    lines += foot.flatMap { Phrase.lines($0, width: min(width, Self.textWidth)) }
    lines.append("")
    lines += sentences.flatMap { Phrase.lines($0, width: min(width, Self.textWidth)) }
    return lines.map(VisibleText.escaped)
  }

  /// Characters of a line of sentences.
  private static let textWidth = 80
}
