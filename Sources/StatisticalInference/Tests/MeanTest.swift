/// Whether the mean of one value per prompt is beyond a margin, or within it.
///
/// T = (x̄ − μ)/se is asked twice, as Student's t and through Hall's transformation, and the larger
/// p-value counts: the twin of the interval max(t, Hall). Numerical error doesn't average out over
/// prompts; it enters as a bias that the mean may have in either direction, or as two values for each
/// prompt between which the exact one lies.
package struct MeanTest: Sendable {
  /// A mean that the exact one isn't below, or isn't above.
  private struct Side {
    let mean: Double
    let error: Double
    let hall: HallTransformation

    init(_ moments: Moments) {
      mean = moments.mean
      error = moments.standardError
      hall = HallTransformation(skewness: moments.skewness, count: moments.count)
    }

    func lesser(_ t: Double) -> Double { min(t, hall(t)) }
    func greater(_ t: Double) -> Double { max(t, hall(t)) }
  }

  private let low: Side
  private let high: Side
  private let bias: Double
  private let degrees: Double

  /// - Parameters:
  ///   - moments: of at least two prompts.
  ///   - bias: how far the measured mean may be from the exact one; not negative.
  package init(_ moments: Moments, bias: Double = 0) {
    self.init(low: moments, high: moments, bias: bias)
  }

  /// Of prompts whose exact values are known to lie between two.
  ///
  /// A mean of values that are at least the lower ones is at least theirs, so each claim is tested on the
  /// end that is worse for it.
  ///
  /// - Parameters:
  ///   - low: of each prompt's lower end; at least two prompts.
  ///   - high: of the upper ends of the same prompts.
  ///   - bias: how far both means may be off beside that; not negative.
  package init(low: Moments, high: Moments, bias: Double = 0) {
    precondition(
      low.count > 1 && low.count == high.count, "a test of \(low.count) and \(high.count) prompts")
    (self.low, self.high) = (Side(low), Side(high))
    self.bias = bias
    degrees = Double(low.count - 1)
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
    var t = low.lesser((low.mean - bias - margin) / low.error)
    if isSigned { t = max(t, -high.greater((high.mean + bias + margin) / high.error)) }
    return StudentT.upperTail(t, degreesOfFreedom: degrees)
  }

  /// The p-value of "the mean is at least the margin", in size where signed: small where it is within.
  ///
  /// - Returns: the larger of both sides.
  package func probabilityBeyond(_ margin: Double, isSigned: Bool) -> Double {
    var t = -high.greater((high.mean + bias - margin) / high.error)
    if isSigned { t = min(t, low.lesser((low.mean - bias + margin) / low.error)) }
    return StudentT.upperTail(t, degreesOfFreedom: degrees)
  }

  /// The interval max(t, Hall), widened by the bias at both ends.
  ///
  /// - Parameter bound: Student's two-sided quantile at n − 1 degrees of freedom.
  /// - Returns: not kept inside a range.
  package func interval(bound: Double) -> ClosedRange<Double> {
    let below = max(bound, low.hall.inverse(bound)) * low.error
    let above = max(bound, -high.hall.inverse(-bound)) * high.error
    return low.mean - below - bias...high.mean + above + bias
  }
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
