import Foundation
internal import Synchronization

/// How far a run may be from the mean of K runs of one recipe before it is called another.
///
/// T = (x − mean)/sd, with mean and sd of the K. Candidates share both, so L of them are judged together:
/// P(max T ≤ c) = E[Φ(cS + Z/√K)^L], where S² is χ²(K − 1)/(K − 1), the error of the sd, and Z a standard
/// normal number, that of the mean. Values of runs are taken as draws from one normal distribution.
package enum SeedLimit {
  /// The c that any of L fresh runs of the recipe exceeds with a given probability.
  ///
  /// - Parameters:
  ///   - seeds: K, at least 2.
  ///   - candidates: L, at least 1.
  ///   - level: in (0, 1).
  ///   - isTwoSided: whether |T| is meant.
  /// - Returns: to about 1e-9.
  package static func limit(
    seeds: Int, candidates: Int, level: Double, isTwoSided: Bool = false
  ) -> Double {
    precondition(level > 0 && level < 1, "a level of \(level)")
    let question = Question(
      seeds: seeds, candidates: candidates, level: level, isTwoSided: isTwoSided)
    if let limit = answers.withLock({ $0[question] }) { return limit }
    let law = Law(seeds: seeds, candidates: candidates, isTwoSided: isTwoSided)
    var (low, high) = (0.0, 1.0)
    while law.probability(beyond: high) > level { (low, high) = (high, high * 2) }
    while high - low > 1e-10 * high {
      let middle = low + (high - low) / 2
      if law.probability(beyond: middle) > level { low = middle } else { high = middle }
    }
    let limit = low + (high - low) / 2
    answers.withLock { $0[question] = limit }
    return limit
  }

  private struct Question: Hashable {
    let seeds: Int
    let candidates: Int
    let level: Double
    let isTwoSided: Bool
  }

  /// A limit takes millions of logarithms, and few are asked for.
  private static let answers = Mutex<[Question: Double]>([:])

  /// P(max of L > c).
  package static func probability(
    beyond limit: Double, seeds: Int, candidates: Int, isTwoSided: Bool = false
  ) -> Double {
    Law(seeds: seeds, candidates: candidates, isTwoSided: isTwoSided).probability(beyond: limit)
  }

  /// Both expectations as sums over even steps, which for such integrands err less than any power of
  /// the step.
  private struct Law {
    private let scales: [(value: Double, weight: Double)]
    private let shifts: [(value: Double, weight: Double)]
    private let candidates: Double
    private let isTwoSided: Bool

    init(seeds: Int, candidates: Int, isTwoSided: Bool) {
      precondition(seeds > 1 && candidates > 0, "\(seeds) seeds, \(candidates) candidates")
      scales = DeviationLaw.points(degrees: Double(seeds - 1))
      let root = Double(seeds).squareRoot()
      shifts = DeviationLaw.normalized(from: -8, to: 8, step: 0.25) {
        ($0 / root, exp(-$0 * $0 / 2))
      }
      self.candidates = Double(candidates)
      self.isTwoSided = isTwoSided
    }

    func probability(beyond limit: Double) -> Double {
      var sum = 0.0
      for scale in scales {
        var part = 0.0
        for shift in shifts {
          var tail = Normal.cumulative(-limit * scale.value - shift.value)
          if isTwoSided { tail += Normal.cumulative(-limit * scale.value + shift.value) }
          // 1 − (1 − tail)^L; rounding can make the tail 1 + 1e-16.
          part += shift.weight * -expm1(candidates * log1p(-min(tail, 1)))
        }
        sum += scale.weight * part
      }
      return sum
    }
  }
}
