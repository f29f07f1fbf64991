import Foundation
import Plotting
import Reporting
import StatisticalInference
import TestSupport
import Testing

@Suite struct FigureStatisticsTests {
  @Test func `changes are counted in a bin around zero and in the outermost bins`() {
    let counts = ProbabilityChangeHistogram.counts([0, 0.01, -0.01, 1, -1, 1.000_001, 0.021])
    #expect(counts.count == 51)
    // Half a bin is 1/51 = 0.0196: 0.021 is in the next one.
    #expect(counts[25] == 3)
    #expect(counts[26] == 1)
    #expect(counts[0] == 1)
    #expect(counts[50] == 2)
    #expect(counts.reduce(0, +) == 7)
  }

  @Test func `a density counts every point once, edges included`() {
    let map = EntropyBeforeAfter.density(
      [(0, 0), (0, 0), (1, 0), (1, 1), (-1e-9, 0.5)], edge: 1)
    let size = EntropyBeforeAfter.binCount
    #expect(map.values[0] == 2)
    #expect(map.values[size - 1] == 1)
    #expect(map.values[size * size - 1] == 1)
    #expect(map.values[size / 2 * size] == 1)
    #expect(map.values.filter(\.isFinite).reduce(0, +) == 5)
  }

  @Test func `survival is the share at or above each threshold`() {
    let values = [0, 1e-9, 1e-6, 1e-3, 0.1]
    let curve = DivergenceSurvival.survival(of: values)
    for (x, share) in zip(curve.x, curve.shares) {
      let expected = Double(values.filter { $0 >= x }.count) / 5
      #expect(expected == 0 ? share.isNaN : share == expected)
    }
    #expect(curve.x.first == 1e-8)
    #expect(curve.shares.first == 0.6)
    // The curve ends exactly at the largest value.
    let end = curve.shares.lastIndex { $0.isFinite }
    #expect(end.map { curve.x[$0] } == 0.1)
    #expect(zip(curve.x, curve.x.dropFirst()).allSatisfy(<))
  }

  @Test func `means by position are over the responses that reach it`() {
    let bins = PositionBins(lengths: [3, 1, 0, 2])
    #expect(bins.width == 1)
    #expect(bins.reaching == [3, 2, 1])
    let means = bins.absoluteEstimates([1, 2, 3, 4, 7, .nan]).map { $0?.value }
    // Positions 1: 1, 4, 7; 2: 2 and one not measured; 3: 3.
    #expect(means == [4, 2, 3])
  }

  @Test func `relative positions run from the first half token to the last`() {
    let bins = PositionBins(lengths: [1, 4])
    let means = bins.relativeEstimates([10, 1, 2, 3, 4]).map { $0?.value ?? .nan }
    #expect(means[10] == 10)
    // (index + ½) / 4 = 0.125, 0.375, 0.625, 0.875 in twenty bins.
    #expect([means[2], means[7], means[12], means[17]] == [1, 2, 3, 4])
    #expect(means.count(where: \.isFinite) == 5)
    #expect(bins.relativeCounts.reduce(0, +) == 5)
  }

  @Test func `long responses share bins of several positions`() {
    let bins = PositionBins(lengths: [121])
    #expect(bins.width == 3)
    #expect(bins.absoluteEdges.count == 42)
    #expect(bins.absoluteEstimates((0..<121).map(Double.init))[0]?.value == 1)
  }

  @Test func `shares that are not zero never read as zero`() {
    #expect(FigureText.percent(0) == "0 %")
    #expect(FigureText.percent(1e-6) == "< 0.1 %")
    #expect(FigureText.percent(0.123_4) == "12.3 %")
    #expect(FigureText.percent(0.999_99) == "> 99.9 %")
    #expect(FigureText.percent(1) == "100 %")
    #expect(Number.count(1_234_567) == "1,234,567")
    #expect(Number.count(999) == "999")
    #expect(FigureText.decimal(-0.000_4, decimals: 3) == "0.000")
    #expect(FigureText.decimal(-1.235, decimals: 2) == "−1.24")
  }
}
