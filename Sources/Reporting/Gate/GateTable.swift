internal import Analysis
internal import StatisticalInference

/// The findings of a gate as a table: a row for each that was measured.
struct GateTable {
  private let findings: [GateFinding]

  init(_ findings: [GateFinding]) {
    self.findings = findings.filter { $0.outcome != .notMeasured }
  }

  var table: Table {
    Table(
      title: "Gate",
      caption:
        "Worse is positive; where a change in either direction counts, more is. Intervals: 95 %.",
      columns: Self.columns,
      rows: findings.map(row))
  }

  private static let columns: [Table.Column] = [
    .init("metric", .text, "what is compared, whole or in a slice", isKey: true),
    .init("outcome", .text, "regressed, equivalent, or neither could be shown", isKey: true),
    .init("baseline", .text, "the baseline's value, the mean of several seeds"),
    .init("candidate", .text, "the candidate's value"),
    .init("worse by", .text, "how much worse, with its interval"),
    .init("margin", .text, "the least change that matters"),
    .init("in margins", .number, "harm over margin"),
    .init("prompts", .count, "prompts, of training logs steps, that all runs have"),
  ]

  private func row(_ finding: GateFinding) -> [Table.Cell] {
    let numbers = GateNumbers(finding.metric.unit)
    let harm = finding.harm.map {
      "\(numbers.signed($0.value)) [\(numbers.range($0.lower, $0.upper))]"
    }
    return [
      .text(GateWords.name(finding)), .text(Self.word(finding)),
      .text(finding.baseline.map(numbers.level) ?? "–"),
      .text(finding.candidate.map(numbers.level) ?? "–"), .text(harm ?? "–"),
      .text(
        finding.margin.map { numbers.margin($0) + (finding.hasDefaultMargin ? " (default)" : "") }
          ?? "–"),
      .number(finding.marginsOfHarm), .count(finding.prompts),
    ]
  }

  static func word(_ finding: GateFinding) -> String {
    switch finding.outcome {
    case .regressed: finding.role == .warning ? "warning" : "regressed"
    case .equivalent: "equivalent"
    case .undecided: "not enough data"
    case .identical: "identical"
    case .shown: "shown"
    case .notMeasured: "not measured"
    }
  }
}
