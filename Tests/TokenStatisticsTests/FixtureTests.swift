import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Every field against numbers that mpmath worked out at 200 digits, for any slicing.
@Suite struct FixtureTests {
  /// The fixture writes what is below 1e-150 as 0.
  static let smallest = 1e-150
  /// In single precision what is below e^−87 is nothing; times its logarithm's square, and the
  /// vocabulary.
  private static func smallest(_ precision: TermPrecision) -> Double {
    precision == .double ? smallest : 1e-30
  }

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
    for precision in [TermPrecision.double, .single] {
      check(fixture.beforeLogits, fixture.before, target: fixture.target, slicing, precision)
      check(fixture.afterLogits, fixture.after, target: fixture.target, slicing, precision)
    }
  }

  private func check(
    _ logits: [Float], _ expected: PairFixture.Row, target: Int, _ slicing: Slicing,
    _ precision: TermPrecision
  ) {
    let actual = statistics(of: logits, target: target, slicing, precision: precision)
    let bounds = RowBounds(
      logits, sliceCount: slicing.slices(of: logits.count).count, precision: precision)
    expectClose(actual.logPartition, expected.logZ, absolute: bounds.logProbability)
    expectClose(actual.logProbability, expected.logp, absolute: bounds.logProbability)
    expectClose(
      actual.entropy, expected.entropy,
      absolute: Self.smallest(precision) + bounds.entropy(expected.entropy))
    expectClose(
      actual.varentropy, expected.varentropy,
      absolute: Self.smallest(precision)
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
    for precision in [TermPrecision.double, .single] { checkPair(fixture, slicing, precision) }
  }

  private func checkPair(
    _ fixture: PairFixture, _ slicing: Slicing, _ precision: TermPrecision
  ) {
    let actual = pairStatistics(
      before: fixture.beforeLogits, after: fixture.afterLogits, target: fixture.target, slicing,
      precision: precision
    ).pair
    let expected = fixture.pair
    let sliceCount = slicing.slices(of: fixture.vocabulary).count
    let (p, q) = (
      RowBounds(fixture.beforeLogits, sliceCount: sliceCount, precision: precision),
      RowBounds(fixture.afterLogits, sliceCount: sliceCount, precision: precision)
    )
    // Each ln p, ln q is off by at most this, and so is, relatively, each probability.
    let error = p.logProbability + q.logProbability
    // A term is a probability times a function of 1 and |ln p/q|, made of a dozen operations;
    // Σ (p + q)(1 + |ln p/q|) is at most 2 + KL + KL + 3, since Σ p |ln p/q| ≤ KL + 2/e·2.
    let weight = 5 + expected.klAb + expected.klBa
    let term =
      weight * (2 * error + Double(12 + fixture.vocabulary + sliceCount) * RowBounds.unitRoundoff)
    expectClose(actual.klBeforeAfter, expected.klAb, absolute: term)
    expectClose(actual.klAfterBefore, expected.klBa, absolute: term)
    expectClose(actual.jensenShannon, expected.js, absolute: term)
    expectClose(actual.totalVariation, expected.tv, absolute: term)
    expectClose(
      actual.entropyChange, expected.dH,
      absolute: Self.smallest(precision) + p.entropy(fixture.before.entropy)
        + q.entropy(fixture.after.entropy))
    expectClose(actual.logProbabilityChange, expected.dlogp, absolute: 2 * error)
    // p (e^Δ − 1): p errs by `error` relatively, e^Δ by twice that.
    expectClose(
      actual.probabilityChange, expected.dprob,
      absolute: Self.smallest(precision) + 4 * error
        * exp(max(fixture.before.logp, fixture.after.logp)))
    #expect(actual.topOverlap == expected.overlap)
  }
}
