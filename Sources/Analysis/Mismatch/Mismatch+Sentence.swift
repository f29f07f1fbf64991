import Foundation
internal import StatisticalInference
internal import TokenStatistics

extension Mismatch {
  /// What was found, in one sentence without a full stop.
  package var sentence: String {
    let named = causes.map(\.phrase).joined(separator: ", and ")
    return switch verdict {
    case .rounding:
      isAssumed
        ? "no gap larger than bf16 rounding may be, whose size is assumed (a log scored with --replicate has it)"
          + hint
        : "no gap beyond rounding: it is the size of \(roundingWord) rounding"
    case .explained:
      "\(named), which \(shareWords); what is left is the size of \(roundingWord) rounding"
    case .partly:
      "\(named), which \(shareWords); what is left is more than rounding and unexplained" + hint
    case .unexplained:
      "the gap is more than rounding, and nothing that was tried explains it" + hint
    }
  }

  /// Whether nothing says how large rounding is here, and it matters.
  private var isAssumed: Bool {
    rounding.basis == .assumed && !remainder.isExact
  }

  /// What precision leaves as much as is left.
  private var roundingWord: String {
    remainder.isExact ? "32-bit" : "bf16"
  }

  private var shareWords: String {
    let share = 100 * (shareExplained?.value ?? .nan)
    let verb = causes.count > 1 ? "together explain" : "explains"
    // Rounded down, so that a hundred is all.
    if share >= 99.9, share < 100 { return "\(verb) more than 99.9 % of the gap" }
    return String(format: "\(verb) %.\(share >= 99 ? 1 : 0)f %% of the gap", share)
  }

  /// What else could be looked at.
  private var hint: String {
    var hints: [String] = []
    if remainder.logitError <= rounding.mostLogitError,
      verdict == .unexplained || verdict == .partly
    {
      hints.append(
        String(
          format: "it is in less than 2 %% of the tokens, up to %.2g nats",
          remainder.absolute.maximum))
    }
    if size.mean.interval == nil { hints.append("one prompt allows no judgement") }
    if front?.isDecaying == true {
      hints.append(
        "it decays from the front, as after another beginning of the texts or under other weights")
    }
    if explanations.contains(where: { $0.status == .needsCheckpoint }) {
      hints.append("temperature and truncation need the checkpoint")
    }
    return hints.isEmpty ? "" : "; " + hints.joined(separator: "; ")
  }
}

extension MismatchExplanation {
  /// What it says of the sampler, as the beginning of a sentence.
  package var phrase: String {
    switch kind {
    case .shift(let places):
      "the sampler's numbers stand \(abs(places) == 1 ? "one token" : "\(abs(places)) tokens") too "
        + (places > 0 ? "late" : "early")
    case .beginning(.added): "the sampler saw one beginning-of-sequence token more"
    case .beginning(.removed): "the sampler saw one beginning-of-sequence token less"
    case .temperature: "the sampler's temperature is \(value("T"))"
    case .truncation(let rule, let isTempered):
      (isTempered ? "the sampler's temperature is \(value("T")) and it " : "the sampler ")
        + "truncates at \(rule.rawValue) \(value("pkm"))" + orderWords
    case .checkpoint(let name):
      isWhollyOther
        ? "the sampler is checkpoint '\(name)'"
        : "the sampler is \(isBeyond ? "beyond" : "part of the way to") checkpoint '\(name)', λ = \(value("λ"))"
          + (isBeyond ? ", or that one at another temperature, which isn't tried" : "")
    }
  }

  private var isBeyond: Bool { (parameters.first?.estimate.value ?? 0) > 1 }

  /// Which of temperature and truncation comes first, where that isn't the usual order.
  private var orderWords: String {
    if let otherOrder {
      let value = Self.text(otherOrder.parameter, of: parameters.last?.name ?? "")
      let place = otherOrder.order == .truncationFirst ? "before the temperature" : "after it"
      return " (or \(value) \(place))"
    }
    return order == .truncationFirst ? ", before the temperature" : ""
  }

  /// Whether λ = 1 is in its interval, or next to it.
  private var isWhollyOther: Bool {
    guard let estimate = parameters.first?.estimate else { return false }
    return estimate.side(of: 1) == .open || abs(estimate.value - 1) < 0.02
  }

  /// The value of the parameter whose name is among some letters.
  private func value(_ names: String) -> String {
    guard let parameter = parameters.first(where: { names.contains($0.name) }) else { return "?" }
    return Self.text(parameter.estimate.value, of: parameter.name)
  }

  private static func text(_ value: Double, of name: String) -> String {
    switch name {
    case "k": String(format: "%.0f", value)
    case "m": String(format: value < 0.1 ? "%.3f" : "%.2f", value)
    default: String(format: "%.2f", value)
    }
  }
}
