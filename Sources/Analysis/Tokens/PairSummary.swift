import Foundation
package import RunLogs
package import StatisticalInference

/// What changed between two models over a selection of tokens, without any claim about noise.
package struct PairSummary: Sendable {
  /// `before:after`.
  package let pair: String
  /// Which tokens.
  package let selection: TokenSelection
  /// Whose texts; nil for all.
  package let source: String?
  /// Measured positions.
  package let positionCount: Int
  /// Selected positions without statistics.
  package let unmeasuredCount: Int
  /// Texts with a measured position.
  package let sequenceCount: Int
  /// Each column's summary; empty if nothing was measured.
  ///
  /// Only that of the Jensen-Shannon divergence has a distribution.
  package let columns: [PairColumn: ColumnSummary]
  /// Probability of tokens that only one of both models has; nil if both have the same.
  package let bucketMass: ColumnSummary?
  /// Share of positions whose Jensen-Shannon divergence exceeds each of `thresholds`; empty if nothing
  /// was measured.
  package let sharesAbove: [Double: Estimate]
  /// Share of positions where the most likely token is another one.
  package let topTokenChangedShare: Estimate?

  /// Reads and summarises a pair.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - selection: prompts, responses or both.
  ///   - source: only texts written by this one; nil for all.
  ///   - isDistributed: whether the distribution of divergences is asked for.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    of pair: PairName, in table: TokenTable, selection: TokenSelection = .response,
    source: String? = nil, isDistributed: Bool = true
  ) throws {
    // What an imported log lacks is left out.
    let log = table.log
    let divergences =
      log.has(.jensenShannonDivergence)
      ? try table.values(.jensenShannonDivergence, of: pair) : nil
    let rows = try table.rows(of: pair, selection, source: source)
    self.pair = pair.description
    self.selection = selection
    self.source = source
    positionCount = rows.count
    unmeasuredCount = rows.unmeasuredCount
    sequenceCount = rows.measuredTextCount
    var columns: [PairColumn: ColumnSummary] = [:]
    for column in PairColumn.allCases where column != .bucketLogMass && log.has(column) {
      let range = column.range
      let means = table.means(
        of: try table.sums(column, of: pair, at: rows), at: rows, within: range)
      columns[column] = ColumnSummary(
        means,
        distribution: isDistributed && column == .jensenShannonDivergence
          ? divergences.flatMap { Distribution(table.sorted(rows, $0), within: range) } : nil)
    }
    self.columns = columns
    bucketMass =
      log.has(.bucketLogMass) ? try Self.bucketMass(of: pair, in: table, at: rows) : nil
    var sharesAbove: [Double: Estimate] = [:]
    for threshold in Self.thresholds {
      guard let divergences else { break }
      // Compared as doubles: 0.1 is another number in single precision.
      sharesAbove[threshold] = table.share("\(pair) js > \(threshold)", at: rows) {
        { Double(divergences[$0]) > threshold }
      }
    }
    self.sharesAbove = sharesAbove
    let haveTop = [pair.before, pair.after].allSatisfy { log.has(.topToken, of: $0) }
    topTokenChangedShare =
      !haveTop
      ? nil
      : try table.share("\(pair) top", at: rows) {
        let before = try table.log.integers(.topToken, of: pair.before)
        let after = try table.log.integers(.topToken, of: pair.after)
        return { before[$0] != after[$0] }
      }
  }

  /// Nats above which shares of positions are counted.
  package static let thresholds = [0.01, 0.1]

  /// The share above 0.1 nats; nil if nothing was measured.
  package var shareAboveTenth: Estimate? { sharesAbove[0.1] }

  /// One column's summary.
  package subscript(column: PairColumn) -> ColumnSummary? { columns[column] }

  /// e^−∞ = 0, so that a mean exists; the column is of logs.
  private static func bucketMass(
    of pair: PairName, in table: TokenTable, at rows: TokenRows
  ) throws -> ColumnSummary? {
    let sums = try table.sums("\(pair) bucket", at: rows) {
      let bucket = try table.log.floats(.bucketLogMass, of: pair)
      return { exp(Double(bucket[$0])) }
    }
    guard sums.squares.contains(where: { $0 > 0 }) else { return nil }
    return ColumnSummary(table.means(of: sums, at: rows, within: 0...1))
  }
}

extension PairColumn {
  /// Where values can lie; nil for anywhere.
  package var range: ClosedRange<Double>? {
    switch self {
    case .probabilityChange: -1...1
    case .logProbabilityChange, .entropyChange, .bucketLogMass: nil
    case .klBeforeAfter, .klAfterBefore: 0...Double.infinity
    case .jensenShannonDivergence: 0...log(2)
    case .totalVariationDistance, .topKOverlap: 0...1
    }
  }
}

extension TokenTable {
  /// The share of rows that pass, with its interval over prompts, kept under a name; nil of no rows.
  package func share(
    _ name: String, at rows: TokenRows, _ makePasses: () throws -> (Int) -> Bool
  ) rethrows -> Estimate? {
    let sums = try sums(name, at: rows) {
      let passes = try makePasses()
      return { passes($0) ? 1 : 0 }
    }
    return means(of: sums, at: rows, isShare: true)?.byToken
  }

  /// A column's values at some rows in ascending order, with the rows' prompts.
  package func sorted(_ rows: TokenRows, _ column: [Float]) -> SortedValues {
    var clusters: [Int32] = []
    clusters.reserveCapacity(rows.count)
    rows.visit { _, text, _ in clusters.append(texts.prompts[text]) }
    return SortedValues(
      rows.map { column[$0] }, clusters: clusters, clusterCount: texts.promptCount)
  }
}
