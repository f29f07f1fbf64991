internal import Foundation

/// R = −a·e^H + b, reward R by the policy's entropy H, fitted by least squares.
///
/// The law is of Cui and others, 2025, arXiv 2505.22617.
package struct EntropyLaw: Equatable {
  /// What a unit of e^H costs.
  package let a: Double
  /// What −a·e^H is added to; the ceiling, at an entropy of 0, is b − a.
  package let b: Double
  /// Standard error of `a`, steps taken as independent.
  package let error: Double

  /// Linear in e^H, so in closed form; nil for fewer than three points, or where the entropy doesn't vary: any
  /// slope would do then.
  ///
  /// - Parameters:
  ///   - entropies: nats; NaN is left out with its reward.
  ///   - rewards: as many.
  package init?(entropies: [Double], rewards: [Double]) {
    let points = zip(entropies, rewards).filter { $0.isFinite && $1.isFinite }
      .map { (x: exp($0), y: $1) }
    guard points.count > 2 else { return nil }
    let count = Double(points.count)
    let x = points.map(\.x).reduce(0, +) / count
    let y = points.map(\.y).reduce(0, +) / count
    let xx = points.map { ($0.x - x) * ($0.x - x) }.reduce(0, +)
    let xy = points.map { ($0.x - x) * ($0.y - y) }.reduce(0, +)
    // Below that the spread is rounding.
    guard xx > count * 1e-24 * x * x else { return nil }
    let slope = xy / xx
    (a, b) = (-slope, y - slope * x)
    let (a, b) = (a, b)
    let residuals = points.map { $0.y + a * $0.x - b }.map { $0 * $0 }.reduce(0, +)
    error = (residuals / (count - 2) / xx).squareRoot()
  }

  /// The reward at an entropy; nothing keeps it between 0 and 1.
  package func reward(at entropy: Double) -> Double { b - a * exp(entropy) }

  /// Whether the slope is more than two standard errors from 0.
  package var isSloped: Bool { abs(a) > 2 * error }
}

/// What the law of a run's first third says of its end, beside what came.
package struct EntropyForecast: Equatable {
  /// Of the first third of the steps.
  package let law: EntropyLaw
  /// Steps that it is fitted on.
  package let fitted: Int
  /// Mean reward over the last tenth of the steps, at least one.
  package let actual: Double
  /// The law's mean at the entropies of these steps: it is told them.
  package let predicted: Double
  /// The law at an entropy of 0: it isn't told anything of later.
  package let ceiling: Double
  /// Mean reward over as many steps at the end of the first third.
  package let lastSeen: Double

  /// Fewest steps of a first third.
  static let fewest = 10

  /// Nil for a run of too few steps, or whose entropy doesn't vary in its first third.
  ///
  /// - Parameters:
  ///   - entropies: of the rollouts of each step, nats.
  ///   - rewards: of the same, mean.
  package init?(entropies: [Double], rewards: [Double]) {
    let steps = zip(entropies, rewards).filter { $0.isFinite && $1.isFinite }
    let fitted = steps.count / 3
    guard fitted >= Self.fewest,
      let law = EntropyLaw(
        entropies: steps.prefix(fitted).map(\.0), rewards: steps.prefix(fitted).map(\.1))
    else { return nil }
    let tail = max(1, steps.count / 10)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    (self.law, self.fitted) = (law, fitted)
    actual = mean(steps.suffix(tail).map(\.1))
    predicted = mean(steps.suffix(tail).map { law.reward(at: $0.0) })
    ceiling = law.reward(at: 0)
    lastSeen = mean(steps.prefix(fitted).suffix(tail).map(\.1))
  }
}
