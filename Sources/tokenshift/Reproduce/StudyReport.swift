import Analysis
import Reporting

/// The tables of a study.
struct StudyReport {
  private let summary: StudySummary

  init(_ summary: StudySummary) { self.summary = summary }

  /// All tables, one below the other.
  var markdown: String {
    ([accuracy, shifted, shift, entropy].filter { !$0.rows.isEmpty && $0.columns.count > 1 }
      .map(\.markdown) + [answers]).joined(separator: "\n\n") + "\n"
  }

  /// A mean and its interval.
  static func text(_ estimate: SeedEstimate) -> String {
    Number.text(estimate.value)
      + (estimate.low.isNaN
        ? "" : " [\(Number.text(estimate.low)), \(Number.text(estimate.high))]")
  }

  private static func percent(_ estimate: SeedEstimate?) -> String {
    guard let estimate else { return "–" }
    let half = estimate.value - estimate.low
    return Number.percent(estimate.value) + (half.isNaN ? "" : " ± " + Number.percent(half))
  }

  private static func number(_ estimate: SeedEstimate?) -> String {
    guard let estimate else { return "–" }
    let half = estimate.value - estimate.low
    return Number.text(estimate.value) + (half.isNaN ? "" : " ± " + Number.text(half))
  }

  private static func count(_ estimate: SeedEstimate?) -> String {
    estimate.map { Number.count(Int($0.value.rounded())) } ?? "–"
  }

  private var seeds: String {
    let count = summary.runs.filter { $0.name == summary.names.first }.count
    return count == 1
      ? "One seed."
      : "Means over \(count) seeds; ± is half of a 95 % interval (Student's t over seeds)."
  }

  private var accuracy: Table {
    Table(
      title: "Held-out problems",
      caption:
        "\(seeds) Share of right sampled responses at temperature 1; of problems that one of "
        + "eight samples solves; of right most likely responses. Tokens are those of all updates, and "
        + "those sampled for them.",
      columns: ["run", "accuracy", "pass@8", "greedy", "tokens", "sampled", "seconds"],
      rows: summary.names.map { name in
        [
          name, Self.percent(summary.estimate(.accuracy, of: name)),
          Self.percent(summary.estimate(.passAt8, of: name)),
          Self.percent(summary.estimate(.greedyAccuracy, of: name)),
          Self.count(summary.estimate(.tokens, of: name)),
          Self.count(summary.estimate(.rolloutTokens, of: name)),
          Self.count(summary.estimate(.seconds, of: name)),
        ]
      })
  }

  private var shifted: Table {
    Table(
      title: "Accuracy on other problems", caption: "\(seeds) Share of right sampled responses.",
      columns: ["run"] + summary.splits,
      rows: summary.names.map { name in
        [name] + summary.splits.map { Self.percent(summary.accuracy(on: $0, of: name)) }
      })
  }

  private var shift: Table {
    let names = summary.names.filter { summary.estimate(.changedShare, of: $0) != nil }
    return Table(
      title: "Shift from base on base's own responses",
      caption:
        "\(seeds) Mean divergences in nats per token. Changed: Jensen-Shannon divergence above "
        + "\(SurenessSummary.threshold) nats; sure: base's entropy is at most "
        + "\(SurenessSummary.limit) nats.",
      columns: [
        "run", "KL(run‖base)", "KL(base‖run)", "changed", "changed, sure", "changed, unsure",
      ],
      rows: names.map { name in
        [
          name, Self.number(summary.estimate(.divergenceFromBase, of: name)),
          Self.number(summary.estimate(.divergenceOfBase, of: name)),
          Self.percent(summary.estimate(.changedShare, of: name)),
          Self.percent(summary.estimate(.sureChangedShare, of: name)),
          Self.percent(summary.estimate(.unsureChangedShare, of: name)),
        ]
      })
  }

  private var entropy: Table {
    let names = summary.names.filter { summary.estimate(.firstEntropy, of: $0) != nil }
    return Table(
      title: "While reinforcing",
      caption:
        "\(seeds) Means over the first and the last tenth of the steps: entropy of rollouts in "
        + "nats per token, share of groups whose rewards are all the same.",
      columns: ["run", "entropy, first", "entropy, last", "degenerate, first", "degenerate, last"],
      rows: names.map { name in
        [
          name, Self.number(summary.estimate(.firstEntropy, of: name)),
          Self.number(summary.estimate(.lastEntropy, of: name)),
          Self.percent(summary.estimate(.firstFlatGroups, of: name)),
          Self.percent(summary.estimate(.lastFlatGroups, of: name)),
        ]
      })
  }

  private var answers: String {
    let lines = summary.answers().map { answer in
      "- \(answer.question) **\(answer.verdict)**: \(Self.text(answer.estimate))"
    }
    return (["### Questions", ""] + lines).joined(separator: "\n")
  }
}
