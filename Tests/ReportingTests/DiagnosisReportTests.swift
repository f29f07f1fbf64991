import Analysis
import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// Findings in words, tables and JSON.
@Suite struct DiagnosisReportTests {
  private func report(
    _ name: String, steps: Int = 90, looks: Int = 1, _ columns: [TrainingMetric: (Int) -> Double]
  ) -> DiagnosisReport {
    var generator = SeededGenerator(seed: 5)
    var thresholds = ChangeThresholds()
    let log = TrainingLog(
      steps: Array(1...steps),
      columns: TrainingMetric.allCases.compactMap { metric in
        columns[metric].map { level in
          .init(
            metric, values: (1...steps).map { level($0) * (1 + 0.03 * generator.normal()) })
        }
      })
    return DiagnosisReport(of: name, log, looks: looks, thresholds: &thresholds)
  }

  private var broken: DiagnosisReport {
    report(
      "runs/a",
      [
        .reward: { $0 < 46 ? 0.5 : 0.1 }, .rolloutEntropy: { $0 < 46 ? 0.4 : 2 },
        .gradientNorm: { $0 == 70 ? 80 : 1 }, .loss: { $0 == 80 ? .infinity : 1 },
        .degenerateGroups: { $0 < 46 ? 0.3 : 0.93 },
      ])
  }

  @Test func `each finding is a sentence with what to do`() {
    let lines = broken.lines(width: .max)
    #expect(lines[0] == "runs/a: 90 steps, 5 findings")
    func line(_ start: String) -> String { lines.first { $0.hasPrefix("  " + start) } ?? "" }
    #expect(
      line("FAILED loss not finite").contains("loss is ∞ at step 80 (not finite at 1 step)"))
    let drop = line("FAILED reward drop: ")
    #expect(drop.contains("reward fell from 0.50") || drop.contains("reward fell from 0.51"))
    #expect(drop.contains(" % lost, from step 46 on (") && drop.hasSuffix("in 1 % of runs)."))
    #expect(line("FAILED entropy explosion: ").contains("rose from 0."))
    #expect(line("FAILED dead groups: ").contains("of the groups all answers have one reward"))
    #expect(line("WARNING gradient spike: ").contains("at step 70, "))
    #expect(lines.contains { $0.hasPrefix("    ") && $0.contains("arXiv:2307.04964") })
    #expect(lines.last == "  Not measured: response_length, behavior_gap_max.")
    for line in broken.lines(width: 60) { #expect(line.count <= 60, "\(line)") }
  }

  @Test func `nothing found is said, and so is too little`() {
    let lines = report("b", steps: 12, [.reward: { _ in 0.5 }]).lines(width: .max)
    #expect(lines[0] == "b: 12 steps, nothing found")
    #expect(lines.last == "  Too few values: reward (12, needs 30).")
    #expect(report("c", [.reward: { _ in 0.5 }]).diagnosis.findings.isEmpty)
  }

  @Test func `the table has a row for each finding and its numbers`() {
    let one = DiagnosisTable.table(of: [broken])
    #expect(one.rows.count == 5 && one.columns[0].name == "finding")
    let healthy = report("b", [.reward: { _ in 0.5 }])
    let two = DiagnosisTable.table(of: [broken, healthy])
    #expect(two.rows.count == 5 && two.columns[0].name == "run")
    #expect(two.rows.allSatisfy { $0[0] == .text("runs/a") })
    let drop = broken.diagnosis.findings.first { $0.detector == .rewardDrop }
    let row = one.rows.first { $0[0] == .text("reward drop") } ?? []
    #expect(row[3] == .count(46) && row[4] == .number(drop?.before))
    #expect(row[5] == .number(drop?.after) && row[6] == .number(drop?.size))
    #expect(row[7] == .number(0.5) && row[8] == .number(drop?.statistic))
    #expect(row[9] == .number(drop?.threshold))
    #expect(DiagnosisTable.table(of: [healthy]).rows.isEmpty)
  }

  @Test func `JSON fits its schema`() throws {
    struct Result: Encodable {
      let fails: Bool
      let runs: [DiagnosisReport]
    }
    let text = try JSONText.text(
      of: Result(fails: true, runs: [broken, report("b", steps: 12, [.reward: { _ in 0.5 }])]))
    let json = try JSONValue(parsing: Array(text.utf8))
    let schema = try JSONSchema(
      path: Places.data.appending(path: "Schemas/diagnose.schema.json").path)
    #expect(schema.problems(in: json).isEmpty, "\(schema.problems(in: json))")
    let names = Detector.allCases.map(\.rawValue)
    let known = try JSONValue(
      parsing: Array(
        Data(
          contentsOf: Places.data.appending(path: "Schemas/diagnose.schema.json"))))
    #expect(
      known["$defs"]?["detector"]?["enum"]?.arrayValue?.compactMap(\.stringValue) == names)
  }
}
