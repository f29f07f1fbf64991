import Foundation
package import RunLogs
internal import StatisticalInference

/// One token of a text under a pair of models.
package struct PositionChange: Sendable, Equatable, Encodable {
  /// The token's id.
  package let token: UInt32
  /// Its bytes, nil if the log has no tokenizer.
  package let bytes: TokenBytes?
  /// Whether it counts as one of the response.
  package let isResponse: Bool
  /// Probability before; NaN if not measured, as all that follow.
  package let probabilityBefore: Double
  /// Probability after.
  package let probabilityAfter: Double
  /// Jensen-Shannon divergence at its position, nats.
  package let divergence: Double
  /// Change of entropy at its position, nats.
  package let entropyChange: Double

  /// Probability after − before.
  package var probabilityChange: Double { probabilityAfter - probabilityBefore }
}

/// All tokens of one text under a pair of models.
package struct ResponseChange: Sendable, Equatable, Encodable {
  /// The text's id.
  package let id: String
  /// Who wrote it.
  package let source: String
  /// `before:after`.
  package let pair: String
  /// Prompt and response.
  package let positions: [PositionChange]
  /// Where among them the response starts.
  package let responseStart: Int

  /// The prompt's tokens.
  package var prompt: ArraySlice<PositionChange> { positions[..<responseStart] }
  /// The response's tokens, those among them that its mask leaves out.
  package var response: ArraySlice<PositionChange> { positions[responseStart...] }

  /// Reads one text.
  ///
  /// - Parameters:
  ///   - text: its place in the log.
  ///   - pair: of the log.
  ///   - table: of an open log.
  ///   - isWhole: whether divergence and change of entropy have to be in the log; else they are NaN in one
  ///     that has no more than bounds of them.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    ofText text: Int, pair: PairName, in table: TokenTable, isWhole: Bool = true
  ) throws {
    let range = table.log.tokens(ofSequence: text)
    let ids = try table.tokenIDs(in: range)
    let isResponse = try table.isResponse(in: range)
    let before = try table.values(.logProbability, of: pair.before, in: range)
    let after = try table.values(.logProbability, of: pair.after, in: range)
    func column(_ column: PairColumn) throws -> [Float] {
      isWhole || table.log.has(column)
        ? try table.values(column, of: pair, in: range) : ids.map { _ in .nan }
    }
    let divergence = try column(.jensenShannonDivergence)
    let entropy = try column(.entropyChange)
    id = table.texts.ids[text]
    source = table.texts.source(of: text)
    responseStart = table.texts.responseStarts[text]
    self.pair = pair.description
    positions = ids.indices.map { index in
      PositionChange(
        token: ids[index], bytes: table.log.tokenBytes(ids[index]).map(TokenBytes.init),
        isResponse: isResponse[index],
        probabilityBefore: exp(Double(before[index])),
        probabilityAfter: exp(Double(after[index])), divergence: Double(divergence[index]),
        entropyChange: Double(entropy[index]))
    }
  }
}

/// Which texts a report shows as an example.
package struct ChosenResponses: Sendable {
  /// One text for each source, in the order of the sources.
  package let sequences: [Int]
  /// Sources beyond the largest, which have none.
  package let omittedSourceCount: Int

  /// More examples than this nobody reads, and each is a figure to be drawn.
  package static let mostSources = 12

  /// Chooses, for each source, a typical response rather than a striking one.
  ///
  /// It is the one with the middle mean divergence among those of `minimumTokens` to `maximumTokens`
  /// measured tokens. Where none has such a length, all are candidates.
  ///
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    from table: TokenTable, pair: PairName, minimumTokens: Int = 16, maximumTokens: Int = 90
  ) throws {
    let rows = try table.rows(of: pair)
    let sums = try table.sums(.jensenShannonDivergence, of: pair, at: rows)
    let largest = table.texts.largestSources(Self.mostSources)
    omittedSourceCount = largest.omittedCount
    sequences = largest.sources.compactMap { source in
      let all = table.texts.texts(of: source).filter { sums.counts[$0] > 0 }
      let fitting = all.filter { (minimumTokens...maximumTokens).contains(sums.counts[$0]) }
      let means = (fitting.isEmpty ? all : fitting).map {
        (text: $0, mean: sums.sums[$0].value / Double(sums.counts[$0]))
      }
      let ranked = means.sorted { $0.mean == $1.mean ? $0.text < $1.text : $0.mean < $1.mean }
      return ranked.isEmpty ? nil : ranked[ranked.count / 2].text
    }
  }
}
