import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// Forks against NumPy's numbers and against definitions.
@Suite struct ForkAuditTests {
  private static func audit(_ planted: PlantedLog, pair: PairName = PlantedLog.second) throws
    -> ForkAudit?
  {
    try planted.withLog { table in
      var nulls: [String: RandomLogits] = [:]
      let audit = try PairAudit(of: pair, in: table)
      return try ForkAudit(of: audit, in: table, nulls: &nulls)
    }
  }

  @Test func `overlap, bands and what few positions carry are NumPy's`() throws {
    let fixture = try ForkFixture.shared.get()
    let audit = try #require(try Self.audit(fixture.planted))
    #expect(audit.authors.map(\.name) == ["a", "c", "b"])
    for author in audit.authors {
      let expected = try #require(fixture.expected[author.name]).forks
      expectClose(author.threshold, expected.threshold, absolute: 1e-12)
      try ForkFixture.expect(author.remaining, is: expected.remaining, "remaining")
      #expect(author.overlaps.map(\.margin) == expected.overlaps.map(\.margin))
      for (overlap, expected) in zip(author.overlaps, expected.overlaps) {
        let what = "\(author.name) \(overlap.margin)"
        #expect(overlap.changedCount == expected.changed)
        try ForkFixture.expect(overlap.forksAmongChanged, is: expected.forksAmongChanged, what)
        try ForkFixture.expect(overlap.changedForks, is: expected.changedForks, what)
        try ForkFixture.expect(overlap.changedOthers, is: expected.changedOthers, what)
        expectClose(
          try #require(overlap.largestPossible), expected.largestPossible, absolute: 1e-12)
        let matched = try #require(overlap.matched)
        expectClose(matched.share, expected.matched, absolute: 1e-12)
        try ForkFixture.expect(matched.difference, is: expected.overMatched, what)
        // 50 draws of the expected share: of n = 10 to 150 called positions its deviation is at most
        // √(¼/50n) = 0.022; thresholds are those of single draws, which shifts it by about 1/n.
        let random = try #require(overlap.randomLogits)
        expectClose(
          random.share, expected.randomLogits, absolute: 0.07 + 1 / Double(expected.changed), what)
        expectClose(
          random.difference.value,
          try #require(overlap.forksAmongChanged).value - random.share, absolute: 1e-12)
      }
      #expect(author.bands.map(\.positionCount) == expected.bands.map(\.positions))
      for (band, expected) in zip(author.bands, expected.bands) {
        try ForkFixture.expect(band.share, is: expected.share, "share")
        try ForkFixture.expect(band.entropy, is: expected.entropy, "entropy")
        try ForkFixture.expect(band.changedShare, is: expected.changedShare, "changed")
        try ForkFixture.expect(band.carried, is: expected.carried, "carried")
        let change = band.change
        expectClose(change.value, expected.change.value, absolute: 1e-9)
      }
      #expect(author.carried.map(\.positions) == expected.carried.map(\.positions))
      for (carried, expected) in zip(author.carried, expected.carried) {
        try ForkFixture.expect(carried.ofLargest, is: expected.ofLargest, "largest")
        try ForkFixture.expect(carried.ofUncertain, is: expected.ofUncertain, "uncertain")
      }
    }
  }

  @Test func `draws call each position as often as Imhof's integral says`() throws {
    let fixture = try ForkFixture.shared.get()
    try fixture.planted.withLog { table in
      let random = try #require(try RandomLogits(of: "a", in: table))
      for author in ["a", "b", "c"] {
        let expected = try #require(fixture.expected[author]).forks.overlaps
        let rows = try table.rows(of: PlantedLog.second, source: author).map { $0 }
        for overlap in expected {
          let share = Double(overlap.changed) / Double(rows.count)
          let found = random.probabilities(at: rows, share: share)
          // Each draw calls that share, and those that tie with the threshold.
          let mean = found.reduce(0, +) / Double(rows.count)
          expectClose(mean, share, absolute: 2 / Double(rows.count))
          // z² of 50 draws has mean 1 but where P is nearly 0 or 1, and the integral is known to 0.001;
          // over n of about 150 positions its deviation is √(2/n) < 0.12.
          var squares: [Double] = []
          for (found, p) in zip(found, overlap.probabilities) where p > 0.05 && p < 0.95 {
            squares.append((found - p) * (found - p) / (p * (1 - p) / 50))
          }
          guard squares.count > 60 else { continue }
          let size = squares.reduce(0, +) / Double(squares.count)
          #expect(size > 0.6 && size < 1.5, "\(author) \(overlap.margin): \(size)")
        }
      }
    }
  }

  @Test func `the same draws whatever else the log has`() throws {
    let fixture = try ForkFixture.shared.get()
    let random = try fixture.planted.withLog { table in
      let rows = try table.rows(of: PlantedLog.second, source: "c").map { $0 }
      let once = try #require(try RandomLogits(of: "a", in: table))
      let again = try #require(try RandomLogits(of: "a", in: table))
      return (
        once.probabilities(at: rows, share: 0.3), again.probabilities(at: rows, share: 0.3),
        once.probabilities(at: rows, share: 0), once.probabilities(at: rows, share: 1)
      )
    }
    #expect(random.0 == random.1)
    #expect(random.3.allSatisfy { $0 == 1 })
    // Of no share the threshold is the largest of each draw.
    expectClose(random.2.reduce(0, +), 1, absolute: 1e-12)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `changes that are random in the logits differ in nothing from the null`(seed: UInt64) throws
  {
    let planted = Self.randomChanges(seed: seed, onForks: false)
    let audit = try #require(try Self.audit(planted))
    let overlap = try #require(audit.authors.first?.overlap(margin: 0.01))
    let random = try #require(overlap.randomLogits)
    let chance = try #require(audit.authors.first).forkShare
    // Far above a fifth, and yet no more than chance. Twice the half-width is 4 deviations.
    #expect(random.share > chance + 0.1, "seed \(seed): \(random)")
    let difference = random.difference
    let half = ((difference.upper ?? .nan) - (difference.lower ?? .nan)) / 2
    #expect(abs(difference.value) < 2 * half, "seed \(seed): \(difference)")
    // Changes of sure positions are seen.
    let sure = try #require(try Self.audit(Self.randomChanges(seed: seed, onForks: true)))
    let below = try #require(sure.authors.first?.overlap(margin: 0.01)?.randomLogits)
    #expect(below.difference.side(of: 0) == .below, "seed \(seed): \(below)")
  }

  @Test func `a log without lists, bytes or entropy says less`() throws {
    var planted = try ForkFixture.shared.get().planted
    planted.tokens = nil
    planted.topK = 0
    for model in 0..<3 { planted.block.models[model].topK = TopK() }
    let audit = try #require(try Self.audit(planted))
    let overlap = try #require(audit.authors.first?.overlaps.first)
    #expect(overlap.matched == nil && overlap.randomLogits == nil)
    #expect(overlap.forksAmongChanged != nil)
    // Nothing changed: nothing to say, and nothing is carried.
    var same = try ForkFixture.shared.get().planted
    same.block.pairs[1][.jensenShannonDivergence] =
      same.block.pairs[1][.jensenShannonDivergence].map { $0.isNaN ? .nan : 0 }
    let none = try #require(try Self.audit(same)?.authors.first)
    #expect(none.carried.isEmpty && none.overlaps.allSatisfy { $0.forksAmongChanged == nil })
    #expect(none.overlaps.allSatisfy { $0.changedForks.value == 0 && $0.changedCount == 0 })
  }

  /// 40 prompts with 30 positions of four outcomes; a normal change of all logits, or one that is larger the
  /// surer the model is.
  private static func randomChanges(seed: UInt64, onForks: Bool) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    log.topK = 3
    var lists = TopK()
    for text in 0..<40 {
      var values: [PlantedLog.Values] = []
      for _ in 0..<30 {
        let scale = [0.5, 2, 5][Int(generator.next() % 3)]
        let logits = (0..<4).map { _ in scale * generator.normal() }
        let p = softmax(logits)
        let size = onForks ? 0.1 * scale * scale : 0.4
        let q = softmax(logits.map { $0 + size * generator.normal() })
        var value = PlantedLog.Values()
        let entropy = -p.reduce(0) { $0 + $1 * log10($1) * Foundation.log(10) }
        value.models[0] = [.entropy: Float(entropy)]
        value.pairs[1] = [.jensenShannonDivergence: Float(divergence(p, q))]
        values.append(value)
        let sorted = p.sorted(by: >)
        lists.ids += [0, 1, 2]
        lists.logProbabilities += sorted.prefix(3).map { Float(Foundation.log($0)) }
        lists.restLogMass.append(Float(Foundation.log(sorted[3])))
      }
      log.add("t\(text)", source: "a", tokens: values.map { _ in 1 }, values: values)
    }
    for model in 0..<3 { log.block.models[model].topK = lists }
    return log
  }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let sum = logits.reduce(0) { $0 + exp($1) }
    return logits.map { exp($0) / sum }
  }

  private static func divergence(_ p: [Double], _ q: [Double]) -> Double {
    zip(p, q).reduce(0) { sum, pair in
      let m = (pair.0 + pair.1) / 2
      return sum + (pair.0 * Foundation.log(pair.0 / m) + pair.1 * Foundation.log(pair.1 / m)) / 2
    }
  }
}
