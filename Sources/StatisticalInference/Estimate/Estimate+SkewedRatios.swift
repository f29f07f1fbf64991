extension Estimate {
  /// A ratio of sums R = ΣS/ΣN over prompts whose N can be negative in some, as sums of squares less
  /// the variance of noise are.
  ///
  /// CR2's weights need sizes that can't be negative, and get them apart: h = size/Σ of sizes. With
  /// e = S − R N, se² = Σ e²/(1 − h)/(ΣN)² and Satterthwaite's degrees of freedom of these h. Squares
  /// have heavy tails, so either end is the farther of Student's t and Hall's transformation with the
  /// skewness of e, as in `mean(ofPrompts:)`.
  ///
  /// - Parameters:
  ///   - sums: S of each prompt, finite.
  ///   - denominators: N of each prompt, finite, of any sign; their sum isn't 0.
  ///   - sizes: of each prompt, not negative, not all 0. A prompt with 0 counts as one nevertheless.
  ///   - observations: how many it rests on.
  ///   - level: of the interval.
  /// - Returns: without an interval for one prompt, or where one prompt has all of the size.
  package static func ratio(
    _ sums: [Double], over denominators: [Double], sizes: [Double], observations: Int,
    level: Double = 0.95
  ) -> Estimate {
    precondition(sums.count == denominators.count && sums.count == sizes.count)
    let total = CompensatedSum.of(denominators)
    let size = CompensatedSum.of(sizes)
    precondition(total != 0 && size > 0, "a ratio to \(total), of size \(size)")
    let value = CompensatedSum.of(sums) / total
    var estimate = Estimate(
      value: value, interval: nil, level: level, clusters: sums.count, observations: observations,
      method: .clusterRobustSkewedRatio)
    let used = sizes.filter { $0 > 0 }
    guard used.count > 1 else { return estimate }
    let residuals = zip(sums, denominators).map { $0 - value * $1 }
    let error =
      ClusteredRatio.variance(residuals, sizes: sizes, total: size).squareRoot() / abs(total)
    let degrees = ClusteredRatio.degreesOfFreedom(used.map { $0 / size }, clusters: used.count)
    let bound = StudentT.bound(probability: level, degreesOfFreedom: degrees)
    // Of a negative total the estimate's error has the other sign than e.
    let skewness = Moments(residuals).skewness * (total < 0 ? -1 : 1)
    let hall = HallTransformation(skewness: skewness, count: sums.count)
    estimate.degreesOfFreedom = degrees
    estimate.interval = interval(
      value - max(bound, hall.inverse(bound)) * error,
      value + max(bound, -hall.inverse(-bound)) * error, around: value, within: nil)
    return estimate
  }
}
