import Analysis
import JSON
import Reporting
import StatisticalInference
import Study
import TestSupport
import Testing

/// Tables of a study, each cell against the mean of the measure that its column names.
@Suite struct StudyReportTests {
  /// Two runs of three seeds; no two measures have means alike.
  private static let summary = StudySummary(
    runs: ([1, 2, 3] as [UInt64]).flatMap { seed in
      ["sft", "rl"].enumerated().map { index, name in
        var run = StudyRun(name: name, seed: seed)
        for (place, measure) in StudyMeasure.allCases.enumerated() {
          // Shares among them, so all below 1.
          run[measure] = 0.02 * Double(1 + place) + 0.4 * Double(index) + 0.003 * Double(seed)
        }
        run.shiftedAccuracy = [
          "harder": 0.1 + 0.4 * Double(index) + 0.01 * Double(seed),
          "ood": 0.2 + 0.4 * Double(index) + 0.01 * Double(seed),
        ]
        return run
      }
    })

  private static let measures: [String: StudyMeasure] = [
    "accuracy": .accuracy, "pass@8": .passAt8, "greedy": .greedyAccuracy, "tokens": .tokens,
    "sampled": .rolloutTokens, "seconds": .seconds, "KL(run‖base)": .klRunBase,
    "KL(base‖run)": .klBaseRun, "changed": .changedShare,
    "changed, low entropy": .lowEntropyChangedShare,
    "changed, high entropy": .highEntropyChangedShare,
    "entropy, first": .firstEntropy, "entropy, last": .lastEntropy,
    "degenerate, first": .firstDegenerateGroups, "degenerate, last": .lastDegenerateGroups,
  ]

  @Test func `each cell is the mean over seeds of what its column names`() throws {
    let tables = StudyReport(Self.summary).tables
    #expect(tables.count == 4)
    var seen: Set<String> = []
    for table in tables {
      #expect(table.rows.count == 2)
      for (row, name) in zip(table.rows, ["sft", "rl"]) {
        #expect(row.first == .text(name))
        for (cell, column) in zip(row, table.columns).dropFirst() {
          let runs = Self.summary.runs.filter { $0.name == name }
          let values = try runs.map { run in
            try Self.measures[column.name].map { run[$0] }
              ?? #require(run.shiftedAccuracy[column.name], "\(column.name)")
          }
          guard case .estimate(let found) = cell else {
            Issue.record("\(column.name) is no estimate")
            continue
          }
          let estimate = try #require(found)
          expectClose(estimate.value, values.reduce(0, +) / 3, relative: 1e-14, column.name)
          #expect(estimate.clusters == 3 && estimate.interval != nil)
          seen.insert(column.name)
        }
      }
    }
    #expect(seen == Set(Self.measures.keys).union(["harder", "ood"]))
  }

  @Test func `the text has every estimate's ends, and the JSON every run`() throws {
    let report = StudyReport(Self.summary)
    let markdown = report.markdown
    #expect(markdown.contains("Means over 3 seeds."))
    #expect(markdown.contains("Brackets: 95 % intervals over seeds."))
    #expect(markdown.contains("### Questions"))
    let text = try JSONText.text(of: report)
    let json = try JSONValue(parsing: Array(text.utf8))
    #expect(json["runs"]?.arrayValue?.count == 6)
    #expect(json["tables"]?.arrayValue?.count == 4)
    let answers = try #require(json["answers"]?.arrayValue)
    #expect(answers.count == 5)
    for answer in answers {
      #expect(markdown.contains("**\(answer["verdict"]?.stringValue ?? "")**"))
    }
  }
}
