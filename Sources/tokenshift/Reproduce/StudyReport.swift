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

  private var seeds: String {
    let count = summary.runs.filter { $0.name == summary.names.first }.count
    return count == 1 ? "One seed." : "Means over \(count) seeds."
  }

  private func row(_ name: String, _ measures: [StudyMeasure]) -> [Table.Cell] {
    [.text(name)] + measures.map { .estimate(summary.estimate($0, of: name)) }
  }

  private var accuracy: Table {
    Table(
      title: "Held-out problems", caption: seeds,
      columns: [
        .init("run", .text, ""),
        .init("accuracy", .share, "share of right sampled responses at temperature 1"),
        .init("pass@8", .share, "share of problems that one of eight samples solves"),
        .init("greedy", .share, "share of right most likely responses"),
        .init("tokens", .count, unit: "tokens", "of all updates"),
        .init("sampled", .count, unit: "tokens", "sampled for them"),
        .init("seconds", .count, unit: "s", "wall time of training"),
      ],
      rows: summary.names.map {
        row($0, [.accuracy, .passAt8, .greedyAccuracy, .tokens, .rolloutTokens, .seconds])
      })
  }

  private var shifted: Table {
    Table(
      title: "Accuracy on other problems",
      caption: "\(seeds) Share of right sampled responses.",
      columns: [.init("run", .text, "")] + summary.splits.map { .init($0, .share, "") },
      rows: summary.names.map { name in
        [.text(name)] + summary.splits.map { .estimate(summary.accuracy(on: $0, of: name)) }
      })
  }

  private var shift: Table {
    Table(
      title: "Shift from base on base's own responses",
      caption:
        "\(seeds) Means over tokens. Changed: share of positions with a Jensen-Shannon divergence "
        + "above \(SurenessSummary.threshold) nats; sure: base's entropy is at most "
        + "\(SurenessSummary.limit) nats.",
      columns: [
        .init("run", .text, ""), .init("KL(run‖base)", .number, unit: "nats", ""),
        .init("KL(base‖run)", .number, unit: "nats", ""), .init("changed", .share, ""),
        .init("changed, sure", .share, ""), .init("changed, unsure", .share, ""),
      ],
      rows: summary.names.filter { summary.estimate(.changedShare, of: $0) != nil }.map {
        row(
          $0,
          [
            .divergenceFromBase, .divergenceOfBase, .changedShare, .sureChangedShare,
            .unsureChangedShare,
          ])
      })
  }

  private var entropy: Table {
    Table(
      title: "While reinforcing",
      caption: "\(seeds) Means over the first and the last tenth of the steps.",
      columns: [
        .init("run", .text, ""),
        .init("entropy, first", .number, unit: "nats", "of rollouts, mean over tokens"),
        .init("entropy, last", .number, unit: "nats", ""),
        .init("degenerate, first", .share, "groups whose rewards are all the same"),
        .init("degenerate, last", .share, ""),
      ],
      rows: summary.names.filter { summary.estimate(.firstEntropy, of: $0) != nil }.map {
        row($0, [.firstEntropy, .lastEntropy, .firstFlatGroups, .lastFlatGroups])
      })
  }

  private var answers: String {
    let lines = summary.answers().map { answer in
      "- \(answer.question) **\(answer.verdict)**: \(Phrase.text(answer.estimate))"
    }
    return (["### Questions", ""] + lines).joined(separator: "\n")
  }
}
