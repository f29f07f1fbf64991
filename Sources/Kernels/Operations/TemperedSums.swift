import Foundation

/// Running sums of a distribution at another temperature, and how much of it truncation keeps.
///
/// A distribution is log-probabilities l in descending order with the number of tokens c that each
/// stands for: 1 for the first `listedCount`, then bins.
package enum TemperedSums {
  /// sums[i] = Σ_{j ≤ i} c_j e^((l_j − l_0)/T).
  ///
  /// - Parameters:
  ///   - logs: l, descending, nats.
  ///   - counts: c, positive.
  ///   - temperature: T, above 0.
  ///   - sums: as many as l, overwritten.
  package static func accumulate(
    _ logs: Span<Float>, _ counts: Span<Float>, temperature: Double,
    into sums: inout MutableSpan<Double>
  ) {
    guard logs.count > 0 else { return }
    _ = LogitSums.weights(
      logs, shift: Double(logs[0]), temperature: temperature, into: &sums)
    var total = 0.0
    for index in logs.indices {
      total += sums[index] * Double(counts[index])
      sums[index] = total
    }
  }

  /// The mass of the smallest set of most likely tokens that reaches a share p of all, in units of the
  /// sums; in a bin as many of its tokens as it takes.
  package static func reaching(
    _ share: Double, _ sums: Span<Double>, _ counts: Span<Float>, listedCount: Int
  ) -> Double {
    let total = sums[sums.count - 1]
    // A share that is a sum of some tokens is reached by them, however it was rounded.
    let target = share * total * (1 - 1e-12)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] >= target { high = middle } else { low = middle + 1 }
    }
    guard low >= listedCount else { return sums[low] }
    let before = low > 0 ? sums[low - 1] : 0
    let weight = (sums[low] - before) / Double(counts[low])
    guard weight > 0 else { return sums[low] }
    return min(before + ((target - before) / weight).rounded(.up) * weight, sums[low])
  }

  /// The mass of the k most likely tokens and of those as likely as the last of them.
  package static func ofMostLikely(
    _ count: Int, _ logs: Span<Float>, _ sums: Span<Double>, _ counts: Span<Float>,
    listedCount: Int
  ) -> Double {
    guard count > listedCount else {
      var last = count - 1
      while last + 1 < listedCount, logs[last + 1] == logs[last] { last += 1 }
      return sums[last]
    }
    var left = Double(count - listedCount)
    for bin in listedCount..<sums.count {
      let before = bin > 0 ? sums[bin - 1] : 0
      let share = left / Double(counts[bin])
      if share <= 1 { return before + share * (sums[bin] - before) }
      left -= Double(counts[bin])
    }
    return sums[sums.count - 1]
  }

  /// The mass of tokens with l ≥ threshold; the most likely one always belongs to them. A bin's tokens
  /// are taken as spread evenly over its width.
  package static func above(
    _ threshold: Double, _ logs: Span<Float>, _ sums: Span<Double>, listedCount: Int,
    binWidth: Double
  ) -> Double {
    var (low, high) = (1, listedCount)
    while low < high {
      let middle = (low + high) / 2
      if Double(logs[middle]) < threshold { high = middle } else { low = middle + 1 }
    }
    var mass = sums[max(low, 1) - 1]
    guard low >= listedCount else { return mass }
    for bin in listedCount..<sums.count {
      let share = (Double(logs[bin]) + binWidth / 2 - threshold) / max(binWidth, 1e-12)
      guard share > 0 else { break }
      mass += min(share, 1) * (sums[bin] - (bin > 0 ? sums[bin - 1] : 0))
    }
    return mass
  }

  /// The mass of tokens that are at least as likely as one of log-probability l.
  package static func downTo(
    _ log: Float, _ logs: Span<Float>, _ sums: Span<Double>
  ) -> Double {
    var (low, high) = (0, logs.count)
    while low < high {
      let middle = (low + high) / 2
      if logs[middle] < log { high = middle } else { low = middle + 1 }
    }
    return sums[max(low, 1) - 1]
  }
}
