internal import StatisticalInference

/// A candidate beside several seeds of the baseline's recipe, so that a claim reaches beyond one checkpoint.
package struct SeedSpread: Sendable, Equatable, Codable {
  /// Fewer show their spread, and decide nothing.
  package static let fewest = 3
  /// With so many, what is five deviations away is found 57 to 79 % of the time; with three, 28 %.
  package static let recommended = 5...8

  /// The metric in each baseline.
  package let values: [Double]
  package let mean: Double
  /// With the divisor K − 1.
  package let deviation: Double
  /// Candidate less mean over deviation, worse being positive; of both directions, up being positive.
  ///
  /// nil without spread.
  package let statistic: Double?
  /// c(K): what the statistic has to exceed; nil where nothing is decided.
  package internal(set) var limit: Double?

  init(values: [Double], candidate: Double, worse: GateRule.Direction) {
    let moments = Moments(values)
    self.values = values
    mean = moments.mean
    deviation = (moments.squares / Double(values.count - 1)).squareRoot()
    let isSpread = deviation > 1e-12 * max(abs(mean), abs(candidate))
    statistic = isSpread ? (worse == .lower ? -1 : 1) * (candidate - mean) / deviation : nil
  }

  /// Whether the limit is exceeded in a direction that is worse.
  func isBeyond(_ worse: GateRule.Direction) -> Bool {
    guard let statistic, let limit else { return false }
    return (worse == .both ? abs(statistic) : statistic) > limit
  }

  /// The p-value of "worse than the recipe's mean by the margin or more".
  ///
  /// t = (harm ∓ margin)/(sd √(1 + 1/K)) with K − 1 degrees of freedom. The sd holds what seeds and
  /// prompts add, so it is at least the error of the candidate and that of the mean together.
  func probabilityOfHarm(margin: Double, worse: GateRule.Direction) -> Double {
    guard let statistic else { return 1 }
    let k = Double(values.count)
    let scale = (1 + 1 / k).squareRoot()
    func below(_ t: Double) -> Double { StudentT.upperTail(-t, degreesOfFreedom: k - 1) }
    let above = below((statistic - margin / deviation) / scale)
    return worse == .both ? max(above, below((-statistic - margin / deviation) / scale)) : above
  }

  /// The harm with the interval that belongs to that test.
  func estimate(candidate: Double, worse: GateRule.Direction) -> Estimate {
    let harm = (worse == .lower ? -1 : 1) * (candidate - mean)
    var estimate = Estimate(
      value: harm, interval: nil, clusters: values.count, observations: values.count,
      method: .seeds)
    estimate.unit = .seeds
    let k = Double(values.count)
    guard statistic != nil, k > 1 else { return estimate }
    estimate.degreesOfFreedom = k - 1
    let bound = StudentT.bound(probability: estimate.level, degreesOfFreedom: k - 1)
    let half = bound * deviation * (1 + 1 / k).squareRoot()
    estimate.interval = harm - half...harm + half
    return estimate
  }
}
