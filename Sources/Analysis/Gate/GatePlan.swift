import Foundation
internal import StatisticalInference

/// What so many prompts can find, and how many would decide.
package struct GatePlan: Sendable, Equatable, Codable {
  /// The smallest harm that is called regressed with 80 % probability.
  package let smallestEffect: Double
  /// The probability of calling a harm of twice the margin.
  package let power: Double
  /// Prompts in all with which twice the margin is found, and no change called equivalent, with
  /// 80 % each.
  package let promptsNeeded: Int

  package init(smallestEffect: Double, power: Double, promptsNeeded: Int) {
    self.smallestEffect = smallestEffect
    self.power = power
    self.promptsNeeded = promptsNeeded
  }

  /// - Parameters:
  ///   - effect: of at least two prompts, with spread or bounded.
  ///   - margin: positive.
  ///   - level: of this metric's test, its share of the look's α.
  init(_ effect: GateEffect, margin: Double, level: Double) {
    let n = Double(effect.harm.count)
    let isTwoSided = effect.worse == .both
    let variance = effect.harm.squares / (n - 1)
    let error = (variance / n).squareRoot()
    let critical = StudentT.upperBound(
      tail: isTwoSided ? level / 2 : level, degreesOfFreedom: n - 1)
    let power80 = Normal.upperBound(tail: 0.2)
    // No change has to stay inside on both sides where both are worse.
    let inside = isTwoSided ? Normal.upperBound(tail: 0.1) : power80
    let confidence = Normal.upperBound(tail: 0.05)
    let harmed = Self.errorAfterHarm(effect, margin: margin, variance: variance, count: n)
    let threshold: Double
    var needed: Double
    if effect.kind == .distance {
      threshold = margin + critical * error
      needed = n * pow((critical + power80) * error / margin, 2)
    } else {
      threshold = max(margin, critical * harmed)
      needed = n * pow((critical + power80) * harmed / (2 * margin), 2)
    }
    needed = max(needed, n * pow((confidence + inside) * error / margin, 2))
    if case .bounded(let width) = effect.kind {
      needed = max(needed, 2.0.squareRoot() * confidence * width / margin)
    } else {
      needed = max(needed, Double(Gate.fewestForEquivalence))
    }
    power = Normal.cumulative((2 * margin - threshold) / harmed)
    smallestEffect = threshold + power80 * error
    promptsNeeded = Int(min(max(needed, Double(Gate.fewestPrompts)).rounded(.up), 1e12))
  }

  /// A rate's spread changes with it: per prompt by [q(1 − q) − p(1 − p)]/S where that is positive,
  /// q being the rate after a harm of twice the margin and S the samples per prompt.
  private static func errorAfterHarm(
    _ effect: GateEffect, margin: Double, variance: Double, count: Double
  ) -> Double {
    guard case .bounded(let width) = effect.kind, width == 1, let rate = effect.baseline else {
      return (variance / count).squareRoot()
    }
    let harmed = min(max(rate + (effect.worse == .lower ? -2 : 2) * margin, 0), 1)
    let more = (harmed * (1 - harmed) - rate * (1 - rate)) / effect.samples
    return ((variance + max(0, more)) / count).squareRoot()
  }
}
