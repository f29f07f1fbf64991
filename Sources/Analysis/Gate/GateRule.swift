/// How one metric is judged.
package struct GateRule: Sendable, Equatable, Codable {
  /// Which way is worse.
  package enum Direction: String, Sendable, Codable, CaseIterable {
    case lower, higher, both
  }

  /// What follows from an outcome.
  package enum Role: String, Sendable, Codable, CaseIterable {
    /// A regression fails the gate.
    case gated
    /// A regression is told; with three or more seeds of the baseline it fails the gate.
    case warning
    /// A number without an outcome.
    case shown
  }

  /// The least change that matters.
  package enum Margin: Sendable, Equatable, Codable {
    case absolute(value: Double)
    /// A share of the baseline's own value, at least so much.
    case relative(share: Double, atLeast: Double)

    /// In the metric's unit.
    package func value(baseline: Double) -> Double {
      switch self {
      case .absolute(let value): value
      case .relative(let share, let atLeast): max(share * abs(baseline), atLeast)
      }
    }
  }

  package let metric: GateMetric
  package var worse: Direction
  package var margin: Margin
  package var role: Role

  package init(_ metric: GateMetric, worse: Direction, margin: Margin, role: Role = .gated) {
    (self.metric, self.worse, self.margin, self.role) = (metric, worse, margin, role)
  }

  /// The role where the baseline is so many seeds.
  package func role(seeds: Int) -> Role {
    role == .warning && seeds >= SeedSpread.fewest ? .gated : role
  }

  /// The rule of a metric that a policy doesn't speak of.
  ///
  /// Margins rest on one small model's runs, so results say which are defaults.
  /// - KL(candidate‖baseline) is shown: five seeds of one recipe differ by 0.05 to 0.08 nats, more than
  ///   half of the steps of a run change; and so is the share changed between both.
  /// - Entropy only warns until there are seeds, for the same reason.
  /// - A reward's scale, and a training column's, is known to its user alone: shown.
  package static func standard(_ metric: GateMetric) -> GateRule {
    switch metric {
    case .accuracy: GateRule(metric, worse: .lower, margin: .absolute(value: 0.02))
    case .passAtK: GateRule(metric, worse: .lower, margin: .absolute(value: 0.03))
    case .reward:
      GateRule(metric, worse: .lower, margin: .relative(share: 0.1, atLeast: 0), role: .shown)
    case .klToBase:
      // Base itself as a baseline has 0, of which 25 % would be nothing.
      GateRule(metric, worse: .higher, margin: .relative(share: 0.25, atLeast: 0.01))
    case .changedFromBase: GateRule(metric, worse: .higher, margin: .absolute(value: 0.02))
    case .klCandidateBaseline:
      GateRule(metric, worse: .higher, margin: .absolute(value: 0.1), role: .shown)
    case .changedBetween:
      GateRule(metric, worse: .higher, margin: .absolute(value: 0.02), role: .shown)
    case .entropy:
      GateRule(metric, worse: .both, margin: .relative(share: 0.2, atLeast: 0), role: .warning)
    case .heldOutLoss: GateRule(metric, worse: .higher, margin: .absolute(value: 0.02))
    case .length: GateRule(metric, worse: .both, margin: .relative(share: 0.1, atLeast: 0))
    case .formatRate, .stoppedRate:
      GateRule(metric, worse: .lower, margin: .absolute(value: 0.02))
    case .training:
      GateRule(metric, worse: .both, margin: .relative(share: 0.1, atLeast: 0), role: .shown)
    }
  }

  /// Whether the margin is the one that the tool chose.
  package var hasDefaultMargin: Bool { margin == Self.standard(metric).margin }
}
