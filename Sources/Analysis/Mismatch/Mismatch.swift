import Foundation
package import StatisticalInference

/// How far a sampler's log-probabilities are from a trainer's, and why.
///
/// Explanations are tried in a fixed order, from ids to rounding. One is named as a cause only if it
/// removes nearly all of the gap, or leaves what rounding leaves; what is left is judged again, until
/// nothing more can be named. The share that an explanation removes is of the mean square about zero:
/// a constant offset is a gap, too.
package struct Mismatch: Sendable, Encodable {
  /// How a gap is judged.
  package struct Settings: Sendable, Equatable {
    /// Half the width of the band of ratios around 1.
    package var epsilon = 0.1
    /// σ of the logits' errors that counts as rounding; nil for the replicate's, or a typical one.
    package var rounding: Double?

    /// Defaults.
    package init() {}
  }

  /// What was found, in a word.
  package enum Verdict: String, Sendable, Codable {
    /// The gap has the size of rounding.
    case rounding
    /// Causes were named, and what they leave has the size of rounding.
    case explained
    /// Causes were named, and what they leave is more than rounding.
    case partly
    /// No cause could be named.
    case unexplained
  }

  /// Over all tokens.
  package let size: MismatchSize
  /// By band of the sampler's probability.
  package let byProbability: [MismatchPart]
  /// By place in the response.
  package let byPosition: [MismatchPart]
  /// By author; empty if there is one.
  package let byAuthor: [MismatchPart]
  /// The gap on the tokens on which explanations were tried.
  package let gap: MismatchRemainder
  /// All that was tried on the whole gap, in order.
  package private(set) var explanations: [MismatchExplanation]
  /// The causes, in the order in which they were found; each but the first of what is left by those
  /// before it.
  package let causes: [MismatchExplanation]
  /// Share of the gap's mean square that all causes remove; nil without a cause.
  package let shareExplained: Estimate?
  /// What they leave.
  package let remainder: MismatchRemainder
  /// What counts as rounding.
  package let rounding: RoundingLevel
  /// Whether what is left is larger at the front of responses, as after another beginning of the text.
  package let front: FrontGap?
  /// In a word.
  package let verdict: Verdict

  /// Judges a gap; nil if no token has both numbers.
  package init?(_ tokens: MismatchTokens, settings: Settings = Settings()) {
    let epsilon = settings.epsilon
    guard let size = MismatchSize(tokens, epsilon: epsilon, where: { _, _ in true }) else {
      return nil
    }
    self.size = size
    byProbability = MismatchPart.byProbability(tokens, epsilon: epsilon)
    byPosition = MismatchPart.byPosition(tokens, epsilon: epsilon)
    byAuthor = MismatchPart.byAuthor(tokens, epsilon: epsilon)
    rounding = RoundingLevel(tokens, given: settings.rounding)
    var search = MismatchSearch(tokens, rounding: rounding)
    let first = search.gap
    gap = first.remainder
    var found = search.explanations()
    explanations = found
    // What 32-bit products leave has no other cause.
    var isOpen = !gap.isExact
    while isOpen, let cause = search.cause(among: found) {
      search.accept(cause)
      isOpen = search.named.count < 4 && !search.gap.remainder.isExact
      if isOpen { found = search.explanations() }
    }
    causes = search.named
    // Others would be causes, too, if there were none that leaves less.
    for index in explanations.indices
    where explanations[index].status == .cause && explanations[index].kind != causes.first?.kind {
      explanations[index].status = .lesser
    }
    remainder = search.gap.remainder
    shareExplained =
      search.named.isEmpty ? nil : first.matching(search.gap).shareRemoved(leaving: search.gap)
    front = FrontGap(search.gap, positions: tokens.positions)
    let isRounding = rounding.covers(remainder, isTruncated: search.isTruncated)
    verdict =
      causes.isEmpty
      ? isRounding ? .rounding : .unexplained : isRounding ? .explained : .partly
  }
}

/// How much larger a gap is at the front of responses.
///
/// Each token's square is taken in units of what rounding makes there, as first tokens are less sure.
package struct FrontGap: Sendable, Encodable {
  /// Mean square of tokens 0 to 3, in units of s².
  package let first: Estimate
  /// Of tokens 4 to 15.
  package let next: Estimate
  /// Of all later ones.
  package let later: Estimate

  /// Whether it decays as a gap does that another beginning of the text makes.
  package var isDecaying: Bool {
    guard let low = first.lower, let high = later.upper else { return false }
    return low > 2 * high && first.value > next.value && next.value > later.value
  }

  init?(_ gap: MismatchGap, positions: [Int32]) {
    func mean(_ range: Range<Int32>) -> Estimate? {
      let squares = gap.byPrompt { index in
        let z = gap.values[index] / gap.scales[index]
        return range.contains(positions[gap.rows[index]]) ? z * z : 0
      }
      let counts = gap.byPrompt { range.contains(positions[gap.rows[$0]]) ? 1 : 0 }
      guard counts.contains(where: { $0 > 0 }) else { return nil }
      return .ratio(squares, over: counts, within: 0...Double.infinity)
    }
    guard let first = mean(0..<4), let next = mean(4..<16), let later = mean(16..<Int32.max) else {
      return nil
    }
    (self.first, self.next, self.later) = (first, next, later)
  }
}

extension MismatchGap {
  /// The tokens of this one that another has, in the same order.
  func matching(_ other: MismatchGap) -> MismatchGap {
    let wanted = Set(other.rows)
    return removing(rows.map { wanted.contains($0) ? 0 : .nan }).before
  }
}
