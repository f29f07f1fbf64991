import Foundation

/// Whether a number is above another, or below it.
package protocol ThresholdTest: Sendable {
  /// The p-value of "it is at most so much": small where it is above.
  func probabilityAtMost(_ null: Double) -> Double
  /// The p-value of "it is at least so much": small where it is below.
  func probabilityAtLeast(_ null: Double) -> Double
}

/// Whether what one value per training seed estimates is above a number, or below it, by Student's t.
package struct SeedTest: ThresholdTest {
  /// Seeds.
  package let seeds: Int
  private let centre: Double
  /// Of one seed, on the scale of the test.
  private let deviation: Double
  private let isOnLogit: Bool

  /// The plain mean.
  ///
  /// Nil of fewer than two values, and where all are equal: no spread is no certainty.
  ///
  /// - Parameter values: one for each seed.
  package init?(_ values: [Double]) {
    guard let spread = Self.spread(values) else { return nil }
    (seeds, centre, deviation) = (values.count, spread.mean, spread.deviation)
    isOnLogit = false
  }

  /// The mean share u on the logit, with the delta method's deviation s/(u (1 − u)).
  ///
  /// The twin of `Estimate.mean(ofSeeds:within:)` over 0…1. Nil of fewer than two shares, and where all are
  /// equal.
  ///
  /// - Parameter shares: one for each seed, in [0, 1].
  package init?(ofShares shares: [Double]) {
    guard let spread = Self.spread(shares), spread.mean > 0, spread.mean < 1 else { return nil }
    let u = spread.mean
    (seeds, centre) = (shares.count, Self.logit(u))
    deviation = spread.deviation / (u * (1 - u))
    isOnLogit = true
  }

  private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double)? {
    guard values.count > 1, !values.allSatisfy({ $0 == values[0] }) else { return nil }
    let moments = Moments(values)
    return (moments.mean, (moments.squares / Double(values.count - 1)).squareRoot())
  }

  private static func logit(_ share: Double) -> Double { log(share / (1 - share)) }

  private func scaled(_ null: Double) -> Double {
    guard isOnLogit else { return null }
    return null <= 0 ? -.infinity : null >= 1 ? .infinity : Self.logit(null)
  }

  private func tail(_ difference: Double) -> Double {
    let t = difference / (deviation / Double(seeds).squareRoot())
    return StudentT.upperTail(t, degreesOfFreedom: Double(seeds - 1))
  }

  /// The p-value of "it is at most so much": small where it is above.
  package func probabilityAtMost(_ null: Double) -> Double { tail(centre - scaled(null)) }

  /// The p-value of "it is at least so much": small where it is below.
  package func probabilityAtLeast(_ null: Double) -> Double { tail(scaled(null) - centre) }

  /// The fewest seeds with which one-sided tests would most likely place it in a range, if mean and
  /// deviation were the ones that these seeds have.
  ///
  /// - Parameters:
  ///   - low: what it is to be above; −∞ for no such test.
  ///   - high: what it is to be below; ∞ for no such test.
  ///   - level: of each test.
  ///   - power: how likely.
  ///   - most: no more are tried.
  /// - Returns: nil where more would be needed, or where mean and range are apart.
  package func seedsNeeded(
    above low: Double = -.infinity, below high: Double = .infinity, level: Double,
    power: Double = 0.8, most: Int = 1_000
  ) -> Int? {
    let (low, high) = (scaled(low), scaled(high))
    guard centre > low, centre < high else { return nil }
    func isEnough(_ seeds: Int) -> Bool {
      Self.power(
        seeds: seeds, below: (high - centre) / deviation, above: (low - centre) / deviation,
        level: level) >= power
    }
    guard isEnough(most) else { return nil }
    var (few, enough) = (1, most)
    while enough - few > 1 {
      let middle = few + (enough - few) / 2
      if isEnough(middle) { enough = middle } else { few = middle }
    }
    return enough
  }

  /// The probability that both one-sided t tests refuse: that the mean is at most the lower end, and that
  /// it is at least the upper one.
  ///
  /// With the mean m of n draws, their deviation s and t the test's bound, m + ts/√n has to be below the
  /// upper end and m − ts/√n above the lower one: E[Φ(√n b − tS) − Φ(√n a + tS)]⁺ over S = s/σ.
  ///
  /// - Parameters:
  ///   - seeds: n, at least 2.
  ///   - high: b, upper end less the true mean, in units of σ; may be infinite.
  ///   - low: a, lower end less the true mean.
  ///   - level: of each test.
  /// - Returns: in [0, 1].
  package static func power(
    seeds: Int, below high: Double, above low: Double, level: Double
  ) -> Double {
    let degrees = Double(seeds - 1)
    let root = Double(seeds).squareRoot()
    let bound = StudentT.upperBound(tail: level, degreesOfFreedom: degrees)
    // Where both tests meet, nothing is left: a corner.
    let fineness = low.isFinite && high.isFinite ? 30.0 : 1
    return DeviationLaw.points(degrees: degrees, fineness: fineness).reduce(0) { sum, point in
      let up = Normal.cumulative(root * high - bound * point.value)
      let down = Normal.cumulative(root * low + bound * point.value)
      return sum + point.weight * max(0, up - down)
    }
  }
}

/// What trials that all came out alike say: the exact tests and limits of Clopper and Pearson (1934).
package struct UnanimousTrials: ThresholdTest {
  /// Whether all succeeded, or none did.
  package let areRight: Bool
  /// How many.
  package let trials: Int

  /// - Parameters:
  ///   - areRight: whether all succeeded, or none did.
  ///   - trials: at least one.
  package init(areRight: Bool, trials: Int) {
    precondition(trials > 0, "no trials")
    (self.areRight, self.trials) = (areRight, trials)
  }

  /// The p-value of "the share is at most so much".
  package func probabilityAtMost(_ null: Double) -> Double {
    areRight ? pow(min(max(null, 0), 1), Double(trials)) : 1
  }

  /// The p-value of "the share is at least so much".
  package func probabilityAtLeast(_ null: Double) -> Double {
    areRight ? 1 : pow(1 - min(max(null, 0), 1), Double(trials))
  }

  /// (α/2)^(1/n) to 1, or 0 to 1 − (α/2)^(1/n).
  ///
  /// - Parameter level: 1 − α.
  /// - Returns: in [0, 1].
  package func interval(level: Double = 0.95) -> ClosedRange<Double> {
    let exponent = log((1 - level) / 2) / Double(trials)
    return areRight ? exp(exponent)...1 : 0 ... -expm1(exponent)
  }
}
