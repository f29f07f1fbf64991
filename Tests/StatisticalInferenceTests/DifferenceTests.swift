import StatisticalInference
import TestSupport
import Testing

/// Worlds without a difference: how often `differenceOfShares` shows one.
@Suite struct DifferenceTests {
  /// Of so many worlds.
  private static let worlds = 2_000
  /// Either end may miss 2.5 of 100: 50 of the worlds, and three binomial deviations of 7.
  private static let most = 71

  /// Worlds whose interval lies above and below 0; `make` gives sums and counts of either arm.
  private static func misses(
    seed: UInt64, _ make: (inout SeededGenerator) -> (Arm, Arm)
  ) throws -> (above: Int, below: Int) {
    var generator = SeededGenerator(seed: seed)
    var (above, below) = (0, 0)
    for _ in 0..<worlds {
      let (first, second) = make(&generator)
      let estimate = Estimate.differenceOfShares(
        first.sums, over: first.counts, minus: second.sums, over: second.counts, observations: 1)
      _ = try #require(estimate.interval)
      above += estimate.side(of: 0) == .above ? 1 : 0
      below += estimate.side(of: 0) == .below ? 1 : 0
    }
    return (above, below)
  }

  private struct Arm {
    var sums, counts: [Double]

    /// Trials of weight 1/`trials` in each of some problems, all equally likely right.
    init(
      _ problems: Range<Int>, of count: Int, trials: Int, share: Double,
      _ generator: inout SeededGenerator
    ) {
      (sums, counts) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
      for problem in problems {
        let right = (0..<trials).count { _ in generator.uniform() < share }
        (sums[problem], counts[problem]) = (Double(right) / Double(trials), 1)
      }
    }
  }

  /// One selected swap and four controls in each problem.
  @Test(arguments: [0.95, 0.98], [20, 60, 128])
  func `nearly all right, few are told from more`(share: Double, problems: Int) throws {
    let seed = UInt64(problems) + UInt64(share * 1_000)
    let (above, below) = try Self.misses(seed: seed) { generator in
      (
        Arm(0..<problems, of: problems, trials: 1, share: share, &generator),
        Arm(0..<problems, of: problems, trials: 4, share: share, &generator)
      )
    }
    #expect(above <= Self.most && below <= Self.most, "seed \(seed): \(above), \(below)")
  }

  /// The other arm is in forty other problems.
  @Test(arguments: [0.3, 0.5, 0.9], [2, 3, 5])
  func `an arm in few problems counts as few`(share: Double, problems: Int) throws {
    let seed = UInt64(problems) + UInt64(share * 1_000)
    let all = problems + 40
    let (above, below) = try Self.misses(seed: seed) { generator in
      (
        Arm(0..<problems, of: all, trials: 1, share: share, &generator),
        Arm(problems..<all, of: all, trials: 1, share: share, &generator)
      )
    }
    #expect(above <= Self.most && below <= Self.most, "seed \(seed): \(above), \(below)")
  }

  /// No guard is so wide that nothing is found: 90 % against 60 % of 60 problems.
  @Test func `a large difference near an end is shown`() throws {
    let (above, below) = try Self.misses(seed: 3) { generator in
      (
        Arm(0..<60, of: 60, trials: 1, share: 0.9, &generator),
        Arm(0..<60, of: 60, trials: 4, share: 0.6, &generator)
      )
    }
    #expect(above > Self.worlds * 3 / 4 && below == 0, "\(above), \(below)")
  }

  @Test func `an arm in one problem has no interval`() {
    let estimate = Estimate.differenceOfShares(
      [1, 0, 0, 0], over: [1, 0, 0, 0], minus: [0, 1, 0, 1], over: [0, 1, 1, 1], observations: 4)
    #expect(estimate.interval == nil && estimate.value == 1 - 2.0 / 3)
    #expect(estimate.side(of: 0) == .open)
  }
}
