/// A sentence about the runs of a study, with the number and the margin that decide it.
package struct StudyClaim: Sendable, Equatable {
  /// How a run's measure becomes one number for each seed.
  package enum Comparison: String, Sendable, Codable, CaseIterable {
    /// The run's over the other's.
    case ratio
    /// The run's less the other's.
    case difference
    /// The run's own.
    case value
  }

  /// Where the number has to be.
  package enum Direction: String, Sendable, Codable, CaseIterable {
    /// Above the margin.
    case above
    /// Below it.
    case below
    /// A difference between −margin and margin, a ratio between 1/margin and margin.
    case within
  }

  /// What answers and tables call it.
  package var name: String
  /// What is claimed.
  package var sentence: String
  /// Where it comes from; empty where nobody said so.
  package var source = ""
  /// What is compared.
  package var measure: StudyQuantity
  /// Whose.
  package var run: String
  /// With whom; nil for the run's own value.
  package var against: String?
  /// The measure of the other; nil for the same.
  package var againstMeasure: StudyQuantity?
  /// How.
  package var compare: Comparison
  /// Where it has to be.
  package var direction: Direction
  /// The margin, in the number's unit.
  package var margin: Double

  package init(
    _ name: String, _ sentence: String, source: String = "", measure: StudyQuantity, run: String,
    against: String? = nil, againstMeasure: StudyQuantity? = nil, compare: Comparison,
    direction: Direction, margin: Double
  ) {
    (self.name, self.sentence, self.source) = (name, sentence, source)
    (self.measure, self.run, self.against) = (measure, run, against)
    (self.againstMeasure, self.compare) = (againstMeasure, compare)
    (self.direction, self.margin) = (direction, margin)
  }

  /// What the number is, for people: `kl_run_base of sft / rl`.
  package var statistic: String {
    guard let against else { return "\(measure) of \(run)" }
    let sign = compare == .ratio ? "/" : "−"
    guard let other = againstMeasure, other != measure else {
      return "\(measure) of \(run) \(sign) \(against)"
    }
    return "\(measure) of \(run) \(sign) \(other) of \(against)"
  }

  /// Where it has to be, for people: `above 5`.
  package var condition: String {
    guard direction == .within else { return "\(direction.rawValue) \(limit)" }
    return compare == .ratio ? "within 1/\(limit) and \(limit)" : "within ±\(limit)"
  }

  /// Whether it says which of two runs solves more problems.
  var ranksRuns: Bool { against != nil && against != run && measure.isAccuracy }

  /// The margin as it was written.
  var limit: String {
    let text = "\(margin)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// What a claim is about: a measure, or the accuracy on a split.
package enum StudyQuantity: Sendable, Hashable, CustomStringConvertible {
  case measure(StudyMeasure)
  /// Sampled accuracy, say on `ood-length`.
  case accuracy(split: String)

  /// Reads a measure's name or `accuracy/SPLIT`; nil for anything else.
  package init?(_ text: String) {
    if let measure = StudyMeasure(rawValue: text) {
      self = .measure(measure)
      return
    }
    let prefix = "accuracy/"
    guard text.hasPrefix(prefix), text.count > prefix.count else { return nil }
    self = .accuracy(split: String(text.dropFirst(prefix.count)))
  }

  /// As files write it.
  package var description: String {
    switch self {
    case .measure(let measure): measure.rawValue
    case .accuracy(let split): "accuracy/" + split
    }
  }

  /// Where it can lie.
  package var bounds: ClosedRange<Double> {
    if case .measure(let measure) = self { measure.bounds } else { 0...1 }
  }

  /// One run's; NaN where it wasn't measured.
  package func value(of run: StudyRun) -> Double {
    switch self {
    case .measure(let measure): run[measure]
    case .accuracy(let split): run.accuracy(on: split)
    }
  }

  /// The split whose problems' solved share it is; nil where it is no such share.
  private var split: String? {
    switch self {
    case .measure(.accuracy), .measure(.passAt8), .measure(.greedyAccuracy): "test"
    case .accuracy(let split): split
    default: nil
    }
  }

  /// Whether it is a share of solved problems.
  var isAccuracy: Bool { split != nil }

  /// How many problems one run's is a share of; nil where it is no share of them.
  package func problems(of run: StudyRun) -> Int? {
    split.flatMap { run.splits[$0]?.correct.count }
  }
}
