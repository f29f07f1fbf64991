import Plotting
import Testing

@Suite struct TickPlacementTests {
  private func texts(_ ticks: [Axis.Tick]) -> [String] { ticks.map(\.plainText) }

  @Test func `linear marks are round and their numbers have as many decimals as needed`() {
    let ticks = TickPlacement.linear(0, 1, length: 200, isHorizontal: true)
    #expect(texts(ticks) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(ticks[3].value == 0.6)
  }

  @Test func `negative numbers have a true minus sign and zero has none`() {
    let ticks = TickPlacement.linear(-1, 1, length: 60, isHorizontal: true)
    #expect(texts(ticks) == ["−1", "0", "1"])
  }

  @Test func `tiny numbers are written with a power of ten`() {
    let ticks = TickPlacement.linear(-1.1e-7, 6e-8, length: 100, isHorizontal: false)
    #expect(texts(ticks) == ["−1e−7", "−5e−8", "0", "5e−8"])
    #expect(ticks.map(\.value) == [-1e-7, -5e-8, 0, 5e-8])
    let close = TickPlacement.linear(5, 5.000_02, length: 100, isHorizontal: false)
    #expect(texts(close).first == "5.000000")
  }

  @Test func `counts have whole numbers only`() {
    let ticks = TickPlacement.linear(0, 1.1, length: 300, isHorizontal: false, smallestStep: 1)
    #expect(texts(ticks) == ["0", "1"])
  }

  @Test(
    arguments: [10.0, 40, 100, 234, 486], [(0.0, 1.0), (-3e5, 7e5), (0.001, 0.0012), (5, 5.5)])
  func `numbers never touch each other`(length: Double, range: (Double, Double)) {
    let ticks = TickPlacement.linear(range.0, range.1, length: length, isHorizontal: true)
    for (left, right) in zip(ticks, ticks.dropFirst()) {
      let distance = (right.value - left.value) / (range.1 - range.0) * length
      let halves =
        (TextMetrics.width(left.plainText, size: 8) + TextMetrics.width(right.plainText, size: 8))
        / 2
      #expect(distance > halves)
    }
  }

  @Test func `powers of ten are thinned out over many decades`() {
    let ticks = TickPlacement.logarithmic(1e-8, 1, length: 200)
    // Eight decades with nine marks in each, and the last power of ten.
    #expect(ticks.count == 8 * 9 + 1)
    #expect(ticks.filter { $0.text != .none }.map(\.text) == (-8...0).map { .powerOfTen($0) })
    let dense = TickPlacement.logarithmic(1e-8, 1, length: 100)
    #expect(dense.filter { $0.text != .none }.map(\.value) == [1e-8, 1e-6, 1e-4, 1e-2, 1])
  }

  @Test func `within one decade 2 and 5 are numbered`() {
    let ticks = TickPlacement.logarithmic(1.5, 9, length: 100)
    #expect(texts(ticks).filter { !$0.isEmpty } == ["2", "5"])
  }

  @Test(arguments: [0.1, 1.0 / 3, 1e-300, -2.5e17, 123_456_789, 0, .leastNonzeroMagnitude])
  func `numbers in data files read back as they were`(value: Double) {
    #expect(Double(NumberText.exact(value)) == value)
  }

  @Test func `missing numbers are spelled as gnuplot reads them`() {
    #expect(NumberText.exact(.nan) == "NaN")
    #expect(NumberText.exact(-.infinity) == "-Inf")
    #expect(NumberText.exact(-0.0) == "0")
  }

  @Test func `long text loses its middle and keeps both ends`() {
    let name = "a-long-name-of-a-checkpoint-step-000100"
    let short = TextMetrics.shortened(name, to: 80, size: 8)
    #expect(short.hasPrefix("a-lo") && short.hasSuffix("0100") && short.contains("…"))
    #expect(TextMetrics.width(short, size: 8) <= 80)
    #expect(TextMetrics.shortened("short", to: 80, size: 8) == "short")
  }
}
