public import RunLogs

/// Where a change falls: on tokens that the model before was sure of, or on those it wasn't.
///
/// A position is *sure* where the entropy of the model before is at most `limit` nats; it *changed*
/// where the Jensen-Shannon divergence of the pair is above `threshold` nats.
public struct SurenessSummary: Sendable, Equatable, Codable {
  /// Entropy in nats up to which a position is sure.
  public static let limit = 0.5
  /// Jensen-Shannon divergence in nats above which a position has changed.
  public static let threshold = 0.1

  /// Measured positions that the model before is sure of.
  public let sureCount: Int
  /// The other measured positions.
  public let unsureCount: Int
  /// Share of the sure positions that changed; NaN without any.
  public let sureChangedShare: Double
  /// Share of the others that changed; NaN without any.
  public let unsureChangedShare: Double

  /// Counts a pair's positions.
  ///
  /// - Parameters:
  ///   - pair: before and after.
  ///   - log: an open log.
  ///   - selection: prompts, responses or both.
  ///   - source: only texts written by this one; nil for all.
  /// - Throws: `RunLogError` if the log lacks the pair or can't be read.
  public init(
    of pair: PairName, in log: TokenLog, selection: TokenSelection = .response,
    source: String? = nil
  ) throws {
    let positions = try MeasuredPositions(
      of: log, selection: selection, source: source, models: [pair.before, pair.after])
    let entropies = positions.values(of: try log.floats(.entropy, of: pair.before))
    let divergences = positions.values(of: try log.floats(.jensenShannonDivergence, of: pair))
    var (sure, unsure) = ((count: 0, changed: 0), (count: 0, changed: 0))
    for (entropy, divergence) in zip(entropies, divergences) {
      let changed = divergence > Self.threshold ? 1 : 0
      if entropy <= Self.limit {
        sure = (sure.count + 1, sure.changed + changed)
      } else {
        unsure = (unsure.count + 1, unsure.changed + changed)
      }
    }
    (sureCount, unsureCount) = (sure.count, unsure.count)
    sureChangedShare = Double(sure.changed) / Double(sure.count)
    unsureChangedShare = Double(unsure.changed) / Double(unsure.count)
  }
}
