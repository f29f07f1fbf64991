package import Analysis
internal import StatisticalInference

/// What a gate found, in sentences: no more than the numbers say.
package enum GateWords {
  /// All in one line.
  ///
  /// `Regressed: accuracy; 4 equivalent, 1 not enough data. This checkpoint, look 7 of 20.`
  ///
  /// - Parameters:
  ///   - result: what a gate found.
  ///   - limit: names of what got worse, and of warnings, are at most so many; the others are counted.
  /// - Returns: the line.
  package static func summary(_ result: GateResult, limit: Int = 3) -> String {
    let regressed = result.findings.filter { $0.outcome == .regressed }
    func names(_ role: GateRule.Role) -> String {
      let all = regressed.filter { $0.role == role }.map(name)
      // Nobody gains by "and 1 more" in place of its name.
      guard all.count > limit + 1 else { return all.joined(separator: ", ") }
      return all.prefix(limit).joined(separator: ", ") + " and \(all.count - limit) more"
    }
    func count(_ outcomes: Set<GateFinding.Outcome>) -> Int {
      result.headlines.count { outcomes.contains($0.outcome) }
    }
    let first = names(.gated).isEmpty ? "Nothing regressed" : "Regressed: " + names(.gated)
    let counts = [
      names(.warning).isEmpty ? nil : "warnings: " + names(.warning),
      "\(count([.equivalent, .identical])) equivalent, \(count([.undecided])) not enough data",
    ].compactMap { $0 }
    return ([first] + counts).joined(separator: "; ") + ". " + claim(result)
  }

  /// About what a claim is, and at which look.
  private static func claim(_ result: GateResult) -> String {
    let subject =
      switch result.baselines {
      case 1: "This checkpoint"
      case 2: "Two seeds, which show a spread and decide nothing"
      default: "This recipe (\(result.baselines) seeds)"
      }
    let look =
      result.look <= result.looks
      ? "look \(result.look) of \(result.looks)"
      : "look \(result.look), beyond the \(result.looks) that were expected"
    return "\(subject), \(look)."
  }

  /// `accuracy`, `accuracy in task carry`.
  package static func name(_ finding: GateFinding) -> String {
    finding.metric.rawValue
      + (finding.slice.map { " in \($0.kind.rawValue) \($0.name)" } ?? "")
  }

  /// One finding.
  ///
  /// - Parameters:
  ///   - finding: of a result.
  ///   - look: the result's.
  /// - Returns: outcome, metric, and the numbers that the outcome rests on.
  package static func sentence(_ finding: GateFinding, look: Int) -> String {
    Sentence(finding, look: look).text
  }
}

/// The parts of a finding's sentence.
private struct Sentence {
  private let finding: GateFinding
  private let look: Int
  private let numbers: GateNumbers

  init(_ finding: GateFinding, look: Int) {
    (self.finding, self.look) = (finding, look)
    numbers = GateNumbers(finding.metric.unit)
  }

  var text: String {
    let name = GateWords.name(finding)
    return switch finding.outcome {
    case .regressed:
      (finding.role == .warning ? "WARNING " : "REGRESSED ") + name + ": " + regressed
    case .equivalent: "EQUIVALENT \(name): \(equivalent)"
    case .undecided: "NOT ENOUGH DATA \(name): \(undecided)"
    case .identical: "IDENTICAL \(name): \(identical)"
    case .shown: "SHOWN \(name): \(values)\(harm(interval: "95 % interval "))."
    case .notMeasured: "NOT MEASURED \(name)."
    }
  }

  /// `14.1 % against 19.0 %, `; nothing of a distance.
  private var values: String {
    guard let candidate = finding.candidate, let baseline = finding.baseline else { return "" }
    let mean = finding.seeds.map { " (mean of \($0.values.count) seeds)" } ?? ""
    return "\(numbers.level(candidate)) against \(numbers.level(baseline))\(mean), "
  }

  /// `4.9 points worse (2.6 to 7.2)`.
  private func harm(interval word: String) -> String {
    guard let harm = finding.harm else { return "" }
    func range(_ lower: Double?, _ upper: Double?) -> String {
      "(" + (lower == nil ? "" : word) + numbers.range(lower, upper) + ")"
    }
    if finding.baseline == nil {
      return "\(numbers.level(harm.value)) \(range(harm.lower, harm.upper))"
    }
    if finding.worse == .both {
      return "changed by \(numbers.signed(harm.value)) \(range(harm.lower, harm.upper))"
    }
    // The interval is in the direction of the word.
    if harm.value >= 0 {
      return "\(numbers.difference(harm.value)) worse \(range(harm.lower, harm.upper))"
    }
    return "\(numbers.difference(-harm.value)) better "
      + range(harm.upper.map(-), harm.lower.map(-))
  }

  /// `margin 2`, `default margin 2`.
  private var margin: String {
    guard let margin = finding.margin else { return "no margin" }
    return (finding.hasDefaultMargin ? "default margin " : "margin ") + numbers.margin(margin)
  }

  private var marginAsNoun: String {
    (finding.hasDefaultMargin ? "the default margin of " : "the margin of ")
      + numbers.margin(finding.margin ?? .nan)
  }

  private var regressed: String {
    let test: String
    if let seeds = finding.seeds {
      test =
        "\(Number.text(seeds.statistic.map(abs))) deviations of the seeds, "
        + "needed \(Number.text(seeds.limit)) at look \(look)"
    } else {
      test =
        "p \(GateNumbers.probability(finding.probability ?? 1)), "
        + "needed \(GateNumbers.level(finding.threshold ?? 0)) at look \(look)"
    }
    return "\(values)\(harm(interval: "95 % interval ")); \(margin); \(test)."
  }

  private var equivalent: String {
    let isOneSided = finding.worse != .both && finding.baseline != nil
    let place = (isOneSided ? "not worse by " : "inside ") + marginAsNoun
    return "\(harm(interval: "")), \(place). Wrong at most once in 20 such claims."
      + sides + skewness
  }

  /// Why an interval that reaches over the margin is no contradiction; empty where it doesn't.
  private var sides: String {
    guard let harm = finding.harm, let margin = finding.margin, let upper = harm.upper,
      let lower = harm.lower, let p = finding.equivalenceProbability,
      upper >= margin || (finding.worse == .both && lower <= -margin)
    else { return "" }
    return " Worse by that much has p \(GateNumbers.probability(p)): the interval leaves out 2.5 % "
      + "on each side, the claim 5 %."
  }

  private var skewness: String {
    guard finding.isSkewed else { return "" }
    return " A few prompts carry it (skewness \(Number.text(finding.skewness)))."
  }

  private var identical: String {
    guard let candidate = finding.candidate else { return "the same." }
    return finding.baseline == nil
      ? numbers.level(candidate) + "." : numbers.level(candidate) + " in both."
  }

  private var undecided: String {
    let facts = "\(harm(interval: "")), \(margin)."
    guard let reason = finding.reason else {
      if let seeds = finding.seeds {
        return "\(facts) \(Number.text(seeds.statistic.map(abs))) deviations of "
          + "\(seeds.values.count) seeds, \(Number.text(seeds.limit)) would be needed."
      }
      return "\(facts) \(plan)\(skewness)"
    }
    switch reason {
    case .fewPrompts:
      let fewest = finding.slice == nil ? Gate.fewestPrompts : Gate.fewestInSlice
      return "\(finding.prompts) prompts, fewer than \(fewest)."
    case .fewForEquivalence:
      return "\(facts) No claim of equivalence below \(Gate.fewestForEquivalence) prompts."
    case .noSpread:
      return
        "\(facts) All \(finding.seeds == nil ? "prompts" : "seeds") agree, which tells no spread."
    case .noMargin: return "\(harm(interval: "")), and the baseline's 0 gives no margin; set one."
    case .twoSeeds:
      let seeds = finding.seeds?.values.map(numbers.level).joined(separator: ", ") ?? ""
      return
        "\(values)\(harm(interval: "")). Two seeds (\(seeds)) show a spread and decide nothing."
    case .needsSeeds:
      return "\(facts) Steps of one training are no sample; 3 or more baseline seeds decide."
    case .severalBaselines: return "\(facts) A distance is to one baseline."
    }
  }

  /// What these prompts find, and how many more would decide.
  private var plan: String {
    guard let plan = finding.plan, let margin = finding.margin else { return "" }
    let noun =
      switch finding.worse {
      case .lower: "loss"
      case .higher: finding.baseline == nil ? "distance" : "rise"
      case .both: "change"
      }
    let found =
      "\(Number.count(finding.prompts)) prompts find a \(noun) of "
      + numbers.difference(plan.smallestEffect)
    guard finding.promptsMissing > 0 else {
      return found + "; this one is near the margin, where more may not decide."
    }
    return found + "; \(Number.count(finding.promptsMissing)) more would decide "
      + numbers.margin(margin) + "."
  }
}
