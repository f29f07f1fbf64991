import Foundation

extension Estimate {
  /// The mean of one value per prompt: max(t, Hall).
  ///
  /// T = (x̄ − μ)/se has a t distribution only where the values' is symmetric. Hall's transformation
  /// g(T) = T + aT²/√n + a²T³/(3n) + b/√n with a = skewness/3 and b = skewness/6 (P. Hall, On the
  /// removal of skewness by transformation, 1992) is symmetric to the next order, and monotone, so it
  /// has an inverse. Each end is the farther of both: t's alone misses the truth 12 % of the time on
  /// the side of the long tail where it should 2.5 %, Hall's alone is too short at the other end.
  ///
  /// - Parameters:
  ///   - values: one for each prompt, finite, at least one.
  ///   - range: of the quantity; ends are kept inside.
  ///   - isShare: whether each value is the share of trials that succeeded.
  ///   - observations: how many the values rest on; nil for as many.
  ///   - level: of the interval.
  /// - Returns: without an interval for one prompt.
  package static func mean(
    ofPrompts values: [Double], within range: ClosedRange<Double>? = nil, isShare: Bool = false,
    observations: Int? = nil, level: Double = 0.95
  ) -> Estimate {
    let moments = Moments(values)
    var estimate = Estimate(
      value: moments.mean, interval: nil, level: level, clusters: values.count,
      observations: observations ?? values.count, method: .maxOfTAndHall)
    guard values.count > 1 else { return estimate }
    let range = isShare ? 0...1 : range
    if isShare, values.allSatisfy({ $0 == values[0] }) { return wilsonOfUniform(estimate) }
    let degrees = Double(values.count - 1)
    let bound = StudentT.bound(probability: level, degreesOfFreedom: degrees)
    let hall = HallTransformation(skewness: moments.skewness, count: values.count)
    let error = moments.standardError
    estimate.degreesOfFreedom = degrees
    estimate.interval = interval(
      moments.mean - max(bound, hall.inverse(bound)) * error,
      moments.mean + max(bound, -hall.inverse(-bound)) * error, around: moments.mean,
      within: range)
    return estimate
  }

  /// The share of independent trials that succeeded, with Wilson's interval: the shares p that a
  /// normal test doesn't refuse, (m + z²/2n ± z √(m (1 − m)/n + z²/4n²)) / (1 + z²/n).
  ///
  /// - Parameters:
  ///   - successes: from 0 to `trials`; need not be whole.
  ///   - trials: at least one.
  ///   - level: of the interval.
  /// - Returns: always with an interval.
  package static func share(
    _ successes: Double, of trials: Int, level: Double = 0.95
  ) -> Estimate {
    precondition(trials > 0, "no trials")
    let n = Double(trials)
    let mean = successes / n
    let z = Normal.bound(probability: level)
    let scale = 1 + z * z / n
    let centre = (mean + z * z / (2 * n)) / scale
    let half = z / scale * (mean * (1 - mean) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(
      value: mean,
      interval: interval(centre - half, centre + half, around: mean, within: 0...1),
      level: level, clusters: trials, observations: trials, method: .wilson)
  }

  /// Of a share that is the same in every cluster, say 0, Wilson's interval with a trial for each.
  ///
  /// No spread is no certainty.
  static func wilsonOfUniform(_ estimate: Estimate) -> Estimate {
    var certain = share(
      estimate.value * Double(estimate.clusters), of: estimate.clusters, level: estimate.level)
    certain.value = estimate.value
    certain.observations = estimate.observations
    return certain
  }
}

/// g(T) = T + aT²/√n + a²T³/(3n) + b/√n, a = skewness/3, b = skewness/6.
package struct HallTransformation: Sendable {
  private let a: Double
  private let b: Double
  private let root: Double

  package init(skewness: Double, count: Int) {
    // At 0 the inverse is 0/0; close to it g is the identity to the last digit.
    let skewness = abs(skewness) < 1e-15 ? 1e-15 : skewness
    (a, b, root) = (skewness / 3, skewness / 6, Double(count).squareRoot())
  }

  /// g(T).
  package func callAsFunction(_ t: Double) -> Double {
    t + a * t * t / root + a * a * t * t * t / (3 * root * root) + b / root
  }

  /// The T with g(T) = y: (∛(1 + 3r(y − b/√n)) − 1)/r with r = a/√n.
  package func inverse(_ y: Double) -> Double {
    let r = a / root
    let u = 3 * r * (y - b / root)
    // Of a small u the cube root less 1 would lose as many digits as u has zeros.
    return (u > -0.5 ? expm1(log1p(u) / 3) : cbrt(1 + u) - 1) / r
  }
}

/// Neumaier's sum, so that a million small terms lose no digits.
package struct CompensatedSum: Sendable, Equatable {
  @usableFromInline var sum = 0.0
  @usableFromInline var lost = 0.0

  @inlinable
  package init() {}

  /// The total so far.
  @inlinable package var value: Double { sum + lost }

  @inlinable
  package mutating func add(_ value: Double) {
    let next = sum + value
    // Where an infinity comes in there is nothing left to be compensated.
    if next.isFinite {
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
    }
    sum = next
  }

  /// Adds another sum with what it lost.
  package mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }

  /// The sum of something of some values.
  @inlinable
  package static func of(_ values: [Double], _ part: (Double) -> Double = { $0 }) -> Double {
    var sum = CompensatedSum()
    for value in values { sum.add(part(value)) }
    return sum.value
  }
}
