import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Laws of two distributions.
@Suite struct PairTests {
  static let sizes = DistributionTests.sizes
  static let seeds = DistributionTests.seeds

  @Test(arguments: sizes, seeds)
  func `cross entropy is entropy and divergence together`(count: Int, seed: UInt64) {
    for (before, after) in Self.rows(count, seed) {
      let (pair, p, q) = pairStatistics(before: before, after: after, target: 0)
      let crossEntropy = zip(before, after).reduce(0) {
        $0 - exp(Double($1.0) - p.logPartition) * (Double($1.1) - q.logPartition)
      }
      let bound = Self.bound(before, after, pair)
      expectClose(pair.klBeforeAfter, crossEntropy - p.entropy, absolute: bound)
    }
  }

  @Test(arguments: sizes, seeds)
  func `exchanging both exchanges the directions`(count: Int, seed: UInt64) {
    for (before, after) in Self.rows(count, seed) {
      let there = pairStatistics(before: before, after: after, target: count / 2).pair
      let back = pairStatistics(before: after, after: before, target: count / 2).pair
      // The same operations on the same numbers: the same bits.
      #expect(there.klBeforeAfter == back.klAfterBefore)
      #expect(there.klAfterBefore == back.klBeforeAfter)
      #expect(there.jensenShannon == back.jensenShannon)
      #expect(there.totalVariation == back.totalVariation)
      #expect(there.topOverlap == back.topOverlap)
      #expect(there.entropyChange == -back.entropyChange)
      #expect(there.logProbabilityChange == -back.logProbabilityChange)
      #expect(there.probabilityChange == -back.probabilityChange)
    }
  }

  @Test(arguments: sizes, seeds)
  func `divergences keep the inequalities between them`(count: Int, seed: UInt64) {
    for (before, after) in Self.rows(count, seed) {
      let pair = pairStatistics(before: before, after: after, target: 0).pair
      let bound = Self.bound(before, after, pair)
      let (tv, js) = (pair.totalVariation, pair.jensenShannon)
      #expect(js >= 0 && js <= log(2) && tv >= 0 && tv <= 1)
      // Pinsker, both ways; Lin; Bretagnolle and Huber; JS is at most a quarter of both KL.
      #expect(2 * tv * tv <= min(pair.klBeforeAfter, pair.klAfterBefore) + 4 * bound)
      #expect(tv * tv / 2 <= js + 2 * bound && js <= tv * log(2) + 2 * bound)
      #expect(tv <= (1 - exp(-pair.klBeforeAfter)).squareRoot() + bound.squareRoot())
      #expect(js <= (pair.klBeforeAfter + pair.klAfterBefore) / 4 + 2 * bound)
      #expect(abs(pair.probabilityChange) <= tv + 2 * bound)
    }
  }

  @Test(arguments: sizes, seeds)
  func `nothing differs between a row and itself`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let logits = random.normals(count, deviation: 4)
    let pair = pairStatistics(before: logits, after: logits, target: count - 1).pair
    // Each term is exactly 0 where both logits are the same.
    #expect(pair.klBeforeAfter == 0 && pair.klAfterBefore == 0)
    #expect(pair.jensenShannon == 0 && pair.totalVariation == 0)
    #expect(pair.probabilityChange == 0 && pair.logProbabilityChange == 0)
    #expect(pair.entropyChange == 0)
    #expect(pair.topOverlap == 1)
  }

  @Test(arguments: sizes, seeds)
  func `permuting the vocabulary changes nothing`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let (before, after) = (random.normals(count, deviation: 3), random.normals(count))
    let order = Array(0..<count).shuffled(using: &random)
    let target = count / 3
    let pair = pairStatistics(before: before, after: after, target: target).pair
    let permuted = pairStatistics(
      before: order.map { before[$0] }, after: order.map { after[$0] },
      target: order.firstIndex(of: target) ?? 0
    ).pair
    let bound = Self.bound(before, after, pair)
    expectClose(permuted.klBeforeAfter, pair.klBeforeAfter, absolute: bound)
    expectClose(permuted.klAfterBefore, pair.klAfterBefore, absolute: bound)
    expectClose(permuted.jensenShannon, pair.jensenShannon, absolute: bound)
    expectClose(permuted.totalVariation, pair.totalVariation, absolute: bound)
    expectClose(permuted.logProbabilityChange, pair.logProbabilityChange, absolute: bound)
    #expect(permuted.topOverlap == pair.topOverlap)
  }

  @Test func `two tokens give the numbers of the textbook`() {
    // p = (¾, ¼), q = (½, ½).
    let pair = pairStatistics(before: [Float(log(3.0)), 0], after: [7, 7], target: 1).pair
    // Float(ln 3) is off by at most 2⁻²⁴, and no derivative exceeds 1 per nat.
    let bound = 0x1p-24
    expectClose(
      pair.klBeforeAfter, 0.75 * log(1.5) + 0.25 * log(0.5), absolute: bound)
    expectClose(pair.klAfterBefore, 0.5 * log(0.5 / 0.75) + 0.5 * log(2), absolute: bound)
    expectClose(pair.totalVariation, 0.25, absolute: bound)
    let js =
      (0.75 * log(0.75 / 0.625) + 0.25 * log(0.25 / 0.375) + 0.5 * log(0.5 / 0.625)
        + 0.5 * log(0.5 / 0.375)) / 2
    expectClose(pair.jensenShannon, js, absolute: bound)
    expectClose(pair.probabilityChange, 0.25, absolute: bound)
    expectClose(pair.logProbabilityChange, log(2), absolute: bound)
  }

  @Test func `the overlap is the share of common tokens`() {
    let pair = pairStatistics(
      before: [5, 4, 3, 2, 1, 0], after: [5, 0, 4, 1, 3, 2], target: 0, topCount: 3
    ).pair
    // {0, 1, 2} and {0, 2, 4}.
    #expect(pair.topOverlap == 2.0 / 3)
  }

  @Test(arguments: Slicing.allCases)
  func `a NaN in one row leaves no number in the pair`(slicing: Slicing) {
    let before: [Float] = [1, 2, .nan, 3, 0, 1, 2, 3, 4]
    let after = [Float](repeating: 1, count: 9)
    let pair = pairStatistics(before: before, after: after, target: 0, slicing).pair
    #expect(
      pair.klBeforeAfter.isNaN && pair.klAfterBefore.isNaN && pair.jensenShannon.isNaN
        && pair.totalVariation.isNaN && pair.entropyChange.isNaN && pair.probabilityChange.isNaN)
  }

  /// Close, unlike and far apart.
  private static func rows(_ count: Int, _ seed: UInt64) -> [([Float], [Float])] {
    var random = SeededGenerator(seed: seed)
    return [1e-3, 1, 25].map { distance in
      let before = random.normals(count, deviation: 2)
      return (before, zip(before, random.normals(count, deviation: distance)).map { $0 + $1 })
    }
  }

  /// As for the fixture: `FixtureTests`.
  private static func bound(_ before: [Float], _ after: [Float], _ pair: PairStatistics) -> Double {
    let error =
      RowBounds(before, sliceCount: 1).logProbability
      + RowBounds(after, sliceCount: 1).logProbability
    return (5 + pair.klBeforeAfter + pair.klAfterBefore)
      * (2 * error + Double(12 + before.count) * RowBounds.unitRoundoff)
  }
}
