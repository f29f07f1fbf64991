/// Sums over a slice of one row of logits, relative to a shift: what entropy and its relatives need.
package struct ExponentialSums: Sendable, Equatable {
  /// Σ eˢ, s = logit − shift.
  package var mass: Double
  /// Σ eˢ · s.
  package var first: Double
  /// Σ eˢ · s².
  package var second: Double

  /// Sums given.
  package init(mass: Double = 0, first: Double = 0, second: Double = 0) {
    (self.mass, self.first, self.second) = (mass, first, second)
  }
}

/// Sums over a slice of two rows of logits that two models gave for one position.
///
/// With p and q the two distributions. Each term is made so that it can't be negative and vanishes
/// with the square of the log-ratio, so that a divergence of 1e-12 is not lost in rounding.
package struct DivergenceSums: Sendable, Equatable {
  /// Σ (p ln(p/q) − p + q).
  package var klBeforeAfter = 0.0
  /// Σ (q ln(q/p) − q + p).
  package var klAfterBefore = 0.0
  /// Σ ½ (p ln(p/m) + q ln(q/m)), m = (p + q)/2.
  package var jensenShannon = 0.0
  /// Σ ½ |p − q|.
  package var totalVariation = 0.0

  /// Zeros.
  package init() {}
}

/// Passes over slices of logits: floats in, sums in Double.
package enum LogitSums {
  /// The largest logit of a slice; −∞ for none, NaN if any is NaN or infinite.
  package static func maximum(_ logits: Span<Float>) -> Float {
    var lanes = SIMD16<Float>(repeating: -.infinity)
    // A NaN compares false with everything; adding it up is what keeps it. ∞ · 0 is NaN as well:
    // an infinite logit is no distribution either.
    var sum = SIMD16<Float>(repeating: 0)
    var largest = -Float.infinity
    var areFinite = true
    unsafe logits.withUnsafeBufferPointer { logits in
      let whole = logits.count / 16 * 16
      if let base = logits.baseAddress {
        for index in stride(from: 0, to: whole, by: 16) {
          let values = unsafe UnsafeRawPointer(base + index).loadUnaligned(
            as: SIMD16<Float>.self)
          lanes.replace(with: values, where: values .> lanes)
          sum += values * 0
        }
      }
      for index in whole..<logits.count {
        let value = unsafe logits[index]
        largest = max(largest, value)
        areFinite = areFinite && value.isFinite
      }
    }
    for lane in 0..<16 {
      largest = max(largest, lanes[lane])
      areFinite = areFinite && !sum[lane].isNaN
    }
    return areFinite ? largest : .nan
  }

  /// Σ eˢ, Σ eˢ·s and Σ eˢ·s² over a slice, with s = logit − shift ≤ 0.
  ///
  /// Cost: one exponential per logit, about 2 ns on one core with AVX2.
  package static func exponentials(_ logits: Span<Float>, shift: Double) -> ExponentialSums {
    var sums = (mass: Lanes.Doubles.zero, first: Lanes.Doubles.zero, second: Lanes.Doubles.zero)
    unsafe forEachEight(logits) { values in
      // Clamped, so that the padding's s² stays finite beside e⁻⁷⁰⁰.
      let s = Lanes.larger(values - shift, Lanes.Doubles(repeating: -700))
      let e = Lanes.exp(s)
      sums.mass += e
      sums.first += e * s
      sums.second += e * s * s
    }
    return ExponentialSums(
      mass: sums.mass.sum(), first: sums.first.sum(), second: sums.second.sum())
  }

  /// Writes e^(s/temperature), s = logit − shift ≤ 0, and adds up as `exponentials` does, with
  /// s/temperature in place of s.
  ///
  /// - Parameters:
  ///   - logits: a slice of a row.
  ///   - shift: the largest logit.
  ///   - temperature: above 0.
  ///   - weights: as many as logits, overwritten.
  /// - Returns: the sums of the exponentials.
  package static func weights(
    _ logits: Span<Float>, shift: Double, temperature: Double,
    into weights: inout MutableSpan<Double>
  ) -> ExponentialSums {
    precondition(
      logits.count == weights.count && temperature > 0,
      "weights: \(logits.count) logits, \(weights.count) weights, temperature \(temperature)")
    var sums = (mass: Lanes.Doubles.zero, first: Lanes.Doubles.zero, second: Lanes.Doubles.zero)
    let count = logits.count
    unsafe weights.withUnsafeMutableBufferPointer { weights in
      guard let target = weights.baseAddress else { return }
      var index = 0
      unsafe forEachEight(logits) { values in
        let s = Lanes.larger((values - shift) / temperature, Lanes.Doubles(repeating: -700))
        let e = Lanes.exp(s)
        sums.mass += e
        sums.first += e * s
        sums.second += e * s * s
        if index + 8 <= count {
          unsafe UnsafeMutableRawPointer(target + index).storeBytes(of: e, as: Lanes.Doubles.self)
        } else {
          for lane in 0..<count - index { unsafe target[index + lane] = e[lane] }
        }
        index += 8
      }
    }
    return ExponentialSums(
      mass: sums.mass.sum(), first: sums.first.sum(), second: sums.second.sum())
  }

  /// How many logits of a slice are strictly greater than `threshold`.
  package static func countGreater(_ logits: Span<Float>, than threshold: Float) -> Int {
    unsafe count(logits) { $0 .> threshold }
  }

  /// How many logits meet a condition, sixteen at a time: counting in a branch, one by one, took
  /// longer than the exponentials do.
  @inline(__always) @unsafe private static func count(
    _ logits: Span<Float>, where condition: (SIMD16<Float>) -> SIMDMask<SIMD16<Int32>>
  ) -> Int {
    unsafe logits.withUnsafeBufferPointer { logits in
      guard let base = logits.baseAddress else { return 0 }
      let whole = logits.count / 16 * 16
      // A lane would overflow after 2³¹ steps; a slice is a part of a vocabulary.
      var counts = SIMD16<Int32>(repeating: 0)
      let ones = SIMD16<Int32>(repeating: 1)
      for index in stride(from: 0, to: whole, by: 16) {
        let values = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
        counts &+= SIMD16<Int32>.zero.replacing(with: ones, where: condition(values))
      }
      var result = Int(counts.wrappedSum())
      for index in whole..<logits.count {
        result += condition(SIMD16(repeating: unsafe logits[index]))[0] ? 1 : 0
      }
      return result
    }
  }

  /// The first place at or after `start` whose logit is greater than `threshold`, nil if none.
  ///
  /// Sixteen logits are compared at once: in a search for the largest few almost none is.
  package static func firstIndex(
    of logits: Span<Float>, from start: Int, greaterThan threshold: Float
  ) -> Int? {
    unsafe logits.withUnsafeBufferPointer { logits in
      guard let base = logits.baseAddress else { return nil }
      var index = start
      while index + 16 <= logits.count {
        let values = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Float>.self)
        if any(values .> threshold) { break }
        index += 16
      }
      while index < logits.count {
        if unsafe logits[index] > threshold { return index }
        index += 1
      }
      return nil
    }
  }

  /// How many logits of a slice equal `threshold`.
  package static func countEqual(_ logits: Span<Float>, to threshold: Float) -> Int {
    unsafe count(logits) { $0 .== threshold }
  }

  /// Σ eˢ over the logits below `threshold`, s = logit − shift; those that equal it count 0.
  package static func massBelow(
    _ logits: Span<Float>, threshold: Float, shift: Double
  ) -> Double {
    var mass = Lanes.Doubles.zero
    let bound = Double(threshold)
    unsafe forEachEight(logits) { values in
      let e = Lanes.exp(values - shift)
      mass += e.replacing(with: 0, where: values .>= bound)
    }
    return mass.sum()
  }

  /// The divergence sums over a slice of the vocabulary, from both models' logits for one position.
  ///
  /// With L = max(p, q), t = min(p, q) / L = eˢ, s = −|ln(p/q)|, each term is L times a function of
  /// s and t alone that is 0 at s = 0: for the larger side t − 1 − s, for the smaller t·s − t + 1,
  /// for Jensen-Shannon ½ (t·s − (1 + t) ln((1 + t)/2)), for total variation ½ (1 − t). Nothing
  /// overflows however far apart p and q are.
  ///
  /// - Parameters:
  ///   - before: logits of the slice; p = e^(logit − beforeLogPartition).
  ///   - beforeLogPartition: ln Σ e^logit over the whole row before.
  ///   - after: logits of the same slice; q likewise.
  ///   - afterLogPartition: ln Σ e^logit over the whole row after.
  /// - Returns: the slice's share of each sum, in nats; add up over slices.
  package static func divergences(
    before: Span<Float>, beforeLogPartition: Double, after: Span<Float>, afterLogPartition: Double
  ) -> DivergenceSums {
    var none = Lanes.NoChanges()
    return divergences(before, beforeLogPartition, after, afterLogPartition, &none)
  }

  /// The same, and what each token gained and lost in probability is added to sums.
  ///
  /// Each change is rounded to a multiple of 2⁻³⁶ first, so that sums below 2¹⁷ are exact: no bit depends
  /// on the order in which rows are added.
  ///
  /// - Parameters:
  ///   - before: logits of the slice; p = e^(logit − beforeLogPartition).
  ///   - beforeLogPartition: ln Σ e^logit over the whole row before.
  ///   - after: logits of the same slice; q likewise.
  ///   - afterLogPartition: ln Σ e^logit over the whole row after.
  ///   - gained: max(q − p, 0) of the slice's tokens is added to these.
  ///   - lost: max(p − q, 0) likewise.
  ///   - first: place of the slice's first token in both.
  /// - Returns: the slice's share of each sum, in nats; add up over slices.
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
    var sums = (
      klBeforeAfter: Lanes.Doubles.zero, klAfterBefore: Lanes.Doubles.zero,
      jensenShannon: Lanes.Doubles.zero, totalVariation: Lanes.Doubles.zero
    )
    unsafe forEachEight(before, after) { before, after in
      let a = before - beforeLogPartition
      let b = after - afterLogPartition
      let beforeIsLarger = a .>= b
      let larger = b.replacing(with: a, where: beforeIsLarger)
      let smaller = a.replacing(with: b, where: beforeIsLarger)
      let s = smaller - larger
      let t = Lanes.exp(s)
      let mass = Lanes.exp(larger)
      let ofLarger = mass * ((t - 1) - s)
      let ofSmaller = mass * (t * s + (1 - t))
      sums.klBeforeAfter += ofSmaller.replacing(with: ofLarger, where: beforeIsLarger)
      sums.klAfterBefore += ofLarger.replacing(with: ofSmaller, where: beforeIsLarger)
      sums.jensenShannon += mass * (t * s - (1 + t) * Lanes.log(0.5 + 0.5 * t))
      let size = mass * (1 - t)
      sums.totalVariation += size
      changes.add(size, isLoss: beforeIsLarger)
    }
    var result = DivergenceSums()
    result.klBeforeAfter = sums.klBeforeAfter.sum()
    result.klAfterBefore = sums.klAfterBefore.sum()
    result.jensenShannon = 0.5 * sums.jensenShannon.sum()
    result.totalVariation = 0.5 * sums.totalVariation.sum()
    return result
  }

  /// Calls `body` with eight logits at a time; the last group is filled up with logits so low that
  /// they weigh nothing.
  @inline(__always) @unsafe static func forEachEight(
    _ logits: Span<Float>, _ body: (Lanes.Doubles) -> Void
  ) {
    unsafe logits.withUnsafeBufferPointer { logits in
      guard let base = logits.baseAddress else { return }
      let count = logits.count
      for index in stride(from: 0, to: count, by: 8) {
        // One call, so that the body becomes part of the loop.
        body(
          index &+ 8 <= count
            ? unsafe Lanes.load(base + index)
            : unsafe Lanes.loadFirst(count - index, of: base + index))
      }
    }
  }

  /// The same over two rows side by side.
  @inline(__always) @unsafe static func forEachEight(
    _ before: Span<Float>, _ after: Span<Float>, _ body: (Lanes.Doubles, Lanes.Doubles) -> Void
  ) {
    unsafe before.withUnsafeBufferPointer { before in
      unsafe after.withUnsafeBufferPointer { after in
        guard let a = before.baseAddress, let b = after.baseAddress else { return }
        let count = before.count
        for index in stride(from: 0, to: count, by: 8) {
          let isWhole = index &+ 8 <= count
          body(
            isWhole
              ? unsafe Lanes.load(a + index)
              : unsafe Lanes.loadFirst(count - index, of: a + index),
            isWhole
              ? unsafe Lanes.load(b + index)
              : unsafe Lanes.loadFirst(count - index, of: b + index))
        }
      }
    }
  }
}
