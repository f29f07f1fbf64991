import Foundation
internal import StatisticalInference
internal import TokenStatistics

/// Tries explanations on a gap, and says which of them is a cause.
struct MismatchSearch {
  /// Trainer's, sampler's and the other columns; the sampler's is moved once a shift is found.
  private(set) var tokens: MismatchTokens
  private(set) var gap: MismatchGap
  let rounding: RoundingLevel
  /// Kinds that were named already.
  private(set) var named: [MismatchExplanation] = []

  /// An explanation that removes so much is a cause whatever it leaves.
  static let enough = 0.8
  /// One that leaves rounding must remove so much of a gap that is larger than rounding.
  static let something = 0.2
  /// And so much of one that is not.
  static let most = 0.5
  /// Tokens that a truncation says couldn't be drawn: rounding makes some.
  static let mostExcluded = 0.03
  /// A second parameter must remove so much of what one leaves.
  static let clearlyLess = 0.25

  init(_ tokens: MismatchTokens, rounding: RoundingLevel) {
    self.tokens = tokens
    gap = MismatchGap(tokens)
    self.rounding = rounding
  }

  /// All explanations of the gap as it is now, in the order in which they are asked for.
  func explanations() -> [MismatchExplanation] {
    var found = [-1, 1].map(shift)
    found += beginnings()
    found += distributions()
    found +=
      tokens.others.isEmpty
      ? [MismatchExplanation(untried: .checkpoint(""), .notGiven)]
      : tokens.others.map(checkpoint)
    found.removeAll { explanation in named.contains { $0.kind.excludes(explanation.kind) } }
    return found.map { explanation in
      var explanation = explanation
      if explanation.status == .rejected, isCause(explanation) { explanation.status = .cause }
      return explanation
    }
  }

  // MARK: Each explanation

  private func shift(_ places: Int) -> MismatchExplanation {
    let moved = tokens.shifted(places)
    // a + e = b where the sampler's number is its neighbour's: e moves b back.
    let effects = gap.rows.map { Double(tokens.sampler[$0]) - Double(moved.sampler[$0]) }
    return MismatchExplanation(.shift(places), effects: effects, of: gap)
  }

  private func beginnings() -> [MismatchExplanation] {
    MismatchTokens.BeginningChange.allCases.map { change in
      guard let variant = tokens.variants.first(where: { $0.change == change }) else {
        return MismatchExplanation(untried: .beginning(change), .notGiven)
      }
      return MismatchExplanation(
        .beginning(change),
        effects: gap.rows.map {
          Double(variant.logProbabilities[$0]) - Double(tokens.trainer[$0])
        }, of: gap)
    }
  }

  /// λ = Σ xΔ / Σ x² with x = a − a′.
  private func checkpoint(_ other: MismatchTokens.Column) -> MismatchExplanation {
    let changes = gap.rows.map {
      Double(tokens.trainer[$0]) - Double(other.logProbabilities[$0])
    }
    let zeros = changes.map { $0.isFinite ? 0 : Double.nan }
    let known = gap.removing(zeros).before
    let x = changes.filter(\.isFinite)
    let counts = known.byPrompt { x[$0] * x[$0] }
    guard counts.contains(where: { $0 > 0 }) else {
      return MismatchExplanation(.checkpoint(other.name), effects: zeros, of: gap)
    }
    let slope = Estimate.ratio(
      known.byPrompt { x[$0] * known.values[$0] }, over: counts, observations: x.count)
    return MismatchExplanation(
      .checkpoint(other.name),
      parameters: [.init(name: "λ", estimate: slope, neutral: 0)],
      effects: changes.map { -slope.value * $0 }, of: gap, scales: scales(with: other))
  }

  /// The larger of the gap's scales and the bound √2 (1 − p) of another model's: what it leaves is that
  /// model's rounding, too, and it may be less sure of a token.
  private func scales(with other: MismatchTokens.Column) -> [Double] {
    zip(gap.rows, gap.scales).map { row, scale in
      let bound = -expm1(Double(other.logProbabilities[row])) * 2.0.squareRoot()
      return bound > scale ? bound : scale
    }
  }

  private func distributions() -> [MismatchExplanation] {
    let kinds: [MismatchExplanation.Kind] =
      [.temperature]
      + Truncation.Kind.allCases.map { .truncation($0, isTempered: false) }
      + Truncation.Kind.allCases.map { .truncation($0, isTempered: true) }
    guard !tokens.profiles.isEmpty else {
      return kinds.map { MismatchExplanation(untried: $0, .needsCheckpoint) }
    }
    let open = kinds.filter { kind in !named.contains { $0.kind.excludes(kind) } }
    guard !open.isEmpty else { return [] }
    let fit = DistributionFit(gap, profiles: tokens.profiles)
    return open.map { kind in
      switch kind {
      case .truncation(let rule, let isTempered):
        fit.explanation(rule, isTempered: isTempered, of: gap)
      default: fit.explanation(nil, isTempered: true, of: gap)
      }
    }
  }

  // MARK: Which is a cause

  /// Whether a truncation was named.
  var isTruncated: Bool { named.contains { $0.kind.isTruncation } }

  /// Whether an explanation by itself could be named.
  private func isCause(_ explanation: MismatchExplanation) -> Bool {
    guard let remainder = explanation.remainder,
      let share = explanation.shareRemoved?.lower,
      explanation.parameters.allSatisfy(\.isActive),
      explanation.excludedShare <= Self.mostExcluded
    else { return false }
    if share >= Self.enough { return true }
    let least =
      rounding.covers(gap.remainder, isTruncated: isTruncated) ? Self.most : Self.something
    let isCovered = rounding.covers(
      remainder, isTruncated: isTruncated || explanation.kind.isTruncation)
    return isCovered && share >= least
  }

  /// The cause among explanations, the simplest that does: ids and beginnings first, else whoever leaves
  /// least.
  func cause(among explanations: [MismatchExplanation]) -> MismatchExplanation? {
    let causes = explanations.filter { $0.status == .cause }
    if let first = causes.first(where: \.kind.isStructural) { return first }
    let tried = explanations.filter { $0.remainder != nil && !$0.kind.isStructural }
    func best(_ count: Int) -> MismatchExplanation? {
      tried.filter { $0.kind.parameterCount == count }.min { $0.left < $1.left }
    }
    guard let simple = best(1) else { return nil }
    let isExact = simple.remainder.map { $0.logitError < RoundingLevel.exact / 10 } ?? false
    if !isExact, let joint = best(2), joint.status == .cause, isClearlyLess(joint, than: simple) {
      return joint
    }
    // What removes less than another that isn't a cause is none either.
    return simple.status == .cause ? simple : nil
  }

  private func isClearlyLess(
    _ joint: MismatchExplanation, than simple: MismatchExplanation
  ) -> Bool {
    joint.left < (1 - Self.clearlyLess) * simple.left
  }

  /// Takes a cause's effect out of the gap, so that the rest is judged again.
  mutating func accept(_ cause: MismatchExplanation) {
    if case .shift(let places) = cause.kind {
      tokens = tokens.shifted(places)
    } else {
      for (row, effect) in zip(gap.rows, cause.effects) {
        tokens.trainer[row] = Float(Double(tokens.trainer[row]) + effect)
      }
    }
    if case .checkpoint(let name) = cause.kind,
      let other = tokens.others.first(where: { $0.name == name })
    {
      var widened = [Float](repeating: .nan, count: tokens.trainer.count)
      for (row, scale) in zip(gap.rows, scales(with: other)) { widened[row] = Float(scale) }
      tokens.scales = widened
    }
    gap = MismatchGap(tokens)
    named.append(cause)
  }
}

extension MismatchExplanation.Kind {
  /// Whether it is about which tokens were seen, rather than how they were drawn.
  var isStructural: Bool {
    switch self {
    case .shift, .beginning: true
    case .temperature, .truncation, .checkpoint: false
    }
  }

  var isTruncation: Bool {
    if case .truncation = self { true } else { false }
  }

  var parameterCount: Int {
    switch self {
    case .shift, .beginning: 0
    case .temperature, .checkpoint, .truncation(_, isTempered: false): 1
    case .truncation(_, isTempered: true): 2
    }
  }

  /// Whether this one, named, leaves no room for another: it says the same, or was fitted along.
  func excludes(_ other: Self) -> Bool {
    switch (self, other) {
    case (.shift, .shift), (.beginning, .beginning): true
    case (.temperature, .temperature): true
    case (.truncation, .truncation), (.truncation, .temperature): true
    case (.temperature, .truncation): true
    case (.checkpoint, .checkpoint): true
    default: false
    }
  }
}

extension MismatchTokens {
  /// The sampler's numbers moved within their texts: each token gets that of the token so many places
  /// on; NaN at ends.
  func shifted(_ places: Int) -> MismatchTokens {
    var moved = self
    for text in texts {
      for row in text.rows {
        let from = row + places
        moved.sampler[row] = text.rows.contains(from) ? sampler[from] : .nan
      }
    }
    return moved
  }
}
