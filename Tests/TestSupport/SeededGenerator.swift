import Foundation

/// SplitMix64: every random choice of a test takes its seed as an argument, so that a failure names
/// it.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts the sequence of that seed.
  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `[0, 1)`.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A standard normal number, by Box and Muller.
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// `count` normal floats of the given deviation.
  package mutating func normals(_ count: Int, deviation: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(normal() * deviation) }
  }
}
