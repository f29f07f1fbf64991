import Foundation
internal import Kernels

/// The statistics of one model's distribution for one position, over the full vocabulary.
package struct DistributionStatistics: Sendable, Equatable {
  /// ln Σᵥ e^zᵥ of the raw logits z.
  package var logPartition: Double
  /// ln p of the token that occurs, nats.
  package var logProbability: Double
  /// −Σᵥ pᵥ ln pᵥ, nats.
  package var entropy: Double
  /// Variance of −ln p under p, nats².
  package var varentropy: Double
  /// 1 + number of tokens whose logit is strictly greater than that of the token that occurs.
  package var rank: Int
  /// The k most likely tokens, most likely first; ties go to the lower id.
  package var topTokens: [Int32]
  /// Their log-probabilities, nats.
  package var topLogProbabilities: [Double]
  /// ln of the probability of all other tokens; −∞ if there are none.
  package var restLogMass: Double
  /// ln of the probability of tokens that not all models of a comparison have; −∞ if there are none.
  package var extraLogMass = -Double.infinity
}

/// In which precision the terms of sums over a vocabulary are worked out; they are added in Double.
package enum TermPrecision: Sendable {
  /// To the last digits of a Double.
  case double
  /// To about 1e-6 of each statistic, five times as fast: for logits that are no better.
  case single
}

/// Makes a `DistributionStatistics` from slices of a row of logits, in two passes.
///
/// The first pass finds the partition function and the largest logits, the second counts what is
/// above the token that occurs and adds up what is outside the k largest. A whole row never has to
/// exist: the second pass may compute its slices anew. Sums are kept in Double around a running
/// maximum.
package struct DistributionAccumulator: Sendable {
  private let target: Int32
  private let topCount: Int
  private let precision: TermPrecision
  /// One more than is reported: the largest of the rest is what the rest is added up around.
  private var largest: LargestLogits
  private var maximum = -Float.infinity
  private var sums = ExponentialSums()
  private var targetLogit = -Float.infinity
  private var greaterCount = 0
  private var belowMass = 0.0
  private var thresholdCount = 0
  /// What the second pass adds up the rest below, if it does: known after the first pass.
  private var restThreshold: Float??

  /// A row's accumulator before any slice.
  ///
  /// - Parameters:
  ///   - target: the token that occurs.
  ///   - topCount: k, how many of the most likely tokens to keep; at least 1 is kept.
  ///   - precision: of the terms.
  package init(target: Int32, topCount: Int, precision: TermPrecision = .double) {
    self.target = target
    self.precision = precision
    self.topCount = max(topCount, 1)
    largest = LargestLogits(capacity: self.topCount + 1)
  }

  /// First pass: the logits of tokens `firstToken…`, slices in ascending order.
  package mutating func addFirstPass(_ logits: Span<Float>, firstToken: Int) {
    guard !logits.isEmpty else { return }
    let sliceMaximum = LogitSums.maximum(logits)
    if !(sliceMaximum <= maximum) {
      rescale(to: sliceMaximum)
    }
    let slice =
      precision == .double
      ? LogitSums.exponentials(logits, shift: Double(maximum))
      : SinglePrecisionSums.exponentials(logits, shift: maximum)
    sums.mass += slice.mass
    sums.first += slice.first
    sums.second += slice.second
    let place = Int(target) - firstToken
    if place >= 0, place < logits.count { targetLogit = logits[place] }
    largest.add(logits, firstToken: firstToken, maximum: sliceMaximum)
  }

  /// ln Σ e^z after the first pass; NaN if a logit was NaN or infinite.
  package var logPartition: Double { Double(maximum) + log(sums.mass) }

  /// Second pass, over the same slices in any order.
  package mutating func addSecondPass(_ logits: Span<Float>) {
    greaterCount += LogitSums.countGreater(logits, than: targetLogit)
    if restThreshold == nil { restThreshold = .some(needsBelowMass ? restMaximum : nil) }
    guard case .some(.some(let threshold)) = restThreshold else { return }
    thresholdCount += LogitSums.countEqual(logits, to: threshold)
    belowMass +=
      precision == .double
      ? LogitSums.massBelow(logits, threshold: threshold, shift: Double(threshold))
      : SinglePrecisionSums.massBelow(logits, threshold: threshold)
  }

  /// The statistics after both passes.
  package func finish() -> DistributionStatistics {
    let mean = sums.first / sums.mass
    let entropy = log(sums.mass) - mean
    let top = largest.entries.prefix(topCount)
    return DistributionStatistics(
      logPartition: logPartition,
      logProbability: Double(targetLogit) - logPartition,
      // Rounding may leave a few 1e-17 below zero where one token has all the mass.
      entropy: entropy < 0 ? 0 : entropy,
      varentropy: max(sums.second / sums.mass - mean * mean, 0),
      rank: 1 + greaterCount,
      topTokens: top.map(\.token),
      topLogProbabilities: top.map { Double($0.logit) - logPartition },
      restLogMass: restLogMass)
  }

  /// The largest logit outside the top k, nil if there is none.
  private var restMaximum: Float? {
    largest.entries.count > topCount ? largest.entries[topCount].logit : nil
  }

  /// Whether the mass outside the top k is so small that 1 − Σ top would lose digits: then the
  /// second pass adds up the small terms themselves.
  ///
  /// In single precision the sum's terms lose more digits than that: it then adds up what is less
  /// than half.
  private var needsBelowMass: Bool {
    restBySubtraction < (precision == .double ? 0.01 : 0.5) * sums.mass
  }

  private var restBySubtraction: Double {
    largest.entries.prefix(topCount).reduce(sums.mass) {
      $0 - exp(Double($1.logit) - Double(maximum))
    }
  }

  /// ln of the rest's share of the mass.
  ///
  /// Around its own largest logit the rest's sum is at least 1, however far below the top that is.
  private var restLogMass: Double {
    guard let threshold = restMaximum else { return -.infinity }
    guard needsBelowMass else { return log(restBySubtraction / sums.mass) }
    let kept = largest.entries.prefix(topCount).count { $0.logit == threshold }
    return log(belowMass + Double(thresholdCount - kept)) + (Double(threshold) - logPartition)
  }

  /// Moves the sums to a new, larger maximum: with s' = s − d, d = new − old,
  /// Σe^s' = e⁻ᵈ Σeˢ, Σe^s'·s' = e⁻ᵈ (Σeˢ·s − d Σeˢ), and so on for the square.
  private mutating func rescale(to newMaximum: Float) {
    let d = Double(newMaximum) - Double(maximum)
    maximum = newMaximum
    guard sums.mass > 0 else { return }
    let factor = exp(-d)
    sums = ExponentialSums(
      mass: factor * sums.mass,
      first: factor * (sums.first - d * sums.mass),
      second: factor * (sums.second - 2 * d * sums.first + d * d * sums.mass))
  }
}
