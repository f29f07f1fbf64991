internal import Analysis

/// What the page's texts can be coloured by: a change at each token.
enum PageMeasure: String, CaseIterable {
  case probability = "p"
  case logProbability = "l"
  case entropy = "h"
  case divergence = "js"

  /// In the order in which their verdicts are offered.
  static let byVerdict: [Self] = [.divergence, .logProbability, .probability, .entropy]

  /// The measure whose verdicts are shown.
  var measure: PositionMeasure {
    switch self {
    case .probability: .probability
    case .logProbability: .logProbability
    case .entropy: .entropy
    case .divergence: .divergence
    }
  }

  /// As the page writes it.
  var name: String { measure.shownName }

  /// Without its sign, as a margin bounds it.
  var size: String { measure.isSigned ? "|\(name)|" : name }

  /// Of what it is.
  var meaning: String {
    switch self {
    case .probability: "probability of the token"
    case .logProbability: "log-probability of the token"
    case .entropy: "entropy at its position"
    case .divergence: "divergence at its position"
    }
  }

  /// The unit with a space before it; empty for a probability.
  var unit: String { measure.unit == "1" ? "" : " \(measure.unit)" }
}

/// How often each verdict occurs.
struct VerdictCounts {
  private(set) var changed = 0
  private(set) var unchanged = 0
  private(set) var undecidable = 0
  private(set) var unmeasured = 0

  /// Counts.
  /// - Parameter verdicts: nil for what was not measured.
  init(_ verdicts: some Sequence<Verdict?>) {
    for verdict in verdicts {
      switch verdict {
      case .changed: changed += 1
      case .unchanged: unchanged += 1
      case .undecidable: undecidable += 1
      case nil: unmeasured += 1
      }
    }
  }
}
