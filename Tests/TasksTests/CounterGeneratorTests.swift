import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct CounterGeneratorTests {
  @Test func `numbers are those of NumPy's Philox`() throws {
    let text = try String(contentsOfFile: Places.fixture("tasks/philox.tsv"), encoding: .utf8)
    let rows = text.split(separator: "\n").map {
      $0.split(separator: "\t").compactMap { UInt64($0) }
    }
    #expect(rows.count == 5)
    for row in rows {
      var generator = CounterGenerator(seed: row[0], stream: row[1], index: row[2])
      let drawn = (0..<10).map { _ in generator.next() }
      #expect(drawn == Array(row[3...]), "key \(row.prefix(3))")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `what one key gives doesn't depend on the others`(seed: UInt64) {
    let first = (0..<100 as Range<UInt64>).map { index in
      var generator = CounterGenerator(seed: seed, stream: 5, index: index)
      return generator.next()
    }
    let backwards = (0..<100 as Range<UInt64>).reversed().map { index in
      var generator = CounterGenerator(seed: seed, stream: 5, index: index)
      defer { _ = generator.shuffled([1, 2, 3]) }
      return generator.next()
    }
    #expect(first == backwards.reversed())
    #expect(Set(first).count == 100)
  }

  @Test(arguments: [11, 12] as [UInt64])
  func `integers, shuffles and chances are even`(seed: UInt64) {
    var generator = CounterGenerator(seed: seed, stream: 0, index: 0)
    let count = 60_000
    var integers = [Int](repeating: 0, count: 6)
    var orders: [[Int]: Int] = [:]
    var happened = 0
    for _ in 0..<count {
      integers[generator.integer(in: 3...8) - 3] += 1
      orders[generator.shuffled([0, 1, 2]), default: 0] += 1
      if generator.chance(0.3) { happened += 1 }
    }
    for found in integers + Array(orders.values) {
      expectShare(found, of: count, 1.0 / 6, "seed \(seed)")
    }
    #expect(orders.count == 6)
    expectShare(happened, of: count, 0.3, "seed \(seed)")
  }

  @Test func `certain things are certain`() {
    var generator = CounterGenerator(seed: 1, stream: 1, index: 1)
    for _ in 0..<1000 {
      let (never, always) = (generator.chance(0), generator.chance(1))
      let only = generator.integer(below: 1)
      #expect(!never && always && only == 0)
    }
  }

  @Test(
    arguments: [
      // Noll's published vectors of FNV-1a.
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func `the hash is FNV-1a`(text: String, expected: UInt64) {
    #expect(StableHash.value(of: text) == expected)
  }
}

/// Expects a count to lie within 4.5 standard deviations of a binomial: with an even generator one
/// check in 150,000 fails, and seeds are fixed.
func expectShare(
  _ found: Int, of count: Int, _ share: Double, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let deviation = (share * (1 - share) / Double(count)).squareRoot()
  #expect(count > 0, "\(comment)", sourceLocation: sourceLocation)
  let actual = Double(found) / Double(count)
  #expect(
    abs(actual - share) <= 4.5 * deviation, "\(actual) is not \(share): \(comment)",
    sourceLocation: sourceLocation)
}
