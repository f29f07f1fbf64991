import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct DivergenceTests {
  @Test(arguments: LogitSumsTests.lengths, [1e-3, 1, 20] as [Double])
  func `divergence sums are those of a loop`(count: Int, distance: Double) {
    var random = SeededGenerator(seed: UInt64(count) + 400)
    let before = random.normals(count, deviation: 3)
    let after = zip(before, random.normals(count, deviation: distance)).map { $0 + $1 }
    let (p, q) = (logPartition(before), logPartition(after))
    let sums = divergences(before, p, after, q)
    let (expected, scale) = Self.loop(before, p, after, q)
    // `scale` is Σ max(p, q)(1 + |ln p/q| + |ln p| + |ln q|): each term is at most that large, its
    // logarithms are rounded at ln p and ln q, and it takes about ten operations either way.
    let bound = scale * (20 + Double(count)) * 0x1p-53
    expectClose(sums.klBeforeAfter, expected.klBeforeAfter, absolute: bound)
    expectClose(sums.klAfterBefore, expected.klAfterBefore, absolute: bound)
    expectClose(sums.jensenShannon, expected.jensenShannon, absolute: bound)
    expectClose(sums.totalVariation, expected.totalVariation, absolute: bound)
  }

  @Test(arguments: LogitSumsTests.lengths)
  func `nothing differs between identical rows`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 500)
    let logits = random.normals(count, deviation: 5)
    let z = logPartition(logits)
    #expect(divergences(logits, z, logits, z) == DivergenceSums())
  }

  @Test(arguments: LogitSumsTests.lengths)
  func `exchanging the rows exchanges the directions`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 600)
    let (before, after) = (random.normals(count), random.normals(count, deviation: 4))
    let (p, q) = (logPartition(before), logPartition(after))
    let (there, back) = (divergences(before, p, after, q), divergences(after, q, before, p))
    // The same operations on the same numbers in the same order: the same bits.
    #expect(there.klBeforeAfter == back.klAfterBefore && there.klAfterBefore == back.klBeforeAfter)
    #expect(there.jensenShannon == back.jensenShannon)
    #expect(there.totalVariation == back.totalVariation)
  }

  @Test(arguments: [2, 9, 17])
  func `rows 2e4 apart overflow nothing`(count: Int) {
    var before = [Float](repeating: -1e4, count: count)
    var after = before
    before[0] = 1e4
    after[count - 1] = 1e4
    // All mass on one token each: the logarithm of the partition is the logit itself.
    let sums = divergences(before, 1e4, after, 1e4)
    // p is 1 on the first token and nothing elsewhere, q as little there: KL is 2e4 less the terms
    // −p + q, which cancel between the two tokens. What is clamped to e^−700 is lost in rounding.
    expectClose(sums.klBeforeAfter, 2e4, relative: 4 * 0x1p-53)
    expectClose(sums.klAfterBefore, 2e4, relative: 4 * 0x1p-53)
    expectClose(sums.jensenShannon, log(2), relative: 4 * 0x1p-53)
    expectClose(sums.totalVariation, 1, relative: 4 * 0x1p-53)
  }

  @Test func `a NaN on either side is seen in every sum`() {
    for index in [0, 8, 11] {
      var logits = [Float](repeating: 0, count: 12)
      let other = logits
      logits[index] = .nan
      for sums in [divergences(logits, 2, other, 2), divergences(other, 2, logits, 2)] {
        #expect(
          sums.klBeforeAfter.isNaN && sums.klAfterBefore.isNaN && sums.jensenShannon.isNaN
            && sums.totalVariation.isNaN)
      }
    }
  }

  @Test func `rows of unequal length are a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = LogitSums.divergences(
        before: [1, 2].span, beforeLogPartition: 0, after: [1].span, afterLogPartition: 0)
    }
  }

  private func divergences(
    _ before: [Float], _ p: Double, _ after: [Float], _ q: Double
  ) -> DivergenceSums {
    LogitSums.divergences(
      before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q)
  }

  private func logPartition(_ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  /// The definitions, term by term.
  private static func loop(
    _ before: [Float], _ logP: Double, _ after: [Float], _ logQ: Double
  ) -> (sums: DivergenceSums, scale: Double) {
    var sums = DivergenceSums()
    var scale = 0.0
    for (before, after) in zip(before, after) {
      let (a, b) = (Double(before) - logP, Double(after) - logQ)
      let (p, q) = (exp(a), exp(b))
      let middle = (p + q) / 2
      sums.klBeforeAfter += p * (a - b) - p + q
      sums.klAfterBefore += q * (b - a) - q + p
      sums.jensenShannon += (p * log(p / middle) + q * log(q / middle)) / 2
      sums.totalVariation += abs(p - q) / 2
      scale += max(p, q) * (1 + abs(a - b) + abs(a) + abs(b))
    }
    return (sums, scale)
  }
}
