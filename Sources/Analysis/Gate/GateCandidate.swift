internal import StatisticalInference

/// A finding on its way to an outcome.
struct GateCandidate {
  private(set) var finding: GateFinding
  /// What tests over prompts need; nil with several baselines.
  private let effect: GateEffect?
  /// Whether it takes part in its family.
  private(set) var isTestable = false

  /// A metric that one of the runs lacks.
  init(notMeasured rule: GateRule, role: GateRule.Role, _ slice: GateSlice? = nil) {
    effect = nil
    finding = GateFinding(
      metric: rule.metric, slice: slice, worse: rule.worse, role: role, outcome: .notMeasured,
      hasDefaultMargin: rule.hasDefaultMargin)
  }

  /// Of runs that have at least one prompt in common: baselines, none for a distance, then the candidate.
  init(
    _ matched: MatchedPrompts, _ rule: GateRule, slice: GateSlice?, role: GateRule.Role,
    baselines: Int, isSameRun: Bool
  ) {
    let candidate = matched.runs[matched.runs.count - 1]
    let before = matched.runs.dropLast()
    let isOfSeeds = before.count > 1
    let effect =
      isOfSeeds
      ? nil
      : GateEffect(rule.metric, worse: rule.worse, baseline: before.first, candidate: candidate)
    let value =
      effect?.candidate ?? GateEffect.Linear(candidate, rule.metric.kind).value
    let seeds =
      isOfSeeds
      ? SeedSpread(
        values: before.map { GateEffect.Linear($0, rule.metric.kind).value }, candidate: value,
        worse: rule.worse) : nil
    let baseline = seeds?.mean ?? effect?.baseline
    let margin = rule.margin.value(baseline: baseline ?? 0)
    var harm = seeds?.estimate(candidate: value, worse: rule.worse) ?? effect?.estimate
    // Steps of one training aren't drawn independently: an interval over them would be too narrow.
    if !rule.metric.isOfPrompts, seeds == nil { harm?.interval = nil }
    let size = effect?.size ?? harm.map { rule.worse == .both ? abs($0.value) : $0.value }
    self.effect = effect
    finding = GateFinding(
      metric: rule.metric, slice: slice, worse: rule.worse, role: role, outcome: .undecided,
      baseline: baseline, candidate: value, harm: harm, size: size, margin: margin,
      hasDefaultMargin: rule.hasDefaultMargin, prompts: matched.count,
      unmatched: matched.unmatched, unmeasured: matched.unmeasured, skewness: effect?.skewness,
      seeds: seeds)
    let hasSpread = seeds.map { $0.statistic != nil } ?? effect?.hasSpread ?? false
    let isSame = effect.map {
      !$0.hasSpread && ($0.baseline == nil ? $0.candidate : $0.plainHarm) == 0
    }
    if role == .shown {
      finding.outcome = .shown
    } else if isSameRun, isSame == true {
      finding.outcome = .identical
    } else {
      finding.reason = Self.reason(
        finding, kind: rule.metric.kind, hasSpread: hasSpread, baselines: baselines)
      isTestable = finding.reason == nil
    }
  }

  /// Why there can't be a test; nil where there can.
  private static func reason(
    _ finding: GateFinding, kind: GateMetric.Kind, hasSpread: Bool, baselines: Int
  ) -> GateFinding.Reason? {
    if kind == .distance, baselines > 1 { return .severalBaselines }
    if !finding.metric.isOfPrompts, baselines < SeedSpread.fewest { return .needsSeeds }
    if baselines == 2 { return .twoSeeds }
    let fewest = finding.slice == nil ? Gate.fewestPrompts : Gate.fewestInSlice
    if finding.metric.isOfPrompts, finding.prompts < fewest { return .fewPrompts }
    guard let margin = finding.margin, margin > 0 else { return .noMargin }
    if !hasSpread {
      // Two added prompts are the spread of rates, but not that of seeds.
      if case .bounded = kind, finding.seeds == nil { return nil }
      return .noSpread
    }
    return nil
  }

  /// Of "nothing got worse".
  var probability: Double {
    guard let effect, let margin = finding.margin else { return 1 }
    return effect.probabilityOfNoHarm(margin: margin)
  }

  /// An outcome over prompts.
  ///
  /// - Parameters:
  ///   - decision: the family's.
  ///   - level: this test's first share of the look's α, which plans go by.
  mutating func judge(_ decision: WeightedHolm.Decision, level: Double) {
    guard let effect, let margin = finding.margin else { return }
    finding.probability = probability
    finding.threshold = decision.threshold
    let equivalence = effect.probabilityOfHarm(margin: margin)
    finding.equivalenceProbability = equivalence
    finding.plan = GatePlan(effect, margin: margin, level: level)
    if decision.isRejected, effect.size >= margin {
      finding.outcome = .regressed
    } else if equivalence <= Gate.equivalenceLevel {
      if case .bounded = effect.kind {
        finding.outcome = .equivalent
      } else if finding.prompts >= Gate.fewestForEquivalence {
        finding.outcome = .equivalent
      } else {
        finding.reason = .fewForEquivalence
      }
    }
  }

  /// An outcome over seeds of the baseline.
  mutating func judgeSeeds(looks: Int, level: Double) {
    guard var seeds = finding.seeds, let size = finding.size, let margin = finding.margin else {
      return
    }
    seeds.limit = SeedLimit.limit(
      seeds: seeds.values.count, candidates: looks, level: level, isTwoSided: finding.worse == .both
    )
    finding.seeds = seeds
    finding.threshold = level
    let equivalence = seeds.probabilityOfHarm(margin: margin, worse: finding.worse)
    finding.equivalenceProbability = equivalence
    if seeds.isBeyond(finding.worse), size >= margin {
      finding.outcome = .regressed
    } else if equivalence <= Gate.equivalenceLevel {
      finding.outcome = .equivalent
    }
  }
}
