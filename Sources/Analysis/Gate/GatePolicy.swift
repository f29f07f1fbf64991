internal import Foundation

/// All that a gate is told beforehand: how sure it has to be, for how many looks, and about what.
package struct GatePolicy: Sendable, Equatable, Codable {
  /// The probability of any false alarm over all looks.
  package var alpha: Double
  /// How many looks are expected; later ones are possible, at a lower level.
  package var looks: Int
  /// One for each metric that is judged.
  package var rules: [GateRule]
  /// What is judged apart.
  package var slices: [GateSlice.Kind]
  /// Whether a slice's regression fails the gate; else it is told.
  package var gatesSlices: Bool
  /// Where looks are counted; no part of what is judged.
  package var stateFile: String

  package init(
    alpha: Double = 0.05, looks: Int = 20,
    rules: [GateRule] = GateMetric.known.map(GateRule.standard), slices: [GateSlice.Kind] = [],
    gatesSlices: Bool = false, stateFile: String = ".tokenshift-gate.json"
  ) {
    (self.alpha, self.looks, self.rules) = (alpha, looks, rules)
    (self.slices, self.gatesSlices, self.stateFile) = (slices, gatesSlices, stateFile)
  }

  /// What holds without a file.
  package static let standard = GatePolicy()

  package func rule(for metric: GateMetric) -> GateRule? { rules.first { $0.metric == metric } }

  /// Checks what a file can have wrong.
  ///
  /// - Throws: `GateError` with the place and what is allowed there.
  package func validate() throws(GateError) {
    guard alpha > 0, alpha < 0.5 else { throw .invalidPolicy("alpha", "above 0 and below 0.5") }
    guard looks > 0 else { throw .invalidPolicy("looks", "at least 1") }
    guard !rules.isEmpty else { throw .invalidPolicy("metrics", "at least one metric") }
    guard Set(slices).count == slices.count else {
      throw .invalidPolicy("slices", "each kind once")
    }
    for (index, rule) in rules.enumerated() {
      let name = rule.metric.rawValue
      guard !rules[..<index].contains(where: { $0.metric == rule.metric }) else {
        throw .invalidPolicy("metrics: \(name)", "each metric once")
      }
      let isDistance = rule.metric.kind == .distance
      switch rule.margin {
      case .absolute(let value):
        guard value > 0, value.isFinite else {
          throw .invalidPolicy("metrics: \(name): margin", "a number above 0")
        }
      case .relative(let share, let atLeast):
        guard share > 0, share.isFinite, atLeast >= 0, atLeast.isFinite else {
          throw .invalidPolicy("metrics: \(name): margin", "a share above 0, at least 0 or more")
        }
        if isDistance {
          throw .invalidPolicy(
            "metrics: \(name): margin", "a number: a baseline has no distance to take a share of")
        }
      }
      if isDistance, rule.worse != .higher {
        throw .invalidPolicy("metrics: \(name): worse", "higher, since it is a distance")
      }
    }
  }

  /// The same text for policies that judge alike, whatever the order of their metrics: what a digest is
  /// made of.
  package var canonicalText: String {
    let lines = rules.sorted { $0.metric.rawValue < $1.metric.rawValue }.map { rule in
      let margin =
        switch rule.margin {
        case .absolute(let value): "absolute \(value)"
        case .relative(let share, let atLeast): "relative \(share) at-least \(atLeast)"
        }
      return "metric \(rule.metric.rawValue) worse \(rule.worse.rawValue) margin \(margin)"
        + " role \(rule.role.rawValue)"
    }
    let slices = self.slices.map(\.rawValue).sorted().joined(separator: " ")
    return
      (["gate 1", "alpha \(alpha)", "looks \(looks)"] + lines + [
        "slices \(slices)", "gates-slices \(gatesSlices)",
      ]).joined(separator: "\n") + "\n"
  }
}

/// What a gate can't work with.
package enum GateError: Error, Equatable, CustomStringConvertible {
  /// A place in a policy, and what is allowed there.
  case invalidPolicy(String, String)
  /// Runs without any prompt in common.
  case noCommonPrompt(GateMetric)
  /// Runs of which a metric isn't measured in as many baselines as others.
  case baselines(GateMetric, found: Int, expected: Int)
  /// A margin that repeating the same measurement reaches by itself.
  case marginBelowNoise(GateMetric, margin: Double, floor: Double)
  /// Values for a metric or slice twice.
  case repeated(GateMetric)
  /// Another policy on a baseline and texts that have looks already.
  case changedPolicy(looks: Int)

  package var description: String {
    switch self {
    case .invalidPolicy(let place, let allowed): "policy: \(place) must be \(allowed)"
    case .noCommonPrompt(let metric):
      "\(metric.rawValue): no prompt is in all of the runs; give logs of the same prompts"
    case .baselines(let metric, let found, let expected):
      "\(metric.rawValue): measured in \(found) baselines of \(expected); give all of them or none"
    case .marginBelowNoise(let metric, let margin, let floor):
      "\(metric.rawValue): a margin of \(Self.digits(margin, .down)) is below "
        + "\(Self.digits(floor, .up)), which repeating the same measurement reaches; raise the margin"
    case .repeated(let metric): "\(metric.rawValue): given twice"
    case .changedPolicy(let looks):
      "another policy than at the \(looks) looks at this baseline and these texts; "
        + "--new-state starts anew"
    }
  }

  /// Three digits: the lower of two numbers rounded down and the other up stay apart.
  private static func digits(_ value: Double, _ rule: FloatingPointRoundingRule) -> String {
    guard value > 0, value.isFinite else { return "\(value)" }
    let unit = pow(10, floor(log10(value)) - 2)
    // A number of three digits stays what it is, though its quotient may be off by a rounding.
    let slack = rule == .up ? -1e-9 : 1e-9
    return String(format: "%.3g", (value / unit + slack).rounded(rule) * unit)
  }
}
