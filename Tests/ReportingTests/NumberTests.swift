import Reporting
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      (0.0, "0"), (1, "1.00"), (-0.5, "−0.500"), (0.012_345, "0.0123"), (0.000_1, "0.000100"),
      (0.000_099, "9.90e−5"), (-8.021e-7, "−8.02e−7"), (12_345.6, "12346"), (1_234_567, "1.23e6"),
      (.nan, "–"), (.infinity, "∞"), (-.infinity, "−∞"), (1e-300, "1.00e−300"),
    ] as [(Double, String)])
  func `a number has three significant digits`(value: Double, expected: String) {
    #expect(Number.text(value) == expected)
  }

  @Test func `a missing number is a dash`() {
    #expect(Number.text(nil) == "–")
    #expect(Number.signed(nil) == "–")
    #expect(Number.percent(.nan) == "–")
  }

  @Test func `a sign stands before positive numbers as well`() {
    #expect(Number.signed(0.25) == "+0.250")
    #expect(Number.signed(-0.25) == "−0.250")
    #expect(Number.signed(0) == "0")
  }

  @Test(
    arguments: [
      (0.0, "0.0 %"), (0.679, "67.9 %"), (0.001_5, "0.15 %"), (1, "100.0 %"),
    ] as [(Double, String)])
  func `a share is a percentage`(share: Double, expected: String) {
    #expect(Number.percent(share) == expected)
  }

  @Test(
    arguments: [(0, "0"), (999, "999"), (70_703, "70,703"), (-1_234_567, "−1,234,567")])
  func `a count has groups of three`(count: Int, expected: String) {
    #expect(Number.count(count) == expected)
  }
}
