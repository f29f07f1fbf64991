import Foundation

extension Estimate {
  /// A mean over training seeds with Student's t, which takes them as draws from a normal
  /// distribution.
  ///
  /// What lies between two bounds has its interval on the logit, so that it stays between them: with
  /// u = (mean − lowest)/(highest − lowest), logit u ± t se/(u (1 − u)), se on the scale of u. Seeds
  /// that all agree have no spread to go by, and get Wilson's with a trial for each; where all are at one
  /// bound, and each is known to be so many trials that came out alike, Clopper and Pearson's over all trials.
  ///
  /// - Parameters:
  ///   - values: one for each seed, at least one.
  ///   - bounds: of the quantity; nil for none. With an infinite one the interval is cut at the other.
  ///   - trials: independent trials of all seeds together, such as problems; nil where a value is no share
  ///     of trials.
  ///   - level: of the interval.
  /// - Returns: without an interval for one seed.
  package static func mean(
    ofSeeds values: [Double], within bounds: ClosedRange<Double>? = nil, trials: Int? = nil,
    level: Double = 0.95
  ) -> Estimate {
    let moments = Moments(values)
    var estimate = Estimate(
      value: moments.mean, interval: nil, level: level, clusters: values.count,
      observations: values.count, method: .seeds)
    estimate.unit = .seeds
    guard values.count > 1 else { return estimate }
    let degrees = Double(values.count - 1)
    let n = Double(values.count)
    let bound = StudentT.bound(probability: level, degreesOfFreedom: degrees)
    let error = (moments.squares / degrees / n).squareRoot()
    estimate.degreesOfFreedom = degrees
    guard let bounds, bounds.lowerBound.isFinite, bounds.upperBound.isFinite else {
      estimate.interval = interval(
        moments.mean - bound * error, moments.mean + bound * error, around: moments.mean,
        within: bounds)
      return estimate
    }
    estimate.method = .seedsLogit
    let width = bounds.upperBound - bounds.lowerBound
    let u = (moments.mean - bounds.lowerBound) / width
    if let trials, u == 0 || u == 1 {
      let limits = UnanimousTrials(areRight: u == 1, trials: trials).interval(level: level)
      estimate.method = .clopperPearson
      estimate.degreesOfFreedom = nil
      estimate.interval =
        bounds.lowerBound + width * limits.lowerBound...bounds.lowerBound + width
        * limits.upperBound
      return estimate
    }
    guard u > 0, u < 1, !values.allSatisfy({ $0 == values[0] }) else {
      let wilson = share(min(max(u, 0), 1) * n, of: values.count, level: level)
      var certain = wilson.mapped { bounds.lowerBound + width * $0 }
      (certain.value, certain.unit) = (moments.mean, .seeds)
      return certain
    }
    let centre = log(u / (1 - u))
    let half = bound * error / width / (u * (1 - u))
    func back(_ logit: Double) -> Double { bounds.lowerBound + width / (1 + exp(-logit)) }
    estimate.interval = interval(
      back(centre - half), back(centre + half), around: moments.mean, within: bounds)
    return estimate
  }

  /// The geometric mean of ratios of positive numbers that belong together, such as two runs of one
  /// seed; its interval is that of their logarithms' mean.
  package static func ratio(
    ofSeeds numerators: [Double], to denominators: [Double], level: Double = 0.95
  ) -> Estimate {
    precondition(numerators.count == denominators.count)
    let logarithms = zip(numerators, denominators).map { log($0 / $1) }
    var estimate = mean(ofSeeds: logarithms, level: level).mapped(exp)
    estimate.method = .seedsLogarithm
    return estimate
  }
}
