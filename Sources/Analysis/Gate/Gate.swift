internal import StatisticalInference

/// One metric's values in every run, whole or in one slice.
package struct GateMeasure: Sendable {
  package let metric: GateMetric
  package let slice: GateSlice?
  /// One for each seed of the baseline; none for a distance.
  package let baselines: [PromptValues]
  package let candidate: PromptValues
  /// What repeating the same measurement changes; a margin below it is refused.
  package let noiseFloor: Double?

  package init(
    _ metric: GateMetric, slice: GateSlice? = nil, baselines: [PromptValues],
    candidate: PromptValues, noiseFloor: Double? = nil
  ) {
    (self.metric, self.slice, self.noiseFloor) = (metric, slice, noiseFloor)
    (self.baselines, self.candidate) = (baselines, candidate)
  }
}

/// Whether a candidate got worse than its baseline: regressed, equivalent, or not enough data.
///
/// *Regressed* is a difference that chance doesn't explain at this look's share of α (weighted Holm over
/// metrics and slices), and as measured is at least the margin. *Equivalent* is a harm of the margin
/// refused at 5 %, for each claim apart.
package struct Gate: Sendable {
  /// No test is made of fewer prompts.
  package static let fewestPrompts = 10
  /// Nor a claim of absence about values without a bound.
  package static let fewestForEquivalence = 50
  /// Nor one of a slice.
  package static let fewestInSlice = 50
  /// How often a claim of equivalence may be wrong.
  package static let equivalenceLevel = 0.05

  package let policy: GatePolicy
  /// From 1.
  package let look: Int
  /// Whether candidate and baseline are the same weights on the same texts.
  package let isSameRun: Bool

  package init(policy: GatePolicy, look: Int, isSameRun: Bool = false) {
    (self.policy, self.look, self.isSameRun) = (policy, look, isSameRun)
  }

  /// Judges all.
  ///
  /// - Parameters:
  ///   - measures: whatever was measured; metrics that the policy doesn't have are left out.
  ///   - baselines: how many runs the baseline is.
  /// - Returns: a finding for each of the policy's metrics, and for each measured slice.
  /// - Throws: `GateError` where the runs don't belong together, or a margin is too small.
  package func result(
    of measures: [GateMeasure], baselines: Int = 1
  ) throws(GateError) -> GateResult {
    var candidates: [GateCandidate] = []
    for rule in policy.rules {
      let mine = measures.filter { $0.metric == rule.metric }
      let slices = mine.filter { $0.slice != nil }.sorted {
        ($0.slice?.kind.rawValue ?? "", $0.slice?.name ?? "")
          < ($1.slice?.kind.rawValue ?? "", $1.slice?.name ?? "")
      }
      let heads = mine.filter { $0.slice == nil }
      guard heads.count < 2, Set(slices.map(\.slice)).count == slices.count else {
        throw .repeated(rule.metric)
      }
      guard let head = heads.first else {
        candidates.append(GateCandidate(notMeasured: rule, role: rule.role(seeds: baselines)))
        continue
      }
      for measure in [head] + slices {
        candidates.append(try candidate(measure, rule, baselines: baselines))
      }
    }
    judge(&candidates, .gated)
    judge(&candidates, .warning)
    let result = GateResult(
      look: look, looks: policy.looks, level: level(baselines: baselines), baselines: baselines,
      findings: candidates.map(\.finding))
    try Self.checkMargins(of: result, against: measures)
    return result
  }

  /// Refuses a margin that repeating the same measurement reaches by itself.
  ///
  /// What repeating changes is no part of what an evaluation is known by, so a stored result has to be held
  /// against the measures, too: the same numbers may have come back with those of another precision.
  ///
  /// - Parameters:
  ///   - result: of these measures, now or at an earlier look.
  ///   - measures: with their noise.
  /// - Throws: `GateError.marginBelowNoise`.
  package static func checkMargins(
    of result: GateResult, against measures: [GateMeasure]
  ) throws(GateError) {
    for finding in result.findings {
      let measure = measures.first {
        $0.metric == finding.metric && $0.slice == finding.slice
      }
      guard let floor = measure?.noiseFloor, let margin = finding.margin, margin < floor else {
        continue
      }
      throw .marginBelowNoise(finding.metric, margin: margin, floor: floor)
    }
  }

  private func level(baselines: Int) -> Double {
    baselines < 2
      ? GateSpending.level(look: look, looks: policy.looks, alpha: policy.alpha)
      : GateSpending.blockLevel(look: look, looks: policy.looks, alpha: policy.alpha)
  }

  private func candidate(
    _ measure: GateMeasure, _ rule: GateRule, baselines: Int
  ) throws(GateError) -> GateCandidate {
    let isDistance = rule.metric.kind == .distance
    guard measure.baselines.count == (isDistance ? 0 : baselines) else {
      throw .baselines(
        rule.metric, found: measure.baselines.count, expected: isDistance ? 0 : baselines)
    }
    let matched = MatchedPrompts(measure.baselines + [measure.candidate])
    guard matched.count > 0 else {
      // A slice that one of the runs lacks isn't a mistake.
      guard measure.slice != nil else { throw .noCommonPrompt(rule.metric) }
      return GateCandidate(notMeasured: rule, role: role(rule, measure, baselines), measure.slice)
    }
    return GateCandidate(
      matched, rule, slice: measure.slice, role: role(rule, measure, baselines),
      baselines: baselines, isSameRun: isSameRun)
  }

  private func role(_ rule: GateRule, _ measure: GateMeasure, _ baselines: Int) -> GateRule.Role {
    let role = rule.role(seeds: baselines)
    return measure.slice == nil || policy.gatesSlices || role == .shown ? role : .warning
  }

  /// Judges one family: what fails the gate, or what is only told; the second takes nothing from the
  /// first.
  private func judge(_ candidates: inout [GateCandidate], _ role: GateRule.Role) {
    let family = candidates.indices.filter {
      candidates[$0].finding.role == role && candidates[$0].isTestable
    }
    let slices = family.count { candidates[$0].finding.slice != nil }
    let weights = GateSpending.weights(headlines: family.count - slices, slices: slices)
    let shares = family.map {
      candidates[$0].finding.slice == nil ? weights.headline : weights.slice
    }
    if let first = family.first, candidates[first].finding.seeds != nil {
      let level = GateSpending.blockLevel(look: look, looks: policy.looks, alpha: policy.alpha)
      for (index, share) in zip(family, shares) {
        candidates[index].judgeSeeds(looks: policy.looks, level: level * share)
      }
      return
    }
    let level = GateSpending.level(look: look, looks: policy.looks, alpha: policy.alpha)
    let probabilities = family.map { candidates[$0].probability }
    let decisions = WeightedHolm.decisions(probabilities, weights: shares, level: level)
    for (place, index) in family.enumerated() {
      candidates[index].judge(decisions[place], level: level * shares[place])
    }
  }
}
