/// A number that data gave, with the interval that says how sure it is.
///
/// Every interval of the project is one of these. Nothing is resampled: the same data give the same
/// bits.
package struct Estimate: Sendable, Equatable {
  /// How an interval was made.
  package enum Method: String, Sendable, Codable, CaseIterable {
    /// The wider of Student's t and Hall's transformation at either end, over one value per prompt.
    case maxOfTAndHall = "max-t-hall"
    /// Student's t over one bounded value per prompt and two more, one at either end of the range, so
    /// that no spread is no certainty.
    case pseudoPrompts = "t-pseudo-prompts"
    /// A ratio of sums with CR2's variance and Satterthwaite's degrees of freedom, prompts as
    /// clusters.
    case clusterRobustRatio = "cr2-ratio"
    /// The same of a ratio to a sum of squares, at either end at least as wide as Hall's transformation.
    case clusterRobustSkewedRatio = "cr2-hall-ratio"
    /// The difference of two such ratios over the same prompts.
    case clusterRobustDifference = "cr2-difference"
    /// The values at which that ratio's interval for the share below still holds the quantile.
    case clusterRobustQuantile = "cr2-quantile"
    /// Wilson's, of independent trials.
    case wilson
    /// Clopper and Pearson's, of independent trials that all came out alike.
    case clopperPearson = "clopper-pearson"
    /// Student's t over seeds.
    case seeds = "t-seeds"
    /// The same on the logit, of what lies between two bounds.
    case seedsLogit = "t-logit-seeds"
    /// The same on the logarithm, of ratios of positive numbers.
    case seedsLogarithm = "t-log-seeds"
  }

  /// What varies: what was drawn independently.
  package enum Unit: String, Sendable, Codable, CaseIterable {
    case prompts, problems, seeds
  }

  /// The number itself.
  package var value: Double
  /// The interval's ends, infinite where data set no bound; nil where nothing can be said, as of one
  /// cluster.
  package var interval: ClosedRange<Double>?
  /// The share of such intervals that hold the truth, if the method's assumptions hold.
  package var level: Double
  /// How many units.
  package var clusters: Int
  /// Units of what.
  package var unit = Unit.prompts
  /// What was averaged: tokens, texts or responses.
  package var observations: Int
  /// How the interval was made.
  package var method: Method
  /// Of its t distribution; nil without one.
  package var degreesOfFreedom: Double?
  /// Variance with clusters over that of as many independent observations; nil where it wasn't asked
  /// for or there is no spread.
  package var designEffect: Double?

  package init(
    value: Double, interval: ClosedRange<Double>?, level: Double = 0.95, clusters: Int,
    observations: Int, method: Method, degreesOfFreedom: Double? = nil,
    designEffect: Double? = nil
  ) {
    self.value = value
    self.interval = interval
    self.level = level
    self.clusters = clusters
    self.observations = observations
    self.method = method
    self.degreesOfFreedom = degreesOfFreedom
    self.designEffect = designEffect
  }

  /// The lower end; nil without an interval.
  package var lower: Double? { interval?.lowerBound }
  /// The upper end; nil without an interval.
  package var upper: Double? { interval?.upperBound }

  /// Below so many degrees of freedom, or clusters where there are no degrees, an interval over
  /// prompts covers a little less than it says (83 to 95 % of the time for 95 %).
  package static let few = 30.0

  /// Whether it rests on few prompts.
  package var restsOnFew: Bool {
    if unit == .seeds { return false }
    return switch method {
    case .seeds, .seedsLogit, .seedsLogarithm, .wilson, .clopperPearson: false
    case .maxOfTAndHall, .pseudoPrompts: Double(clusters) < Self.few
    case .clusterRobustRatio, .clusterRobustSkewedRatio, .clusterRobustDifference,
      .clusterRobustQuantile:
      (degreesOfFreedom ?? Double(clusters)) < Self.few
    }
  }

  /// The estimate of a monotone function of the number, say of e^(−x): ends change places where it
  /// falls.
  package func mapped(_ function: (Double) -> Double) -> Self {
    var result = self
    result.value = function(value)
    result.interval = interval.map {
      let ends = (function($0.lowerBound), function($0.upperBound))
      return min(ends.0, ends.1)...max(ends.0, ends.1)
    }
    result.designEffect = nil
    return result
  }

  /// What is known of a number between two: the interval holds both of theirs, and no value is claimed
  /// where they differ.
  ///
  /// - Parameters:
  ///   - low: of what it is at least.
  ///   - high: of what it is at most, from the same data.
  /// - Returns: NaN as the value where the two have different ones.
  package static func between(_ low: Self, _ high: Self) -> Self {
    var result = low
    if low.value == high.value { return low }
    result.value = .nan
    result.interval = low.interval.flatMap { low in
      high.interval.map { min(low.lowerBound, $0.lowerBound)...max(low.upperBound, $0.upperBound) }
    }
    result.designEffect = nil
    return result
  }

  /// What an interval says about a limit.
  package enum Side: String, Sendable, Codable {
    /// All of it is above.
    case above
    /// All of it is below.
    case below
    /// The limit lies inside, or there is no interval.
    case open
  }

  /// On which side of a limit the number is, as far as the interval can tell.
  package func side(of limit: Double) -> Side {
    guard let interval else { return .open }
    if interval.lowerBound > limit { return .above }
    if interval.upperBound < limit { return .below }
    return .open
  }

  /// An interval that was made elsewhere, kept inside the quantity's range, which always holds the value.
  package static func kept(
    _ interval: ClosedRange<Double>, around value: Double, within range: ClosedRange<Double>?
  ) -> ClosedRange<Double>? {
    Self.interval(interval.lowerBound, interval.upperBound, around: value, within: range)
  }

  /// value ± half, kept inside a range; nil where `half` is no number.
  static func interval(
    _ lower: Double, _ upper: Double, around value: Double, within range: ClosedRange<Double>?
  ) -> ClosedRange<Double>? {
    guard !lower.isNaN, !upper.isNaN else { return nil }
    var (lower, upper) = (min(lower, value), max(upper, value))
    if let range {
      lower = max(lower, min(range.lowerBound, value))
      upper = min(upper, max(range.upperBound, value))
    }
    return lower...upper
  }
}

extension Estimate: Codable {
  private enum CodingKeys: String, CodingKey {
    case value, lower, upper, level, clusters, unit, observations, method, degreesOfFreedom
    case designEffect
  }

  /// Reads what `encode` writes; an end that is null beside another one is an infinite one.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let lower = try values.decodeIfPresent(Double.self, forKey: .lower)
    let upper = try values.decodeIfPresent(Double.self, forKey: .upper)
    self.init(
      value: try values.decodeIfPresent(Double.self, forKey: .value) ?? .nan,
      interval: lower == nil && upper == nil
        ? nil : min(lower ?? -.infinity, upper ?? .infinity)...(upper ?? .infinity),
      level: try values.decode(Double.self, forKey: .level),
      clusters: try values.decode(Int.self, forKey: .clusters),
      observations: try values.decode(Int.self, forKey: .observations),
      method: try values.decode(Method.self, forKey: .method),
      degreesOfFreedom: try values.decodeIfPresent(Double.self, forKey: .degreesOfFreedom),
      designEffect: try values.decodeIfPresent(Double.self, forKey: .designEffect))
    unit = try values.decode(Unit.self, forKey: .unit)
  }

  /// Both ends are always there: numbers, or null.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
    try values.encode(finite(value), forKey: .value)
    try values.encode(finite(lower), forKey: .lower)
    try values.encode(finite(upper), forKey: .upper)
    try values.encode(level, forKey: .level)
    try values.encode(clusters, forKey: .clusters)
    try values.encode(unit, forKey: .unit)
    try values.encode(observations, forKey: .observations)
    try values.encode(method, forKey: .method)
    try values.encodeIfPresent(finite(degreesOfFreedom), forKey: .degreesOfFreedom)
    try values.encodeIfPresent(finite(designEffect), forKey: .designEffect)
  }
}
