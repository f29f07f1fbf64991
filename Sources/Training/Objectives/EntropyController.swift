import Foundation

/// Steers a coefficient so that the policy's entropy reaches a target: beyond the paper.
///
/// The coefficient is usually that of the entropy bonus. One call per optimiser step takes the
/// entropy that was measured in it, in nats, and returns the state for the next step; nothing is
/// kept here, so a checkpoint holds the state and a resumed run goes on exactly. The range is a hard
/// limit, and where it binds the state says so; the coefficient doesn't wind up beyond it.
package struct EntropyController: Sendable, Equatable {
  /// How an entropy moves the coefficient c; e = target − entropy.
  package enum Law: Sendable, Equatable {
    /// c + gain · e: integral control.
    case integral(gain: Double)
    /// c · exp(gain · e): integral control of log c, as SAC does for its temperature; c stays
    /// positive, and has to start there.
    case logarithmic(gain: Double)
    /// c ± step: up while the entropy is at the target or below, as TRL's adaptive entropy.
    case step(Double)
  }

  /// What the next step needs.
  package struct State: Sendable, Equatable {
    /// The coefficient to use.
    package var coefficient: Double
    /// Whether the range cut it.
    package var isSaturated: Bool

    /// A first state.
    package init(coefficient: Double) {
      (self.coefficient, isSaturated) = (coefficient, false)
    }
  }

  /// The entropy to reach, in nats.
  package var target: Double
  /// How to get there.
  package var law: Law
  /// Where the coefficient may be.
  package var range: ClosedRange<Double>

  /// A controller.
  package init(target: Double, law: Law, range: ClosedRange<Double> = 0...1) {
    (self.target, self.law, self.range) = (target, law, range)
  }

  /// The state after a step in which `entropy` was measured.
  ///
  /// - Throws: `ObjectiveError.badSetting` where the entropy isn't a number: a step without a
  ///   counted token has none, and should leave the state alone.
  package func next(after state: State, entropy: Double) throws(ObjectiveError) -> State {
    guard entropy.isFinite else {
      throw .badSetting(name: "the measured entropy", value: entropy, allowed: "a finite number")
    }
    let difference = target - entropy
    let free =
      switch law {
      case .integral(let gain): state.coefficient + gain * difference
      case .logarithmic(let gain): state.coefficient * exp(gain * difference)
      case .step(let step): state.coefficient + (difference >= 0 ? step : -step)
      }
    var next = State(coefficient: min(max(free, range.lowerBound), range.upperBound))
    next.isSaturated = next.coefficient != free
    return next
  }
}
