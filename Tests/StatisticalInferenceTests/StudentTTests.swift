import Foundation
import StatisticalInference
import TestSupport
import Testing

@Suite struct StudentTTests {
  /// A few roundings for each term.
  ///
  /// The sum of n/2 products of rounded numbers is off by at most about n roundings, n ≤ 1,000:
  /// 1e-13 of the probability. Where the density is f, the bound is off by that over 2 f; at the
  /// last row, f(3.3) = 0.0018, that is 3e-11. scipy states no bound of its own; it prints 15 digits.
  @Test func `bounds are scipy's`() throws {
    let text = try String(
      contentsOfFile: Places.fixture("inference/student-t.tsv"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(rows.count == 39)
    for row in rows {
      let numbers = row.split(separator: "\t").compactMap { Double($0) }
      let bound = StudentT.bound(
        probability: numbers[0], degreesOfFreedom: numbers[1])
      #expect(abs(bound - numbers[2]) <= 3e-11 * numbers[2], "\(row)")
    }
  }
}
