import Analysis
import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// The report of training logs has what `diagnose` finds.
@Suite struct TrainingReportTests {
  private func run(_ name: String, seed: UInt64, _ reward: (Int) -> Double) -> TrainingRun {
    var generator = SeededGenerator(seed: seed)
    let steps = Array(1...90)
    return TrainingRun(
      path: "runs/" + name, folderName: name, label: name,
      log: TrainingLog(
        steps: steps,
        columns: [.init(.reward, values: steps.map { reward($0) + 0.01 * generator.normal() })],
        attributes: ["objective": "grpo", "seed": "\(seed)"]))
  }

  @Test func `step, size, threshold and suggestion stand on the page`() throws {
    try withTemporaryFolder { folder in
      let bad = run("bad", seed: 3) { $0 < 60 ? 0.5 : 0.1 }
      let good = run("good", seed: 4) { 0.3 + 0.004 * Double($0) }
      let report = try TrainingReport(of: [bad, good])
      #expect(report.lines[1] == "runs/good: 90 steps, nothing found")
      let page = try String(contentsOf: report.write(to: folder), encoding: .utf8)
      var thresholds = ChangeThresholds()
      let diagnosis = DiagnosisReport(of: "runs/bad", bad.log, looks: 1, thresholds: &thresholds)
      let finding = try #require(diagnosis.diagnosis.findings.first)
      #expect(finding.detector == .rewardDrop)
      for words in [
        "FAILED reward drop: reward fell from", "from step \(finding.step) on",
        Number.percent(finding.size) + " lost", "chance makes \(Number.text(finding.threshold))",
        "arXiv:2307.04964", "<td>\(Number.text(finding.threshold))",
        "<strong>runs/good</strong>: 90 steps, nothing found", "Reward by step",
        "Not measured: loss",
      ] { #expect(page.contains(words), "\(words)") }
      let data = try Data(contentsOf: folder.appending(path: "diagnosis.json"))
      let json = try JSONValue(parsing: Array(data))
      let schema = Places.data.appending(path: "Schemas/diagnose.schema.json").path
      #expect(try JSONSchema(path: schema).problems(in: json) == [])
      #expect(json["fails"]?.boolValue == true)
      let markdown = try String(
        contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
      #expect(markdown.contains("FAILED reward drop"))
    }
  }

  @Test func `a log of other columns only has a page without figures`() throws {
    try withTemporaryFolder { folder in
      let log = TrainingLog(
        steps: [1, 2],
        columns: [.init(name: "other/x", definition: "x", unit: "1", values: [1, 2])])
      let report = try TrainingReport(of: [.init(path: "x.h5", folderName: "x", log: log)])
      let page = try String(contentsOf: report.write(to: folder), encoding: .utf8)
      #expect(page.contains("2 steps, nothing found") && !page.contains("<figure>"))
      let none = TrainingRun(
        path: "y.h5", folderName: "y", log: TrainingLog(steps: [], columns: []))
      #expect(throws: TrainingRunError.noSteps(path: "y.h5")) { try TrainingReport(of: [none]) }
    }
  }
}
