package import StatisticalInference

/// One metric of a candidate beside its baseline: what changed, and what its tests need.
///
/// The unit is the prompt. Of a ratio R = ΣX/ΣN each prompt's part is z = (X − R N)/N̄, and of a
/// difference that of the candidate less that of the baseline. Rates aren't taken as ratios: x = X/N of
/// each prompt counts alike, and two more prompts at ± the width are added to differences.
package struct GateEffect: Sendable {
  package let kind: GateMetric.Kind
  package let worse: GateRule.Direction
  /// The baseline's own value; nil for a distance.
  package let baseline: Double?
  package let candidate: Double
  /// Of each prompt's part in the harm, worse being positive; of both directions, up being positive.
  package let harm: Moments
  /// The harm without added prompts.
  package let plainHarm: Double
  /// Without added ones.
  package let prompts: Int
  /// Of the harm, without added prompts; 0 where there is no spread.
  package let skewness: Double
  /// Whether prompts differ by more than rounding.
  package let hasSpread: Bool
  /// Things counted per prompt of the baseline, such as samples.
  package let samples: Double

  /// Of matched prompts, at least one, all measured.
  init(
    _ metric: GateMetric, worse: GateRule.Direction, baseline: MatchedPrompts.RunSums?,
    candidate: MatchedPrompts.RunSums
  ) {
    (kind, self.worse) = (metric.kind, worse)
    let after = Linear(candidate, kind)
    let before = baseline.map { Linear($0, metric.kind) }
    let sign: Double = worse == .lower ? -1 : 1
    let change = after.value - (before?.value ?? 0)
    let parts =
      before.map { before in zip(after.parts, before.parts).map { sign * ($0 - $1) } }
      ?? after.parts.map { sign * $0 }
    let plain = sign * change
    var moments = Moments(parts)
    let n = Double(moments.count)
    let deviation = (moments.squares / max(n - 1, 1)).squareRoot()
    // What sums of rounded numbers leave is no spread.
    hasSpread = deviation > 1e-12 * max(abs(after.value), abs(before?.value ?? 0))
    skewness = hasSpread ? moments.skewness : 0
    if case .bounded(let width) = kind {
      moments = Moments(parts.map { $0 + plain } + [width, -width])
    } else {
      moments = Moments(
        count: moments.count, mean: plain, squares: moments.squares, cubes: moments.cubes)
    }
    self.baseline = before?.value
    self.candidate = after.value
    harm = moments
    plainHarm = plain
    prompts = parts.count
    samples = (baseline ?? candidate).counts.reduce(0, +) / n
  }

  /// A run's value, and what each prompt's adds to it: of mean 0.
  struct Linear {
    let value: Double
    let parts: [Double]

    init(_ run: MatchedPrompts.RunSums, _ kind: GateMetric.Kind) {
      let n = Double(run.sums.count)
      if case .bounded = kind {
        let shares = zip(run.sums, run.counts).map { $0 / $1 }
        let mean = CompensatedSum.of(shares) / n
        (value, parts) = (mean, shares.map { $0 - mean })
      } else {
        let total = CompensatedSum.of(run.counts)
        let ratio = CompensatedSum.of(run.sums) / total
        (value, parts) = (
          ratio, zip(run.sums, run.counts).map { ($0 - ratio * $1) / (total / n) }
        )
      }
    }
  }

  private var isBounded: Bool {
    if case .bounded = kind { true } else { false }
  }

  /// The p-value of "nothing got worse"; of a distance, of "it is within the margin".
  ///
  /// A difference is symmetric where nothing changed, so Student's t is right for it, and Hall's
  /// transformation is not, far in the tail. A distance is skewed.
  package func probabilityOfNoHarm(margin: Double) -> Double {
    if kind == .distance { return OneSidedTest(harm, .hall).probabilityAtMost(margin) }
    let test = OneSidedTest(harm, .student)
    return worse == .both ? test.probabilityEqual(0) : test.probabilityAtMost(0)
  }

  /// The p-value of "worse by the margin or more".
  package func probabilityOfHarm(margin: Double) -> Double {
    let test = OneSidedTest(harm, isBounded ? .student : .hall)
    let above = test.probabilityAtLeast(margin)
    return worse == .both ? max(above, test.probabilityAtMost(-margin)) : above
  }

  /// The harm as the margin is compared with: its size where both directions are worse.
  package var size: Double { worse == .both ? abs(harm.mean) : harm.mean }

  /// The harm with its 95 % interval.
  package var estimate: Estimate {
    var estimate = Estimate(
      value: plainHarm, interval: nil, clusters: prompts, observations: prompts,
      method: isBounded ? .pseudoPrompts : .maxOfTAndHall)
    guard harm.count > 1, hasSpread || isBounded else { return estimate }
    let degrees = Double(harm.count - 1)
    let bound = StudentT.bound(probability: estimate.level, degreesOfFreedom: degrees)
    estimate.degreesOfFreedom = degrees
    if case .bounded(let width) = kind {
      let half = bound * harm.standardError
      estimate.interval = Estimate.kept(
        harm.mean - half...harm.mean + half, around: plainHarm, within: -width...width)
    } else {
      estimate.interval = Estimate.kept(
        MeanTest(harm).interval(bound: bound), around: plainHarm,
        within: kind == .distance ? 0...Double.infinity : nil)
    }
    return estimate
  }
}
