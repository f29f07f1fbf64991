import Foundation
import Kernels
import TestSupport
import Testing

/// What tokens gain and lose, added up beside the divergences.
@Suite struct MovedSumsTests {
  private struct Moved: Equatable {
    var sums = DivergenceSums()
    var gained: [Double]
    var lost: [Double]
  }

  private static func add(
    _ before: [Float], _ p: Double, _ after: [Float], _ q: Double, isSingle: Bool, first: Int = 0,
    to moved: inout Moved
  ) {
    // Apart, because two members can't be changed at once.
    var (gained, lost) = (moved.gained, moved.lost)
    var up = gained.mutableSpan
    var down = lost.mutableSpan
    moved.sums =
      isSingle
      ? SinglePrecisionSums.divergences(
        before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q,
        gained: &up, lost: &down, from: first)
      : LogitSums.divergences(
        before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q,
        gained: &up, lost: &down, from: first)
    (moved.gained, moved.lost) = (gained, lost)
  }

  private static func logPartition(_ logits: [Float]) -> Double {
    let largest = Double(logits.max() ?? 0)
    return largest + log(logits.reduce(0) { $0 + exp(Double($1) - largest) })
  }

  @Test(arguments: LogitSumsTests.lengths, [false, true])
  func `gains and losses are those of a loop, and divergences stay the same bits`(
    count: Int, isSingle: Bool
  ) {
    var random = SeededGenerator(seed: UInt64(count) + 900)
    let before = random.normals(count, deviation: 3)
    let after = zip(before, random.normals(count, deviation: 1)).map { $0 + $1 }
    let (p, q) = (Self.logPartition(before), Self.logPartition(after))
    // Between others' sums, which stay as they are.
    let others = [Double](repeating: 0.25, count: count + 5)
    var moved = Moved(gained: others, lost: others)
    Self.add(before, p, after, q, isSingle: isSingle, first: 3, to: &moved)
    let plain =
      isSingle
      ? SinglePrecisionSums.divergences(
        before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q)
      : LogitSums.divergences(
        before: before.span, beforeLogPartition: p, after: after.span, afterLogPartition: q)
    #expect(moved.sums == plain)
    for place in moved.gained.indices where !(3..<count + 3).contains(place) {
      #expect(moved.gained[place] == 0.25 && moved.lost[place] == 0.25)
    }
    for token in 0..<count {
      let change = exp(Double(after[token]) - q) - exp(Double(before[token]) - p)
      // Half a step of 2⁻³⁶, and in single precision (4 + |s|) 2⁻²⁴ of the larger probability.
      let size = max(exp(Double(after[token]) - q), exp(Double(before[token]) - p))
      let bound = 0x1p-37 + size * (isSingle ? 40 * 0x1p-24 : 1e-14)
      expectClose(moved.gained[token + 3] - 0.25, max(change, 0), absolute: bound)
      expectClose(moved.lost[token + 3] - 0.25, max(-change, 0), absolute: bound)
    }
  }

  @Test(arguments: [false, true])
  func `the order of rows changes no bit`(isSingle: Bool) {
    let count = 37
    var random = SeededGenerator(seed: 950)
    let rows = (0..<200).map { _ in
      (random.normals(count, deviation: 4), random.normals(count, deviation: 4))
    }
    func sums(_ order: [Int]) -> Moved {
      let zeros = [Double](repeating: 0, count: count)
      var moved = Moved(gained: zeros, lost: zeros)
      for row in order {
        let (before, after) = rows[row]
        Self.add(
          before, Self.logPartition(before), after, Self.logPartition(after), isSingle: isSingle,
          to: &moved)
      }
      moved.sums = DivergenceSums()
      return moved
    }
    let forward = sums(Array(rows.indices))
    #expect(forward == sums(rows.indices.reversed()))
    #expect(forward == sums(rows.indices.sorted { ($0 % 7, $0) < ($1 % 7, $1) }))
    // Each is a whole number of steps: plain sums of Doubles would not be.
    #expect(
      (forward.gained + forward.lost).allSatisfy { ($0 * 0x1p36).rounded() == $0 * 0x1p36 })
    // In two parts that are added up.
    let (first, second) = (sums(Array(0..<71)), sums(Array(71..<200)))
    #expect(zip(first.gained, second.gained).map { $0 + $1 } == forward.gained)
  }

  @Test func `sums that are too short are a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      var (gained, lost) = ([0.0, 0], [0.0, 0])
      var up = gained.mutableSpan
      var down = lost.mutableSpan
      _ = LogitSums.divergences(
        before: [1, 2].span, beforeLogPartition: 0, after: [1, 2].span, afterLogPartition: 0,
        gained: &up, lost: &down, from: 1)
    }
  }
}
