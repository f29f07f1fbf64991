import Foundation

/// Kendall's test of whether a series rises, that is whether later values tend to be the larger ones.
package enum KendallTrend {
  /// The one-sided p-value of "there is no trend": small where the values rise.
  ///
  /// Without ties it is exact, P(inversions ≤ those found) over all orders; with ties the normal
  /// approximation with the variance that ties leave (M. Kendall, Rank Correlation Methods, 1970).
  ///
  /// - Parameter values: in order of time, finite.
  /// - Returns: 1 for fewer than two.
  package static func risingProbability(_ values: [Double]) -> Double {
    let count = values.count
    guard count > 1 else { return 1 }
    var (rises, falls) = (0, 0)
    for later in 1..<count {
      for earlier in 0..<later {
        if values[later] > values[earlier] { rises += 1 }
        if values[later] < values[earlier] { falls += 1 }
      }
    }
    let pairs = count * (count - 1) / 2
    // Beyond this the exact sums say nothing that the normal distribution doesn't.
    if rises + falls == pairs, count <= 50 {
      return atMost(falls, inversionsOf: count)
    }
    let n = Double(count)
    var variance = n * (n - 1) * (2 * n + 5)
    for (_, members) in Dictionary(grouping: values, by: { $0 }) {
      let t = Double(members.count)
      variance -= t * (t - 1) * (2 * t + 5)
    }
    guard variance > 0 else { return 1 }
    return erfc(Double(rises - falls) / (variance / 18).squareRoot() / 2.0.squareRoot()) / 2
  }

  /// P(at most so many inversions) of a random order of `count` things.
  ///
  /// The k-th thing makes 0 to k − 1 inversions, each equally likely and independent of the others.
  private static func atMost(_ limit: Int, inversionsOf count: Int) -> Double {
    var shares = [1.0]
    for size in 2...count {
      var next = [Double](repeating: 0, count: shares.count + size - 1)
      for (inversions, share) in shares.enumerated() {
        for own in 0..<size { next[inversions + own] += share / Double(size) }
      }
      shares = next
    }
    return min(shares[...limit].reduce(0, +), 1)
  }
}
