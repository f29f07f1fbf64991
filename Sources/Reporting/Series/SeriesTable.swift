package import Analysis
internal import StatisticalInference

/// A row for each run of a series.
package struct SeriesTable {
  private let report: SeriesReport

  package init(_ report: SeriesReport) { self.report = report }

  package var table: Table {
    let metrics = report.shownMetrics
    return Table(
      title: "Runs",
      caption: "In the order of the figure. Columns of training logs are means over their steps.",
      columns: Self.columns + metrics.map(column),
      rows: report.places.map { place in
        [.count(place.number), .text(place.name), .text(Self.gate(place))]
          + metrics.map { .estimate(place.run.summary.estimate(of: $0)) }
      })
  }

  private static let columns: [Table.Column] = [
    .init("run", .count, "Its number in the figure.", isKey: true),
    .init("name", .text, "The log's file or folder.", isKey: true),
    .init("gate", .text, "Baseline, or the look at it and what regressed."),
  ]

  private static func gate(_ place: SeriesReport.Place) -> String {
    var words = place.isBaseline ? ["baseline"] : []
    if let look = place.look {
      let names = look.regressed.map(\.rawValue).joined(separator: ", ")
      words.append(
        "look \(look.look) of \(look.looks): " + (names.isEmpty ? "passed" : "regressed \(names)"))
    }
    return words.isEmpty ? "–" : words.joined(separator: "; ")
  }

  private func column(_ metric: GateMetric) -> Table.Column {
    let unit =
      switch metric.unit {
      case .nats: "nats"
      case .tokens: "tokens"
      case .share, .number: "1"
      }
    return Table.Column(
      metric.rawValue, metric.unit == .share ? .share : .number, unit: unit,
      Self.definition(metric))
  }

  /// What a metric is, in a sentence.
  package static func definition(_ metric: GateMetric) -> String {
    switch metric {
    case .accuracy: "Share of correct answers, mean over prompts."
    case .passAtK: "Probability that one of k answers is correct, mean over prompts."
    case .reward: "Mean reward of an answer."
    case .klToBase: "KL(run‖base) per token of the run's own answers."
    case .changedFromBase: "Share of these tokens with JS above 0.01 nats."
    case .klCandidateBaseline: "KL(candidate‖baseline) per token."
    case .changedBetween: "Share of tokens at which candidate and baseline differ."
    case .entropy: "Entropy of the next-token distribution, mean over tokens."
    case .heldOutLoss: "Negative log-probability per token of fixed texts."
    case .length: "Tokens of an answer."
    case .formatRate: "Share of answers in the form that was asked for."
    case .stoppedRate: "Share of answers that ended by themselves."
    case .training(let column): "Mean of the training log's \(column) over its steps."
    }
  }
}
