import Foundation

/// The step that stands out most from those around it.
///
/// r is the logarithm of a value less the median of those up to 10 steps away. The largest fifth of all |r|
/// is the tail: k of them, above u. √|r| is taken as exponential there, which is between the tails of an
/// exponential and of a power, as logarithms of gradient norms have them, and dips tell of spikes as much as
/// spikes do. With β from the tail without its two largest, over what these are expected to be,
/// P(max r > t) ≈ k/2 exp(−(√t − √u)/β). On gradients with Student's t at 4 degrees of freedom in their
/// logarithms a false alarm comes in 1 % of the runs; at 3 degrees, where such jumps are real, in 2 %.
package struct Spike: Sendable, Equatable {
  /// Fewer steps have no tail to go by.
  package static let leastSteps = 40
  /// Less is no spike, by itself.
  package static let leastFactor = 5.0

  /// Its index.
  package let index: Int
  /// How many times the median around it.
  package let factor: Double
  /// The factor that chance exceeds with the level's probability.
  package let threshold: Double

  /// Whether it is beyond the threshold and the least factor.
  package var isFound: Bool { factor > max(threshold, Self.leastFactor) }

  /// Steps to each side whose median a value is compared with.
  private static let reach = 10

  /// - Parameters:
  ///   - values: positive and finite, at least `leastSteps`.
  ///   - level: how often chance alone is to be called a spike.
  package init(_ values: [Double], level: Double) {
    let rests = Self.rests(of: values.map { log($0) })
    let top = rests.indices.max { rests[$0] < rests[$1] } ?? 0
    index = top
    factor = exp(rests[top])
    threshold = exp(Self.bound(of: rests, level: level))
  }

  /// What chance exceeds in the largest of these.
  private static func bound(of rests: [Double], level: Double) -> Double {
    let count = max(8, rests.count / 5)
    let tail = Array(rests.map { abs($0).squareRoot() }.sorted().suffix(count + 1))
    var (excess, expected, order) = (0.0, 0.0, 0.0)
    for place in 1...count - 2 {
      // The expectation of the place-th smallest of `count` exponential numbers.
      order += 1 / Double(count + 1 - place)
      expected += order
      excess += tail[place] - tail[0]
    }
    let root = tail[0] + max(excess / expected, 1e-9) * log(Double(count) / 2 / level)
    return root * root
  }

  /// Values less the median of those around each.
  private static func rests(of values: [Double]) -> [Double] {
    var window: [Double] = []
    func place(_ value: Double) -> Int {
      var (low, high) = (0, window.count)
      while low < high {
        let middle = (low + high) / 2
        if window[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
    for value in values.prefix(reach) { window.insert(value, at: place(value)) }
    return values.indices.map { index in
      if index + reach < values.count {
        let value = values[index + reach]
        window.insert(value, at: place(value))
      }
      if index > reach { window.remove(at: place(values[index - reach - 1])) }
      let half = window.count / 2
      let median =
        window.count.isMultiple(of: 2) ? (window[half - 1] + window[half]) / 2 : window[half]
      return values[index] - median
    }
  }
}
