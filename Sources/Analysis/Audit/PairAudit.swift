package import RunLogs
internal import StatisticalInference

/// Which tokens changed between two models, and how sure that is: authors of texts apart, since on text
/// by the model before the mean change of log-probability is −KL(before‖after), on text by the model
/// after +KL(after‖before).
package struct PairAudit: Sendable {
  /// What is asked.
  package struct Settings: Sendable {
    /// The margin of each measure.
    package var margins = Dictionary(
      uniqueKeysWithValues: PositionMeasure.allCases.map { ($0, $0.margin) })
    /// The margin of moved mass.
    package var movedMargin = MovedMassAudit.margins[1]
    /// An author who is asked about and hence judged, too, where not one of the largest.
    package var author: String?
    /// Whether two and three tokens in a row are judged, too.
    package var hasGrams = true
    /// What puts tokens into categories, and which texts are landmarks.
    package var categories = TokenCategories.standard
    /// What of the texts of `author` is meant, who alone is judged then; nil for all of all authors.
    package var part: AuditedPart?

    /// The defaults of the command.
    package init() {}

    /// The margin that a measure's verdict is at.
    package func margin(_ measure: PositionMeasure) -> Double { margins.margin(measure) }

    /// All margins that there are verdicts at, ascending: a measure's own, and the one that was asked for.
    package func allMargins(_ measure: PositionMeasure) -> [Double] {
      Set(measure.margins + [margin(measure)]).sorted()
    }

    /// The same of moved mass.
    package var allMovedMargins: [Double] { Set(MovedMassAudit.margins + [movedMargin]).sorted() }
  }

  /// One author's texts.
  package struct Author: Sendable {
    /// Who wrote them; empty where unknown.
    package let name: String
    /// Measured positions of responses.
    package let positionCount: Int
    /// Prompts that have any.
    package let promptCount: Int
    /// Shares of changed positions at all margins of each measure, ascending.
    package let shares: [PositionMeasure: [ChangedShare]]
    /// What moved; nil without lists of most likely tokens.
    package let moved: MovedMassAudit?
    /// Estimators of the divergence between both models; nil of others' texts.
    package let estimators: [DivergenceEstimator]?
    /// By token.
    package let tokens: GroupTable
    /// By two and by three tokens in a row; nil if not asked for.
    package let grams: GroupTable?
    /// By kinds of positions.
    package let kinds: GroupTable
  }

  /// Before and after.
  package let pair: PairName
  /// Of each position.
  package let verdicts: PositionVerdicts
  /// The models of the pair first, then those with most texts; last one that was asked for beyond these.
  package let authors: [Author]
  /// Authors beyond these.
  package let omittedAuthorCount: Int
  package let settings: Settings

  /// The one author who was asked about, or all.
  package var shownAuthors: [Author] {
    guard let name = settings.author else { return authors }
    return authors.filter { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// More authors than this are left out, but for one that is asked for.
  package static let mostAuthors = 12

  /// Reads a pair and judges.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(of pair: PairName, in table: TokenTable, settings: Settings = Settings()) throws {
    self.pair = pair
    self.settings = settings
    let verdicts = try PositionVerdicts(of: pair, in: table)
    self.verdicts = verdicts
    let columns = GroupColumns(verdicts, settings)
    let rows = try table.rows(of: pair)
    let ids = try table.tokenIDs()
    let source = try MovedMassSource(of: pair, in: table, at: rows)
    let variations = try table.totalVariations(of: pair)
    let tokens = PositionGrouping.tokens(rows, ids: ids)
    let grams = settings.hasGrams ? PositionGrouping.grams(rows, ids: ids) : nil
    let kinds = try PositionGrouping.kinds(
      of: pair, rows, in: table, categories: settings.categories)
    let all = try table.authors(of: pair)
    let asked = all.dropFirst(Self.mostAuthors).filter { name in
      settings.author.map { $0.utf8.elementsEqual(name.utf8) } ?? false
    }
    let chosen =
      settings.part == nil
      ? all.prefix(Self.mostAuthors) + asked
      : all.filter { name in settings.author.map { $0.utf8.elementsEqual(name.utf8) } ?? true }[...]
    omittedAuthorCount = all.count - chosen.count
    authors = try chosen.map { name in
      let all = try table.rows(of: pair, source: name)
      let rows = settings.part?.restricted(all) ?? all
      let number = table.texts.sources.firstIndex { $0.utf8.elementsEqual(name.utf8) } ?? 0
      func groups(_ groupings: [PositionGrouping], listsRare: Bool = true) -> GroupTable {
        GroupTable(
          groupings, at: rows, author: number, columns, texts: table.texts, listsRare: listsRare)
      }
      let estimators = try DivergenceEstimator.all(
        of: pair, author: name, at: rows, in: table)
      return Author(
        name: name, positionCount: rows.count,
        promptCount: Set(
          rows.texts.filter { !rows.range(of: $0).isEmpty }.map { table.texts.prompts[$0] }
        ).count,
        shares: Dictionary(
          uniqueKeysWithValues: PositionMeasure.allCases.map { measure in
            (
              measure,
              settings.allMargins(measure).compactMap {
                ChangedShare(measure, margin: $0, at: rows, verdicts, table.texts)
              }
            )
          }),
        // Which of a text's places gained and lost, nobody kept.
        moved: source.isKnown && settings.part?.places == nil
          ? MovedMassAudit(
            source, at: rows, totalVariations: variations, settings,
            isReduced: verdicts.computeType != PositionVerdicts.exactType, texts: table.texts)
          : nil,
        estimators: estimators, tokens: groups([tokens]),
        grams: grams.map { groups([$0.pairs, $0.triples], listsRare: false) }, kinds: groups(kinds))
    }
  }
}

extension TokenTable {
  /// The total variation at each token, twice; or its bounds where only lists are known.
  fileprivate func totalVariations(of pair: PairName) throws -> (lower: [Float], upper: [Float]) {
    if !log.has(.totalVariationDistance), log.has(.totalVariationLower) {
      return (
        try values(.totalVariationLower, of: pair), try values(.totalVariationUpper, of: pair)
      )
    }
    let values = try values(.totalVariationDistance, of: pair)
    return (values, values)
  }

  /// Authors with a measured position under a pair: the pair's own models, then by number of texts.
  /// - Throws: `RunLogError` if the log lacks a model or can't be read.
  package func authors(of pair: PairName) throws -> [String] {
    let rows = try rows(of: pair)
    var sizes = [Int](repeating: 0, count: texts.sources.count)
    var isMeasured = sizes.map { _ in false }
    for text in rows.texts {
      let source = Int(texts.sourceOf[text])
      sizes[source] += 1
      if !rows.range(of: text).isEmpty { isMeasured[source] = true }
    }
    // Swift takes two ways to write one letter as the same; a log doesn't.
    func rank(_ source: Int) -> Int {
      let name = texts.sources[source].utf8
      return name.elementsEqual(pair.before.utf8)
        ? 0 : name.elementsEqual(pair.after.utf8) ? 1 : 2
    }
    return sizes.indices.filter { isMeasured[$0] }
      .sorted { (rank($0), -sizes[$0], $0) < (rank($1), -sizes[$1], $1) }
      .map { texts.sources[$0] }
  }
}
