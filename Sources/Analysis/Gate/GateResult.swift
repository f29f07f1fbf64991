/// What a gate says at one look.
package struct GateResult: Sendable, Equatable, Codable {
  /// From 1.
  package let look: Int
  /// As many as the policy expects.
  package let looks: Int
  /// What this look may use of α.
  package let level: Double
  /// Baselines: one supports claims about this checkpoint, three or more about the recipe.
  package let baselines: Int
  /// Metrics in the policy's order, each followed by its slices.
  package let findings: [GateFinding]

  package init(look: Int, looks: Int, level: Double, baselines: Int, findings: [GateFinding]) {
    (self.look, self.looks, self.level) = (look, looks, level)
    (self.baselines, self.findings) = (baselines, findings)
  }

  /// Of whole metrics.
  package var headlines: [GateFinding] { findings.filter { $0.slice == nil } }

  /// Whether the gate fails: by a regression, and where strict also by what isn't decided.
  package func fails(isStrict: Bool) -> Bool {
    findings.contains {
      $0.role == .gated && ($0.outcome == .regressed || (isStrict && $0.outcome == .undecided))
    }
  }

  /// Metrics whose harm is the most margins, of those with a margin; nil without any.
  package var worst: GateFinding? {
    headlines.filter { $0.role != .shown && $0.marginsOfHarm != nil }
      .max { ($0.marginsOfHarm ?? 0) < ($1.marginsOfHarm ?? 0) }
  }

  /// The share of judged metrics that are regressed, equivalent or identical; nil of none.
  package var decidedShare: Double? {
    let judged = headlines.filter { $0.outcome != .shown && $0.outcome != .notMeasured }
    guard !judged.isEmpty else { return nil }
    return Double(judged.count { $0.outcome != .undecided }) / Double(judged.count)
  }

  /// More prompts that would decide all metrics.
  package var promptsMissing: Int {
    headlines.filter { $0.outcome == .undecided }.map(\.promptsMissing).max() ?? 0
  }
}
