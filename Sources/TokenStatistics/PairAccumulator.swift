import Foundation
internal import Kernels

/// How one model's distribution for one position differs from another's, over the full vocabulary.
///
/// p is before, q is after; all in nats but the probabilities.
public struct PairStatistics: Sendable, Equatable {
  /// q − p of the token that occurs, in [−1, 1].
  public var probabilityChange: Double
  /// ln q − ln p of the token that occurs.
  public var logProbabilityChange: Double
  /// Entropy after − entropy before.
  public var entropyChange: Double
  /// KL(before from after) = Σ p (ln p − ln q) ≥ 0.
  public var klBeforeFromAfter: Double
  /// KL(after from before) = Σ q (ln q − ln p) ≥ 0.
  public var klAfterFromBefore: Double
  /// ½ Σ p ln(p/m) + ½ Σ q ln(q/m), m = (p + q)/2; in [0, ln 2].
  public var jensenShannon: Double
  /// ½ Σ |p − q|, in [0, 1].
  public var totalVariation: Double
  /// Share of the k most likely tokens that both have, in [0, 1].
  public var topOverlap: Double
}

/// Makes a `PairStatistics` from slices of both models' logits, once both partitions are known.
public struct PairAccumulator: Sendable {
  private let beforeLogPartition: Double
  private let afterLogPartition: Double
  private let precision: TermPrecision
  private var sums = DivergenceSums()

  /// A pair's accumulator before any slice.
  public init(
    beforeLogPartition: Double, afterLogPartition: Double, precision: TermPrecision = .double
  ) {
    self.precision = precision
    self.beforeLogPartition = beforeLogPartition
    self.afterLogPartition = afterLogPartition
  }

  /// Adds a slice of the vocabulary: both models' logits for the same tokens.
  public mutating func add(before: Span<Float>, after: Span<Float>) {
    let slice =
      precision == .double
      ? LogitSums.divergences(
        before: before, beforeLogPartition: beforeLogPartition, after: after,
        afterLogPartition: afterLogPartition)
      : SinglePrecisionSums.divergences(
        before: before, beforeLogPartition: beforeLogPartition, after: after,
        afterLogPartition: afterLogPartition)
    sums.forward += slice.forward
    sums.reverse += slice.reverse
    sums.jensenShannon += slice.jensenShannon
    sums.totalVariation += slice.totalVariation
  }

  /// The statistics after all slices, with what each model's own statistics add.
  public func finish(
    before: DistributionStatistics, after: DistributionStatistics
  ) -> PairStatistics {
    let change = after.logProbability - before.logProbability
    let shared = Set(before.topTokens).intersection(after.topTokens).count
    return PairStatistics(
      // q − p = p (e^Δ − 1), from the larger of both so that neither overflows.
      probabilityChange: change >= 0
        ? -exp(after.logProbability) * expm1(-change) : exp(before.logProbability) * expm1(change),
      logProbabilityChange: change,
      entropyChange: after.entropy - before.entropy,
      // Each term is non-negative up to rounding; a sum of −1e-17 is a zero.
      klBeforeFromAfter: max(sums.forward, 0),
      klAfterFromBefore: max(sums.reverse, 0),
      jensenShannon: min(max(sums.jensenShannon, 0), log(2)),
      totalVariation: min(max(sums.totalVariation, 0), 1),
      topOverlap: Double(shared) / Double(max(before.topTokens.count, 1)))
  }
}
