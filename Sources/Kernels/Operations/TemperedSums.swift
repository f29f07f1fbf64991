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

  /// What a truncation keeps.
  package enum Rule: Sendable {
    /// A share of the whole.
    case reaching
    /// So many tokens.
    case mostLikely
    /// Tokens down to a multiple of the largest probability.
    case above
  }

  /// ln of the share of the whole that is kept, for several parameters of a rule.
  ///
  /// - Parameters:
  ///   - rule: what is kept.
  ///   - parameters: of the rule.
  ///   - temperature: T, of the sums.
  ///   - least: mass that is kept anyway, in units of the sums.
  ///   - logs: l, descending, nats.
  ///   - sums: as `accumulate` makes them.
  ///   - counts: c.
  ///   - listedCount: those that stand for one token.
  ///   - binWidth: of the others, nats.
  /// - Returns: one for each parameter, nats.
  package static func keptLogs(
    _ rule: Rule, _ parameters: [Double], temperature: Double, least: Double, _ logs: Span<Float>,
    _ sums: Span<Double>, _ counts: Span<Float>, listedCount: Int, binWidth: Double
  ) -> [Double] {
    let total = sums[sums.count - 1]
    return parameters.map { parameter in
      log(
        max(
          kept(
            rule, parameter, temperature: temperature, logs, sums, counts,
            listedCount: listedCount, binWidth: binWidth
          ).mass, least) / total)
    }
  }

  /// The place of the least likely token that is kept, for several parameters of a rule; otherwise as
  /// `keptLogs`.
  package static func lastKept(
    _ rule: Rule, _ parameters: [Double], temperature: Double, _ logs: Span<Float>,
    _ sums: Span<Double>, _ counts: Span<Float>, listedCount: Int, binWidth: Double
  ) -> [Int] {
    parameters.map {
      kept(
        rule, $0, temperature: temperature, logs, sums, counts, listedCount: listedCount,
        binWidth: binWidth
      ).last
    }
  }

  /// What a token lacks that isn't kept, nats: mass where a share is kept, else its logit.
  package static func lack(
    _ rule: Rule, kept: (mass: Double, log: Double), own: (mass: Double, log: Double),
    temperature: Double
  ) -> Double {
    rule == .reaching
      ? max(log(own.mass / kept.mass), 0) : max(kept.log - own.log, 0) / temperature
  }

  /// Adds weight · (|offset − ln(kept share)| + what a token lacks that isn't kept) to a sum for each
  /// parameter; otherwise as `keptLogs`.
  package static func addDistances(
    _ rule: Rule, _ parameters: [Double], from offset: Double, weight: Double, temperature: Double,
    own: (log: Double, mass: Double), _ logs: Span<Float>, _ sums: Span<Double>,
    _ counts: Span<Float>, listedCount: Int, binWidth: Double,
    to distances: inout MutableSpan<Double>, at first: Int
  ) {
    let total = sums[sums.count - 1]
    for (place, parameter) in parameters.enumerated() {
      let kept = kept(
        rule, parameter, temperature: temperature, logs, sums, counts, listedCount: listedCount,
        binWidth: binWidth)
      var distance = abs(offset - log(max(kept.mass, own.mass) / total))
      if kept.mass < own.mass {
        distance += lack(
          rule, kept: (kept.mass, Double(logs[kept.last])), own: (own.mass, own.log),
          temperature: temperature)
      }
      distances[first + place] += weight * distance
    }
  }

  /// What is kept, in units of the sums, and the place of the least likely token of it.
  @inline(__always) private static func kept(
    _ rule: Rule, _ parameter: Double, temperature: Double, _ logs: Span<Float>,
    _ sums: Span<Double>, _ counts: Span<Float>, listedCount: Int, binWidth: Double
  ) -> (mass: Double, last: Int) {
    switch rule {
    case .reaching: reaching(parameter, sums, counts, listedCount: listedCount)
    case .mostLikely:
      ofMostLikely(
        max(Int(parameter.rounded()), 1), logs, sums, counts, listedCount: listedCount)
    case .above:
      // What is that multiple itself is kept, however it was rounded.
      above(
        Double(logs[0]) + temperature * log(parameter) - 1e-6, logs, sums,
        listedCount: listedCount, binWidth: binWidth)
    }
  }

  /// The mass of the smallest set of most likely tokens that reaches a share p of all, in units of the
  /// sums; in a bin as many of its tokens as it takes.
  private static func reaching(
    _ share: Double, _ sums: Span<Double>, _ counts: Span<Float>, listedCount: Int
  ) -> (mass: Double, last: Int) {
    let total = sums[sums.count - 1]
    // A share that is a sum of some tokens is reached by them, however it was rounded.
    let target = share * total * (1 - 1e-12)
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] >= target { high = middle } else { low = middle + 1 }
    }
    guard low >= listedCount else { return (sums[low], low) }
    let before = low > 0 ? sums[low - 1] : 0
    let weight = (sums[low] - before) / Double(counts[low])
    guard weight > 0 else { return (sums[low], low) }
    return (min(before + ((target - before) / weight).rounded(.up) * weight, sums[low]), low)
  }

  /// The mass of the k most likely tokens and of those as likely as the last of them.
  private static func ofMostLikely(
    _ count: Int, _ logs: Span<Float>, _ sums: Span<Double>, _ counts: Span<Float>,
    listedCount: Int
  ) -> (mass: Double, last: Int) {
    guard count > listedCount else {
      var last = min(count, sums.count) - 1
      while last + 1 < listedCount, logs[last + 1] == logs[last] { last += 1 }
      return (sums[last], last)
    }
    var left = Double(count - listedCount)
    for bin in listedCount..<sums.count {
      let before = bin > 0 ? sums[bin - 1] : 0
      let share = left / Double(counts[bin])
      if share <= 1 { return (before + share * (sums[bin] - before), bin) }
      left -= Double(counts[bin])
    }
    return (sums[sums.count - 1], sums.count - 1)
  }

  /// The mass of tokens with l ≥ threshold; the most likely one always belongs to them.
  ///
  /// A bin's tokens are taken as spread evenly over its width.
  private static func above(
    _ threshold: Double, _ logs: Span<Float>, _ sums: Span<Double>, listedCount: Int,
    binWidth: Double
  ) -> (mass: Double, last: Int) {
    var (low, high) = (1, listedCount)
    while low < high {
      let middle = (low + high) / 2
      if Double(logs[middle]) < threshold { high = middle } else { low = middle + 1 }
    }
    var (mass, last) = (sums[max(low, 1) - 1], max(low, 1) - 1)
    guard low >= listedCount else { return (mass, last) }
    for bin in listedCount..<sums.count {
      let share = (Double(logs[bin]) + binWidth / 2 - threshold) / max(binWidth, 1e-12)
      guard share > 0 else { break }
      mass += min(share, 1) * (sums[bin] - (bin > 0 ? sums[bin - 1] : 0))
      last = bin
    }
    return (mass, last)
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
