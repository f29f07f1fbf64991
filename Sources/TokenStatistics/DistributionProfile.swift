import Foundation
internal import Kernels

/// One model's distribution at one position, reduced so far that what temperature and truncation make
/// of it can still be worked out.
///
/// The most likely tokens are listed; the others are in bins of their log-probability. The order of
/// tokens doesn't change with the temperature T: p_T ∝ p^(1/T).
package struct DistributionProfile: Sendable, Equatable {
  /// Most likely tokens that are listed, if the vocabulary has as many.
  package static let mostListed = 1_024
  /// Bins of the others.
  package static let binCount = 256

  /// ln p at T = 1, nats, in descending order: of each listed token, then of each bin (ln of its mean
  /// probability).
  package let logProbabilities: [Float]
  /// Tokens of each: 1 where listed.
  package let counts: [Float]
  /// Tokens that are listed one by one.
  package let listedCount: Int
  /// The width of a bin, nats.
  package let binWidth: Float
  /// Tokens in all.
  package let vocabularySize: Int
  /// ln p at T = 1 of the token that occurs, nats.
  package let logProbability: Double
  /// 1 + tokens that are more likely than the one that occurs.
  package let rank: Int
  /// s: how far ln p of the token that occurs moves when logits have independent errors of deviation
  /// 1, s² = (1 − p_y)² + Σ_{v ≠ y} p_v².
  package let scale: Double

  /// Reduces a row of logits.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`, finite.
  ///   - target: the token that occurs.
  ///   - mostListed: how many tokens to list.
  package init(logits: Span<Float>, target: Int, mostListed: Int = Self.mostListed) {
    precondition(logits.indices.contains(target), "token \(target) of \(logits.count)")
    let maximum = LogitSums.maximum(logits)
    let sums = LogitSums.exponentials(logits, shift: Double(maximum))
    let logPartition = Double(maximum) + log(sums.mass)
    let sketch = LogitSketch.make(
      logits, logPartition: logPartition, listedCount: mostListed, binCount: Self.binCount)
    (logProbabilities, counts) = (sketch.logProbabilities, sketch.counts)
    (listedCount, binWidth) = (sketch.listedCount, sketch.binWidth)
    vocabularySize = logits.count
    logProbability = Double(logits[target]) - logPartition
    rank = 1 + LogitSums.countGreater(logits, than: logits[target])
    var squares = 0.0
    for place in logProbabilities.indices {
      squares += exp(2 * Double(logProbabilities[place])) * Double(counts[place])
    }
    let p = exp(logProbability)
    let rest = -expm1(logProbability)
    scale = (rest * rest + max(squares - p * p, 0)).squareRoot()
  }

  /// ln Σ_v p_v^(1/T), nats: 0 at T = 1.
  package func logPartition(temperature: Double) -> Double {
    tempered(temperature).logPartition
  }

  /// The probability that a truncation keeps of the distribution at a temperature, which is applied
  /// first.
  ///
  /// - Parameters:
  ///   - rule: what is kept.
  ///   - temperature: T.
  /// - Returns: in (0, 1].
  package func keptMass(_ rule: Truncation, temperature: Double = 1) -> Double {
    tempered(temperature).keptMass(rule)
  }

  /// The distribution at a temperature.
  package func tempered(_ temperature: Double) -> Tempered {
    Tempered(self, temperature: temperature)
  }

  /// A distribution at a temperature, from which what any truncation keeps is looked up.
  package struct Tempered: Sendable {
    let profile: DistributionProfile
    let temperature: Double
    /// Running sums of e^((l − l_0)/T).
    let sums: [Double]

    fileprivate init(_ profile: DistributionProfile, temperature: Double) {
      precondition(temperature > 0, "temperature \(temperature)")
      (self.profile, self.temperature) = (profile, temperature)
      var sums = [Double](repeating: 0, count: profile.counts.count)
      var span = sums.mutableSpan
      TemperedSums.accumulate(
        profile.logProbabilities.span, profile.counts.span, temperature: temperature, into: &span)
      self.sums = sums
    }

    /// ln Σ_v p_v^(1/T), nats.
    package var logPartition: Double {
      Double(profile.logProbabilities[0]) / temperature + log(sums[sums.count - 1])
    }

    /// ln p_T of the token that occurs, nats.
    package var logProbability: Double { profile.logProbability / temperature - logPartition }

    /// The probability that a truncation keeps.
    package func keptMass(_ rule: Truncation) -> Double {
      exp(keptLogs(rule.kind, [rule.parameter], least: 0)[0])
    }

    /// How many of the most likely tokens a truncation keeps; of a bin all or none.
    package func keptCount(_ rule: Truncation) -> Int {
      let mass = keptMass(rule) * sums[sums.count - 1] * (1 + 1e-9)
      var count: Float = 0
      for place in sums.indices where sums[place] <= mass { count += profile.counts[place] }
      return max(Int(count), 1)
    }

    /// Whether a truncation keeps the token that occurs.
    package func keeps(_ rule: Truncation) -> Bool {
      keptMass(rule) * sums[sums.count - 1] >= ownMass * (1 - 1e-9)
    }

    /// ln p of the token that occurs after truncation, nats.
    ///
    /// A token that isn't kept was drawn nevertheless: then all that are more likely were kept, too.
    package func logProbability(_ rule: Truncation) -> Double {
      logProbabilities(rule.kind, [rule.parameter])[0]
    }

    /// The same for many values of a rule's parameter.
    package func logProbabilities(_ kind: Truncation.Kind, _ parameters: [Double]) -> [Double] {
      let own = logProbability
      return keptLogs(kind, parameters, least: ownMass).map { own - $0 }
    }

    /// Of all tokens that are at least as likely as the one that occurs.
    var ownMass: Double {
      TemperedSums.downTo(
        Float(profile.logProbability), profile.logProbabilities.span, sums.span)
    }

    private func keptLogs(
      _ kind: Truncation.Kind, _ parameters: [Double], least: Double
    ) -> [Double] {
      TemperedSums.keptLogs(
        kind.sums, parameters, temperature: temperature, least: least,
        profile.logProbabilities.span, sums.span, profile.counts.span,
        listedCount: profile.listedCount, binWidth: Double(profile.binWidth))
    }
  }
}
