package import Reporting
internal import RunLogs
internal import StatisticalInference

/// Failures that were provoked, what detectors found, and what remedies did.
package enum SignatureTable {
  /// A row for each remedy that was tried; without rows where a study provokes nothing.
  package static func table(of readings: SignatureReadings) -> Table {
    let summary = readings.summary
    let rows = readings.rows.flatMap { row in
      row.remedies.map { remedy -> [Table.Cell] in
        [
          .text(row.run.name), .text(row.signature.provocation), .text(row.run.words),
          .estimate(summary.estimate(.accuracy, of: row.run.name)), .text(remedy.reading.name),
          .text(remedy.words), .text(remedy.reading.words),
          .estimate(summary.estimate(.accuracy, of: remedy.reading.name)),
          .estimate(
            summary.difference(.measure(.accuracy), of: remedy.reading.name, from: row.run.name)?
              .estimate),
        ]
      }
    }
    return Table(
      title: "What was provoked, and remedies tried",
      caption:
        "What was meant to fail need not have: found is what 'tokenshift diagnose' finds in each seed's training log, worst first, with the median of the "
        + "steps from which on, and in how many of the seeds; each detector says so without cause in about 1 % of "
        + "runs. Runs without rollouts have columns for few of them.",
      columns: [
        .init("run", .text, ""), .init("provoked by", .text, ""), .init("found", .text, ""),
        .init("accuracy", .share, "held-out, at the end"), .init("remedy", .text, ""),
        .init("which is", .text, ""), .init("found with it", .text, ""),
        .init("accuracy with it", .share, "the same of the remedy's run"),
        .init("difference", .signed, "with less without, of the same seeds and problems"),
      ], rows: rows)
  }
}
