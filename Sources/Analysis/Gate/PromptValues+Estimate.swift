package import StatisticalInference

extension PromptValues {
  /// The metric of this run alone, by the gate's formulas: the mean of X/N over prompts where values are
  /// bounded, else ΣX/ΣN.
  ///
  /// The interval is over prompts: max(t, Hall) of means, CR2's of ratios. Steps of one training aren't drawn
  /// independently, so a column of a training log is one seed's and has none.
  ///
  /// - Parameter metric: whose values these are.
  /// - Returns: nil where nothing was measured.
  package func estimate(of metric: GateMetric) -> Estimate? {
    let measured = prompts.indices.filter(isMeasured)
    guard !measured.isEmpty else { return nil }
    let (sums, counts) = (measured.map { self.sums[$0] }, measured.map { self.counts[$0] })
    guard metric.isOfPrompts else {
      var one = Estimate(
        value: CompensatedSum.of(sums) / CompensatedSum.of(counts), interval: nil, clusters: 1,
        observations: measured.count, method: .seeds)
      one.unit = .seeds
      return one
    }
    let total = CompensatedSum.of(counts)
    if case .bounded = metric.kind {
      return .mean(
        ofPrompts: zip(sums, counts).map { $0 / $1 }, isShare: true,
        observations: Int(total.rounded()))
    }
    let isShare = metric.unit == .share
    // Entropies, divergences, losses and lengths are at least 0; rewards are what they like.
    let range: ClosedRange<Double>? = metric == .reward ? nil : 0...Double.infinity
    return .ratio(sums, over: counts, within: range, isShare: isShare)
  }
}
