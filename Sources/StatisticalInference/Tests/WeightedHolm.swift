/// Control of any false rejection among several hypotheses, some of which matter more.
package enum WeightedHolm {
  /// What became of one hypothesis.
  package struct Decision: Sendable, Equatable {
    package let isRejected: Bool
    /// What its p-value was compared with, last of all.
    package let threshold: Double

    package init(isRejected: Bool, threshold: Double) {
      (self.isRejected, self.threshold) = (isRejected, threshold)
    }
  }

  /// Holm's procedure with weights (1979).
  ///
  /// In ascending order of p/w each p-value is compared with level·w/Σ of the weights that are left; the
  /// first that is above ends it. The probability of any false rejection is at most the level, however the
  /// tests depend on each other.
  ///
  /// - Parameters:
  ///   - probabilities: p-values of one family, in [0, 1].
  ///   - weights: positive, as many; only their ratios count.
  ///   - level: of the whole family.
  /// - Returns: in the order of `probabilities`.
  package static func decisions(
    _ probabilities: [Double], weights: [Double], level: Double
  ) -> [Decision] {
    precondition(probabilities.count == weights.count && weights.allSatisfy { $0 > 0 })
    let order = probabilities.indices.sorted {
      (probabilities[$0] / weights[$0], $0) < (probabilities[$1] / weights[$1], $1)
    }
    var decisions = [Decision](
      repeating: Decision(isRejected: false, threshold: 0), count: probabilities.count)
    for (rank, index) in order.enumerated() {
      // Summed anew: a difference would leave rounding where the last weight should be 1.
      let left = order[rank...].reduce(0) { $0 + weights[$1] }
      let threshold = level * weights[index] / left
      guard probabilities[index] <= threshold else {
        for other in order[rank...] {
          decisions[other] = Decision(isRejected: false, threshold: level * weights[other] / left)
        }
        break
      }
      decisions[index] = Decision(isRejected: true, threshold: threshold)
    }
    return decisions
  }

  /// Holm's adjusted p-values with equal weights: what the level would have to be for each to be rejected.
  ///
  /// The largest of (n − k) p₍ₖ₎ up to its own place k, from 0, in ascending order; at most 1.
  ///
  /// - Parameter probabilities: p-values of one family, in [0, 1].
  /// - Returns: in their order.
  package static func adjusted(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted {
      (probabilities[$0], $0) < (probabilities[$1], $1)
    }
    var adjusted = probabilities
    var least = 0.0
    for (rank, index) in order.enumerated() {
      least = max(least, min(1, Double(order.count - rank) * probabilities[index]))
      adjusted[index] = least
    }
    return adjusted
  }
}
