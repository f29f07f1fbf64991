import Foundation
package import RunLogs

/// What of a position may have changed between two models.
package enum PositionMeasure: String, Sendable, CaseIterable, Codable {
  /// Jensen-Shannon divergence of the two next-token distributions, nats.
  case divergence = "js"
  /// Change of the occurring token's log-probability, nats.
  case logProbability = "dlogp"
  /// Change of its probability.
  case probability = "dprob"
  /// Change of entropy, nats.
  case entropy = "dH"

  /// The margins whose verdicts are printed, ascending.
  package var margins: [Double] {
    switch self {
    case .divergence: [0.001, 0.01, 0.1]
    case .logProbability: [0.01, 0.1, log(2)]
    case .probability: [0.001, 0.01, 0.1]
    case .entropy: [0.01, 0.1, log(2)]
    }
  }

  /// The one that a verdict is at unless another is asked for: at least twice the typical half-width of
  /// bfloat16's rounding.
  package var margin: Double { margins[1] }

  /// Whether it can be on either side of 0.
  package var isSigned: Bool { self != .divergence }

  /// The unit: `nats`, or `1` for probabilities.
  package var unit: String { self == .probability ? "1" : "nats" }

  /// The log's column.
  package var column: PairColumn {
    switch self {
    case .divergence: .jensenShannonDivergence
    case .logProbability: .logProbabilityChange
    case .probability: .probabilityChange
    case .entropy: .entropyChange
    }
  }

  /// The log's bounds of it where distributions are known in part; nil for what a list has.
  package var bounds: (lower: PairBound, upper: PairBound)? {
    switch self {
    case .divergence: (.jensenShannonLower, .jensenShannonUpper)
    case .entropy: (.entropyChangeLower, .entropyChangeUpper)
    case .logProbability, .probability: nil
    }
  }

  /// A value on the scale on which errors add up: a divergence grows with the square of a change of
  /// logits, so it is its root that an error shifts.
  package func onScale(_ value: Double) -> Double {
    self == .divergence ? max(value, 0).squareRoot() : value
  }
}

/// What is known of a change, always against a margin.
package enum Verdict: String, Sendable, CaseIterable, Codable {
  /// It exceeds the margin.
  case changed
  /// It stays within.
  case unchanged
  /// Its uncertainty holds the margin.
  case undecidable
}

extension [PositionMeasure: Double] {
  /// The margin of a measure: its own where none was asked for.
  package func margin(_ measure: PositionMeasure) -> Double { self[measure] ?? measure.margin }
}
