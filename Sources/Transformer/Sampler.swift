import Foundation
internal import Kernels

/// Chooses the next token from logits.
package struct Sampler: Sendable, Equatable {
  /// Divides the logits; 0 takes the most likely token.
  package var temperature: Double
  /// Only the most likely tokens that hold at least this much probability can be chosen; 1 for all.
  package var topP: Double

  /// A sampler.
  package init(temperature: Double = 1, topP: Double = 1) {
    precondition(temperature >= 0 && topP > 0 && topP <= 1)
    (self.temperature, self.topP) = (temperature, topP)
  }

  /// A token and what the model thinks of it, over the full vocabulary before `topP` cuts it.
  package struct Choice: Sendable, Equatable {
    /// The token.
    package var token: Int32
    /// ln p at temperature 1, nats.
    package var logProbability: Double
    /// ln p at the sampling temperature, nats: what a ratio to the behaviour policy needs; at
    /// temperature 0 it is 0.
    package var temperedLogProbability: Double
    /// Entropy at temperature 1, nats.
    package var entropy: Double
  }

  /// Chooses by inverting the cumulative distribution in the order of ids (with `topP` below 1, in
  /// descending order of probability).
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`, finite.
  ///   - uniform: a random number in `[0, 1)`.
  /// - Returns: the choice; the same for the same logits and number.
  package func choose(from logits: Span<Float>, uniform: Double) -> Choice {
    let maximum = LogitSums.maximum(logits)
    var weights = [Double](repeating: 0, count: logits.count)
    var span = weights.mutableSpan
    // At temperature 0 nothing is weighed, and at 1 the weights are the distribution itself.
    let tempered = LogitSums.weights(
      logits, shift: Double(maximum), temperature: temperature == 0 ? 1 : temperature, into: &span)
    let sums =
      temperature == 0 || temperature == 1
      ? tempered : LogitSums.exponentials(logits, shift: Double(maximum))
    let logMass = log(sums.mass)
    func choice(_ token: Int, tempered: Double? = nil) -> Choice {
      let logProbability = Double(logits[token]) - (Double(maximum) + logMass)
      return Choice(
        token: Int32(token), logProbability: logProbability,
        temperedLogProbability: tempered ?? logProbability,
        entropy: max(logMass - sums.first / sums.mass, 0))
    }
    if temperature == 0 {
      return choice(logits.indices.first { logits[$0] == maximum } ?? 0, tempered: 0)
    }
    let token =
      topP < 1
      ? Self.nucleus(weights, total: tempered.mass, topP: topP, uniform: uniform)
      : Self.invert(weights.indices, weights, uniform * tempered.mass)
    // At temperature 1 both are one number, to the last bit.
    return choice(
      token, tempered: temperature == 1 ? nil : log(weights[token] / tempered.mass))
  }

  /// The first index at which the running sum exceeds `target`; rounding at the end falls to the last
  /// with any weight.
  private static func invert(
    _ order: some Sequence<Int>, _ weights: [Double], _ target: Double
  ) -> Int {
    var sum = 0.0
    var last = 0
    for index in order where weights[index] > 0 {
      sum += weights[index]
      last = index
      if sum > target { return index }
    }
    return last
  }

  private static func nucleus(
    _ weights: [Double], total: Double, topP: Double, uniform: Double
  ) -> Int {
    let order = weights.indices.sorted { a, b in
      weights[a] == weights[b] ? a < b : weights[a] > weights[b]
    }
    var kept = 0.0
    var count = 0
    while count < order.count, kept < topP * total {
      kept += weights[order[count]]
      count += 1
    }
    return invert(order.prefix(count), weights, uniform * kept)
  }
}
