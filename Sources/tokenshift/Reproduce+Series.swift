import ArgumentParser
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
    guard let report = try series.measure(note: note) else {
      try verbosity.report(["only logs: figures, nothing measured"], json: [String](), path: output)
      return
    }
    try verbosity.report(
      report.tables.flatMap { $0.lines(width: Terminal.tableWidth) }, json: report,
      path: output + "/study.md")
  }
}
