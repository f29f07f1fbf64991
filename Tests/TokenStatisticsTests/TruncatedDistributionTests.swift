import Foundation
import TestSupport
import Testing
import TokenStatistics

/// What a list says of one distribution, in numbers that can be worked out by hand.
@Suite struct TruncatedDistributionTests {
  private func list(
    _ masses: [Double], top: Int? = nil, of size: Int?,
    _ precision: LogProbabilityPrecision = .double
  ) throws -> TruncatedDistribution {
    try TruncatedDistribution(
      ids: masses.indices.map { Int32($0) }, logProbabilities: masses.map { log($0) },
      topCount: top, vocabularySize: size, precision: precision)
  }

  private func entropy(_ masses: [Double]) -> Double { -masses.reduce(0) { $0 + $1 * log($1) } }

  @Test func `entropy is least with the rest at the cap, and most with it spread`() throws {
    let bounds = try list([0.5, 0.2], of: 12).entropyBounds
    expectClose(bounds.lowerBound, entropy([0.5, 0.2, 0.2, 0.1]), absolute: 1e-12)
    let spread = [0.5, 0.2] + [Double](repeating: 0.03, count: 10)
    expectClose(bounds.upperBound, entropy(spread), absolute: 1e-12)
  }

  @Test func `a sampled token beyond the top is known but caps nothing`() throws {
    // The cap is 0.2, not 0.01; the rest is 0.29.
    let list = try list([0.5, 0.2, 0.01], top: 2, of: 12)
    expectClose(
      list.entropyBounds.lowerBound, entropy([0.5, 0.2, 0.01, 0.2, 0.09]), absolute: 1e-12)
    expectClose(list.outsideBounds.upperBound, log(0.2), absolute: 1e-12)
  }

  @Test func `without the vocabulary's size entropy has no upper bound`() throws {
    let bounds = try list([0.5, 0.2], of: nil).entropyBounds
    #expect(bounds.upperBound == .infinity && bounds.lowerBound > 1)
    #expect(try list([1], of: 1).entropyBounds.upperBound < 1e-12)
  }

  @Test
  func `a token outside has at most the cap and the rest, and at least what others can't hold`()
    throws
  {
    expectClose(try list([0.5, 0.4], of: 9).outsideBounds.upperBound, log(0.1), absolute: 1e-12)
    #expect(try list([0.5, 0.4], of: 9).outsideBounds.lowerBound == -.infinity)
    // 0.45 for two tokens of at most 0.3.
    expectClose(
      try list([0.3, 0.25], top: 1, of: 4).outsideBounds.lowerBound, log(0.15), absolute: 1e-12)
    let only = try list([0.5, 0.4], of: 3).outsideBounds
    expectClose(only.lowerBound, log(0.1), absolute: 1e-12)
  }

  @Test func `the rest is as wide as rounding leaves it`() throws {
    let list = try list([0.5, 0.25], of: 9, .half)
    // Σ p |ln p| 2⁻¹¹ on either side.
    let error = (0.5 * log(2) + 0.25 * log(4)) * 0x1p-11
    expectClose(list.rest.lowerBound, 0.25 - error, absolute: error * 1e-2)
    expectClose(list.rest.upperBound, 0.25 + error, absolute: error * 1e-2)
  }

  @Test func `Kullback-Leibler is bounded above only where the other's list is whole`() throws {
    let (part, whole) = (try list([0.5, 0.25], of: 4), try list([0.4, 0.3, 0.2, 0.1], of: 4))
    let bounds = DivergenceBounds(part, whole)
    // 0.25 on the fourth token, which has least.
    let known = 0.5 * log(0.5 / 0.4) + 0.25 * log(0.25 / 0.3)
    expectClose(bounds.klBeforeAfter.upperBound, known + 0.25 * log(0.25 / 0.1), absolute: 1e-12)
    // In proportion to 0.2 and 0.1.
    expectClose(bounds.klBeforeAfter.lowerBound, known + 0.25 * log(0.25 / 0.3), absolute: 1e-12)
    #expect(bounds.klAfterBefore.upperBound == .infinity)
  }

  @Test func `lists without a common token are as far apart as their tokens outside allow`() throws
  {
    // Each has 0.9 in one token; the other has at most 0.1 there.
    let before = try TruncatedDistribution(
      ids: [3], logProbabilities: [log(0.9)], vocabularySize: 100, precision: .double)
    let after = try TruncatedDistribution(
      ids: [5], logProbabilities: [log(0.9)], vocabularySize: 100, precision: .double)
    let bounds = DivergenceBounds(before, after)
    expectClose(bounds.totalVariation.lowerBound, 0.8, absolute: 1e-12)
    expectClose(bounds.totalVariation.upperBound, 1, absolute: 1e-12)
    expectClose(bounds.klBeforeAfter.lowerBound, 0.8 * log(9), absolute: 1e-12)
  }

  @Test func `a list that no distribution has is refused`() throws {
    func fault(
      _ ids: [Int32], _ logs: [Double], top: Int? = nil, of size: Int? = 5
    ) -> TruncationFault? {
      do throws(TruncationFault) {
        _ = try TruncatedDistribution(
          ids: ids, logProbabilities: logs, topCount: top, vocabularySize: size, precision: .single)
        return nil
      } catch { return error }
    }
    guard case .notALogProbability(token: 1, let log) = fault([1], [.nan]) else {
      Issue.record("NaN passed")
      return
    }
    #expect(log.isNaN)
    #expect(fault([1], [0.5]) == .notALogProbability(token: 1, 0.5))
    #expect(fault([1, 2, 1], [-1, -1, -2]) == .repeated(token: 1))
    #expect(fault([5], [-1]) == .outsideVocabulary(token: 5))
    #expect(fault([-1], [-1]) == .outsideVocabulary(token: -1))
    #expect(fault([1, 2], [-2, -1], top: 1) == .moreLikelyThanTop(token: 2))
    guard case .sumAboveOne(let excess) = fault([1, 2], [-0.5, -0.5]) else {
      Issue.record("a sum of 1.2 passed")
      return
    }
    expectClose(excess, 2 * exp(-0.5) - 1, absolute: 1e-6)
    guard case .sumBelowOne(let missing) = fault([0, 1], [-1, -1], of: 2) else {
      Issue.record("a whole list with a sum of 0.7 passed")
      return
    }
    expectClose(missing, 1 - 2 * exp(-1), absolute: 1e-6)
    // Nothing listed is a list too.
    #expect(fault([], []) == nil)
  }
}
