import Foundation

/// Where two truncated distributions are closest: the unknown probabilities that make every
/// divergence between them smallest.
///
/// A divergence is Σ f(p, q) with f convex and homogeneous of degree 1. Of tokens that both list both are
/// known. Of a token that only p lists (A) q is unknown, at most b; of one that only q lists (B) p is,
/// at most a. All n tokens outside both can be taken as one with P ≤ na and Q ≤ nb: by convexity
/// f(P, Q) is at most the sum over them, and it is reached where all have P/n and Q/n. So this is what
/// is minimised, over q of A, p of B, P and Q, with Σ_B p + P = r and Σ_A q + Q = s, the rests.
///
/// At the minimum (Karush, Kuhn, Tucker) the derivative ∂f/∂p is the same, λ, wherever p is unknown and
/// not at its cap, and ∂f/∂q is μ wherever q is. Both depend on the ratio ρ = p/q alone; one rises with
/// it and the other falls. Hence p = min(a, ρ_B q) on B, q = min(b, p/ρ_A) on A, and one of
/// 1. P = Q = 0, where ρ_B ≤ ρ_A: listed tokens take both rests;
/// 2. ρ_A = ρ_B = P/Q: W(ρ) = r + Σ_A min(ρb, p) − ρs − Σ_B min(a, ρq) = P − ρQ is 0. Between the ρ
///    where Q becomes ≥ 0 and the ρ up to which P ≥ 0, W falls, from P ≥ 0 to −ρQ ≤ 0;
/// 3. P = na: B takes r − na, at ρ_B ≥ P/Q, and on the other side the outside is one more token of A; or Q = nb,
///    the mirror image.
/// These conditions don't depend on f: one allocation serves all divergences.
struct RatioAllocation {
  /// One side: what it lists alone, and what is known of the rest.
  struct Side {
    /// Probabilities of tokens that only this side lists, but for zeros.
    var masses: [Double]
    /// How many tokens of probability 0 only this side lists.
    var zeros: Double
    /// The most that a token outside its list can have.
    var cap: Double
    /// What all outside its list have together.
    var rest: ClosedRange<Double>
  }

  /// ρ_A: q is p / this on A, unless capped; 0 if all are.
  var ratioOfBefore = Double.infinity
  /// ρ_B: p is this · q on B, unless capped; ∞ if all are.
  var ratioOfAfter = 0.0
  /// P.
  var before = 0.0
  /// Q.
  var after = 0.0
  /// False where a rest is chosen so that no other that is possible costs less (`alone`).
  var losesBefore = true
  var losesAfter = true

  /// The allocation at the largest rests.
  ///
  /// A listed token of probability 0 meets nothing: what the other side has there counts as outside.
  ///
  /// - Parameters:
  ///   - p: before.
  ///   - q: after.
  ///   - outside: n; ∞ if it isn't known.
  init(before p: Side, after q: Side, outside: Double) {
    let (rest, otherRest) = (p.rest.upperBound, q.rest.upperBound)
    ratioOfBefore = Self.level(p.masses, cap: q.cap, total: otherRest)
    ratioOfAfter = 1 / Self.level(q.masses, cap: p.cap, total: rest)
    let most = Self.most(rest, cap: p.cap, tokens: outside + q.zeros)
    let otherMost = Self.most(otherRest, cap: q.cap, tokens: outside + p.zeros)
    switch (most > 0, otherMost > 0) {
    case (false, false): return
    case (true, false):
      let (level, filled) = Self.alone(q.masses, cap: p.cap, rest: p.rest)
      (ratioOfAfter, before, losesBefore) = (1 / level, filled, false)
      return
    case (false, true):
      (ratioOfBefore, after) = Self.alone(p.masses, cap: q.cap, rest: q.rest)
      losesAfter = false
      return
    case (true, true): break
    }
    if ratioOfAfter <= ratioOfBefore { return }
    share(p, q)
    guard before > most || after > otherMost else { return }
    var capped = self
    capped.fill(before: most, p, q, otherMost)
    // At the minimum the tokens that take what the cap doesn't allow outside have the larger ratio.
    if before > most, after <= otherMost || capped.ratioOfAfter * capped.after >= most {
      self = capped
    } else {
      fill(after: otherMost, p, q, most)
    }
  }

  private static func most(_ rest: Double, cap: Double, tokens: Double) -> Double {
    rest == 0 || tokens == 0 ? 0 : cap * tokens
  }

  /// How a rest is spread where nothing outside meets it: the listed tokens come first, since no mass costs
  /// more than one that meets nothing.
  ///
  /// At the smallest rest where a larger one would cost more, at the largest where it would cost less,
  /// and where it costs nothing in between.
  private static func alone(
    _ masses: [Double], cap: Double, rest: ClosedRange<Double>
  ) -> (level: Double, outside: Double) {
    let least = level(masses, cap: cap, total: rest.lowerBound)
    if least > 1 { return (max(1, level(masses, cap: cap, total: rest.upperBound)), 0) }
    return (least, max(0, rest.lowerBound - cap * Double(masses.count)))
  }

  /// Case 2.
  private mutating func share(_ p: Side, _ q: Side) {
    let (rest, otherRest) = (p.rest.upperBound, q.rest.upperBound)
    var (low, high) = (ratioOfBefore, ratioOfAfter)
    var ratio = min(
      max((rest + p.masses.reduce(0, +)) / (otherRest + q.masses.reduce(0, +)), low), high)
    // Between two ratios at which a token becomes capped W is a straight line, whose root is known.
    for _ in 0..<200 {
      var (numerator, denominator) = (rest, otherRest)
      for mass in p.masses {
        if mass > ratio * q.cap { denominator -= q.cap } else { numerator += mass }
      }
      for mass in q.masses {
        if ratio * mass > p.cap { numerator -= p.cap } else { denominator += mass }
      }
      if numerator >= ratio * denominator { low = max(low, ratio) } else { high = min(high, ratio) }
      var next = numerator / denominator
      if !(denominator > 0 && next >= low && next <= high) {
        // Roots apart: their product may be too small for a Double.
        next =
          high == .infinity
          ? max(low, 1e-300) * 16 : max(low, high * 0x1p-60).squareRoot() * high.squareRoot()
      }
      if abs(next - ratio) <= ratio * 0x1p-52 || high <= low {
        ratio = next
        break
      }
      ratio = next
    }
    (ratioOfBefore, ratioOfAfter) = (ratio, ratio)
    before = max(0, q.masses.reduce(rest) { $0 - min(p.cap, ratio * $1) })
    after = max(0, p.masses.reduce(otherRest) { $0 - min(q.cap, $1 / ratio) })
    // Both are differences: the one that lost fewer digits gives the other.
    if rest <= ratio * otherRest { after = before / ratio } else { before = ratio * after }
  }

  /// Case 3: the outside has `mass` of p.
  private mutating func fill(before mass: Double, _ p: Side, _ q: Side, _ otherMost: Double) {
    before = mass
    ratioOfAfter = 1 / Self.level(q.masses, cap: p.cap, total: p.rest.upperBound - mass)
    (ratioOfBefore, after) = Self.level(
      p.masses, cap: q.cap, total: q.rest.upperBound, and: mass, cap: otherMost)
  }

  /// Case 3, mirrored.
  private mutating func fill(after mass: Double, _ p: Side, _ q: Side, _ most: Double) {
    after = mass
    ratioOfBefore = Self.level(p.masses, cap: q.cap, total: q.rest.upperBound - mass)
    let (level, filled) = Self.level(
      q.masses, cap: p.cap, total: p.rest.upperBound, and: mass, cap: most)
    (ratioOfAfter, before) = (1 / level, filled)
  }

  /// σ with Σ min(cap, mass/σ) = total; 0 if all are at the cap, ∞ if there is nothing to give.
  ///
  /// From the σ at which none is capped: each cap that is put on leaves more to the others, so σ only falls, and
  /// each round caps one at least.
  static func level(_ masses: [Double], cap: Double, total: Double) -> Double {
    guard total > 0 else { return .infinity }
    guard Double(masses.count) * cap > total else { return 0 }
    var level = masses.reduce(0, +) / total
    var capped = 0
    while true {
      let limit = level * cap
      var (sum, number) = (0.0, 0)
      for mass in masses { if mass > limit { number += 1 } else { sum += mass } }
      if number == capped { return level }
      capped = number
      let left = total - cap * Double(number)
      guard left > 0, sum > 0 else { return level }
      level = sum / left
    }
  }

  /// The same with one more mass, which has a cap of its own; and what that one gets.
  static func level(
    _ masses: [Double], cap: Double, total: Double, and other: Double, cap otherCap: Double
  ) -> (level: Double, filled: Double) {
    // Where it is not capped it is like any other of those that aren't.
    let whole = level(masses, cap: cap, total: total - otherCap)
    if other > otherCap * whole { return (whole, otherCap) }
    var (low, high) = (0.0, (masses.reduce(0, +) + other) / max(total, 0x1p-1000))
    for _ in 0..<200 {
      let middle = low == 0 ? high * 0x1p-8 : low.squareRoot() * high.squareRoot()
      let sum = masses.reduce(min(otherCap, other / middle)) { $0 + min(cap, $1 / middle) }
      if sum > total { low = middle } else { high = middle }
      if low > 0, high - low <= low * 0x1p-52 { break }
      if low == 0, high < 0x1p-1070 { return (0, otherCap) }
    }
    return (high, min(otherCap, other / high))
  }
}
