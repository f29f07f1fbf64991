package import Analysis
internal import Foundation
package import RunLogs

/// A page of one log's texts, each token coloured by its change or by the verdict on it.
///
/// It is one HTML file with the style, the script and the policy of a report's page.
package struct ColouredTextPage: Sendable {
  /// A page opens at once with so many tokens.
  package static let mostTokens = 10_000

  private let log: String
  private let texts: TextExamples
  private let choice: String

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - table: of an open log.
  ///   - pairs: under each of which texts are shown; nil for all of the log.
  ///   - ids: the texts' in the order of the page; nil for whole texts of each author in turn, as many as
  ///     have 10,000 tokens together, prompts included.
  ///   - author: whose texts are chosen from where `ids` is nil; nil for all authors.
  ///   - margins: of verdicts; a measure's own where it isn't named.
  /// - Throws: `RunLogError` if the log lacks a pair or a text, or can't be read.
  package init(
    of table: TokenTable, pairs: [PairName]? = nil, texts ids: [String]? = nil,
    author: String? = nil, margins: [PositionMeasure: Double] = [:]
  ) throws {
    log = URL(filePath: table.log.path).lastPathComponent
    let chosen = try table.log.sequences(named: ids ?? [])
    texts = try TextExamples(
      of: chosen ?? Self.defaultTexts(in: table, author: author),
      pairs: pairs ?? table.log.header.pairs, in: table, margins: margins)
    choice =
      ids == nil
      ? (author.map { "Texts by \($0.isEmpty ? "unknown authors" : LogTables.name($0))" }
        ?? "Texts of each author in turn")
        + ", in the log's order, up to \(Number.count(Self.mostTokens)) tokens."
      : "Texts chosen by hand."
  }

  /// Texts of each author in turn, or of one, in the log's order, until the next would be too much; at
  /// least one.
  package static func defaultTexts(
    in table: TokenTable, author: String? = nil, mostTokens: Int = ColouredTextPage.mostTokens
  ) -> [Int] {
    let authors = author.map { [$0] } ?? table.texts.sources
    var queues = authors.map { table.texts.texts(of: $0)[...] }
    var chosen: [Int] = []
    var tokenCount = 0
    while queues.contains(where: { !$0.isEmpty }) {
      for author in queues.indices {
        guard let text = queues[author].popFirst() else { continue }
        tokenCount += table.log.tokens(ofSequence: text).count
        guard tokenCount <= mostTokens || chosen.isEmpty else { return chosen }
        chosen.append(text)
      }
    }
    return chosen
  }

  /// The file.
  /// - Throws: Mustache's error if a template can't be parsed, which a test rules out.
  package var html: String {
    get throws {
      let tokenCount = texts.texts.reduce(0) { $0 + $1.statistics.tokens.count }
      let compared = texts.pairs.map(\.arrow).joined(separator: ", ")
      let view: [String: Any] = [
        "title": VisibleText.escaped("\(log), texts"), "log": VisibleText.escaped(log),
        "compared": VisibleText.escaped(VisibleText.shortened(compared, to: 160)),
        "count": "\(Phrase.count(texts.texts.count, "text")), \(Phrase.count(tokenCount, "token"))",
        "statement": ReportPage.verdicts,
        "texts": PageTexts(
          anchor: "texts", texts: texts, choice: choice, hasHeatMaps: false
        ).view,
      ]
      return try PageTemplate().html("text-page", view)
    }
  }
}
