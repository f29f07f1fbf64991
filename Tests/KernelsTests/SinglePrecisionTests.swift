import Foundation
import Kernels
import TestSupport
import Testing

/// Sums in single precision against those in Double.
@Suite struct SinglePrecisionTests {
  static let lengths = [0, 1, 7, 8, 9, 63, 64, 65, 1001]

  @Test(arguments: lengths, [0.1, 3, 30] as [Double])
  func `sums of exponentials keep their relative error`(count: Int, deviation: Double) {
    var random = SeededGenerator(seed: UInt64(count) + 700)
    let logits = random.normals(count, deviation: deviation)
    let largest = logits.max() ?? 0
    let sums = SinglePrecisionSums.exponentials(logits.span, shift: largest)
    let expected = LogitSums.exponentials(logits.span, shift: Double(largest))
    // Each term errs by (4 + |s|) u, the products with s and s² by two u more, the sums of eight by
    // eight u: weighted by the terms themselves. Below e^−87 there is nothing: count · e^−87 · 87².
    let weighted = { (power: Double) in
      logits.reduce(0.0) { sum, logit in
        let s = Double(largest) - Double(logit)
        return sum + exp(-s) * pow(s, power) * (14 + s) * unitRoundoff
      }
    }
    let nothing = Double(count + 8) * exp(-87) * 87 * 87
    expectClose(sums.mass, expected.mass, absolute: weighted(0) + nothing)
    expectClose(sums.first, expected.first, absolute: weighted(1) + nothing)
    expectClose(sums.second, expected.second, absolute: weighted(2) + nothing)
  }

  @Test(arguments: lengths)
  func `the mass below a threshold leaves out what equals it`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 800)
    let logits = (0..<count).map { _ in Float(Int.random(in: -30...2, using: &random)) }
    for threshold in [-31, -30, -10, 2] as [Float] {
      let below = logits.filter { $0 < threshold }.reduce(0) { $0 + exp(Double($1 - threshold)) }
      expectClose(
        SinglePrecisionSums.massBelow(logits.span, threshold: threshold), below,
        absolute: Double(count + 8) * exp(-87), relative: (14 + 33) * unitRoundoff)
    }
  }

  @Test(
    arguments: lengths,
    [(1e-4, 0), (1e-2, 0), (0.3, 5), (1, 0), (3, 40), (20, 0)] as [(Double, Float)])
  func `divergences keep their relative error however small they are`(
    count: Int, distance: (deviation: Double, shift: Float)
  ) {
    var random = SeededGenerator(seed: UInt64(count) + 900)
    let before = random.normals(count, deviation: 3)
    let after = zip(before, random.normals(count, deviation: distance.deviation)).map {
      $0 + $1 + distance.shift
    }
    let (p, q) = (logPartition(before), logPartition(after))
    let sums = divergences(before, p, after, q)
    let expected = LogitSums.divergences(
      before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q)
    // The larger probability errs by (5 + |ln p|) u. Its factor errs most where a branch begins: at
    // |s| = 0.35 the difference s − e(1 − s) is 0.05 of numbers near 0.4, which err by 2u: 16 u and
    // more, say 32; the sums of eight by eight u.
    let spread = Double((before + after).max() ?? 0) - Double((before + after).min() ?? 0)
    let bound = (5 + 32 + 8 + spread) * unitRoundoff
    expectClose(sums.klBeforeAfter, expected.klBeforeAfter, absolute: 1e-30, relative: bound)
    expectClose(sums.klAfterBefore, expected.klAfterBefore, absolute: 1e-30, relative: bound)
    expectClose(sums.jensenShannon, expected.jensenShannon, absolute: 1e-30, relative: bound)
    expectClose(sums.totalVariation, expected.totalVariation, absolute: 1e-30, relative: bound)
    // The same operations on the same numbers in the same order: the same bits.
    let back = divergences(after, q, before, p)
    #expect(sums.klBeforeAfter == back.klAfterBefore && sums.klAfterBefore == back.klBeforeAfter)
    #expect(sums.jensenShannon == back.jensenShannon && sums.totalVariation == back.totalVariation)
  }

  @Test(arguments: lengths)
  func `nothing differs between identical rows`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 500)
    let logits = random.normals(count, deviation: 5)
    let z = logPartition(logits)
    #expect(divergences(logits, z, logits, z) == DivergenceSums())
  }

  @Test func `rows far apart overflow nothing and a NaN is seen in every sum`() {
    var before = [Float](repeating: -1e4, count: 17)
    var after = before
    before[0] = 1e4
    after[16] = 1e4
    let sums = divergences(before, 1e4, after, 1e4)
    expectClose(sums.klBeforeAfter, 2e4, relative: 4 * unitRoundoff)
    expectClose(sums.klAfterBefore, 2e4, relative: 4 * unitRoundoff)
    expectClose(sums.jensenShannon, log(2), relative: 8 * unitRoundoff)
    expectClose(sums.totalVariation, 1, relative: 4 * unitRoundoff)
    for index in [0, 8, 16] {
      var logits = [Float](repeating: 0, count: 17)
      let other = logits
      logits[index] = .nan
      for sums in [divergences(logits, 2, other, 2), divergences(other, 2, logits, 2)] {
        #expect(
          sums.klBeforeAfter.isNaN && sums.klAfterBefore.isNaN && sums.jensenShannon.isNaN
            && sums.totalVariation.isNaN)
      }
    }
  }

  private func divergences(
    _ before: [Float], _ p: Double, _ after: [Float], _ q: Double
  ) -> DivergenceSums {
    SinglePrecisionSums.divergences(
      before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q)
  }

  private func logPartition(_ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }
}
