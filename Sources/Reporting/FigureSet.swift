package import Analysis
package import Files
package import Foundation
package import Plotting
package import RunLogs
internal import StatisticalInference

/// The figures of a token log, made from its columns alone.
package struct FigureSet: Sendable {
  /// A figure and the name of its files.
  package struct Entry: Sendable {
    /// File name without extension.
    package let name: String
    /// The figure.
    package let figure: Figure

    package init(name: String, figure: Figure) { (self.name, self.figure) = (name, figure) }
  }

  /// In the order of a report.
  package let entries: [Entry]
  /// Sources of which no text is drawn: only the largest have a token heat map.
  package private(set) var omittedSourceCount = 0

  /// Those figures.
  package init(_ entries: [Entry]) { self.entries = entries }

  /// Makes all figures of a log.
  ///
  /// - Parameters:
  ///   - table: of a token log with at least one pair.
  ///   - pairs: nil for all of the log's.
  ///   - responses: texts for token heat maps, as indices of sequences; nil for one typical
  ///     response of each source.
  ///   - steps: of a declared lineage; nil for none.
  /// - Throws: `RunLogError`, or `FigureError` if nothing was measured.
  package init(
    of table: TokenTable, pairs: [PairName]? = nil, responses: [Int]? = nil,
    steps: StepDecomposition? = nil
  ) throws {
    let pairs = pairs ?? table.log.header.pairs
    let columns = try ResponseColumns(table)
    // Columns of one figure after the other: all of them at once would be most of the memory.
    var entries = [
      Entry(
        name: "probability-change",
        figure: try ProbabilityChangeHistogram.figure(
          pairs.map {
            .init(pair: PairLabel($0), changes: try columns.values(.probabilityChange, of: $0))
          })),
      Entry(
        name: "divergence-survival",
        figure: try DivergenceSurvival.figure(
          pairs.map {
            .init(
              pair: PairLabel($0),
              divergences: try columns.values(.jensenShannonDivergence, of: $0),
              prompts: columns.promptOfToken)
          })),
      Entry(
        name: "entropy-before-after",
        figure: try EntropyBeforeAfter.figure(
          pairs.map {
            .init(
              pair: PairLabel($0), before: try columns.entropies(of: $0.before, in: $0),
              after: try columns.entropies(of: $0.after, in: $0),
              change: try columns.entropyChange(of: $0))
          })),
      Entry(
        name: "entropy-divergence",
        figure: try EntropyDivergence.figure(
          columns.divergencesByAuthor(pairs), margin: PositionMeasure.divergence.margin)),
      Entry(
        name: "change-by-position",
        figure: try ChangeByPosition.figure(
          pairs.map {
            .init(
              pair: PairLabel($0),
              divergences: try columns.values(.jensenShannonDivergence, of: $0),
              logProbabilityChanges: try columns.values(.logProbabilityChange, of: $0))
          }, lengths: columns.lengths, prompts: table.texts.prompts)),
    ]
    if let steps {
      entries.append(Entry(name: "step-quadrants", figure: try StepQuadrants.figure(steps)))
    }
    let shown = Self.heatMapPairs(pairs)
    let typical =
      try responses == nil ? shown.first.map { try ChosenResponses(from: table, pair: $0) } : nil
    omittedSourceCount = typical?.omittedSourceCount ?? 0
    var known: Set<Int> = []
    let chosen = (responses ?? typical?.sequences ?? []).filter { known.insert($0).inserted }
    let maps = try chosen.map { sequence in
      (sequence, try Self.heatMap(of: sequence, pairs: shown, in: table))
    }
    let names = TextFigureName.names(ofTexts: maps.map(\.1.id))
    for ((sequence, map), name) in zip(maps, names) {
      // Two texts may have one id.
      let isTaken = entries.contains { $0.name == name }
      entries.append(Entry(name: isTaken ? "\(name)-\(sequence)" : name, figure: map.figure))
    }
    self.entries = entries
  }

  /// Refuses to draw into a folder where a figure's file would go over what isn't to be replaced.
  /// - Throws: `DestinationError`.
  package func check(folder: URL, sparing spared: SparedFiles) throws {
    for entry in entries {
      for file in FigureFiles(name: entry.name, in: folder).all {
        try spared.check(file.relativePath, companions: [])
      }
    }
  }

  /// Draws every figure into a folder, which is made if it isn't there.
  /// - Throws: `PlottingError`, and `DestinationError` before anything is drawn.
  package func write(
    to folder: URL, sparing spared: SparedFiles = SparedFiles()
  ) throws -> [FigureFiles] {
    try check(folder: folder, sparing: spared)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try entries.map { try $0.figure.write(named: $0.name, to: folder) }
  }

  /// Two panels stand side by side: the first two pairs that start at the same model.
  private static func heatMapPairs(_ pairs: [PairName]) -> [PairName] {
    guard let first = pairs.first else { return [] }
    return Array(pairs.filter { $0.before == first.before }.prefix(2))
  }

  private static func heatMap(
    of sequence: Int, pairs: [PairName], in table: TokenTable
  ) throws -> (id: String, figure: Figure) {
    let changes = try pairs.map { try ResponseChange(ofText: sequence, pair: $0, in: table) }
    let responses = changes.map(\.response)
    let id = changes.first?.id ?? ""
    let figure = try TokenHeatMap.figure(
      response: VisibleText.shortened(id, to: 80),
      tokens: (responses.first ?? []).map { $0.bytes?.values ?? Array("#\($0.token)".utf8) },
      zip(pairs, responses).map { pair, positions in
        .init(
          pair: PairLabel(pair),
          changes: positions.map { $0.isResponse ? Float($0.probabilityChange) : .nan })
      })
    return (id, figure)
  }
}

/// Columns as figures take them: all response tokens, NaN where not measured under the pair.
private struct ResponseColumns {
  private let table: TokenTable
  /// Response tokens of each text.
  let lengths: [Int]
  /// The prompt of each response token.
  let promptOfToken: [Int32]

  init(_ table: TokenTable) throws {
    self.table = table
    lengths = try table.rows().lengths.map(Int.init)
    var promptOfToken: [Int32] = []
    for (length, prompt) in zip(lengths, table.texts.prompts) {
      promptOfToken += [Int32](repeating: prompt, count: length)
    }
    self.promptOfToken = promptOfToken
  }

  func values(_ column: PairColumn, of pair: PairName) throws -> [Float] {
    try table.rows(of: pair).padded(table.values(column, of: pair))
  }

  func entropyChange(of pair: PairName) throws -> Estimate? {
    let rows = try table.rows(of: pair)
    return table.means(of: try table.sums(.entropyChange, of: pair, at: rows), at: rows)?.byToken
  }

  /// Each pair's texts by author; as many of each.
  func divergencesByAuthor(_ pairs: [PairName]) throws -> [[EntropyDivergence.Input]] {
    let pairs = pairs.prefix(EntropyDivergence.mostPairs)
    let authors = try pairs.map { try table.authors(of: $0) }
    let count = min(authors.map(\.count).min() ?? 0, EntropyDivergence.mostAuthors)
    return try zip(pairs, authors).map { pair, authors in
      let entropies = try table.values(.entropy, of: pair.before)
      let divergences = try table.values(.jensenShannonDivergence, of: pair)
      return try authors.prefix(count).map { author in
        let rows = try table.rows(of: pair, source: author)
        let before = rows.map { Double(entropies[$0]) }
        return EntropyDivergence.Input(
          pair: PairLabel(pair), author: LogTables.name(author), entropies: before,
          divergences: rows.map { Double(divergences[$0]) },
          threshold: SortedValues.quantile(1 - ForkAudit.forkShare, of: before.sorted()))
      }
    }
  }

  func entropies(of model: String, in pair: PairName) throws -> [Float] {
    try table.rows(of: pair).padded(table.values(.entropy, of: model))
  }
}

extension PairLabel {
  fileprivate init(_ pair: PairName) { self.init(before: pair.before, after: pair.after) }
}
