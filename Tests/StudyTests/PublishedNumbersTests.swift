import Foundation
import Reporting
import Study
import TestSupport
import Testing

/// A paper's numbers beside a study's own.
@Suite struct PublishedNumbersTests {
  private static let yaml = """
    source: A paper
    columns:
    - {table: held-out, name: "paper, table 1", definition: mean accuracy, runs: {sft: 0.473, other: 0.1}}
    - {table: ablations, name: "paper, table 3", definition: mean accuracy, runs: {none: 0.2}}
    """

  @Test func `they are the last columns of the tables that have their runs`() throws {
    let summary = StudySummary(
      runs: ["base", "sft", "rl"].map { name in
        var run = StudyRun(name: name, seed: 1)
        run[.accuracy] = 0.5
        return run
      })
    let report = StudyReport(
      summary, published: try PublishedNumbers(yaml: Self.yaml, path: "paper.yaml"))
    let table = try #require(report.tables.first { $0.title.hasPrefix("Held-out") })
    #expect(table.columns.last?.name == "paper, table 1")
    #expect(table.rows.map { $0.last } == [.share(nil), .share(0.473), .share(nil)])
    #expect(table.caption.contains("Columns of the paper: A paper."))
    #expect(!report.tables.contains { $0.columns.contains { $0.name == "paper, table 3" } })
  }

  @Test(arguments: [
    ("columns: []", "lacks 'source'"),
    ("source: A\ncolumns:\n- {table: held-ot, name: a, definition: b, runs: {}}", "'held-out'"),
    (
      "source: A\ncolumns:\n- {table: held-out, name: a, definition: b, runs: {sft: 47}}",
      "0.0 to 1.0"
    ),
    ("source: A\ncolums: []", "did you mean 'columns'"),
  ])
  func `what can't be read is refused with its place`(_ yaml: String, _ words: String) throws {
    let error = #expect(throws: StudyError.self) {
      try PublishedNumbers(yaml: yaml, path: "paper.yaml")
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix("paper.yaml, line") && text.contains(words), "\(text)")
  }

  @Test(arguments: ["study", "small"])
  func `the committed ones are of runs that the study has`(_ name: String) throws {
    let path = Places.data.appending(path: "Presets/study/\(name).yaml").path
    let plan = try StudyPlan(path: path)
    let published = try PublishedNumbers(path: try #require(plan.file?.published))
    let known = Set(
      try StudyPlan(path: path.replacing("small.yaml", with: "study.yaml")).stages.map(\.name))
    #expect(published.columns.count == 4)
    for column in published.columns {
      #expect(Set(column.runs.keys).subtracting(known) == [], "\(column.name)")
    }
  }
}
