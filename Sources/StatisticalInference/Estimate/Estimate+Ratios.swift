extension Estimate {
  /// A ratio of sums R = ΣS/ΣN over prompts, such as a mean over tokens or a share of them, with
  /// CR2's variance and Satterthwaite's degrees of freedom.
  ///
  /// With h = N/ΣN and e = S − R N of each prompt, se² = Σ e²/(1 − h) / (ΣN)² has no bias where all
  /// tokens are alike (R. M. Bell and D. F. McCaffrey, 2002); the degrees of freedom are those of the
  /// χ² whose first two moments it then has. A few long prompts count as few.
  ///
  /// - Parameters:
  ///   - sums: S of each prompt, finite.
  ///   - counts: N of each prompt, not negative; prompts with 0 are left out. One positive at least.
  ///   - range: of the quantity; ends are kept inside. 0...1 says that it is a share.
  ///   - observations: how many stand behind it; nil for ΣN.
  ///   - squares: Σx² over all observations, for the design effect; nil for none.
  ///   - level: of the interval.
  /// - Returns: without an interval where one prompt alone has any.
  package static func ratio(
    _ sums: [Double], over counts: [Double], within range: ClosedRange<Double>? = nil,
    observations: Int? = nil, squares: Double? = nil, level: Double = 0.95
  ) -> Estimate {
    precondition(sums.count == counts.count)
    let ratio = ClusteredRatio(sums, over: counts)
    var estimate = Estimate(
      value: ratio.value, interval: nil, level: level, clusters: ratio.clusters,
      observations: observations ?? Int(ratio.total), method: .clusterRobustRatio)
    guard ratio.clusters > 1 else { return estimate }
    if let certain = wilsonOfUniform(estimate, spread: ratio.variance, within: range) {
      return certain
    }
    let degrees = ratio.degreesOfFreedom
    let half =
      StudentT.bound(probability: level, degreesOfFreedom: degrees) * ratio.variance.squareRoot()
    estimate.degreesOfFreedom = degrees
    estimate.interval = interval(
      ratio.value - half, ratio.value + half, around: ratio.value, within: range)
    if let squares, ratio.total > 1 {
      let n = ratio.total
      let naive = (squares - n * ratio.value * ratio.value) / (n - 1) / n
      // Rounding is all that is left of a spread below this.
      if naive > 1e-14 * squares / (n * n) { estimate.designEffect = ratio.variance / naive }
    }
    return estimate
  }
}

/// R = ΣS/ΣN, its variance and its degrees of freedom.
struct ClusteredRatio {
  let value: Double
  /// ΣN.
  let total: Double
  /// Prompts with N > 0.
  let clusters: Int
  /// CR2's.
  let variance: Double
  let degreesOfFreedom: Double

  init(_ sums: [Double], over counts: [Double]) {
    var clusters = 0
    var (sum, total) = (CompensatedSum(), CompensatedSum())
    for (s, n) in zip(sums, counts) where n > 0 {
      clusters += 1
      sum.add(s)
      total.add(n)
    }
    precondition(clusters > 0, "no observations")
    let value = sum.value / total.value
    self.value = value
    self.total = total.value
    self.clusters = clusters
    var variance = CompensatedSum()
    // Q = Σh², Aₖ = Σ w hᵏ with w = h²/(1 − h).
    var (q, a0, a1, a2) = (0.0, 0.0, 0.0, 0.0)
    for (s, n) in zip(sums, counts) where n > 0 {
      let h = n / total.value
      let e = s - value * n
      variance.add(e * e / (1 - h))
      q += h * h
      let w = h * h / (1 - h)
      a0 += w
      a1 += w * h
      a2 += w * h * h
    }
    guard clusters > 1 else {
      (self.variance, degreesOfFreedom) = (.nan, .nan)
      return
    }
    self.variance = variance.value / (total.value * total.value)
    // Of the quadratic form that the variance is of independent observations: trace²/trace of square.
    var (trace, square) = (0.0, 0.0)
    for n in counts where n > 0 {
      let h = n / total.value
      let w = h * h / (1 - h)
      trace += w * (1 - 2 * h + q)
      square += w * w * (1 + 2 * q - 4 * h)
    }
    square += q * q * a0 * a0 + 2 * a0 * a2 - 4 * q * a0 * a1 + 2 * a1 * a1
    degreesOfFreedom = trace * trace / square
  }
}
