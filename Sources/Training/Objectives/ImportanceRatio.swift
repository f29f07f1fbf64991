import Foundation

/// How far a ratio may leave 1 before its gradient is cut: [1 − low, 1 + high].
package struct ClipRange: Sendable, Equatable {
  /// ε below 1, in 0...1.
  package var low: Double
  /// ε above 1, at least 0.
  package var high: Double

  /// A range; DAPO's "clip higher" is 0.2 and 0.28.
  package init(low: Double = 0.2, high: Double = 0.2) { (self.low, self.high) = (low, high) }

  /// Throws unless both ends make sense.
  func check() throws(ObjectiveError) {
    guard (0...1).contains(low) else {
      throw .badSetting(name: "the clip range's low end", value: low, allowed: "in 0...1")
    }
    guard high >= 0, high.isFinite else {
      throw .badSetting(name: "the clip range's high end", value: high, allowed: "0 or more")
    }
  }
}

/// min(r·A, clip(r)·A) for one token, and how it moves with log π.
struct ClippedSurrogate {
  enum Clipping { case none, low, high }

  /// The surrogate, which is maximised.
  let value: Double
  /// Its derivative with respect to log π(y_t).
  let slope: Double
  /// Whether the clip took the gradient away.
  let clipping: Clipping

  /// The surrogate of a ratio that moves with log π by `ratioSlope` (by itself, where unshaped).
  ///
  /// The minimum is the clipped branch exactly where the ratio has already gone too far in the
  /// direction that A asks for; elsewhere, and on the border, it is r·A with its full gradient.
  init(ratio: Double, ratioSlope: Double, advantage: Double, clipRange: ClipRange?) {
    if let clipRange, advantage > 0, ratio > 1 + clipRange.high {
      (value, slope, clipping) = ((1 + clipRange.high) * advantage, 0, .high)
    } else if let clipRange, advantage < 0, ratio < 1 - clipRange.low {
      (value, slope, clipping) = ((1 - clipRange.low) * advantage, 0, .low)
    } else {
      (value, slope, clipping) = (ratio * advantage, ratioSlope * advantage, .none)
    }
  }
}

extension ObjectiveDiagnostics {
  /// Counts a clipped token.
  mutating func count(_ clipping: ClippedSurrogate.Clipping) {
    switch clipping {
    case .none: break
    case .low: clippedLowCount += 1
    case .high: clippedHighCount += 1
    }
  }
}

extension ObjectiveBatch {
  /// π(y_t) divided by another policy's probability of the token; 1 where there is no other.
  ///
  /// Nothing is clamped: what is too large for a Double is thrown.
  func importanceRatio(
    at token: Int, to other: [Double]?, _ quantity: ObjectiveQuantity, sequence: Int
  ) throws(ObjectiveError) -> Double {
    guard let other else { return 1 }
    return try exponential(
      policyLogProbs[token] - other[token], at: token, quantity, sequence: sequence)
  }

  /// The exponential of a log-ratio, or the error that names the token.
  func exponential(
    _ logRatio: Double, at token: Int, _ quantity: ObjectiveQuantity, sequence: Int
  ) throws(ObjectiveError) -> Double {
    let ratio = exp(logRatio)
    guard ratio.isFinite else {
      throw .explodingRatio(
        to: quantity, logRatio: logRatio, sequence: sequence,
        token: token - rows[sequence].tokens.lowerBound)
    }
    return ratio
  }
}
