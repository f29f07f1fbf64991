import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Laws of one distribution.
@Suite struct DistributionTests {
  static let sizes = [1, 2, 7, 16, 17, 255, 257, 1009]
  static let scales = [0.1, 3, 30]
  static let seeds: [UInt64] = [1, 2, 3]

  @Test(arguments: sizes, seeds)
  func `entropy lies between 0 and that of the uniform distribution`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for scale in Self.scales {
      let logits = random.normals(count, deviation: scale)
      let row = statistics(of: logits, target: 0)
      let bounds = RowBounds(logits, sliceCount: 1)
      #expect(row.entropy >= 0)
      #expect(row.entropy <= log(Double(count)) + bounds.entropy(log(Double(count))))
      #expect(row.varentropy >= 0)
      #expect(row.logProbability <= bounds.logProbability)
    }
  }

  @Test(arguments: sizes)
  func `a uniform distribution has entropy ln V and no varentropy`(count: Int) {
    let logits = [Float](repeating: -2.5, count: count)
    let row = statistics(of: logits, target: count - 1)
    let bounds = RowBounds(logits, sliceCount: 1)
    expectClose(row.entropy, log(Double(count)), absolute: bounds.entropy(log(Double(count))))
    // Σ eˢ·s² with s = 0 is nothing but the padding of the last eight: 7 · e^−700 · 700².
    expectClose(row.varentropy, 0, absolute: 1e-297)
    #expect(row.rank == 1)
    #expect(row.topTokens == (0..<Int32(min(5, count))).map { $0 })
    expectClose(row.logProbability, -log(Double(count)), absolute: bounds.logProbability)
  }

  @Test func `two tokens at odds 3 to 1 give the numbers of the textbook`() {
    let row = statistics(of: [Float(log(3.0)), 0], target: 1)
    // Float(ln 3) is off by at most 2⁻²⁴: the derivatives of all these are below 1 per nat.
    let bound = 0x1p-24
    expectClose(row.logProbability, log(0.25), absolute: bound)
    expectClose(row.entropy, -0.75 * log(0.75) - 0.25 * log(0.25), absolute: bound)
    // ln p is ln ¾ or ln ¼: variance p(1−p)(ln 3)².
    expectClose(row.varentropy, 3.0 / 16 * log(3.0) * log(3.0), absolute: bound)
    #expect(row.rank == 2)
    #expect(row.restLogMass == -.infinity)
  }

  @Test(arguments: sizes, seeds)
  func `adding a number to all logits changes the partition alone`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Eighths, so that the shifted logits are exact.
    let logits = (0..<count).map { _ in (Float(random.normal()) * 24).rounded() / 8 }
    let shifted = logits.map { $0 + 1000 }
    let (row, other) = (statistics(of: logits, target: 0), statistics(of: shifted, target: 0))
    let bounds = RowBounds(shifted, sliceCount: 1)
    expectClose(other.logPartition, row.logPartition + 1000, absolute: 2 * bounds.logProbability)
    expectClose(other.logProbability, row.logProbability, absolute: 2 * bounds.logProbability)
    // z − max is the same exact number: so are all sums.
    #expect(other.entropy == row.entropy && other.varentropy == row.varentropy)
    #expect(other.rank == row.rank && other.topTokens == row.topTokens)
  }

  @Test(arguments: sizes, seeds)
  func `the most likely token has rank 1 and leads the list`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let logits = random.normals(count)
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    for (place, token) in order.enumerated().prefix(20) {
      let row = statistics(of: logits, target: token)
      #expect(row.rank == place + 1)
      #expect(row.topTokens.first.map(Int.init) == order[0])
      if place < row.topTokens.count {
        #expect(row.topLogProbabilities[place] == row.logProbability)
      }
    }
  }

  @Test(arguments: sizes, seeds)
  func `the largest and the rest make up all of the probability`(count: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for scale in Self.scales {
      let logits = random.normals(count, deviation: scale)
      let bounds = RowBounds(logits, sliceCount: 1)
      for topCount in [1, 5, 20, count, count + 3] {
        let row = statistics(of: logits, target: 0, topCount: topCount)
        #expect(row.topTokens.count == min(topCount, count))
        let top = row.topLogProbabilities.reduce(0) { $0 + exp($1) }
        // Each probability is off by the error of its logarithm, relatively.
        expectClose(
          top + exp(row.restLogMass), 1,
          absolute: 3 * bounds.logProbability + Double(count) * RowBounds.unitRoundoff)
        if topCount >= count { #expect(row.restLogMass == -.infinity) }
      }
    }
  }

  @Test(arguments: Slicing.allCases, [1, 2, 5, 64, 200])
  func `ties go to the lower token`(slicing: Slicing, topCount: Int) {
    var random = SeededGenerator(seed: 9)
    let logits = (0..<130).map { _ in Float(Int.random(in: -2...2, using: &random)) }
    let order = logits.indices.sorted { (logits[$0], -$0) > (logits[$1], -$1) }
    let row = statistics(of: logits, target: 77, topCount: topCount, slicing)
    #expect(row.topTokens == order.prefix(topCount).map(Int32.init))
    #expect(row.rank == 1 + logits.count { $0 > logits[77] })
    // Ties at the last place of the list belong to the rest.
    let rest = order.dropFirst(topCount).reduce(0) { $0 + exp(Double(logits[$1])) }
    let bounds = RowBounds(logits, sliceCount: slicing.slices(of: 130).count)
    let expected = log(rest) - log(logits.reduce(0) { $0 + exp(Double($1)) })
    expectClose(row.restLogMass, expected, absolute: 2 * bounds.restLogMass(expected))
  }

  @Test(arguments: Slicing.allCases, [40, 200, 690, 2000, 19_000] as [Float])
  func `the rest of a very peaked row keeps its digits`(slicing: Slicing, gap: Float) {
    var random = SeededGenerator(seed: 10)
    var logits = (0..<100).map { _ in (Float(random.normal()) * 8).rounded() / 8 }
    logits[60] = gap
    // 1 + e^−gap is 1: the partition is that of the largest alone, up to rounding.
    let rest = logits.indices.filter { $0 != 60 }.reduce(0) { $0 + exp(Double(logits[$1])) }
    let expected = log(rest) - Double(gap)
    let row = statistics(of: logits, target: 3, topCount: 1, slicing)
    let bounds = RowBounds(logits, sliceCount: slicing.slices(of: 100).count)
    expectClose(row.restLogMass, expected, absolute: 2 * bounds.restLogMass(expected))
    #expect(row.topTokens == [60])
  }

  @Test func `a distant rest after a distant second is added up as well`() {
    // Both gaps are beyond what an exponential can hold: ln(2 e^−2000) of the rest.
    let row = statistics(of: [0, 1000, -1000, -1000], target: 0, topCount: 2)
    expectClose(row.restLogMass, log(2) - 2000, absolute: 4 * 2000 * RowBounds.unitRoundoff)
  }

  @Test(arguments: Slicing.allCases, [Float.nan, .infinity, -.infinity])
  func `a logit that is no number leaves no number`(slicing: Slicing, intruder: Float) {
    for index in [0, 8, 36] {
      var logits = [Float](repeating: 1, count: 37)
      logits[index] = intruder
      let row = statistics(of: logits, target: 5, slicing)
      #expect(
        row.logPartition.isNaN && row.logProbability.isNaN && row.entropy.isNaN
          && row.varentropy.isNaN, "\(index)")
    }
  }
}
