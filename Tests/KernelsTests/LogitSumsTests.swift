import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LogitSumsTests {
  /// A relative error of the exponential over lanes, and of the C library's.
  static let exponentialError = 4e-16 + 0x1p-52
  /// Around all vector widths, and lengths of several vectors with a rest.
  static let lengths = Array(0...40) + [255, 257, 1001]

  @Test(arguments: lengths)
  func `the largest logit is found wherever it is`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    var logits = random.normals(count)
    #expect(LogitSums.maximum(logits.span) == logits.max() ?? -.infinity)
    for index in logits.indices {
      let kept = logits[index]
      logits[index] = 100
      #expect(LogitSums.maximum(logits.span) == 100)
      logits[index] = kept
    }
    #expect(
      LogitSums.maximum([Float](repeating: -3e38, count: count).span)
        == (count == 0 ? -.infinity : -3e38))
  }

  @Test(arguments: [Float.nan, .signalingNaN, .infinity, -.infinity])
  func `a logit that is no number is noticed wherever it is`(intruder: Float) {
    var unnoticed: [String] = []
    for count in 1...40 {
      for index in 0..<count {
        var logits = [Float](repeating: -1, count: count)
        logits[index] = intruder
        if !LogitSums.maximum(logits.span).isNaN { unnoticed.append("\(index) of \(count)") }
      }
    }
    #expect(unnoticed.isEmpty)
  }

  @Test(arguments: lengths, [0, 3] as [Double])
  func `sums of exponentials are those of a loop`(count: Int, headroom: Double) {
    var random = SeededGenerator(seed: UInt64(count) + 100)
    let logits = random.normals(count, deviation: 10)
    let shift = Double(logits.max() ?? 0) + headroom
    var expected = ExponentialSums()
    for logit in logits {
      let s = Double(logit) - shift
      expected.mass += exp(s)
      expected.first += exp(s) * s
      expected.second += exp(s) * s * s
    }
    let sums = LogitSums.exponentials(logits.span, shift: shift)
    // All terms of one sum have one sign, so errors are relative: the exponential's, two products'
    // and n additions' on either side. The padding of the last eight adds at most seven times
    // e^−700 · 700².
    let bound = Self.exponentialError + Double(2 * count + 4) * 0x1p-53
    expectClose(sums.mass, expected.mass, absolute: 1e-297, relative: bound)
    expectClose(sums.first, expected.first, absolute: 1e-297, relative: bound)
    expectClose(sums.second, expected.second, absolute: 1e-297, relative: bound)
  }

  @Test func `no logits give no sums`() {
    #expect(LogitSums.exponentials([Float]().span, shift: 3) == ExponentialSums())
    #expect(LogitSums.countGreater([Float]().span, than: 0) == 0)
    #expect(LogitSums.massBelow([Float]().span, threshold: 0, shift: 0) == 0)
    #expect(LogitSums.countEqual([Float]().span, to: 0) == 0)
  }

  @Test(arguments: lengths)
  func `what is greater than a threshold is counted and found`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 200)
    // Few values, so that many equal the threshold: equal is not greater.
    let logits = (0..<count).map { _ in Float(Int.random(in: -2...2, using: &random)) }
    for threshold in [-3, -2, 0, 1, 2, .nan] as [Float] {
      #expect(
        LogitSums.countGreater(logits.span, than: threshold) == logits.count { $0 > threshold })
      for start in [0, 1, 15, 16, 17, count] where start <= count {
        #expect(
          LogitSums.firstIndex(of: logits.span, from: start, greaterThan: threshold)
            == logits[start...].firstIndex { $0 > threshold })
      }
    }
  }

  @Test(arguments: lengths)
  func `the mass below a threshold leaves out what equals it`(count: Int) {
    var random = SeededGenerator(seed: UInt64(count) + 300)
    let logits = (0..<count).map { _ in Float(Int.random(in: -30...2, using: &random)) }
    for threshold in [-31, -30, -10, 2, 3] as [Float] {
      let below = LogitSums.massBelow(logits.span, threshold: threshold, shift: 2)
      let expected = logits.filter { $0 < threshold }.reduce(0) { $0 + exp(Double($1) - 2) }
      // One sign: relative; the padding of the last eight adds at most seven times e^−700.
      expectClose(
        below, expected, absolute: 1e-303,
        relative: Self.exponentialError + Double(2 * count) * 0x1p-53)
      #expect(
        LogitSums.countEqual(logits.span, to: threshold) == logits.count { $0 == threshold })
    }
  }
}
