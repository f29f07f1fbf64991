import Foundation
import TestSupport
import Testing
import TokenStatistics

/// Bounds of two distributions of which only lists are known.
@Suite struct TruncatedBoundsTests {
  /// What the slow sums of the tests err by: V roundings of terms of size 1, times a logarithm.
  static let slow = 1e-10

  static func isWithin(_ value: Double, _ bounds: ClosedRange<Double>) -> Bool {
    if value == .infinity { return bounds.upperBound == .infinity }
    return value >= bounds.lowerBound - slow * (1 + abs(value))
      && value <= bounds.upperBound + slow * (1 + abs(value))
  }

  static func count(upTo most: Int, _ random: inout SeededGenerator) -> Int {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: Int.random(in: 0...min(3, most), using: &random)
    case 1: most - Int.random(in: 0...min(2, most), using: &random)
    default: Int.random(in: 0...most, using: &random)
    }
  }

  // 20 · 500 cases.
  @Test(arguments: UInt64(1)...20)
  func `bounds contain what is true`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<500 {
      let size = max(2, Int(pow(500, random.uniform()).rounded()))
      let pair = WholePair(vocabulary: size, using: &random)
      let writing = Writing.allCases.randomElement(using: &random) ?? .double
      let known = random.uniform() < 0.8 ? size : nil
      let sampled = random.uniform() < 0.3 ? Int.random(in: 0..<size, using: &random) : nil
      let tops = [Self.count(upTo: size, &random), Self.count(upTo: size, &random)]
      let lists = try zip([pair.before, pair.after], tops).map {
        try TruncatedDistribution(
          $0, top: $1, sampled: sampled, vocabularySize: known, writing)
      }
      let (truth, bounds) = (pair.truth, DivergenceBounds(lists[0], lists[1]))
      for (name, value, range) in [
        ("H before", truth.entropies.before, lists[0].entropyBounds),
        ("H after", truth.entropies.after, lists[1].entropyBounds),
        ("ΔH", truth.entropies.after - truth.entropies.before, bounds.entropyChange),
        ("JS", truth.js, bounds.jensenShannon), ("TV", truth.tv, bounds.totalVariation),
        ("KL(p‖q)", truth.kl.beforeAfter, bounds.klBeforeAfter),
        ("KL(q‖p)", truth.kl.afterBefore, bounds.klAfterBefore),
      ] {
        // An expectation each would take longer than all the rest.
        if !Self.isWithin(value, range) {
          Issue.record(
            "\(name) is \(value), not in \(range): seed \(seed), case \(number), V \(size), tops \(tops), \(writing)"
          )
        }
      }
      #expect(
        bounds.jensenShannon.upperBound <= log(2) && bounds.totalVariation.upperBound <= 1)
    }
  }

  @Test(arguments: UInt64(1)...40)
  func `longer lists never widen bounds, and whole ones close them`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let size = Int.random(in: 2...40, using: &random)
    let pair = WholePair(vocabulary: size, using: &random)
    for writing in [Writing.double, .single] {
      // Of rounding each bound errs by what a list's entropy is written with, times the slopes.
      let rounding = writing == .double ? 1e-9 : 1e-4
      var last: [ClosedRange<Double>]?
      for top in 0...size {
        let before = try TruncatedDistribution(pair.before, top: top, vocabularySize: size, writing)
        let after = try TruncatedDistribution(pair.after, top: top, vocabularySize: size, writing)
        let bounds = DivergenceBounds(before, after)
        let ranges = [
          before.entropyBounds, after.entropyBounds, bounds.jensenShannon, bounds.totalVariation,
          bounds.klBeforeAfter, bounds.klAfterBefore,
        ]
        for (range, wider) in zip(ranges, last ?? ranges) {
          let rounding = rounding * (1 + min(range.lowerBound, 1e3))
          if range.lowerBound < wider.lowerBound - rounding
            || range.upperBound > wider.upperBound + rounding
          {
            Issue.record("\(range) after \(wider): seed \(seed), V \(size), top \(top)")
          }
          if top == size, range.lowerBound < .infinity,
            !(range.upperBound - range.lowerBound < rounding)
          {
            Issue.record("\(range) of whole lists: seed \(seed), V \(size)")
          }
        }
        last = ranges
      }
    }
  }

  /// The lowest total variation in closed form: the largest overlap that both lists allow.
  ///
  /// A token that one lists overlaps by its own probability or the other's cap; what is left of both rests overlaps outside.
  @Test(arguments: UInt64(1)...20)
  func `the lowest total variation leaves the largest overlap`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<100 {
      let size = Int.random(in: 2...200, using: &random)
      let pair = WholePair(vocabulary: size, using: &random)
      let tops = [Self.count(upTo: size, &random), Self.count(upTo: size, &random)]
      let sets = zip([pair.before, pair.after], tops).map { logs, top in
        Set(logs.indices.sorted { (logs[$0], $1) > (logs[$1], $0) }.prefix(top))
      }
      let caps = zip([pair.before, pair.after], sets).map { logs, set in
        set.map { exp(logs[$0]) }.min() ?? 1
      }
      // Where an outcome is certain or impossible, bounds are valid but not the smallest.
      guard caps.allSatisfy({ $0 > 0 }) else { continue }
      let rests = zip([pair.before, pair.after], sets).map { logs, set in
        logs.indices.reduce(0) { set.contains($1) ? $0 : $0 + exp(logs[$1]) }
      }
      let inBefore = sets[0].subtracting(sets[1]).reduce(0) {
        $0 + min(exp(pair.before[$1]), caps[1])
      }
      let inAfter = sets[1].subtracting(sets[0]).reduce(0) {
        $0 + min(exp(pair.after[$1]), caps[0])
      }
      let (ofAfter, ofBefore) = (min(inBefore, rests[1]), min(inAfter, rests[0]))
      let outside = Double(size - sets[0].union(sets[1]).count)
      let both = sets[0].intersection(sets[1]).reduce(0) {
        $0 + min(exp(pair.before[$1]), exp(pair.after[$1]))
      }
      let overlap =
        both + ofAfter + ofBefore
        + min(rests[1] - ofAfter, rests[0] - ofBefore, outside * min(caps[0], caps[1]))
      let bounds = DivergenceBounds(
        try TruncatedDistribution(pair.before, top: tops[0], vocabularySize: size),
        try TruncatedDistribution(pair.after, top: tops[1], vocabularySize: size))
      expectClose(
        bounds.totalVariation.lowerBound, 1 - overlap, absolute: 1e-9,
        "seed \(seed), case \(number), V \(size), tops \(tops)")
    }
  }

  @Test(arguments: UInt64(1)...60)
  func `a search over what is unknown reaches the lower bounds and goes no lower`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let size = Int.random(in: 3...5, using: &random)
    // No probability near 0: a search needs slopes that are finite.
    let logs = (0..<2).map { _ in
      WholePair.normalized((0..<size).map { _ in 1.5 * random.normal() })
    }
    let tops = (0..<2).map { _ in Int.random(in: 0..<size, using: &random) }
    let lists = try zip(logs, tops).map {
      try TruncatedDistribution($0, top: $1, vocabularySize: size)
    }
    let bounds = DivergenceBounds(lists[0], lists[1])
    let search = UnknownSearch(logs.map { $0.map(exp) }, tops)
    for (name, found, bound) in [
      ("JS", search.least { WholePair.Truth($0, $1).js }, bounds.jensenShannon.lowerBound),
      ("TV", search.least { WholePair.Truth($0, $1).tv }, bounds.totalVariation.lowerBound),
      (
        "KL(p‖q)", search.least { WholePair.Truth($0, $1).kl.beforeAfter },
        bounds.klBeforeAfter.lowerBound
      ),
      (
        "KL(q‖p)", search.least { WholePair.Truth($0, $1).kl.afterBefore },
        bounds.klAfterBefore.lowerBound
      ),
    ] {
      let text = "\(name): \(found), bound \(bound), seed \(seed), V \(size), tops \(tops)"
      #expect(found >= bound - 1e-9, "\(text)")
      // The search stops at steps of 1e-6.
      #expect(found <= bound + 1e-4, "\(text)")
    }
  }
}

/// Moves unknown mass between tokens, within what lists allow, for as long as that lowers something.
struct UnknownSearch {
  private let start: [[Double]]
  private let free: [[Int]]
  private let caps: [Double]

  init(_ masses: [[Double]], _ tops: [Int]) {
    let orders = masses.map { masses in masses.indices.sorted { masses[$0] > masses[$1] } }
    start = masses
    free = zip(orders, tops).map { Array($0.dropFirst($1)) }
    caps = zip(zip(orders, tops), masses).map { $0.1 == 0 ? 1 : $1[$0.0[$0.1 - 1]] }
  }

  /// The smallest value that is found, from the true distributions on.
  func least(_ value: ([Double], [Double]) -> Double) -> Double {
    var now = start
    func current() -> Double { value(now[0].map { log($0) }, now[1].map { log($0) }) }
    var best = current()
    let moves = free.map { free in
      [(0, 0)] + free.flatMap { from in free.filter { $0 != from }.map { (from, $0) } }
    }
    var step = 0.1
    while step > 1e-6 {
      var isLower = false
      for first in moves[0] {
        for second in moves[1] {
          let kept = now
          for (side, move) in [(0, first), (1, second)] where move.0 != move.1 {
            let moved = min(step, now[side][move.0], caps[side] - now[side][move.1])
            now[side][move.0] -= moved
            now[side][move.1] += moved
          }
          let found = current()
          if found < best - 1e-13 { (best, isLower) = (found, true) } else { now = kept }
        }
      }
      if !isLower { step /= 2 }
    }
    return best
  }
}
