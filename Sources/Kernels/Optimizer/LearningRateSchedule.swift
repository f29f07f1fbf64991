import Foundation

/// The learning rate of each step: a linear warm-up, then constant, a line or half a cosine.
package struct LearningRateSchedule: Sendable, Equatable {
  /// What follows the warm-up.
  package enum Decay: Sendable, Equatable {
    /// The peak, for ever.
    case constant
    /// Half a cosine, from the peak at the end of the warm-up to `floor` · peak at `stepCount`.
    case cosine(stepCount: Int, floor: Double)
    /// A straight line, from the peak at the end of the warm-up to `floor` · peak at `stepCount`.
    case linear(stepCount: Int, floor: Double)
  }

  /// The highest rate.
  package var peak: Double
  /// Steps of the warm-up; the rate of the first step is peak / warmUpSteps.
  package var warmUpSteps: Int
  /// What follows.
  package var decay: Decay

  /// All parts given.
  package init(peak: Double, warmUpSteps: Int = 0, decay: Decay = .constant) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.decay = decay
  }

  /// The rate of a step, 1 for the first: never 0 in the warm-up, so that no step is wasted.
  package func rate(atStep step: Int) -> Double {
    precondition(step > 0, "schedule: step \(step); the first is 1")
    if step <= warmUpSteps { return peak * Double(step) / Double(warmUpSteps) }
    switch decay {
    case .constant: return peak
    case .cosine(let stepCount, let floor):
      return fall(0.5 * (1 + cos(.pi * progress(step, of: stepCount))), to: floor)
    case .linear(let stepCount, let floor):
      return fall(1 - progress(step, of: stepCount), to: floor)
    }
  }

  /// How far a step is from the end of the warm-up to the end of the decay, 0 to 1.
  private func progress(_ step: Int, of stepCount: Int) -> Double {
    min(1, Double(step - warmUpSteps) / Double(max(1, stepCount - warmUpSteps)))
  }

  private func fall(_ share: Double, to floor: Double) -> Double {
    peak * (floor + (1 - floor) * share)
  }
}
