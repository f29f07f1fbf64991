import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Two models of which one has more tokens, held against mpmath.
struct BucketTests {
  struct Case: Decodable {
    let name: String
    let before: [Float]
    let after: [Float]
    let klAb: Double
    let klBa: Double
    let js: Double
    let tv: Double
    let bucketLogmass: Double
    let klWithBucket: Double
  }

  private struct File: Decodable { let cases: [Case] }

  private static func cases() throws -> [Case] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let url = URL(filePath: Places.fixture("statistics/buckets.json"))
    return try decoder.decode(File.self, from: Data(contentsOf: url)).cases
  }

  private func rowStatistics(_ logits: [Float]) -> DistributionStatistics {
    var accumulator = DistributionAccumulator(target: 0, topCount: 5)
    accumulator.addFirstPass(logits.span, firstToken: 0)
    accumulator.addSecondPass(logits.span)
    return accumulator.finish()
  }

  /// A pair as a scorer takes it: both partitions and the bucket first, then the shared tokens.
  private func statistics(before: [Float], after: [Float], cut: Int? = nil) -> PairStatistics {
    func mass(_ logits: ArraySlice<Float>) -> Double {
      // In two slices, the second of which may hold the maximum.
      var mass = LogMass()
      let middle = (logits.startIndex + logits.endIndex) / 2
      for part in [logits[logits.startIndex..<middle], logits[middle...]] {
        mass.add(Array(part).span)
      }
      return mass.value
    }
    let first = rowStatistics(before)
    let second = rowStatistics(after)
    let shared = min(before.count, after.count)
    var bucket: Bucket?
    if before.count != after.count {
      let isAfter = after.count > before.count
      let (larger, partition) = (
        isAfter ? after : before, isAfter ? second.logPartition : first.logPartition
      )
      bucket = Bucket(isAfter: isAfter, logMass: mass(larger[shared...]) - partition) {
        mass(larger[..<shared]) - partition
      }
    }
    var accumulator = PairAccumulator(
      beforeLogPartition: first.logPartition, afterLogPartition: second.logPartition,
      bucket: bucket)
    let place = cut ?? shared / 3
    for slice in [0..<place, place..<shared] {
      accumulator.add(before: before.span.extracting(slice), after: after.span.extracting(slice))
    }
    return accumulator.finish(before: first, after: second)
  }

  @Test func `every statistic is mpmath's`() throws {
    let cases = try Self.cases()
    #expect(cases.count >= 8)
    for item in cases {
      let pair = statistics(before: item.before, after: item.after)
      let largest = (item.before + item.after).map { abs(Double($0)) }.max() ?? 0
      // Log-partitions carry an error of a few units in the last place of the largest logit, and 64
      // of them are added up.
      let bound = (largest + 10) * 64 * 0x1p-53
      for (found, expected) in [
        (pair.klBeforeAfter, item.klAb), (pair.klAfterBefore, item.klBa),
        (pair.jensenShannon, item.js), (pair.totalVariation, item.tv),
        (pair.bucketLogMass, item.bucketLogmass),
      ] {
        expectClose(found, expected, absolute: bound, relative: 1e-13, item.name)
      }
      // With the bucket as an outcome, the divergence of the smaller model is finite.
      let isAfter = item.after.count > item.before.count
      let conditional = isAfter ? pair.klBeforeAfter : pair.klAfterBefore
      let mass = pair.bucketLogMass
      if mass < -0.5 {
        expectClose(
          conditional - log1p(-exp(mass)), item.klWithBucket, absolute: 4 * bound,
          relative: 1e-12, item.name)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `exchanging both exchanges the directions, and cutting elsewhere moves only rounding`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let (before, after) = (random.normals(90, deviation: 3), random.normals(101, deviation: 3))
    let there = statistics(before: before, after: after)
    let back = statistics(before: after, after: before, cut: 71)
    let bound = 40 * 101 * 0x1p-53
    expectClose(there.klBeforeAfter, back.klAfterBefore, absolute: bound)
    expectClose(there.klAfterBefore, back.klBeforeAfter, absolute: bound)
    expectClose(there.jensenShannon, back.jensenShannon, absolute: bound)
    expectClose(there.totalVariation, back.totalVariation, absolute: bound)
    #expect(there.bucketLogMass == back.bucketLogMass)
    #expect(there.klBeforeAfter >= 0 && there.klAfterBefore >= 0)
    #expect(there.jensenShannon <= log(2) && there.totalVariation <= 1)
    #expect(there.totalVariation >= 0.5 * exp(there.bucketLogMass))
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `extra tokens of no weight change nothing`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let (before, after) = (random.normals(64, deviation: 2), random.normals(64, deviation: 2))
    let plain = statistics(before: before, after: after)
    let padded = statistics(before: before, after: after + [Float](repeating: -900, count: 8))
    let bound = 30 * 64 * 0x1p-53
    expectClose(padded.klBeforeAfter, plain.klBeforeAfter, absolute: bound)
    expectClose(padded.klAfterBefore, plain.klAfterBefore, absolute: bound)
    expectClose(padded.jensenShannon, plain.jensenShannon, absolute: bound)
    expectClose(padded.totalVariation, plain.totalVariation, absolute: bound)
    #expect(plain.bucketLogMass == -.infinity)
    // Far below what a Double's exponential can hold, and exact all the same.
    expectClose(padded.bucketLogMass, -900 + log(8) - partition(after), absolute: 1e-12)
  }

  private func partition(_ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  @Test func `a log-mass of nothing, of infinities and of NaN`() {
    #expect(LogMass().value == -.infinity)
    for bad in [Float.nan, .infinity] {
      var mass = LogMass()
      mass.add([1, bad, 2].span)
      #expect(mass.value.isNaN)
    }
  }
}
