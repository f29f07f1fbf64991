import Foundation
internal import RunLogs
package import StatisticalInference

/// What one model says about a selection of tokens.
package struct ModelSummary: Sendable {
  /// The model's name.
  package let model: String
  /// Whose texts; nil for all.
  package let source: String?
  /// Measured positions.
  package let positionCount: Int
  /// Log-probability of the token that occurs, nats; nil if nothing was measured.
  package let logProbability: ColumnSummary?
  /// Entropy, nats, with its distribution.
  package let entropy: ColumnSummary?
  /// Share of positions whose token is the model's most likely one; nil if nothing was measured.
  package let topTokenShare: Estimate?
  /// e^(−mean log-probability by token).
  package let perplexity: Estimate?

  /// Reads and summarises a model.
  /// - Throws: `RunLogError` if the log lacks the model or can't be read.
  package init(
    of model: String, in table: TokenTable, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let entropies = try table.values(.entropy, of: model)
    let rows = try table.rows(
      TokenFilter(tokens: selection, source: source, models: [model]))
    let logs = table.means(
      of: try table.sums(.logProbability, of: model, at: rows), at: rows,
      within: -Double.infinity...0)
    self.model = model
    self.source = source
    positionCount = rows.count
    logProbability = ColumnSummary(logs)
    entropy = ColumnSummary(
      table.means(
        of: try table.sums(.entropy, of: model, at: rows), at: rows, within: 0...Double.infinity),
      distribution: Distribution(
        table.sorted(rows, entropies), within: 0...Double.infinity))
    topTokenShare = try table.share("\(model) rank 1", at: rows) {
      let ranks = try table.log.integers(.rank, of: model)
      return { ranks[$0] == 1 }
    }
    perplexity = logs?.byToken.mapped { exp(-$0) }
  }
}
