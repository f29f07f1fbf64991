internal import Analysis
package import Reporting
internal import StatisticalInference

/// The tables of a study and what its seeds answer; as JSON with the runs themselves.
package struct StudyReport: Encodable {
  private let summary: StudySummary
  private let allAnswers: [StudyAnswer]

  package init(_ summary: StudySummary) {
    (self.summary, allAnswers) = (summary, summary.allAnswers)
  }

  /// Those that have something to show.
  package var tables: [Table] {
    [accuracy, shifted, shift, entropy].filter { !$0.rows.isEmpty && $0.columns.count > 1 }
  }

  /// The questions with what the seeds answer, a line each.
  package var answerLines: [String] {
    allAnswers.map { "\($0.question) \($0.verdict): \(Phrase.text($0.estimate))" }
  }

  /// All tables, one below the other.
  package var markdown: String {
    (tables.map(\.markdown) + [answers]).joined(separator: "\n\n") + "\n"
  }

  private enum CodingKeys: CodingKey { case runs, tables, answers }

  private struct Answer: Encodable {
    let question: String
    let verdict: String
    let estimate: Estimate
    let limit: Double
  }

  /// Runs as they were measured, tables of estimates over seeds, answers.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(summary.runs, forKey: .runs)
    try values.encode(tables, forKey: .tables)
    try values.encode(
      allAnswers.map {
        Answer(question: $0.question, verdict: $0.verdict, estimate: $0.estimate, limit: $0.limit)
      }, forKey: .answers)
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
        .init("seconds", .number, unit: "s", "wall time of training"),
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
        + "above \(EntropyBandSummary.threshold) nats; low entropy: at most \(EntropyBandSummary.limit) nats "
        + "under base, high: more.",
      columns: [
        .init("run", .text, ""), .init("KL(run‖base)", .number, unit: "nats", ""),
        .init("KL(base‖run)", .number, unit: "nats", ""), .init("changed", .share, ""),
        .init("changed, low entropy", .share, ""), .init("changed, high entropy", .share, ""),
      ],
      rows: summary.names.filter { summary.estimate(.changedShare, of: $0) != nil }.map {
        row(
          $0,
          [
            .klRunBase, .klBaseRun, .changedShare, .lowEntropyChangedShare,
            .highEntropyChangedShare,
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
        .init("degenerate, first", .share, "groups whose rollouts all have the same reward"),
        .init("degenerate, last", .share, ""),
      ],
      rows: summary.names.filter { summary.estimate(.firstEntropy, of: $0) != nil }.map {
        row($0, [.firstEntropy, .lastEntropy, .firstDegenerateGroups, .lastDegenerateGroups])
      })
  }

  private var answers: String {
    let lines = allAnswers.map { answer in
      "- \(answer.question) **\(answer.verdict)**: \(Phrase.text(answer.estimate))"
    }
    let notes = IntervalNote.sentences(about: allAnswers.map(\.estimate))
    return (["### Questions", ""] + lines + ["", notes.joined(separator: " ")])
      .joined(separator: "\n")
  }
}
