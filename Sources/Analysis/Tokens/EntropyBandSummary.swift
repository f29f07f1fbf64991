package import RunLogs
package import StatisticalInference

/// Where a change falls: on low-entropy or on high-entropy tokens of the model before.
///
/// A position has *low entropy* where the model before has at most `limit` nats; it *changed* where the Jensen-Shannon divergence of the pair is above `threshold` nats.
package struct EntropyBandSummary: Sendable {
  /// The largest low entropy, nats.
  package static let limit = 0.5
  /// Jensen-Shannon divergence in nats above which a position has changed.
  package static let threshold = 0.1

  /// Measured positions of low entropy.
  package let lowEntropyCount: Int
  /// The other measured positions.
  package let highEntropyCount: Int
  /// Share of the low-entropy positions that changed; nil without any.
  package let lowEntropyChangedShare: Estimate?
  /// Share of the others that changed; nil without any.
  package let highEntropyChangedShare: Estimate?

  /// Counts a pair's positions.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - table: of an open log.
  ///   - selection: prompts, responses or both.
  ///   - source: only texts written by this one; nil for all.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  package init(
    of pair: PairName, in table: TokenTable, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let entropies = try table.values(.entropy, of: pair.before)
    let divergences = try table.values(.jensenShannonDivergence, of: pair)
    let rows = try table.rows(of: pair, selection, source: source)
    func share(_ isIncluded: (Double) -> Bool) -> (count: Int, changed: Estimate?) {
      let part = rows.filter { isIncluded(Double(entropies[$0])) }
      let sums = TextSums(part) { Double(divergences[$0]) > Self.threshold ? 1 : 0 }
      return (part.count, table.means(of: sums, at: part, isShare: true)?.byToken)
    }
    (lowEntropyCount, lowEntropyChangedShare) = share { $0 <= Self.limit }
    (highEntropyCount, highEntropyChangedShare) = share { $0 > Self.limit }
  }
}
