import Foundation
internal import Kernels

/// How one model's distribution for one position differs from another's, over the full vocabulary.
///
/// p is before, q is after; all in nats but the probabilities.
package struct PairStatistics: Sendable, Equatable {
  /// q − p of the token that occurs, in [−1, 1].
  package var probabilityChange: Double
  /// ln q − ln p of the token that occurs.
  package var logProbabilityChange: Double
  /// Entropy after − entropy before.
  package var entropyChange: Double
  /// KL(before from after) = Σ p (ln p − ln q) ≥ 0, over the tokens that both models have; where one
  /// has more, both are renormalised to these.
  package var klBeforeAfter: Double
  /// KL(after from before) = Σ q (ln q − ln p) ≥ 0, over the same tokens.
  package var klAfterBefore: Double
  /// ½ Σ p ln(p/m) + ½ Σ q ln(q/m), m = (p + q)/2; in [0, ln 2].
  ///
  /// Tokens that only one model has are one outcome.
  package var jensenShannon: Double
  /// ½ Σ |p − q|, in [0, 1]; likewise.
  package var totalVariation: Double
  /// Share of the k most likely tokens that both have, in [0, 1].
  package var topOverlap: Double
  /// ln of the probability that one model gives to tokens that the other doesn't have; −∞ if both
  /// have the same.
  package var bucketLogMass = -Double.infinity
}

/// Makes a `PairStatistics` from slices of both models' logits, once both partitions are known.
///
/// Where one model has more tokens, only those that both have are added, and the rest is a bucket of
/// probability m under one model and 0 under the other. Jensen-Shannon divergence and total variation
/// count it as one outcome: it adds ½ m ln 2 and ½ m. With it a Kullback-Leibler divergence from the
/// model that lacks the tokens would be infinite everywhere; both directions are therefore of the
/// distributions given that the token is one that both have. With the bucket, the other direction is
/// that number − ln(1 − m).
package struct PairAccumulator: Sendable {
  private let beforeLogPartition: Double
  private let afterLogPartition: Double
  private let bucket: Bucket?
  private let precision: TermPrecision
  private var sums = DivergenceSums()

  /// A pair's accumulator before any slice.
  ///
  /// - Parameters:
  ///   - beforeLogPartition: over all tokens of the model before.
  ///   - afterLogPartition: over all tokens of the model after.
  ///   - bucket: nil if both models have the same tokens.
  ///   - precision: of the terms; sums are in double precision.
  package init(
    beforeLogPartition: Double, afterLogPartition: Double, bucket: Bucket? = nil,
    precision: TermPrecision = .double
  ) {
    self.precision = precision
    self.beforeLogPartition = beforeLogPartition
    self.afterLogPartition = afterLogPartition
    self.bucket = bucket
  }

  /// Adds a slice of the tokens that both models have: both models' logits for the same ones.
  package mutating func add(before: Span<Float>, after: Span<Float>) {
    add(
      divergences(before, beforeLogPartition, after, afterLogPartition), before: before,
      after: after)
  }

  /// Adds a slice, and what its tokens gained and lost to a text's sums.
  ///
  /// - Parameters:
  ///   - before: logits of tokens `firstToken…`.
  ///   - after: logits of the same tokens.
  ///   - firstToken: the id of the first one.
  ///   - moved: of the text that the position belongs to.
  package mutating func add(
    before: Span<Float>, after: Span<Float>, firstToken: Int, moved: inout MovedMassSums
  ) {
    let slice = moved.add(
      before: before, beforeLogPartition, after: after, afterLogPartition, firstToken: firstToken,
      precision)
    add(slice, before: before, after: after)
  }

  private mutating func add(
    _ slice: DivergenceSums, before: Span<Float>, after: Span<Float>
  ) {
    sums.jensenShannon += slice.jensenShannon
    sums.totalVariation += slice.totalVariation
    let conditional =
      bucket.map { divergencesGivenShared(before: before, after: after, $0) } ?? slice
    sums.klBeforeAfter += conditional.klBeforeAfter
    sums.klAfterBefore += conditional.klAfterBefore
  }

  /// Of the distributions renormalised to the tokens that both models have.
  private func divergencesGivenShared(
    before: Span<Float>, after: Span<Float>, _ bucket: Bucket
  ) -> DivergenceSums {
    divergences(
      before, beforeLogPartition + (bucket.isAfter ? 0 : bucket.sharedLogMass), after,
      afterLogPartition + (bucket.isAfter ? bucket.sharedLogMass : 0))
  }

  private func divergences(
    _ before: Span<Float>, _ beforeLogPartition: Double, _ after: Span<Float>,
    _ afterLogPartition: Double
  ) -> DivergenceSums {
    switch precision {
    case .double:
      LogitSums.divergences(
        before: before, beforeLogPartition: beforeLogPartition, after: after,
        afterLogPartition: afterLogPartition)
    case .single:
      SinglePrecisionSums.divergences(
        before: before, beforeLogPartition: beforeLogPartition, after: after,
        afterLogPartition: afterLogPartition)
    }
  }

  /// The statistics after all slices, with what each model's own statistics add.
  package func finish(
    before: DistributionStatistics, after: DistributionStatistics
  ) -> PairStatistics {
    let change = after.logProbability - before.logProbability
    let extra = bucket.map { exp($0.logMass) } ?? 0
    let shared = Set(before.topTokens).intersection(after.topTokens).count
    return PairStatistics(
      // q − p = p (e^Δ − 1), from the larger of both so that neither overflows.
      probabilityChange: change >= 0
        ? -exp(after.logProbability) * expm1(-change) : exp(before.logProbability) * expm1(change),
      logProbabilityChange: change,
      entropyChange: after.entropy - before.entropy,
      // Each term is non-negative up to rounding; a sum of −1e-17 is a zero.
      klBeforeAfter: max(sums.klBeforeAfter, 0),
      klAfterBefore: max(sums.klAfterBefore, 0),
      jensenShannon: min(max(sums.jensenShannon + 0.5 * extra * log(2), 0), log(2)),
      totalVariation: min(max(sums.totalVariation + 0.5 * extra, 0), 1),
      topOverlap: Double(shared) / Double(max(before.topTokens.count, 1)),
      bucketLogMass: bucket?.logMass ?? -.infinity)
  }
}
