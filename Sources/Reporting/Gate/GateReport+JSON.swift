internal import Analysis
internal import StatisticalInference

extension GateReport: Encodable {
  private enum Key: String, CodingKey {
    case passes, isStrict, isRepeated, summary, look, looks, level, worstMargins, worstMetric
    case decidedShare, promptsMissing, findings, notes, record
  }

  private struct Finding: Encodable {
    let metric: String
    let unit: GateMetric.Unit
    let slice: GateSlice?
    let outcome: GateFinding.Outcome
    let role: GateRule.Role
    let reason: GateFinding.Reason?
    let worse: GateRule.Direction
    let baseline, candidate: Double?
    let harm: Estimate?
    let size, margin, margins: Double?
    let isDefaultMargin: Bool
    let prompts, unmatched, unmeasured: Int
    let probability, threshold, equivalenceProbability, skewness: Double?
    let plan: GatePlan?
    let seeds: SeedSpread?
    let sentence: String
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(!fails, forKey: .passes)
    try values.encode(isStrict, forKey: .isStrict)
    try values.encode(isRepeated, forKey: .isRepeated)
    try values.encode(wholeHeadline, forKey: .summary)
    try values.encode(result.look, forKey: .look)
    try values.encode(result.looks, forKey: .looks)
    try values.encode(result.level, forKey: .level)
    try values.encodeIfPresent(result.worst?.marginsOfHarm, forKey: .worstMargins)
    try values.encodeIfPresent(result.worst?.metric.rawValue, forKey: .worstMetric)
    try values.encodeIfPresent(result.decidedShare, forKey: .decidedShare)
    try values.encode(result.promptsMissing, forKey: .promptsMissing)
    try values.encode(result.findings.map(member), forKey: .findings)
    try values.encode(notes, forKey: .notes)
    try values.encode(record, forKey: .record)
  }

  private func member(_ finding: GateFinding) -> Finding {
    func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
    return Finding(
      metric: finding.metric.rawValue, unit: finding.metric.unit, slice: finding.slice,
      outcome: finding.outcome, role: finding.role, reason: finding.reason, worse: finding.worse,
      baseline: finite(finding.baseline), candidate: finite(finding.candidate),
      harm: finding.harm, size: finite(finding.size), margin: finite(finding.margin),
      margins: finite(finding.marginsOfHarm), isDefaultMargin: finding.hasDefaultMargin,
      prompts: finding.prompts, unmatched: finding.unmatched, unmeasured: finding.unmeasured,
      probability: finite(finding.probability), threshold: finite(finding.threshold),
      equivalenceProbability: finite(finding.equivalenceProbability),
      skewness: finite(finding.skewness), plan: finding.plan, seeds: finding.seeds,
      sentence: sentence(finding))
  }
}
