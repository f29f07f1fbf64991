import ArgumentParser
import Foundation
import Plotting
import Reporting
import Study

extension Reproduce {
  /// Options that mean nothing to a study of our own.
  var seriesOptions: [(name: String, isGiven: Bool)] {
    [
      ("--base", base != nil), ("--texts", texts != nil), ("--task", task != nil),
      ("--file", file != nil),
    ]
  }

  /// `--measure-only` of a folder of runs that hold no presets.
  func measureSeries() throws {
    guard seeds == nil, runs == nil, jobs == 1, !noTables else {
      throw ValidationError(
        "a folder of runs without presets has no seeds; leave --seeds, --runs, --jobs and --no-tables out"
      )
    }
    let series = try SeriesStudy(
      folder: study, base: base, texts: texts,
      task: try task.map { try TaskArgument.task($0, file: file) }, output: output,
      provenance: .ofThisCommand)
    if dryRun {
      for line in series.outlook { try Terminal.printResult(Terminal.harmless(line)) }
      return
    }
    let (report, figures) = try series.measure(note: note)
    guard let report else {
      try verbosity.report(
        ["only logs: \(Phrase.count(figures.count, "figure"))"],
        json: figures.map(\.svg.relativePath), path: output)
      return
    }
    let lines = report.tables.flatMap { [$0.title] + $0.lines(width: Terminal.tableWidth) }
    try verbosity.report(lines, json: report, path: output + "/study.md")
  }
}
