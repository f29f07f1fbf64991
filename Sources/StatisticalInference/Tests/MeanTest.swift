/// Whether the mean of one value per prompt is beyond a margin, or within it.
///
/// T = (x̄ − μ)/se is asked twice, as Student's t and through Hall's transformation, and the larger
/// p-value counts: the twin of the interval max(t, Hall). Numerical error doesn't average out over
/// prompts; it enters as a bias that the mean may have in either direction.
package struct MeanTest: Sendable {
  private let mean: Double
  private let error: Double
  private let bias: Double
  private let degrees: Double
  private let hall: HallTransformation

  /// - Parameters:
  ///   - moments: of at least two prompts.
  ///   - bias: how far the measured mean may be from the exact one; not negative.
  package init(_ moments: Moments, bias: Double = 0) {
    precondition(moments.count > 1, "a test of \(moments.count) prompts")
    mean = moments.mean
    error = moments.standardError
    self.bias = bias
    degrees = Double(moments.count - 1)
    hall = HallTransformation(skewness: moments.skewness, count: moments.count)
  }

  /// The p-value of "the mean is at most the margin", in size where signed: small where it is beyond.
  ///
  /// - Parameters:
  ///   - margin: not negative.
  ///   - isSigned: whether the mean can be on either side of 0; else only the upper side is asked.
  /// - Returns: the smaller of both sides.
  package func probabilityWithin(_ margin: Double, isSigned: Bool) -> Double {
    // Each side's larger p-value is that of its smaller argument, and both sides' smaller one that
    // of their larger: one tail instead of eight.
    var t = lesser((mean - bias - margin) / error)
    if isSigned { t = max(t, -greater((mean + bias + margin) / error)) }
    return StudentT.upperTail(t, degreesOfFreedom: degrees)
  }

  /// The p-value of "the mean is at least the margin", in size where signed: small where it is within.
  ///
  /// - Returns: the larger of both sides.
  package func probabilityBeyond(_ margin: Double, isSigned: Bool) -> Double {
    var t = -greater((mean + bias - margin) / error)
    if isSigned { t = min(t, lesser((mean - bias + margin) / error)) }
    return StudentT.upperTail(t, degreesOfFreedom: degrees)
  }

  /// The interval max(t, Hall), widened by the bias at both ends.
  ///
  /// - Parameter bound: Student's two-sided quantile at n − 1 degrees of freedom.
  /// - Returns: not kept inside a range.
  package func interval(bound: Double) -> ClosedRange<Double> {
    mean - max(bound, hall.inverse(bound)) * error - bias...mean + max(bound, -hall.inverse(-bound))
      * error + bias
  }

  private func lesser(_ t: Double) -> Double { min(t, hall(t)) }
  private func greater(_ t: Double) -> Double { max(t, hall(t)) }
}

/// Student's two-sided quantiles, each found once.
package struct StudentBounds: Sendable {
  private let level: Double
  private var known: [Int: Double] = [:]

  /// - Parameter level: of the intervals.
  package init(level: Double) { self.level = level }

  /// The bound of a mean over so many prompts, at least two.
  package subscript(prompts count: Int) -> Double {
    mutating get {
      if let bound = known[count] { return bound }
      let bound = StudentT.bound(probability: level, degreesOfFreedom: Double(count - 1))
      known[count] = bound
      return bound
    }
  }
}
