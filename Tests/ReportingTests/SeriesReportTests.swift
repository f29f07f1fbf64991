import Analysis
import Foundation
import JSON
import Plotting
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// A series of runs as a figure, a table, a page and JSON: the numbers are those of the summaries.
@Suite struct SeriesReportTests {
  private func estimate(_ value: Double, half: Double? = 0.05) -> Estimate {
    Estimate(
      value: value, interval: half.map { value - $0...value + $0 }, clusters: 100,
      observations: 200, method: .maxOfTAndHall)
  }

  private func look(
    _ number: Int, _ outcome: GateFinding.Outcome, baseline: String
  ) -> RunSummary.Look {
    let finding = GateFinding(
      metric: .accuracy, worse: .lower, role: .gated, outcome: outcome, hasDefaultMargin: true)
    return RunSummary.Look(
      of: GateResult(look: number, looks: 20, level: 0.002, baselines: 1, findings: [finding]),
      baselines: [baseline], texts: "t", policy: "p", passes: outcome != .regressed)
  }

  private func run(
    _ name: String, _ values: [(GateMetric, Estimate)], texts: String = "t",
    looks: [RunSummary.Look] = []
  ) -> SeriesReport.Run {
    .init(
      path: name,
      summary: RunSummary(
        kind: .tokens, files: [.init(name: name, size: 1, modified: 2)], question: .init(),
        model: "rl", base: "base", weights: "w", evaluation: "e-" + name, texts: texts,
        created: nil, passCount: nil, steps: nil, values: values.map { .init($0.0, $0.1) },
        gaps: [.init(.reward, "no text has a reward")], looks: looks))
  }

  private var nights: [SeriesReport.Run] {
    [
      run("a.h5", [(.accuracy, estimate(0.5)), (.entropy, estimate(0.7))]),
      run("b.h5", [(.accuracy, estimate(0.52))], looks: [look(1, .equivalent, baseline: "e-a.h5")]),
      run(
        "runs/c/log.h5", [(.accuracy, estimate(0.3)), (.entropy, estimate(0.6, half: nil))],
        looks: [look(2, .regressed, baseline: "e-a.h5")]),
    ]
  }

  private func points(_ name: String, _ panel: Panel) -> [[Double]] {
    panel.series.filter { $0.name == name }.flatMap { series -> [[Double]] in
      guard case .points(let x, let y) = series.marks else { return [] }
      return zip(x, y).map { [$0, $1] }
    }
  }

  @Test func `points, intervals, baseline and looks stand where the runs are`() throws {
    let figure = try SeriesFigure(SeriesReport(nights)).figure()
    #expect(figure.panels.map(\.title) == ["accuracy", "entropy"])
    let accuracy = figure.panels[0]
    // Shares are in percent.
    #expect(points("run", accuracy) == [[1, 50]])
    #expect(points("baseline", accuracy) == [[1, 50]])
    #expect(points("look: equivalent", accuracy) == [[2, 52]])
    #expect(points("look: regressed", accuracy) == [[3, 30]])
    #expect(points("look: not decided", accuracy).isEmpty)
    let lines = accuracy.series.compactMap { series -> [Double]? in
      if case .line(_, let y) = series.marks { y.filter { !$0.isNaN } } else { nil }
    }
    // The baseline's level from its run on, then an interval for each outcome.
    #expect(lines[0] == [50, 50])
    // Bounds differ from decimal ones by rounding of a few sums.
    for (line, ends) in zip(lines.dropFirst(), [[45.0, 55], [47, 57], [25, 35]]) {
      for (value, end) in zip(line, ends) { expectClose(value, end, absolute: 1e-9) }
      #expect(line.count == 2)
    }
    #expect(figure.panels[1].series.count == 4)
    #expect(accuracy.x.range == 0.5...3.5)
  }

  @Test func `a row for each run says what the gate said`() {
    let table = SeriesTable(SeriesReport(nights)).table
    #expect(table.columns.map(\.name) == ["run", "name", "gate", "accuracy", "entropy"])
    #expect(
      table.rows.map { Array($0[1...2]) } == [
        [.text("a"), .text("baseline")], [.text("b"), .text("look 1 of 20: passed")],
        [.text("c"), .text("look 2 of 20: regressed accuracy")],
      ])
    #expect(table.rows[1][4] == .estimate(nil))
    #expect(table.rows[2][3] == .estimate(estimate(0.3)))
    #expect(SeriesReport(nights).headline.hasPrefix("c: the last of 3 runs. Look 2 of 20"))
  }

  @Test func `columns of training logs that no figure draws are in the JSON alone`() {
    let values: [(GateMetric, Estimate)] = [
      (.training("reward"), estimate(0.5, half: nil)),
      (.training("seconds"), estimate(3, half: nil)),
      (.training("other/x"), estimate(1, half: nil)), (.length, estimate(9)),
    ]
    let report = SeriesReport([run("a", values)])
    #expect(
      report.metrics.map(\.rawValue)
        == ["length", "training/reward", "training/seconds", "training/other/x"])
    #expect(report.shownMetrics.map(\.rawValue) == ["length", "training/reward"])
    #expect(report.document(page: "p.html").runs[0].values.count == 4)
  }

  @Test func `runs on other prompts are pointed out`() {
    var runs = nights
    #expect(SeriesReport(runs).notes.isEmpty)
    runs.append(run("d.h5", [], texts: "other"))
    #expect(SeriesReport(runs).notes.contains { $0.contains("2 different sets of prompts") })
  }

  @Test func `a series without numbers is refused`() {
    let report = SeriesReport([run("a.h5", [])])
    #expect(throws: FigureError.noMetrics(runs: "a.h5")) { try SeriesFigure(report).figure() }
  }

  @Test(arguments: [0, 6e-5, -3]) func `one number without an interval has an axis`(
    value: Double
  ) throws {
    let run = run("a.h5", [(.klToBase, estimate(value, half: nil))])
    let panel = try SeriesFigure(SeriesReport([run])).figure().panels[0]
    let range = try #require(panel.y.range)
    #expect(range.lowerBound < value && value < range.upperBound)
    try withTemporaryFolder { folder in _ = try SeriesReport([run]).write(to: folder) }
  }

  @Test func `the page stands alone, and the JSON fits its schema`() throws {
    try withTemporaryFolder { folder in
      var runs = nights
      runs[2] = run("<b>.h5", [(.accuracy, estimate(0.3))])
      let page = try SeriesReport(runs).write(to: folder)
      let html = try String(contentsOf: page, encoding: .utf8)
      #expect(html.contains("Metrics over 3 runs"))
      #expect(html.contains("&lt;b&gt;") && !html.contains("<b>"))
      #expect(html.contains("data:image/svg+xml;base64,"))
      #expect(!html.contains("{{") && !html.contains("http://") && !html.contains("src=\"fig"))
      let data = try Data(contentsOf: folder.appending(path: "series.json"))
      let schema = Places.data.appending(path: "Schemas/series.schema.json").path
      let json = try JSONValue(parsing: Array(data))
      #expect(try JSONSchema(path: schema).problems(in: json) == [])
      #expect(json["runs"]?.arrayValue?.count == 3)
      let markdown = try String(
        contentsOf: folder.appending(path: "series.md"), encoding: .utf8)
      #expect(markdown.contains("| 1 | a | baseline | 50.0 %"))
    }
  }
}
