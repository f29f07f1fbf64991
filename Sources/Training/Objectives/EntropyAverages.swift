/// Exponential averages of entropy, a fast and a slow one, to drive weights: beyond the paper.
///
///     m ← m + (1 − decay) · (H − m),   starting at the first H
///     driving entropy = slow + lead · (fast − slow)
///
/// The paper puts the entropy of one batch into its weights, noise and all. `lead` = 0 gives the slow
/// average, 1 the fast one; above 1 the weights run ahead of a trend: while entropy falls, the
/// driving entropy is below both. It goes into `SRFT` as `EntropyScope.given`, where it stands in
/// for H(π) in both weights. State in, state out.
package struct EntropyAverages: Sendable, Equatable {
  /// What the next step needs, in nats.
  package struct State: Sendable, Equatable {
    /// The fast average.
    package var fast: Double
    /// The slow average.
    package var slow: Double

    /// The state after the first measured entropy.
    package init(first entropy: Double) { (fast, slow) = (entropy, entropy) }
  }

  /// How much of the fast average stays at each step, in 0..<1.
  package var fastDecay: Double
  /// How much of the slow average stays.
  package var slowDecay: Double
  /// How far the driving entropy runs ahead of the slow average.
  package var lead: Double

  /// Averages over about 10 and 100 steps, driven by the fast one.
  package init(fastDecay: Double = 0.9, slowDecay: Double = 0.99, lead: Double = 1) {
    (self.fastDecay, self.slowDecay, self.lead) = (fastDecay, slowDecay, lead)
  }

  /// The state after a step in which `entropy` was measured; `nil` before the first.
  ///
  /// - Throws: `ObjectiveError.badSetting` where the entropy isn't a number or a decay isn't one.
  package func next(after state: State?, entropy: Double) throws(ObjectiveError) -> State {
    for (name, decay) in [("the fast decay", fastDecay), ("the slow decay", slowDecay)]
    where !(0..<1).contains(decay) {
      throw .badSetting(name: name, value: decay, allowed: "in 0..<1")
    }
    guard entropy.isFinite else {
      throw .badSetting(name: "the measured entropy", value: entropy, allowed: "a finite number")
    }
    guard var next = state else { return State(first: entropy) }
    next.fast += (1 - fastDecay) * (entropy - next.fast)
    next.slow += (1 - slowDecay) * (entropy - next.slow)
    return next
  }

  /// The entropy for the weights, in nats; never below 0, which no entropy is.
  package func drivingEntropy(_ state: State) -> Double {
    max(state.slow + lead * (state.fast - state.slow), 0)
  }
}
