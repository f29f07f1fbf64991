package import Analysis
package import Files
package import Foundation
internal import Plotting
internal import RunLogs

/// The report of training runs: what went wrong in them, and how they went.
package struct TrainingReport: Sendable {
  private let runs: [TrainingRun]
  private let diagnoses: [DiagnosisReport]
  private let figures: FigureSet?

  /// Looks through the runs and draws them.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - looks: how many times they are looked at in all while they grow, as `TrainingDiagnosis` has it.
  /// - Throws: `TrainingRunError` where runs can't be drawn together, `FigureError`.
  package init(of runs: [TrainingRun], looks: Int = 1) throws {
    var thresholds = ChangeThresholds()
    self.runs = runs
    diagnoses = runs.map {
      DiagnosisReport(of: $0.path, $0.log, looks: looks, thresholds: &thresholds)
    }
    let conditions = try TrainingCondition.group(runs)
    do throws(FigureError) { figures = try FigureSet(of: conditions) } catch {
      // Of a log without any metric that is drawn there is still a diagnosis.
      guard case .noMetrics = error else { throw error }
      figures = nil
    }
  }

  /// A sentence for each run.
  package var lines: [String] { diagnoses.map(\.headline) }

  /// Writes `index.html`, `report.md`, `diagnosis.json` and `figures/` into a folder, which is made if it
  /// isn't there.
  ///
  /// - Parameters:
  ///   - folder: where.
  ///   - spared: files that none of these may replace.
  /// - Returns: the page.
  /// - Throws: `DestinationError` before anything is written, `PlottingError`, or Foundation's errors.
  package func write(to folder: URL, sparing spared: SparedFiles = SparedFiles()) throws -> URL {
    let table = DiagnosisTable.table(of: diagnoses)
    let page = ResultPage(
      title: "How training went: "
        + VisibleText.shortened(runs.map(\.folderName).joined(separator: ", "), to: 160),
      answers: diagnoses.map { diagnosis in
        .init(
          subject: diagnosis.run, text: diagnosis.predicate,
          details: diagnosis.sentences.map { $0.finding + " " + $0.advice })
      },
      notes: [Self.note] + gaps, facts: facts, tables: table.rows.isEmpty ? [] : [table])
    return try page.write(
      to: folder, figures: figures,
      more: [
        "report.md": markdown(table),
        "diagnosis.json": try JSONText.text(of: DiagnosisReport.Result(of: diagnoses)),
      ], sparing: spared)
  }

  private static let note =
    "Each detector says without cause that it found something in about 1 % of healthy runs, over all looks. A "
    + "change that went away again, and entropy that falls while the reward rises, are warnings."

  private var gaps: [String] {
    diagnoses.flatMap { diagnosis in
      diagnosis.diagnosis.gaps.map { diagnoses.count > 1 ? "\(diagnosis.run): \($0)" : $0 }
    }
  }

  private var facts: [Report.Fact] {
    runs.flatMap { run in
      let known = ["objective", "model", "seed", "imported_from", "source_file"].compactMap {
        name in
        run.log.attributes[name].map { "\(name) \($0)" }
      }
      return [
        Report.Fact(
          name: VisibleText.escaped(run.folderName),
          value: ([run.path, Phrase.count(run.log.steps.count, "step")] + known)
            .joined(separator: ", "))
      ]
    }
  }

  private func markdown(_ table: Table) -> String {
    let sentences = diagnoses.flatMap { diagnosis in
      ["- \(Table.escapedForMarkdown(diagnosis.headline))"]
        + diagnosis.sentences.map {
          "  - \(Table.escapedForMarkdown($0.finding + " " + $0.advice))"
        }
    }
    let drawn = (figures?.entries ?? []).map {
      "- `\($0.name)`: \(Table.escapedForMarkdown($0.figure.caption))"
    }
    return
      (["# How training went", ""] + sentences
      + ([Self.note] + gaps).map {
        "- \(Table.escapedForMarkdown($0))"
      } + [""] + (table.rows.isEmpty ? [] : [table.markdown, ""]) + ["### Figures", ""] + drawn)
      .joined(separator: "\n")
  }
}
