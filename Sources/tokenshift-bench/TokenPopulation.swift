import Foundation
internal import Tasks

/// What a token's values are drawn from, shaped like the demo's.
enum TokenPopulation: Int, CaseIterable {
  /// Divergences: log-normal, deviation of the logarithm 0.5 to 1.2, means of 1 to 8 positions.
  case moderate
  /// The same at 1 to 2.6, of 1 to 4 positions: most of the mean lies in a few of them.
  case heavy
  /// The same, but no divergence exceeds ln 2; the scale makes up for it, so that means are right.
  case heavyBounded
  /// Changes of log-probability, skewed to either side.
  case signed

  var number: Int { rawValue }

  var name: String {
    switch self {
    case .moderate: "JS, moderate tails"
    case .heavy: "JS, heavy tails"
    case .heavyBounded: "JS up to ln 2, heavy tails"
    case .signed: "Δ log p"
    }
  }

  var isSigned: Bool { self == .signed }

  /// Nats.
  var margin: Double { isSigned ? 0.1 : 0.01 }

  private var deviations: ClosedRange<Double> {
    switch self {
    case .moderate: 0.5...1.2
    case .heavy, .heavyBounded: 1...2.6
    case .signed: 0.5...1.4
    }
  }

  private var mostPositions: Int { self == .moderate ? 8 : 4 }

  /// The most frequent token is in so many times more prompts than the rarest, less one.
  func spread(prompts: Int) -> Double { prompts < 1_000 || isSigned ? 12 : 20 }

  /// A factor of expectation 1, or where signed a summand of expectation 0.
  func promptEffect(_ draws: inout NormalDraws) -> Double {
    let normal = draws.next()
    return isSigned ? 0.05 * normal : exp(0.4 * normal - 0.08)
  }

  /// The size of a true mean.
  func size(_ draws: inout NormalDraws) -> Double {
    let place = draws.uniform.uniform()
    if place < 0.4 { return margin }
    if place < 0.8 { return (isSigned ? 0.2 : 0.3) * margin }
    return draws.uniform.element(of: [2, 4, 8]) * margin
  }

  /// One value per prompt.
  func values(size: Double, effects: ArraySlice<Double>, _ draws: inout NormalDraws) -> [Double] {
    let deviation =
      deviations.lowerBound
      + (deviations.upperBound - deviations.lowerBound) * draws.uniform.uniform()
    let positions = draws.uniform.integer(in: 1...mostPositions)
    let square = deviation * deviation
    if isSigned {
      let side: Double = draws.uniform.chance(0.5) ? 1 : -1
      let tail: Double = draws.uniform.chance(0.5) ? 1 : -1
      let scale = tail * (0.1 + 0.3 * draws.uniform.uniform())
      let spread = ((exp(square) - 1) * exp(square) / Double(positions)).squareRoot()
      return effects.map { effect in
        var sum = 0.0
        for _ in 0..<positions { sum += exp(deviation * draws.next()) }
        return side * size + scale * (sum / Double(positions) - exp(square / 2)) / spread + effect
      }
    }
    let isBounded = self == .heavyBounded
    let bound = isBounded ? log(2.0) : Double.infinity
    let scale =
      isBounded
      ? Self.scale(mean: size, deviation: deviation, bound: bound) : size / exp(square / 2)
    return effects.map { effect in
      var sum = 0.0
      for _ in 0..<positions { sum += min(scale * exp(deviation * draws.next()), bound) }
      return sum / Double(positions) * effect
    }
  }

  /// The median c of a log-normal that has a given mean once it is cut off at a bound L: the root of
  /// E min(X, L) = c·exp(s²/2)·Φ(d − s) + L·Φ(−d), d = ln(L/c)/s, by bisection of ln c.
  private static func scale(mean: Double, deviation s: Double, bound: Double) -> Double {
    func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
    var (low, high) = (log(mean) - s * s, log(bound) + 40)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      let d = (log(bound) - middle) / s
      let value = exp(middle + s * s / 2) * normal(d - s) + bound * normal(-d)
      if value < mean { low = middle } else { high = middle }
    }
    return exp((low + high) / 2)
  }

  /// A prototype's false ones of those called, in percent, by number of prompts.
  struct Prototype {
    let changed, unchanged, lenient: Double?

    init(_ changed: Double?, _ unchanged: Double?, _ lenient: Double?) {
      (self.changed, self.unchanged, self.lenient) = (changed, unchanged, lenient)
    }
  }

  /// Of a program in NumPy with 25 worlds each, whose standard errors are up to 2.8 points.
  ///
  /// It cut divergences off at ln 2 without making up for it: its tokens at the margin were a little
  /// below, and some of its false verdicts true.
  var prototype: [Int: Prototype] {
    switch self {
    case .moderate:
      [
        60: Prototype(1.5, 0.5, 3.1), 128: Prototype(1.1, 1.6, 4.2),
        250: Prototype(0.7, 0.7, 2.4), 1_000: Prototype(0.5, nil, 3.3),
      ]
    case .heavy:
      [
        60: Prototype(0, nil, 13.0), 128: Prototype(0, nil, 10.9), 250: Prototype(0, nil, 10.4),
        1_000: Prototype(0, nil, 9.8),
      ]
    case .heavyBounded:
      [
        60: Prototype(nil, 8.5, 11.7), 128: Prototype(nil, 4.7, 9.9),
        250: Prototype(nil, 3.6, 9.3),
      ]
    case .signed:
      [
        60: Prototype(3.8, nil, 4.9), 128: Prototype(0.6, nil, 2.2),
        250: Prototype(2.4, nil, 2.4), 1_000: Prototype(1.4, nil, 2.1),
      ]
    }
  }
}

/// Numbers from the standard normal distribution (Box and Muller, 1958).
struct NormalDraws {
  var uniform: CounterGenerator
  private var spare: Double?

  init(seed: UInt64, stream: UInt64, index: UInt64) {
    uniform = CounterGenerator(seed: seed, stream: stream, index: index)
  }

  /// Some of the values, each set of so many equally likely.
  mutating func sample(_ count: Int, of values: [Double]) -> ArraySlice<Double> {
    var rest = values
    for place in 0..<count { rest.swapAt(place, uniform.integer(in: place...rest.count - 1)) }
    return rest.prefix(count)
  }

  mutating func next() -> Double {
    if let known = spare {
      spare = nil
      return known
    }
    // 1 − u is never 0.
    let radius = (-2 * log(1 - uniform.uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform.uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
