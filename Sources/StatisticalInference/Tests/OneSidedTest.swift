/// Whether a mean is above a number, or below it, from one value per prompt.
///
/// Where `MeanTest` asks both ways of testing and takes the larger p-value, this asks the one that a
/// caller knows to be right for its values.
package struct OneSidedTest: Sendable {
  /// How T = (x̄ − μ)/se becomes a p-value.
  package enum Method: String, Sendable, Codable {
    /// From Student's t as it is: right for values that are symmetric where the hypothesis holds.
    case student
    /// Through Hall's transformation with g = m₃/s³ (s with divisor n − 1), for skewed values:
    /// T + gT²/3√n + g²T³/27n + g/6√n.
    case hall
  }

  private let mean: Double
  private let error: Double
  private let degrees: Double
  private let hall: HallTransformation?

  /// - Parameters:
  ///   - moments: of at least two prompts.
  ///   - method: how T becomes a p-value.
  package init(_ moments: Moments, _ method: Method) {
    precondition(moments.count > 1, "a test of \(moments.count) prompts")
    let n = Double(moments.count)
    let deviation = (moments.squares / (n - 1)).squareRoot()
    mean = moments.mean
    error = deviation / n.squareRoot()
    degrees = n - 1
    hall =
      method == .hall && deviation > 0
      ? HallTransformation(
        skewness: moments.cubes / n / (deviation * deviation * deviation), count: moments.count)
      : nil
  }

  private func statistic(_ null: Double) -> Double {
    // Without any spread the mean is what it is.
    guard error > 0 else { return mean == null ? 0 : mean > null ? .infinity : -.infinity }
    let t = (mean - null) / error
    return hall.map { $0(t) } ?? t
  }

  /// The p-value of "the mean is at most so much": small where it is above.
  package func probabilityAtMost(_ null: Double) -> Double {
    let t = statistic(null)
    if error == 0 { return t > 0 ? 0 : 1 }
    return StudentT.upperTail(t, degreesOfFreedom: degrees)
  }

  /// The p-value of "the mean is at least so much": small where it is below.
  package func probabilityAtLeast(_ null: Double) -> Double {
    let t = statistic(null)
    if error == 0 { return t < 0 ? 0 : 1 }
    return StudentT.upperTail(-t, degreesOfFreedom: degrees)
  }

  /// The p-value of "the mean is exactly so much", with both tails.
  package func probabilityEqual(_ null: Double) -> Double {
    min(1, 2 * min(probabilityAtMost(null), probabilityAtLeast(null)))
  }
}
