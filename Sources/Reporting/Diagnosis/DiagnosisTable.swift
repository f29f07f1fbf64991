internal import Analysis

/// The findings of some runs as a table.
package enum DiagnosisTable {
  /// A row for each finding, run by run; without rows if nothing was found.
  ///
  /// - Parameter reports: of the runs; with one of them no column names it.
  /// - Returns: a table of at least the findings' columns.
  package static func table(of reports: [DiagnosisReport]) -> Table {
    let hasNames = reports.count > 1
    let rows = reports.flatMap { report in
      report.diagnosis.findings.map { finding -> [Table.Cell] in
        (hasNames ? [.text(report.run)] : []) + [
          .text(finding.detector.title), .text(finding.severity.rawValue), .text(finding.column),
          .count(finding.step), .number(finding.before), .number(finding.after),
          .number(finding.size), .number(finding.leastSize), .number(finding.statistic),
          .number(finding.threshold), .text(finding.detector.advice.sentence),
        ]
      }
    }
    let run = Table.Column("run", .text, "The run's log or folder.")
    return Table(
      title: "Diagnosis",
      caption: "What detectors found in training logs. Each says without cause that it found "
        + "something in about 1 % of runs.",
      columns: (hasNames ? [run] : []) + columns, rows: rows)
  }

  private static let columns: [Table.Column] = [
    .init("finding", .text, "What was found.", isKey: true),
    .init("worth", .text, "fails: the run is broken; warns: worth a look; tells: good to know."),
    .init("column", .text, "The column of the training log."),
    .init("step", .count, "The step at which it began."),
    .init("before", .number, "The level before."),
    .init("after", .number, "The level after, or the value itself."),
    .init(
      "size", .number,
      "Share lost of a reward, factor of other changes, share of groups, ratio of variances."),
    .init("least", .number, "The least size that counts.", isDetail: true),
    .init(
      "statistic", .number,
      "Change over noise, factor, lower bound or p-value: what the threshold is for.",
      isDetail: true),
    .init(
      "threshold", .number, "What chance exceeds in 1 % of runs, over all looks.", isDetail: true),
    .init("what to do", .text, "What the field suggests.", isDetail: true),
  ]
}
