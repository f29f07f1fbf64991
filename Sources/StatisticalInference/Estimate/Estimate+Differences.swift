extension Estimate {
  /// The difference of two ratios of sums R₁ − R₂ over the same prompts, such as of the shares of two
  /// kinds of trials of which a prompt may have some of each.
  ///
  /// To first order a prompt moves it by e₁ − e₂, e = (S − R N)/ΣN of either kind: what a prompt's two
  /// kinds have in common cancels. With h = N/ΣN of either, se² = Σ (e₁/√(1 − h₁) − e₂/√(1 − h₂))²; where
  /// every prompt has N₁ = N₂ this is `ratio` of S₁ − S₂ over N₁. The degrees of freedom are the fewer of
  /// those that `ratio` has for the mean of both h and of Welch and Satterthwaite's
  /// (V₁ + V₂)²/(V₁²/f₁ + V₂²/f₂), with V = Σh² and the f that `ratio` has for each.
  ///
  /// A kind that is nearly always right or wrong shows less spread than it has: with fewer than ten prompts'
  /// worth of right or of wrong trials in either, each end is also at least as far as Newcombe's (1998, method
  /// 10) of two shares with Wilson's limits, of ⌊1/Σh²⌋ trials each. In simulations without a difference
  /// (Reports/LOG.md, 2026-11-29: 20 to 256 prompts, shares of 0.5 to 0.99, kinds in 2 prompts and more) either
  /// end was on the wrong side of 0 in at most 3 of 100 instead of 2.5, for shares near 1 in far fewer.
  ///
  /// - Parameters:
  ///   - sums: S₁ of each prompt, finite; 0 ≤ S ≤ N.
  ///   - counts: N₁ of each prompt, not negative, one positive at least.
  ///   - others: S₂ likewise.
  ///   - otherCounts: N₂ likewise.
  ///   - observations: how many it rests on.
  ///   - level: of the interval.
  /// - Returns: kept in −1…1; without an interval where either kind is in one prompt alone.
  package static func differenceOfShares(
    _ sums: [Double], over counts: [Double], minus others: [Double], over otherCounts: [Double],
    observations: Int, level: Double = 0.95
  ) -> Estimate {
    precondition(
      [counts.count, others.count, otherCounts.count].allSatisfy { $0 == sums.count },
      "prompts of unequal number")
    let (first, second) = (ShareArm(sums, over: counts), ShareArm(others, over: otherCounts))
    let used = counts.indices.filter { counts[$0] + otherCounts[$0] > 0 }
    var estimate = Estimate(
      value: first.share - second.share, interval: nil, level: level, clusters: used.count,
      observations: observations, method: .clusterRobustDifference)
    guard first.clusters > 1, second.clusters > 1 else { return estimate }
    let (residuals, otherResiduals) = (first.adjustedResiduals, second.adjustedResiduals)
    let variance = CompensatedSum.of(
      used.map { (residuals[$0] - otherResiduals[$0]) * (residuals[$0] - otherResiduals[$0]) })
    let degrees = min(
      ClusteredRatio.degreesOfFreedom(
        used.map { (first.sizes[$0] + second.sizes[$0]) / 2 }, clusters: used.count),
      first.degreesOfFreedom(with: second))
    let half =
      StudentT.bound(probability: level, degreesOfFreedom: degrees) * variance.squareRoot()
    var (down, up) = (half, half)
    if first.isNearAnEnd || second.isNearAnEnd {
      let (a, b) = (first.wilson(level: level), second.wilson(level: level))
      func side(_ first: Double, _ second: Double) -> Double {
        (first * first + second * second).squareRoot()
      }
      down = max(down, side(first.share - a.lowerBound, b.upperBound - second.share))
      up = max(up, side(a.upperBound - first.share, second.share - b.lowerBound))
    }
    estimate.degreesOfFreedom = degrees
    estimate.interval = interval(
      estimate.value - down, estimate.value + up, around: estimate.value, within: -1...1)
    return estimate
  }
}

/// One of two kinds of trials: its share, and how its prompts carry that.
private struct ShareArm {
  let share: Double
  /// Prompts that have any.
  let clusters: Int
  /// h of each prompt.
  let sizes: [Double]
  /// Σh²: of the share's variance if prompts' own shares have variance 1.
  let squares: Double
  private let residuals: [Double]

  init(_ sums: [Double], over counts: [Double]) {
    let total = CompensatedSum.of(counts)
    precondition(total > 0, "no observations")
    let share = CompensatedSum.of(sums) / total
    self.share = share
    clusters = counts.count { $0 > 0 }
    sizes = counts.map { $0 / total }
    squares = CompensatedSum.of(sizes.map { $0 * $0 })
    residuals = zip(sums, counts).map { ($0 - share * $1) / total }
  }

  /// e/√(1 − h).
  ///
  /// Of the largest prompt both are what the others leave, as in `ClusteredRatio.variance`.
  var adjustedResiduals: [Double] {
    let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
    var (left, others) = (CompensatedSum(), CompensatedSum())
    var adjusted = residuals
    for (index, (e, h)) in zip(residuals, sizes).enumerated() where index != largest {
      adjusted[index] = e / (1 - h).squareRoot()
      left.add(e)
      others.add(h)
    }
    adjusted[largest] = -left.value / others.value.squareRoot()
    return adjusted
  }

  /// Welch and Satterthwaite's of the difference of two independent ones.
  func degreesOfFreedom(with other: Self) -> Double {
    func part(_ arm: Self) -> Double {
      let own = ClusteredRatio.degreesOfFreedom(
        arm.sizes.filter { $0 > 0 }, clusters: arm.clusters)
      return arm.squares * arm.squares / own
    }
    let all = squares + other.squares
    return all * all / (part(self) + part(other))
  }

  /// Equal prompts that would weigh as much as these, rounded down.
  private var prompts: Int {
    // 1/Σh² of equal prompts is their number but for rounding.
    max(1, Int((1 / squares + 1e-9).rounded(.down)))
  }

  /// Whether fewer than ten prompts' worth of trials are right, or wrong.
  var isNearAnEnd: Bool { Double(prompts) * min(share, 1 - share) < 10 }

  /// Wilson's interval of a trial for each prompt.
  func wilson(level: Double) -> ClosedRange<Double> {
    Estimate.share(share * Double(prompts), of: prompts, level: level).interval ?? 0...1
  }
}
