import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Every field against numbers that mpmath worked out at 200 digits, for any slicing.
@Suite struct FixtureTests {
  /// The fixture writes what is below 1e-150 as 0.
  static let smallest = 1e-150

  @Test func `the fixture has its sixteen pairs`() throws {
    let pairs = try PairFixture.all()
    #expect(pairs.count == 16)
    #expect(
      pairs.allSatisfy {
        $0.beforeLogits.count == $0.vocabulary && $0.afterLogits.count == $0.vocabulary
      })
  }

  @Test(arguments: try PairFixture.all(), Slicing.allCases)
  func `a row's statistics are mpmath's`(fixture: PairFixture, slicing: Slicing) {
    check(fixture.beforeLogits, fixture.before, target: fixture.target, slicing)
    check(fixture.afterLogits, fixture.after, target: fixture.target, slicing)
  }

  private func check(
    _ logits: [Float], _ expected: PairFixture.Row, target: Int, _ slicing: Slicing
  ) {
    let actual = statistics(of: logits, target: target, slicing)
    let bounds = RowBounds(logits, sliceCount: slicing.slices(of: logits.count).count)
    expectClose(actual.logPartition, expected.logZ, absolute: bounds.logProbability)
    expectClose(actual.logProbability, expected.logp, absolute: bounds.logProbability)
    expectClose(actual.entropy, expected.entropy, absolute: bounds.entropy(expected.entropy))
    expectClose(
      actual.varentropy, expected.varentropy,
      absolute: Self.smallest
        + bounds.varentropy(expected.varentropy, entropy: expected.entropy))
    #expect(actual.rank == expected.rank)
    #expect(actual.topTokens == expected.topId)
    #expect(actual.topTokens.first == expected.top1)
    #expect(actual.topLogProbabilities.count == expected.topLogp.count)
    for (actual, expected) in zip(actual.topLogProbabilities, expected.topLogp) {
      expectClose(actual, expected, absolute: bounds.logProbability)
    }
    guard let rest = expected.restLogMass else {
      #expect(actual.restLogMass == -.infinity)
      return
    }
    expectClose(actual.restLogMass, rest, absolute: bounds.restLogMass(rest))
  }

  @Test(arguments: try PairFixture.all(), Slicing.allCases)
  func `a pair's statistics are mpmath's`(fixture: PairFixture, slicing: Slicing) {
    let actual = pairStatistics(
      before: fixture.beforeLogits, after: fixture.afterLogits, target: fixture.target, slicing
    ).pair
    let expected = fixture.pair
    let sliceCount = slicing.slices(of: fixture.vocabulary).count
    let (p, q) = (
      RowBounds(fixture.beforeLogits, sliceCount: sliceCount),
      RowBounds(fixture.afterLogits, sliceCount: sliceCount)
    )
    // Each ln p, ln q is off by at most this, and so is, relatively, each probability.
    let error = p.logProbability + q.logProbability
    // A term is a probability times a function of 1 and |ln p/q|, made of a dozen operations;
    // Σ (p + q)(1 + |ln p/q|) is at most 2 + KL + KL + 3, since Σ p |ln p/q| ≤ KL + 2/e·2.
    let weight = 5 + expected.klAb + expected.klBa
    let term =
      weight * (2 * error + Double(12 + fixture.vocabulary + sliceCount) * RowBounds.unitRoundoff)
    expectClose(actual.klBeforeFromAfter, expected.klAb, absolute: term)
    expectClose(actual.klAfterFromBefore, expected.klBa, absolute: term)
    expectClose(actual.jensenShannon, expected.js, absolute: term)
    expectClose(actual.totalVariation, expected.tv, absolute: term)
    expectClose(
      actual.entropyChange, expected.dH,
      absolute: p.entropy(fixture.before.entropy) + q.entropy(fixture.after.entropy))
    expectClose(actual.logProbabilityChange, expected.dlogp, absolute: 2 * error)
    // p (e^Δ − 1): p errs by `error` relatively, e^Δ by twice that.
    expectClose(
      actual.probabilityChange, expected.dprob,
      absolute: Self.smallest + 4 * error * exp(max(fixture.before.logp, fixture.after.logp)))
    #expect(actual.topOverlap == expected.overlap)
  }
}
