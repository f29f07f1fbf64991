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
  ///   - range: of the quantity; ends are kept inside.
  ///   - isShare: whether S counts some of the N, each wholly or not at all.
  ///   - observations: how many it rests on; nil for ΣN.
  ///   - squares: Σx² over all observations, for the design effect; nil for none.
  ///   - level: of the interval.
  /// - Returns: without an interval where one prompt alone has any.
  package static func ratio(
    _ sums: [Double], over counts: [Double], within range: ClosedRange<Double>? = nil,
    isShare: Bool = false, observations: Int? = nil, squares: Double? = nil, level: Double = 0.95
  ) -> Estimate {
    precondition(sums.count == counts.count)
    let ratio = ClusteredRatio(sums, over: counts)
    var estimate = Estimate(
      value: ratio.value, interval: nil, level: level, clusters: ratio.clusters,
      observations: observations ?? Int(ratio.total), method: .clusterRobustRatio)
    guard ratio.clusters > 1 else { return estimate }
    let range = isShare ? 0...1 : range
    if isShare, ratio.isUniform { return wilsonOfUniform(estimate) }
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
  /// Whether the ratio is the same in every prompt, to the last bit.
  let isUniform: Bool
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
    let first = counts.firstIndex { $0 > 0 } ?? 0
    isUniform = counts.indices.allSatisfy {
      counts[$0] <= 0 || sums[$0] * counts[first] == sums[first] * counts[$0]
    }
    guard clusters > 1 else {
      (variance, degreesOfFreedom) = (.nan, .nan)
      return
    }
    let used = counts.indices.filter { counts[$0] > 0 }
    let (parts, sizes) = (used.map { sums[$0] }, used.map { counts[$0] })
    variance =
      Self.variance(
        zip(parts, sizes).map { $0 - value * $1 }, sizes: sizes, total: total.value)
      / (total.value * total.value)
    degreesOfFreedom = Self.degreesOfFreedom(
      sizes.map { $0 / total.value }, clusters: clusters)
  }

  /// Σ e²/(1 − h) with h = size/Σ of sizes: CR2's variance of Σe, where Σe is 0.
  ///
  /// Of the largest prompt both 1 − h and e are what the others leave, summed up: as differences they
  /// would lose all digits where it has nearly all tokens.
  static func variance(_ residuals: [Double], sizes: [Double], total: Double) -> Double {
    let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
    var (squares, left, others) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
    for (index, (e, n)) in zip(residuals, sizes).enumerated() where index != largest {
      squares.add(e * e / (1 - n / total))
      left.add(e)
      others.add(n)
    }
    let e = left.value
    squares.add(e * e / (others.value / total))
    return squares.value
  }

  /// Of the quadratic form M that the variance is of independent observations: (trace M)² / trace M².
  ///
  /// With w = h²/(1 − h), A = Σw and b = w + h = h/(1 − h) it is M_gg = w(1 − 2h) + h²A and
  /// M_gk = h_g h_k (A − b_g − b_k). The largest prompt m stands apart, with A′ = A − w_m:
  /// M_mm = h_m²((1 − h_m) + A′) and M_gm = h_g h_m (A′ − b_g − h_m), in which nothing large cancels.
  static func degreesOfFreedom(_ shares: [Double], clusters: Int) -> Double {
    let largest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    var (rest, others) = (0.0, 0.0)
    for (index, h) in shares.enumerated() where index != largest {
      others += h
      rest += h * h / (1 - h)
    }
    let m = shares[largest]
    let all = rest + m * m / others
    let own = m * m * (others + rest)
    var (trace, square) = (own, own * own)
    // Σ over pairs of the others in closed form: Q = Σh², Bₖ = Σ h² bᵏ, less the terms of a prompt with
    // itself.
    var (q, b1, b2) = (0.0, 0.0, 0.0)
    for (index, h) in shares.enumerated() where index != largest {
      let w = h * h / (1 - h)
      let b = w + h
      let diagonal = w * (1 - 2 * h) + h * h * all
      let withLargest = m * h * (rest - b - m)
      let itself = h * h * (all - 2 * b)
      trace += diagonal
      square += diagonal * diagonal + 2 * withLargest * withLargest - itself * itself
      q += h * h
      b1 += h * h * b
      b2 += h * h * b * b
    }
    square += all * all * q * q - 4 * all * q * b1 + 2 * q * b2 + 2 * b1 * b1
    let degrees = trace * trace / square
    // Between 1 and G − 1, as of any form of that rank; not a number where sizes overflow.
    return degrees.isNaN ? 1 : min(max(degrees, 1), Double(clusters - 1))
  }
}
