extension Estimate {
  /// The difference of two ratios of sums R₁ − R₂ over the same prompts, such as of the shares of two
  /// kinds of trials of which a prompt may have some of each.
  ///
  /// To first order a prompt moves it by e = (S₁ − R₁N₁)/ΣN₁ − (S₂ − R₂N₂)/ΣN₂: what a prompt's two
  /// kinds have in common cancels. With h the mean of N₁/ΣN₁ and N₂/ΣN₂, se² = Σ e²/(1 − h), and
  /// Satterthwaite's degrees of freedom are those of h. Where every prompt has N₁ = N₂ this is `ratio` of
  /// S₁ − S₂ over N₁. Without any spread, which is no certainty, ends are Newcombe's (1998, method 10) of
  /// two shares with Wilson's limits, a trial for each prompt.
  ///
  /// - Parameters:
  ///   - sums: S₁ of each prompt, finite; 0 ≤ S ≤ N.
  ///   - counts: N₁ of each prompt, not negative, one positive at least.
  ///   - others: S₂ likewise.
  ///   - otherCounts: N₂ likewise.
  ///   - observations: how many it rests on.
  ///   - level: of the interval.
  /// - Returns: kept in −1…1; without an interval for one prompt.
  package static func differenceOfShares(
    _ sums: [Double], over counts: [Double], minus others: [Double], over otherCounts: [Double],
    observations: Int, level: Double = 0.95
  ) -> Estimate {
    precondition(
      [counts.count, others.count, otherCounts.count].allSatisfy { $0 == sums.count },
      "prompts of unequal number")
    let (total, otherTotal) = (CompensatedSum.of(counts), CompensatedSum.of(otherCounts))
    precondition(total > 0 && otherTotal > 0, "no observations")
    let (share, other) = (CompensatedSum.of(sums) / total, CompensatedSum.of(others) / otherTotal)
    let used = sums.indices.filter { counts[$0] + otherCounts[$0] > 0 }
    var estimate = Estimate(
      value: share - other, interval: nil, level: level, clusters: used.count,
      observations: observations, method: .clusterRobustDifference)
    guard used.count > 1 else { return estimate }
    let residuals = used.map { index in
      (sums[index] - share * counts[index]) / total
        - (others[index] - other * otherCounts[index]) / otherTotal
    }
    let sizes = used.map { (counts[$0] / total + otherCounts[$0] / otherTotal) / 2 }
    // Rounding is all that is left of a spread below this.
    guard residuals.contains(where: { abs($0) > 1e-14 }) else {
      let (n, m) = (counts.count { $0 > 0 }, otherCounts.count { $0 > 0 })
      let ends = (
        Estimate.share(share * Double(n), of: n, level: level),
        Estimate.share(other * Double(m), of: m, level: level)
      )
      func side(_ up: Double?, _ down: Double?) -> Double {
        let (up, down) = ((up ?? share) - share, other - (down ?? other))
        return (up * up + down * down).squareRoot()
      }
      estimate.interval = interval(
        estimate.value - side(ends.0.lower, ends.1.upper),
        estimate.value + side(ends.0.upper, ends.1.lower), around: estimate.value, within: -1...1)
      return estimate
    }
    let degrees = ClusteredRatio.degreesOfFreedom(sizes, clusters: used.count)
    let half =
      StudentT.bound(probability: level, degreesOfFreedom: degrees)
      * ClusteredRatio.variance(residuals, sizes: sizes, total: 1).squareRoot()
    estimate.degreesOfFreedom = degrees
    estimate.interval = interval(
      estimate.value - half, estimate.value + half, around: estimate.value, within: -1...1)
    return estimate
  }
}
