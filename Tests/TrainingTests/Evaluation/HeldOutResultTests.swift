import Foundation
import JSON
import StatisticalInference
import Tasks
import TestSupport
import Testing
import Training

@Suite struct HeldOutResultTests {
  private static let fixture = Result {
    let url = URL(filePath: Places.fixture("evaluation/estimates.json"))
    return try JSONValue(parsing: Array(try Data(contentsOf: url)))
  }

  @Test func `accuracy, pass at k and intervals are those of numpy, scipy and counting`() throws {
    let cases = try #require(try Self.fixture.get()["cases"]?.arrayValue)
    #expect(cases.count == 11)
    var checked = 0
    for item in cases {
      let samples = Int(try #require(item["samples"]?.integerValue))
      var grades = HeldOutResult.Grades(samples: samples)
      for correct in try #require(item["correct"]?.arrayValue) {
        let count = Int(try #require(correct.integerValue))
        grades.add(
          (0..<samples).map { $0 < count ? .correct : .wrongAnswer }, stopped: samples, tokens: 3)
      }
      for member in try #require(item["pass"]?.objectValue) {
        let k = try #require(Int(member.key))
        let found = grades.pass(at: k)
        let expected = try #require(member.value.arrayValue).compactMap(\.doubleValue)
        // Some 200 sums and products in Double, in an order of their own: 200 · 2⁻⁵³ ≈ 2e-14.
        expectClose(found.value, expected[0], absolute: 1e-13)
        expectClose(found.lower ?? .nan, expected[1], absolute: 1e-12)
        expectClose(found.upper ?? .nan, expected[2], absolute: 1e-12)
        if k == 1 { #expect(abs(grades.accuracy.value - found.value) <= 1e-15) }
        checked += 1
      }
    }
    #expect(checked == 44)
  }

  /// The clusters matter: 8 samples that always agree are worth one.
  @Test func `more samples of the same problems don't narrow what problems decide`() {
    var (one, eight) = (HeldOutResult.Grades(samples: 2), HeldOutResult.Grades(samples: 16))
    for problem in 0..<20 {
      let isSolved = problem < 7
      for (index, count) in [2, 16].enumerated() {
        let verdicts = [Verification.Reason](
          repeating: isSolved ? .correct : .noAnswer, count: count)
        if index == 0 {
          one.add(verdicts, stopped: 0, tokens: 1)
        } else {
          eight.add(verdicts, stopped: 0, tokens: 1)
        }
      }
    }
    #expect(one.accuracy.interval == eight.accuracy.interval)
    #expect((one.accuracy.upper ?? 0) - (one.accuracy.lower ?? 1) > 0.3)
    #expect(one.tries == [1, 2] && eight.tries == [1, 2, 4, 8, 16])
    #expect(HeldOutResult.Grades(samples: 1).tries == [1])
    #expect(HeldOutResult.Grades(samples: 12).tries == [1, 2, 4, 8, 12])
  }
}
