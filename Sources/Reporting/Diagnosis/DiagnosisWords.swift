package import Analysis
internal import RunLogs

extension TrainingDiagnosis.Finding {
  /// What was found, from which step on, how large it is, and what chance makes.
  ///
  /// - Parameter level: how often chance alone exceeds the threshold.
  /// - Returns: a sentence.
  package func sentence(level: Double) -> String {
    let start = "\(severity.word) \(detector.title): \(fact)"
    return start + (relief.map { "; \($0.words)" } ?? "") + (evidence(level: level)) + "."
  }

  private var fact: String {
    let (old, new) = (Number.text(before), Number.text(after))
    switch detector {
    case .nonFiniteLoss:
      let steps = Phrase.count(Int(size), "step")
      return after.isNaN
        ? "\(column) is missing from step \(step) on though the run went on (\(steps))"
        : "\(column) is \(new) at step \(step) (not finite at \(steps))"
    case .deadGroups:
      return "from step \(step) on, in \(Number.percent(size)) of the groups all answers have one "
        + "reward"
    case .solved:
      return "from step \(step) on, \(Number.percent(size)) of the groups have one reward, and it "
        + "is high"
    case .gradientSpike:
      return "\(column) is \(new) at step \(step), \(Number.text(size)) times the median around it"
    case .plateau:
      return "\(column) doesn't rise after step \(step), and its variance grew to "
        + "\(Number.text(size)) times"
    default:
      let verb = after < before ? "fell" : "rose"
      let reference = detector.lateTwin == nil ? "" : " at the first step"
      let amount: String
      if case .share = detector.question?.least {
        amount = "\(Number.percent(size)) lost"
      } else {
        amount = "by a factor of \(Number.text(size))"
      }
      return "\(column) \(verb) from \(old)\(reference) to \(new), \(amount), "
        + "from step \(step) on"
    }
  }

  private func evidence(level: Double) -> String {
    let share = Number.percent(level).replacing(".0 %", with: " %")
    switch detector {
    case .nonFiniteLoss: return ""
    case .deadGroups, .solved:
      return " (above \(Number.percent(statistic)) for certain, needed "
        + "\(Number.percent(threshold)))"
    case .plateau: return " (p = \(Number.text(statistic)), needed \(Number.text(threshold)))"
    case .gradientSpike:
      return " (chance makes \(Number.text(threshold)) in \(share) of runs)"
    default:
      return
        " (\(Number.text(statistic)) times its noise; chance makes \(Number.text(threshold)) in "
        + "\(share) of runs)"
    }
  }

  /// What the field suggests, with where it says so.
  package var advice: String {
    let advice = detector.advice
    return advice.sentence + (advice.source.map { " [\($0)]" } ?? "")
  }
}

extension TrainingDiagnosis.Relief {
  fileprivate var words: String {
    switch self {
    case .recovered: "it came back since"
    case .rewardRose: "the reward rose meanwhile"
    }
  }
}

extension Detector.Severity {
  /// As sentences begin.
  fileprivate var word: String {
    switch self {
    case .fails: "FAILED"
    case .warns: "WARNING"
    case .tells: "NOTE"
    }
  }
}

extension TrainingDiagnosis {
  /// Which columns are missing, and which have too few values, as far as detectors look at them.
  package var gaps: [String] {
    var missing: [String] = []
    var short: [String] = []
    for check in checks {
      switch check.outcome {
      case .notMeasured:
        if !missing.contains(check.column) { missing.append(check.column) }
      case .notEnoughSteps(let count, let needed):
        let text = "\(check.column) (\(count), needs \(needed))"
        if !short.contains(text) { short.append(text) }
      case .found, .nothing, .saidBy: break
      }
    }
    return (missing.isEmpty ? [] : ["Not measured: \(missing.joined(separator: ", "))."])
      + (short.isEmpty ? [] : ["Too few values: \(short.joined(separator: ", "))."])
  }
}
