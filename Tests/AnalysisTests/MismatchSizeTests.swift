import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing

/// The size of a gap, against sums written out.
@Suite struct MismatchSizeTests {
  /// Three texts of two prompts and two authors; one number is missing on either side.
  private static let tokens: MismatchTokens = {
    var tokens = MismatchTokens(
      texts: [
        .init(rows: 0..<4, prompt: 0, author: 0), .init(rows: 4..<7, prompt: 1, author: 1),
        .init(rows: 7..<9, prompt: 0, author: 0),
      ],
      trainer: [-0.05, -1.2, -3, -0.7, -0.3, .nan, -2, -0.9, -4],
      sampler: [-0.06, -1, -3.5, -0.7, -0.1, -1, -2.05, .nan, -3.8])
    tokens.authors = ["a", "b"]
    return tokens
  }()

  @Test func `sizes are the sums that define them`() throws {
    let size = try #require(Mismatch(Self.tokens)).size
    let gaps = [0.01, -0.2, 0.5, 0, -0.2, 0.05, -0.2]
    let n = Double(gaps.count)
    let ratios = gaps.map { exp($0) }
    #expect(size.tokenCount == 7 && size.unmeasuredCount == 2 && size.sequenceCount == 3)
    // Columns are Floats: 2⁻²³ of numbers up to 4.
    let rounding = 4 * 0x1p-23
    let mean = gaps.reduce(0, +) / n
    expectClose(size.mean.value, mean, absolute: rounding)
    expectClose(
      size.standardDeviation,
      (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot(), absolute: rounding)
    expectClose(
      size.rootMeanSquare, (gaps.reduce(0) { $0 + $1 * $1 } / n).squareRoot(), absolute: rounding)
    expectClose(size.absolute.median, 0.2, absolute: rounding)
    expectClose(size.absolute.maximum, 0.5, absolute: rounding)
    expectClose(size.shareOutside.value, 4 / n, absolute: 1e-12)
    expectClose(size.meanRatio.value, ratios.reduce(0, +) / n, absolute: rounding)
    expectClose(size.k1.value, -mean, absolute: rounding)
    expectClose(
      size.k3.value, zip(ratios, gaps).reduce(0) { $0 + $1.0 - 1 - $1.1 } / n, absolute: rounding)
    func effective(_ ratios: [Double]) -> Double {
      let sum = ratios.reduce(0, +)
      return sum * sum / (Double(ratios.count) * ratios.reduce(0) { $0 + $1 * $1 })
    }
    expectClose(size.effectiveShareOfTokens, effective(ratios), absolute: rounding)
    expectClose(
      size.effectiveShareOfSequences, effective([exp(0.31), exp(-0.15), exp(-0.2)]),
      absolute: rounding)
    #expect(size.mean.clusters == 2 && size.mean.interval != nil)
  }

  @Test func `parts hold each token once`() throws {
    let found = try #require(Mismatch(Self.tokens))
    for parts in [found.byProbability, found.byPosition, found.byAuthor] {
      #expect(parts.reduce(0) { $0 + $1.size.tokenCount } == 7)
    }
    #expect(found.byAuthor.map(\.name) == ["a", "b"])
    #expect(found.byAuthor.map(\.size.tokenCount) == [5, 2])
    #expect(found.byPosition.map(\.name) == ["0", "1 to 3"])
    // Probabilities .94, .37, .03, .50, .90, .13, .02: none in the third band.
    #expect(found.byProbability.map(\.size.tokenCount) == [2, 3, 2])
  }

  @Test func `a band can be wider, and no numbers are no result`() throws {
    var settings = Mismatch.Settings()
    settings.epsilon = 0.3
    let wide = try #require(Mismatch(Self.tokens, settings: settings))
    expectClose(wide.size.shareOutside.value, 1.0 / 7, absolute: 1e-12)
    var none = Self.tokens
    none.sampler = none.sampler.map { _ in .nan }
    #expect(Mismatch(none) == nil)
  }
}
