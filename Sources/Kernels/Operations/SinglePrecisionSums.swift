/// `LogitSums` in single precision, for logits that are themselves no better.
///
/// Those of bfloat16 products. Sums are added up in Double.
///
/// With u = 2⁻²⁴, an exponential eˢ is within (4 + |s|) u of itself, relatively: four roundings, and
/// that of s. All terms of a sum have one sign and none is a difference of larger numbers, so that
/// every sum keeps that relative error, weighted by its terms, however small it is.
package enum SinglePrecisionSums {
  /// Vectors whose shares are added up in single precision before they are added in Double.
  private static let group = 8

  /// `LogitSums.exponentials`, with a shift that is one of the logits: its own term is exactly 1.
  package static func exponentials(_ logits: Span<Float>, shift: Float) -> ExponentialSums {
    var sums = Exponentials(shift: shift)
    unsafe forEachVector(logits, &sums)
    return ExponentialSums(
      mass: sums.mass.sum(), first: sums.first.sum(), second: sums.second.sum())
  }

  private struct Exponentials: VectorSums {
    let shift: Float
    var mass = Lanes.Doubles.zero
    var first = Lanes.Doubles.zero
    var second = Lanes.Doubles.zero
    var groupFirst = Lanes.Floats.zero
    var groupSecond = Lanes.Floats.zero

    @inline(__always) mutating func add(_ values: Lanes.Floats) {
      let s = Lanes.clamped(values - shift)
      let e = Lanes.Exponential(s).value
      // Beside the largest, which is 1, single precision would lose the small.
      mass += Lanes.Doubles(e)
      let product = e * s
      groupFirst += product
      groupSecond = Lanes.multiplyAdd(product, s, groupSecond)
    }

    @inline(__always) mutating func endGroup() {
      first += Lanes.Doubles(groupFirst)
      second += Lanes.Doubles(groupSecond)
      (groupFirst, groupSecond) = (.zero, .zero)
    }
  }

  /// Σ eˢ over the logits below `threshold`, s = logit − threshold; those that equal it count 0.
  package static func massBelow(_ logits: Span<Float>, threshold: Float) -> Double {
    var sums = MassBelow(threshold: threshold)
    unsafe forEachVector(logits, &sums)
    return sums.mass.sum()
  }

  private struct MassBelow: VectorSums {
    let threshold: Float
    var mass = Lanes.Doubles.zero
    var group = Lanes.Floats.zero

    @inline(__always) mutating func add(_ values: Lanes.Floats) {
      let e = Lanes.Exponential(Lanes.clamped(values - threshold)).value
      group += e.replacing(with: 0, where: values .>= threshold)
    }

    @inline(__always) mutating func endGroup() {
      mass += Lanes.Doubles(group)
      group = .zero
    }
  }

  /// `LogitSums.divergences`: the same terms, each made so that it keeps its relative error.
  ///
  /// With e = t − 1 = eˢ − 1, s = −|ln(p/q)|: for the larger side e − s, for the smaller s − e(1 − s),
  /// near 0 both by the exponential's own series, r²φ and r²(1 − φ + rφ); for total variation −½e. For Jensen-Shannon, with c = s/2, ½(1 + t)(c tanh c − ln cosh c), by its
  /// series to c¹² for |s| ≤ 0.7 (remainder 2e-8), else as written there with
  /// ln(½(1 + t)) = 2 artanh(t/(2 + t)) − ln 2.
  package static func divergences(
    before: Span<Float>, beforeLogPartition: Double, after: Span<Float>, afterLogPartition: Double
  ) -> DivergenceSums {
    var none = Lanes.NoChanges()
    return divergences(before, beforeLogPartition, after, afterLogPartition, &none)
  }

  /// The same with what each token gained and lost, as `LogitSums.divergences` adds it up.
  package static func divergences(
    before: Span<Float>, beforeLogPartition: Double, after: Span<Float>, afterLogPartition: Double,
    gained: inout MutableSpan<Double>, lost: inout MutableSpan<Double>, from first: Int
  ) -> DivergenceSums {
    Lanes.MovedSums.with(&gained, &lost, from: first, count: before.count) { moved in
      divergences(before, beforeLogPartition, after, afterLogPartition, &moved)
    }
  }

  /// `changes` gets eight times |q − p|, and where p is larger.
  ///
  /// Not a closure: the loop would call it and keep its sums in memory.
  @inline(__always) private static func divergences<Changes: ChangeSums>(
    _ before: Span<Float>, _ beforeLogPartition: Double, _ after: Span<Float>,
    _ afterLogPartition: Double, _ changes: inout Changes
  ) -> DivergenceSums {
    precondition(
      before.count == after.count, "divergences: \(before.count) and \(after.count) logits")
    let distance = TwoParts(beforeLogPartition - afterLogPartition)
    let (p, q) = (TwoParts(beforeLogPartition), TwoParts(afterLogPartition))
    var sums = (
      klBeforeAfter: Lanes.Doubles.zero, klAfterBefore: Lanes.Doubles.zero,
      jensenShannon: Lanes.Doubles.zero, totalVariation: Lanes.Doubles.zero
    )
    var (klBeforeAfter, klAfterBefore) = (Lanes.Floats.zero, Lanes.Floats.zero)
    var (jensenShannon, totalVariation) = (Lanes.Floats.zero, Lanes.Floats.zero)
    unsafe forEachVector(before, after) { before, after in
      // before − after with what its rounding loses (Knuth): exact before the distance is taken off.
      let difference = before - after
      let back = difference - before
      let lost = (before - (difference - back)) - (after + back)
      let change = (difference - distance.upper) + (lost - distance.lower)
      let beforeIsLarger = change .>= 0
      let larger = ((after - q.upper) - q.lower).replacing(
        with: (before - p.upper) - p.lower, where: beforeIsLarger)
      let term = Lanes.divergenceTerms(change.replacing(with: -change, where: beforeIsLarger))
      let mass = Lanes.Exponential(Lanes.clamped(larger)).value
        .replacing(with: 0, where: larger .< -87)
      let (ofLarger, ofSmaller) = (mass * term.larger, mass * term.smaller)
      klBeforeAfter += ofSmaller.replacing(with: ofLarger, where: beforeIsLarger)
      klAfterBefore += ofLarger.replacing(with: ofSmaller, where: beforeIsLarger)
      jensenShannon = Lanes.multiplyAdd(mass, term.jensenShannon, jensenShannon)
      totalVariation = Lanes.multiplyAdd(mass, term.lessOne, totalVariation)
      changes.add(-(mass * term.lessOne), isLoss: beforeIsLarger)
    } endOfGroup: {
      sums.klBeforeAfter += Lanes.Doubles(klBeforeAfter)
      sums.klAfterBefore += Lanes.Doubles(klAfterBefore)
      sums.jensenShannon += Lanes.Doubles(jensenShannon)
      sums.totalVariation += Lanes.Doubles(totalVariation)
      (klBeforeAfter, klAfterBefore) = (.zero, .zero)
      (jensenShannon, totalVariation) = (.zero, .zero)
    }
    var result = DivergenceSums()
    result.klBeforeAfter = sums.klBeforeAfter.sum()
    result.klAfterBefore = sums.klAfterBefore.sum()
    result.jensenShannon = 0.5 * sums.jensenShannon.sum()
    result.totalVariation = -0.5 * sums.totalVariation.sum()
    return result
  }

  /// A Double as the sum of two floats.
  private struct TwoParts {
    let upper: Float
    let lower: Float

    init(_ value: Double) {
      upper = Float(value)
      lower = Float(value - Double(upper))
    }
  }

  /// Adds eight logits at a time, and ends a group after some of them and at the end.
  ///
  /// The last vector is filled up with logits so low that they weigh nothing.
  ///
  /// Not closures: the loop would call them and keep its sums in memory.
  @inline(__always) @unsafe private static func forEachVector<Sums: VectorSums>(
    _ logits: Span<Float>, _ sums: inout Sums
  ) {
    unsafe logits.withUnsafeBufferPointer { logits in
      guard let base = logits.baseAddress else { return }
      let count = logits.count
      for start in stride(from: 0, to: count, by: 8 * group) {
        let end = min(start + 8 * group, count)
        for index in stride(from: start, to: end, by: 8) {
          sums.add(
            index &+ 8 <= end
              ? unsafe Lanes.floats(base + index)
              : unsafe Lanes.firstFloats(end - index, of: base + index))
        }
        sums.endGroup()
      }
    }
  }

  /// The same over two rows side by side.
  @inline(__always) @unsafe private static func forEachVector(
    _ before: Span<Float>, _ after: Span<Float>, _ body: (Lanes.Floats, Lanes.Floats) -> Void,
    endOfGroup: () -> Void
  ) {
    unsafe before.withUnsafeBufferPointer { before in
      unsafe after.withUnsafeBufferPointer { after in
        guard let a = before.baseAddress, let b = after.baseAddress else { return }
        let count = before.count
        for start in stride(from: 0, to: count, by: 8 * group) {
          let end = min(start + 8 * group, count)
          for index in stride(from: start, to: end, by: 8) {
            let isWhole = index &+ 8 <= end
            body(
              isWhole
                ? unsafe Lanes.floats(a + index)
                : unsafe Lanes.firstFloats(end - index, of: a + index),
              isWhole
                ? unsafe Lanes.floats(b + index)
                : unsafe Lanes.firstFloats(end - index, of: b + index))
          }
          endOfGroup()
        }
      }
    }
  }
}

/// Sums over vectors of logits; shares of a group are added up in single precision.
private protocol VectorSums {
  mutating func add(_ values: Lanes.Floats)
  mutating func endGroup()
}

extension Lanes {
  /// a · b + c, in one instruction where the processor that was built for has it.
  @inline(__always) static func multiplyAdd(_ a: Floats, _ b: Floats, _ c: Floats) -> Floats {
    #if FUSED
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  @inline(__always) static func multiplyAdd(_ a: Floats, _ b: Floats, _ c: Float) -> Floats {
    multiplyAdd(a, b, Floats(repeating: c))
  }

  /// At least −87, where eˣ is still a normal float.
  @inline(__always) static func clamped(_ x: Floats) -> Floats {
    x.replacing(with: -87, where: x .< -87)
  }

  /// The parts of eˣ − 1 for x in [−87, 0].
  ///
  /// x = n ln 2 + r with |r| ≤ ln 2 / 2; eʳ − 1 = r + r²φ(r), φ by its Taylor series, together to r⁸
  /// (remainder 0.35⁹/9! = 2e-10).
  struct Exponential {
    /// Whether n is 0.
    let isReduced: SIMDMask<SIMD8<Int32>>
    let r: Floats
    let phi: Floats
    /// eˣ = 2ⁿ (eʳ − 1) + 2ⁿ, within 4 · 2⁻²⁴ of its size; exactly 1 at 0.
    let value: Floats
    /// eˣ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), likewise; exactly 0 at 0.
    let lessOne: Floats

    @inline(__always) init(_ x: Floats) {
      // 1.5 · 2²³: adding it leaves the nearest integer in the low bits.
      let magic: Float = 12_582_912
      let shifted = multiplyAdd(x, Floats(repeating: 1.442_695_04), magic)
      let n = shifted - magic
      // ln 2 in two parts, the first short enough that n times it is exact.
      r = multiplyAdd(
        n, Floats(repeating: -1.428_606_8e-6), multiplyAdd(n, Floats(repeating: -0.693_145_75), x))
      var series = multiplyAdd(r, Floats(repeating: 1 / 40_320.0), 1 / 5_040.0)
      series = multiplyAdd(series, r, 1 / 720.0)
      series = multiplyAdd(series, r, 1 / 120.0)
      series = multiplyAdd(series, r, 1 / 24.0)
      series = multiplyAdd(series, r, 1 / 6.0)
      phi = multiplyAdd(series, r, 0.5)
      let power = unsafe unsafeBitCast(
        (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127) &<< 23, to: Floats.self)
      isReduced = (n .== 0)
      let reduced = multiplyAdd(r * r, phi, r)
      value = multiplyAdd(power, reduced, power)
      lessOne = multiplyAdd(power, reduced, power - 1)
    }
  }

  /// The factors of a divergence's terms beside the larger probability, as functions of s ≤ 0.
  @inline(__always) static func divergenceTerms(
    _ s: Floats
  ) -> (larger: Floats, smaller: Floats, jensenShannon: Floats, lessOne: Floats) {
    let exponential = Exponential(clamped(s))
    let (e, r, phi) = (exponential.lessOne, exponential.r, exponential.phi)
    let t = exponential.value
    // For s near 0, where e − s and s − e(1 − s) would be differences of nearly equal numbers.
    let (square, isNear) = (r * r, exponential.isReduced)
    let ofLarger = (e - s).replacing(with: square * phi, where: isNear)
    let ofSmaller = (s - e * (1 - s)).replacing(
      with: square * multiplyAdd(r, phi, 1 - phi), where: isNear)
    // c tanh c − ln cosh c = Σ k/(k + 1) aₖ cᵏ⁺¹ with aₖ the coefficients of tanh.
    let w = 0.25 * s * s
    var series = multiplyAdd(w, Floats(repeating: -691 / 85_050.0), 31 / 1_575.0)
    series = multiplyAdd(series, w, -17 / 360.0)
    series = multiplyAdd(series, w, 1 / 9.0)
    series = multiplyAdd(series, w, -0.25)
    series = multiplyAdd(series, w, 0.5)
    let near = (1 + t) * (w * series)
    let ratio = t / (2 + t)
    let v = ratio * ratio
    var artanh = multiplyAdd(v, Floats(repeating: 2 / 9.0), 2 / 7.0)
    artanh = multiplyAdd(artanh, v, 2 / 5.0)
    artanh = multiplyAdd(artanh, v, 2 / 3.0)
    artanh = multiplyAdd(artanh, v, 2)
    let logarithm = multiplyAdd(ratio, artanh, -0.693_147_18)
    let far = t * s - (1 + t) * logarithm
    return (
      larger: ofLarger, smaller: ofSmaller,
      jensenShannon: far.replacing(with: near, where: s .> -0.7), lessOne: e
    )
  }

  /// The first `count` < 8 floats from `pointer`; the other lanes get a logit so low that its
  /// exponential is nothing.
  @inline(never) @unsafe static func firstFloats(
    _ count: Int, of pointer: UnsafePointer<Float>
  ) -> Floats {
    var values = Floats(repeating: -1e30)
    for lane in 0..<count { values[lane] = unsafe pointer[lane] }
    return values
  }
}
