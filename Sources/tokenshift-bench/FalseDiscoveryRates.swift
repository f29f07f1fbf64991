import Analysis
import Foundation
import StatisticalInference

/// How often verdicts on tokens are false: the product's own rule in worlds whose means are known.
///
/// In each world 40 % of the tokens have a mean exactly at the margin, where a false verdict is easiest,
/// 40 % lie well inside it, and 20 % are at 2, 4 or 8 times the margin.
struct FalseDiscoveryRates {
  let seed: UInt64

  /// Fewer worlds where each has more tokens, so that rates are about as sure everywhere.
  private static let sizes: [(prompts: Int, worlds: Int)] = [
    (60, 800), (128, 400), (250, 200), (1_000, 100),
  ]

  /// A line for each population and number of prompts, the prototype's figures in brackets.
  func lines() -> [String] {
    let header =
      "Share of false ones among those called, % ± standard error [the prototype's, 25 worlds];"
      + " power, %; how often it is called at the margin, %"
    return [header]
      + TokenPopulation.allCases.flatMap { population in
        Self.sizes.map { line(population, prompts: $0.prompts, worlds: $0.worlds) }
      }
  }

  private func line(_ population: TokenPopulation, prompts: Int, worlds: Int) -> String {
    var (changed, unchanged, lenient) = (Tally(), Tally(), Tally())
    let margin = population.margin
    for index in 0..<worlds {
      let world = TokenWorld(population, prompts: prompts, seed: seed, index: UInt64(index))
      let verdicts = world.family.verdicts(margin: margin)
      let atMargin = world.sizes.map { $0 == margin }
      changed.add(
        verdicts.map { $0 == .changed }, false: world.sizes.map { $0 <= margin }, atMargin)
      let isOutside = world.sizes.map { $0 >= margin }
      unchanged.add(verdicts.map { $0 == .unchanged }, false: isOutside, atMargin)
      lenient.add(world.isUnchangedAtFivePercent(margin: margin), false: isOutside, atMargin)
    }
    let reference = population.prototype[prompts]
    return "\(population.name), \(prompts) prompts: changed \(changed.text(reference?.changed))"
      + " | unchanged at 1 % \(unchanged.text(reference?.unchanged))"
      + " | unchanged at 5 % \(lenient.text(reference?.lenient))"
  }

  /// Rates of one verdict over worlds.
  private struct Tally {
    private var falseShares: [Double] = []
    private var powers: [Double] = []
    private var marginRates: [Double] = []

    /// - Parameters:
    ///   - calls: whether each token got the verdict.
    ///   - isFalse: whether it would be false.
    ///   - atMargin: whether the true mean is at the margin.
    mutating func add(_ calls: [Bool], false isFalse: [Bool], _ atMargin: [Bool]) {
      func count(_ holds: (Int) -> Bool) -> Double { Double(calls.indices.count(where: holds)) }
      // Of nothing called nothing is false: so the false discovery rate is defined.
      falseShares.append(count { calls[$0] && isFalse[$0] } / max(count { calls[$0] }, 1))
      powers.append(count { calls[$0] && !isFalse[$0] } / max(count { !isFalse[$0] }, 1))
      marginRates.append(count { calls[$0] && atMargin[$0] } / max(count { atMargin[$0] }, 1))
    }

    func text(_ reference: Double?) -> String {
      let (rate, error) = Self.mean(falseShares)
      return String(format: "%.1f ± %.1f", 100 * rate, 100 * error)
        + (reference.map { String(format: " [%.1f]", $0) } ?? " [none]")
        + String(
          format: ", %.0f, %.2f", 100 * Self.mean(powers).value, 100 * Self.mean(marginRates).value)
    }

    private static func mean(_ values: [Double]) -> (value: Double, error: Double) {
      let moments = Moments(values)
      return (moments.mean, moments.standardError)
    }
  }
}

/// One draw of a log: each token's mean per prompt, whose expectation is known.
struct TokenWorld {
  /// Sizes of the true means.
  let sizes: [Double]
  let family: VerdictFamily
  /// Level and bounds are the product's.
  private let bounds: [ClosedRange<Double>]

  init(_ population: TokenPopulation, prompts: Int, seed: UInt64, index: UInt64) {
    var draws = NormalDraws(
      seed: seed, stream: 10_000 * UInt64(population.number + 1) + UInt64(prompts), index: index)
    // All tokens of a prompt share what is particular about it.
    let effects = (0..<prompts).map { _ in population.promptEffect(&draws) }
    let spread = population.spread(prompts: prompts)
    let tokenCount = prompts < 1_000 ? 300 : 120
    var (sizes, members): ([Double], [VerdictFamily.Member]) = ([], [])
    var (narrow, wide) = (StudentBounds(level: 0.95), StudentBounds(level: 0.99))
    for token in 0..<tokenCount {
      // Frequent tokens are in all prompts, rare ones in few.
      let count = Int(Double(prompts) / (1 + spread * Double(token) / Double(tokenCount)))
      guard count >= VerdictFamily.fewestPrompts else { break }
      let size = population.size(&draws)
      let chosen = draws.sample(count, of: effects)
      let values = population.values(size: size, effects: chosen, &draws)
      sizes.append(size)
      members.append(VerdictFamily.Member(Moments(values), bias: 0, &narrow, &wide))
    }
    self.sizes = sizes
    family = VerdictFamily(members: members, isSigned: population.isSigned)
    bounds = members.map(\.interval)
  }

  /// What would be called unchanged at the level of *changed*: why the product's is stricter.
  func isUnchangedAtFivePercent(margin: Double) -> [Bool] {
    let isSigned = family.isSigned
    let adjusted = FalseDiscoveries.adjusted(
      family.members.map { $0.test.probabilityBeyond(margin, isSigned: isSigned) })
    return zip(adjusted, bounds).map { probability, interval in
      probability <= 0.05 && interval.upperBound < margin
        && (!isSigned || interval.lowerBound > -margin)
    }
  }
}
