import Analysis
import Foundation
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
        (run.parent, run.base) = ("base", "base")
        for (place, measure) in StudyMeasure.allCases.enumerated() {
          // Shares among them, so all below 1.
          run[measure] = 0.01 * Double(1 + place) + 0.4 * Double(index) + 0.003 * Double(seed)
        }
        for (split, right) in ["harder": 10, "ood": 20, "validation": 5] {
          run.splits[split] = SplitAnswers(
            samples: 100, correct: [right + 40 * index + Int(seed), 0], responseLength: 9,
            stoppedShare: 1)
        }
        return run
      }
    })

  private static let measures: [String: [String: StudyMeasure]] = [
    "Held-out problems": [
      "accuracy": .accuracy, "pass@8": .passAt8, "greedy": .greedyAccuracy,
      "ended": .stoppedShare, "length": .responseLength, "entropy": .answerEntropy,
    ],
    "Cost of training": [
      "tokens": .tokens, "sampled": .rolloutTokens, "sampled to imitate": .demonstrationTokens,
      "from base": .chainTokens, "from base, sampled too": .chainTotalTokens,
      "updates": .updates, "seconds": .seconds,
    ],
    "Shift from base on base's own responses": [
      "KL(run‖base)": .klRunBase, "KL(base‖run)": .klBaseRun, "changed": .changedShare,
      "changed, low entropy": .lowEntropyChangedShare,
      "changed, high entropy": .highEntropyChangedShare,
    ],
    "Shift from base on each run's own responses": [
      "KL(run‖base)": .ownKLRunBase, "KL(base‖run)": .ownKLBaseRun, "changed": .ownChangedShare,
      "changed, low entropy": .ownLowEntropyChangedShare,
      "changed, high entropy": .ownHighEntropyChangedShare,
    ],
    "While reinforcing": [
      "entropy, first": .firstEntropy, "entropy, last": .lastEntropy,
      "degenerate, first": .firstDegenerateGroups, "degenerate, last": .lastDegenerateGroups,
      "no advantage, first": .firstZeroAdvantageGroups,
      "no advantage, last": .lastZeroAdvantageGroups, "clipped": .clippedGradientShare,
    ],
    "Weights": [
      "changed": .changedWeightShare, "by a step of bfloat16": .coarselyChangedWeightShare,
      "from its start": .coarselyChangedWeightShareFromStart,
      "relative change": .relativeWeightChange,
    ],
  ]

  /// A regime that these made-up runs lie in.
  private static var regime: StudyRegime {
    var regime = StudyRegime()
    regime.accuracy = 0...1
    return regime
  }

  @Test func `each cell is the mean over seeds of what its column names`() throws {
    let tables = StudyReport(Self.summary, regime: Self.regime).tables
    #expect(
      Set(tables.map(\.title))
        == Set(Self.measures.keys).union(["Accuracy on other problems", "Claims"]))
    for table in tables where table.title != "Claims" {
      #expect(table.rows.count == 2)
      let columns = Self.measures[table.title]
      #expect(
        Set(table.columns.map(\.name))
          == Set(["run"]).union(columns?.keys.map { $0 } ?? ["harder", "ood"]))
      for (row, name) in zip(table.rows, ["sft", "rl"]) {
        #expect(row.first == .text(name))
        for (cell, column) in zip(row, table.columns).dropFirst() {
          let runs = Self.summary.runs.filter { $0.name == name }
          let values = runs.map { run in
            columns?[column.name].map { run[$0] } ?? run.accuracy(on: column.name)
          }
          guard case .estimate(let found) = cell else {
            Issue.record("\(column.name) is no estimate")
            continue
          }
          let estimate = try #require(found)
          expectClose(estimate.value, values.reduce(0, +) / 3, relative: 1e-14, column.name)
          #expect(estimate.clusters == 3 && estimate.interval != nil)
        }
      }
    }
  }

  @Test func `the text has every estimate's ends, and the JSON every run`() throws {
    let report = StudyReport(Self.summary, regime: Self.regime)
    let markdown = report.markdown
    #expect(markdown.contains("Means over 3 seeds."))
    #expect(markdown.contains("Brackets: 95 % intervals over seeds."))
    #expect(markdown.contains("### Claims") && !markdown.contains("aturated"))
    let text = try JSONText.text(of: report)
    let json = try JSONValue(parsing: Array(text.utf8))
    #expect(json["runs"]?.arrayValue?.count == 6)
    #expect(json["tables"]?.arrayValue?.count == report.tables.count)
    #expect(json["saturated"]?.arrayValue?.isEmpty == true)
    let claims = try #require(json["claims"]?.arrayValue)
    #expect(claims.count == 5)
    for claim in claims {
      #expect(markdown.contains("| \(claim["name"]?.stringValue ?? "")"))
      #expect(markdown.contains(claim["answer"]?.stringValue ?? "?"))
    }
  }
}
