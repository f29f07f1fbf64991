import Foundation

/// Student's t distribution, for any number of degrees of freedom above 0, whole or not.
package enum StudentT {
  /// The value that |t| stays below with that probability.
  ///
  /// By bisection on `probability(beyond:degreesOfFreedom:)`, to the last bits of a Double.
  ///
  /// - Parameters:
  ///   - probability: in (0, 1).
  ///   - degreesOfFreedom: above 0.
  /// - Returns: the two-sided quantile.
  package static func bound(probability: Double, degreesOfFreedom: Double) -> Double {
    precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0)
    return bound(tails: 1 - probability, degreesOfFreedom: degreesOfFreedom)
  }

  /// The value that T is above with that probability.
  ///
  /// - Parameters:
  ///   - tail: in (0, 1); of a small one no digit is lost.
  ///   - degreesOfFreedom: above 0.
  /// - Returns: the one-sided quantile, negative for a tail above one half.
  package static func upperBound(tail: Double, degreesOfFreedom: Double) -> Double {
    precondition(tail > 0 && tail < 1 && degreesOfFreedom > 0)
    guard tail <= 0.5 else {
      return -bound(tails: 2 * (1 - tail), degreesOfFreedom: degreesOfFreedom)
    }
    return bound(tails: 2 * tail, degreesOfFreedom: degreesOfFreedom)
  }

  /// The value that |T| is above with that probability.
  private static func bound(tails: Double, degreesOfFreedom: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while Self.probability(beyond: high, degreesOfFreedom: degreesOfFreedom) > tails {
      (low, high) = (high, high * 2)
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if Self.probability(beyond: middle, degreesOfFreedom: degreesOfFreedom) > tails {
        low = middle
      } else {
        high = middle
      }
    }
  }

  /// P(|T| > |t|) = I_x(ν/2, ½) with x = ν/(ν + t²) (DLMF 8.17; Abramowitz and Stegun, 26.7.1).
  package static func probability(beyond t: Double, degreesOfFreedom: Double) -> Double {
    let square = t * t
    guard square.isFinite else { return 0 }
    let sum = degreesOfFreedom + square
    return IncompleteBeta.regularized(
      degreesOfFreedom / sum, complement: square / sum, a: degreesOfFreedom / 2)
  }

  /// P(T > t): of a large t with all digits that the tail has.
  package static func upperTail(_ t: Double, degreesOfFreedom: Double) -> Double {
    let half = probability(beyond: t, degreesOfFreedom: degreesOfFreedom) / 2
    return t < 0 ? 1 - half : half
  }
}

/// The standard normal distribution.
package enum Normal {
  /// The value that |z| stays below with that probability, by bisection to the last bits.
  ///
  /// - Parameter probability: in (0, 1).
  /// - Returns: the two-sided quantile.
  package static func bound(probability: Double) -> Double {
    precondition(probability > 0 && probability < 1)
    var (low, high) = (0.0, 40.0)
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      // erfc keeps the digits of a small tail.
      if erfc(middle / 2.0.squareRoot()) > 1 - probability { low = middle } else { high = middle }
    }
  }

  /// The value that z is above with that probability.
  ///
  /// - Parameter tail: in (0, ½].
  /// - Returns: the one-sided quantile.
  package static func upperBound(tail: Double) -> Double {
    tail == 0.5 ? 0 : bound(probability: 1 - 2 * tail)
  }

  /// P(Z ≤ z), with all digits of a small one.
  package static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}
