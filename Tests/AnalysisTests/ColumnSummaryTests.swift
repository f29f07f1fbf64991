import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing

/// Summaries against numpy; Tests/Fixtures/analysis.
struct ColumnSummaryTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let values: [Double]
    let lengths: [Int]
    let mean: Double
    let sequenceMean: Double
    let median: Double
    let percentile99: Double
    let minimum: Double
    let maximum: Double
    let topPercentShare: Double

    var testDescription: String { name }

    /// The text of each value.
    var sequences: [Int] {
      lengths.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    }
  }

  private struct Document: Decodable { let cases: [Case] }

  static func cases() throws -> [Case] {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("analysis/summaries.json")))
    return try JSONDecoder().decode(Document.self, from: data).cases
  }

  @Test(arguments: try cases())
  func `a summary equals that of numpy`(example: Case) throws {
    let summary = try #require(ColumnSummary(example.values, texts: example.sequences))
    let distribution = try #require(summary.distribution)
    // A compensated sum of n terms is off by one rounding of the result and n 2⁻¹⁰⁶ Σ|x|; the
    // division rounds once more. A plain sum would miss the case of cancellation by 0.5.
    let scale = example.values.reduce(0) { $0 + abs($1) }
    let lost = Double(example.values.count) * scale * 0x1p-106
    #expect(summary.count == example.values.count)
    expectClose(summary.mean, example.mean, absolute: lost, relative: 0x1p-51)
    expectClose(
      summary.means.byText.value, example.sequenceMean, absolute: lost + scale * 0x1p-104,
      relative: 0x1p-50)
    // Three roundings between two order statistics, none of more than 2⁻⁵³ of the largest value.
    let size = max(abs(example.minimum), abs(example.maximum))
    expectClose(distribution.median.value, example.median, absolute: 6 * size * 0x1p-53)
    expectClose(distribution.percentile99.value, example.percentile99, absolute: 6 * size * 0x1p-53)
    #expect(distribution.minimum == example.minimum)
    #expect(distribution.maximum == example.maximum)
    // Two plain sums of n non-negative terms, each off by n roundings at most.
    expectClose(
      distribution.topPercentShare, example.topPercentShare,
      relative: Double(2 * example.values.count + 1) * 0x1p-53)
  }

  @Test func `no values have no summary`() {
    #expect(ColumnSummary([], texts: []) == nil)
  }

  @Test func `order within a text does not matter`() throws {
    let example = try #require(try Self.cases().first { $0.name == "149 values" })
    let whole = Array(repeating: 0, count: example.values.count)
    let summary = try #require(ColumnSummary(example.values, texts: whole))
    let reversed = try #require(ColumnSummary(example.values.reversed(), texts: whole))
    expectClose(summary.mean, reversed.mean, relative: 0x1p-51)
    #expect(summary.distribution?.median == reversed.distribution?.median)
    #expect(summary.distribution?.percentile99 == reversed.distribution?.percentile99)
    #expect(summary.means.byText.value == summary.mean, "one text")
  }
}
