import Foundation

/// Bounds of how two distributions differ of which only lists are known, p before and q after, in nats.
///
/// Lower bounds are the smallest divergence of any two distributions that fit both lists, upper bounds of
/// JS and TV are reached where the unknown masses don't meet, which a large vocabulary allows.
///
/// Rounding, lower: let F(θ) be the minimum over the unknowns (`RatioAllocation`) as a function of what is known, θ: listed
/// probabilities, rests and caps. The sum is jointly convex and the constraints are linear, so F is convex, and the
/// true θ' has F(θ') ≥ F(θ) + g·(θ' − θ), g its slopes at the minimum: ∂f/∂p and ∂f/∂q of listed tokens, λ and μ of the rests,
/// and of the caps something ≤ 0. θ has the caps and the rests at their largest: caps then lose
/// nothing, a rest loses max(λ, 0) times the width of its interval, and a listed token |∂f/∂p| times what rounding
/// may have moved it. Upper: each term at its farthest corner.
package struct DivergenceBounds: Sendable, Equatable {
  /// ½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2; in [0, ln 2].
  package let jensenShannon: ClosedRange<Double>
  /// ½ Σ |p − q|, in [0, 1].
  package let totalVariation: ClosedRange<Double>
  /// KL(p‖q) ≥ 0; up to +∞ wherever p may have a token of which q isn't known to have any.
  package let klBeforeAfter: ClosedRange<Double>
  /// KL(q‖p) ≥ 0; likewise.
  package let klAfterBefore: ClosedRange<Double>
  /// Entropy after − entropy before.
  package let entropyChange: ClosedRange<Double>

  /// Bounds for a position; both have one vocabulary.
  package init(_ before: TruncatedDistribution, _ after: TruncatedDistribution) {
    let pair = JoinedLists(before, after)
    let most = pair.mostWithoutMeeting
    jensenShannon = pair.bounds(JensenShannon.self, others: most * log(2) / 2, limit: log(2))
    totalVariation = pair.bounds(TotalVariation.self, others: most / 2, limit: 1)
    klBeforeAfter = pair.bounds(
      KLBeforeAfter.self,
      others: JoinedLists.mostRelative(pair.onlyBefore, before, pair.onlyAfter, after),
      limit: .infinity)
    klAfterBefore = pair.bounds(
      KLAfterBefore.self,
      others: JoinedLists.mostRelative(pair.onlyAfter, after, pair.onlyBefore, before),
      limit: .infinity)
    let (from, to) = (before.entropyBounds, after.entropyBounds)
    entropyChange = to.lowerBound - from.upperBound...to.upperBound - from.lowerBound
  }
}

/// Two lists side by side, and the unknown probabilities that bring them closest.
private struct JoinedLists {
  typealias Entry = TruncatedDistribution.Entry

  private let before: TruncatedDistribution
  private let after: TruncatedDistribution
  private var common: [(before: Entry, after: Entry)] = []
  private(set) var onlyBefore: [Entry] = []
  private(set) var onlyAfter: [Entry] = []
  private let closest: RatioAllocation
  private let slack: Double

  init(_ before: TruncatedDistribution, _ after: TruncatedDistribution) {
    let (p, q) = (before.entries, after.entries)
    (self.before, self.after) = (before, after)
    common.reserveCapacity(min(p.count, q.count))
    var (place, other) = (0, 0)
    while place < p.count, other < q.count {
      if p[place].token == q[other].token {
        common.append((p[place], q[other]))
        place += 1
        other += 1
      } else if p[place].token < q[other].token {
        onlyBefore.append(p[place])
        place += 1
      } else {
        onlyAfter.append(q[other])
        other += 1
      }
    }
    onlyBefore += p[place...]
    onlyAfter += q[other...]
    // Of two sizes the larger: there is more outside then, which only widens bounds.
    let sizes = [before.vocabularySize, after.vocabularySize].compactMap(\.self)
    let listed = common.count + onlyBefore.count + onlyAfter.count
    closest = RatioAllocation(
      before: Self.side(onlyBefore, before), after: Self.side(onlyAfter, after),
      outside: sizes.max().map { Double(max($0 - listed, 0)) } ?? .infinity)
    slack = TruncatedDistribution.slack(p.count + q.count)
  }

  private static func side(
    _ only: [Entry], _ whole: TruncatedDistribution
  ) -> RatioAllocation.Side {
    let masses = only.compactMap { $0.mass > 0 ? $0.mass : nil }
    return .init(
      masses: masses, zeros: Double(only.count - masses.count), cap: whole.cap, rest: whole.rest)
  }

  // MARK: Bounds

  /// Bounds of one divergence.
  ///
  /// - Parameters:
  ///   - _: the divergence.
  ///   - others: the most that all tokens add that not both list.
  ///   - limit: the divergence is never larger.
  /// - Returns: from the smallest to the largest that both lists allow.
  func bounds<Term: DivergenceTerm>(
    _: Term.Type, others: Double, limit: Double
  ) -> ClosedRange<Double> {
    var (lower, upper) = (0.0, others)
    for (p, q) in common {
      let x = p.log - q.log
      guard !x.isNaN else { continue }  // both exactly 0
      let value = Term.value(p.mass, q.mass, x)
      // Of a token that both list the term itself is ≥ 0.
      if value == .infinity {
        lower = value
      } else {
        lower += max(0, value - Term.loss(p.mass, q.mass, x, p.growth, q.growth))
      }
      if upper < .infinity { upper += Term.most(p, q) }
    }
    lower += max(0, leastOfOthers(Term.self))
    if lower < .infinity { lower = max(0, lower - slack * (1 + lower)) }
    upper += slack * (1 + upper)
    return min(lower, limit)...max(min(upper, limit), min(lower, limit))
  }

  /// What all tokens add at least that not both list.
  private func leastOfOthers<Term: DivergenceTerm>(_: Term.Type) -> Double {
    var (sum, loss) = (0.0, 0.0)
    var slope = Term.beforeSlope(log(closest.ratioOfAfter))
    var otherSlope = Term.afterSlope(log(closest.ratioOfBefore))
    let areAllCapped = closest.ratioOfAfter == .infinity
    let areAllOthersCapped = closest.ratioOfBefore == 0
    if areAllCapped { slope = -.infinity }
    if areAllOthersCapped { otherSlope = -.infinity }
    for p in onlyBefore where p.mass > 0 {
      let x = max(log(closest.ratioOfBefore), p.logMass - log(after.cap))
      let other = exp(p.logMass - x)
      sum += Term.value(p.mass, other, x)
      loss += Term.loss(p.mass, other, x, p.growth, 0)
      if areAllOthersCapped { otherSlope = max(otherSlope, Term.afterSlope(x)) }
    }
    for q in onlyAfter where q.mass > 0 {
      let x = min(log(closest.ratioOfAfter), log(before.cap) - q.logMass)
      let other = exp(q.logMass + x)
      sum += Term.value(other, q.mass, x)
      loss += Term.loss(other, q.mass, x, 0, q.growth)
      if areAllCapped { slope = max(slope, Term.beforeSlope(x)) }
    }
    if closest.before > 0 || closest.after > 0 {
      let x = log(closest.before) - log(closest.after)
      sum += Term.value(closest.before, closest.after, x)
      if areAllCapped { slope = max(slope, Term.beforeSlope(x)) }
      if areAllOthersCapped { otherSlope = max(otherSlope, Term.afterSlope(x)) }
    }
    guard sum < .infinity else { return sum }
    if closest.losesBefore { loss += Self.loss(before.rest, slope) }
    if closest.losesAfter { loss += Self.loss(after.rest, otherSlope) }
    return sum - loss
  }

  private static func loss(_ rest: ClosedRange<Double>, _ slope: Double) -> Double {
    let width = rest.upperBound - rest.lowerBound
    return slope > 0 && width > 0 ? slope * width : 0
  }

  // MARK: Upper bounds of what not both list

  /// All that either has of tokens that not both list: f(p, q) of JS and TV is at most a constant
  /// times p + q, which is reached where p or q is 0.
  var mostWithoutMeeting: Double {
    (onlyBefore + onlyAfter).reduce(before.rest.upperBound + after.rest.upperBound) {
      $0 + $1.mass * (1 + $1.growth)
    }
  }

  /// The most that KL(p‖q) can have of tokens that not both list.
  ///
  /// Finite only where q lists the whole vocabulary (or p all that it has). Then p's rest is spread over tokens of which
  /// q is known: Σ p ln p is largest with as many as possible at the cap, and −Σ p ln q if the largest
  /// masses go to the smallest q, so both at once. As a function of the rest that is convex between multiples of the
  /// cap: over an interval it is largest at an end or at one of these.
  static func mostRelative(
    _ onlyBefore: [Entry], _ before: TruncatedDistribution, _ onlyAfter: [Entry],
    _ after: TruncatedDistribution
  ) -> Double {
    guard onlyBefore.allSatisfy({ $0.log == -.infinity }) else { return .infinity }
    let rest = before.rest
    let ofAfter = onlyAfter.reduce(after.rest.upperBound) { $0 + $1.mass * (1 + $1.growth) }
    if rest.upperBound == 0 { return ofAfter }
    guard after.entries.count == after.vocabularySize else { return .infinity }
    var (filled, sum, most) = (0.0, 0.0, -Double.infinity)
    /// `mass` on a token of q, and nothing on those that are more likely.
    func total(_ mass: Double, _ entry: Entry) -> Double {
      mass > 0
        ? sum + mass * (log(mass) - entry.log + log1p(entry.growth)) - (filled + mass)
        : sum - filled
    }
    for entry in onlyAfter.sorted(by: { $0.log < $1.log }) {
      for end in [rest.lowerBound, rest.upperBound, filled + before.cap]
      where end >= filled && end <= filled + before.cap && rest.contains(end) {
        most = max(most, total(end - filled, entry))
      }
      if filled + before.cap > rest.upperBound { break }
      sum += before.cap * (log(before.cap) - entry.log + log1p(entry.growth))
      filled += before.cap
    }
    // Rounding may leave a rest that not even all at the cap hold.
    most = max(most, sum - filled)
    return ofAfter + most
  }
}
