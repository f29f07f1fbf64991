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
  /// Entropy, nats, with its distribution; nil if it wasn't measured.
  package let entropy: ColumnSummary?
  /// Mean entropy by token where lists of the most likely tokens leave it between two bounds: no
  /// value, and an interval that holds those of both means; nil if it was measured.
  package let entropyBounds: Estimate?
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
    let rows = try table.rows(
      TokenFilter(tokens: selection, source: source, models: [model]))
    let logs = table.means(
      of: try table.sums(.logProbability, of: model, at: rows), at: rows,
      within: -Double.infinity...0)
    self.model = model
    self.source = source
    positionCount = rows.count
    logProbability = ColumnSummary(logs)
    entropy = try Self.entropy(of: model, in: table, at: rows)
    entropyBounds = try Self.entropyBounds(of: model, in: table, at: rows)
    topTokenShare =
      !table.log.has(.rank, of: model)
      ? nil
      : try table.share("\(model) rank 1", at: rows) {
        let ranks = try table.log.integers(.rank, of: model)
        return { ranks[$0] == 1 }
      }
    perplexity = logs?.byToken.mapped { exp(-$0) }
  }

  private static func entropy(
    of model: String, in table: TokenTable, at rows: TokenRows
  ) throws -> ColumnSummary? {
    guard table.log.has(.entropy, of: model) else { return nil }
    let entropies = try table.values(.entropy, of: model)
    return ColumnSummary(
      table.means(
        of: try table.sums(.entropy, of: model, at: rows), at: rows, within: 0...Double.infinity),
      distribution: Distribution(
        table.sorted(rows, entropies), within: 0...Double.infinity))
  }

  private static func entropyBounds(
    of model: String, in table: TokenTable, at rows: TokenRows
  ) throws -> Estimate? {
    guard !table.log.has(.entropy, of: model), table.log.has(.entropyLower, of: model) else {
      return nil
    }
    let (lower, upper) = (
      try table.values(ModelBound.entropyLower, of: model),
      try table.values(ModelBound.entropyUpper, of: model)
    )
    func mean(_ values: [Float]) -> Estimate? {
      table.means(
        of: TextSums(rows) { Double(values[$0]) }, at: rows, within: 0...Double.infinity)?.byToken
    }
    guard let low = mean(lower) else { return nil }
    let isBounded = rows.map { upper[$0] }.allSatisfy { $0 < .infinity }
    guard isBounded, let high = mean(upper) else {
      var open = low
      open.value = .nan
      open.interval = low.interval.map { $0.lowerBound...Double.infinity }
      return open
    }
    return .between(low, high)
  }
}
