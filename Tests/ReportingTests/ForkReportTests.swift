import Analysis
import Foundation
import JSON
import Plotting
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// What reports and figures say of forks and of a declared lineage.
@Suite struct ForkReportTests {
  private static func withTable(
    _ seed: UInt64, models: [String] = DistinctLog.models,
    _ body: (TokenTable, URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      var distinct = DistinctLog(seed: seed, textCount: 320, promptCount: 40)
      distinct.models = models
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      try body(try TokenTable(log), folder)
    }
  }

  /// The columns by name and the rows of a table of a report as JSON.
  private static func table(_ start: String, in section: JSONValue) throws -> [JSONValue] {
    let table = try #require(
      section["tables"]?.arrayValue?.first {
        $0["title"]?.stringValue?.hasPrefix(start) == true
      }, "\(start)")
    return try #require(table["rows"]?.arrayValue)
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `tables have the audit's numbers and the lead says whether it is more than chance`(
    seed: UInt64
  ) throws {
    try Self.withTable(seed) { table, folder in
      let pair = try PairName(before: "base", after: "rl")
      var nulls: [String: RandomLogits] = [:]
      let audit = try PairAudit(of: pair, in: table)
      let forks = try #require(try ForkAudit(of: audit, in: table, nulls: &nulls))
      _ = try Report(of: [table.log], responses: [nil]).write(to: folder)
      let document = try JSONValue(
        parsing: Array(Data(contentsOf: folder.appending(path: "report.json"))))
      let section = try #require(document["sections"]?.arrayValue?.first)
      let rows = try Self.table("base → rl: were the changed", in: section)
      let overlaps = forks.authors.flatMap { author in author.overlaps.map { (author, $0) } }
      #expect(rows.count == overlaps.count)
      for (row, (author, overlap)) in zip(rows, overlaps) {
        func expect(_ name: String, _ value: Double?) {
          let cell = row[name]
          expectClose(
            cell?.doubleValue ?? cell?["value"]?.doubleValue ?? .nan, value ?? .nan,
            absolute: 1e-12, name)
        }
        #expect(row["text by"]?.stringValue == (author.name.isEmpty ? "unknown" : author.name))
        expect("JS >", overlap.margin)
        expect("changed", Double(overlap.changedCount))
        expect("forks of changed", overlap.forksAmongChanged?.value)
        expect("at most", overlap.largestPossible)
        expect("alike", overlap.matched?.share)
        expect("− alike", overlap.matched.map { 100 * $0.difference.value })
        expect("random logits", overlap.randomLogits?.share)
        expect("− random", overlap.randomLogits.map { 100 * $0.difference.value })
        expect("changed of forks", overlap.changedForks.value)
        expect("changed of others", overlap.changedOthers?.value)
        expect("still forks", author.remaining?.value)
      }
      for (row, band) in zip(
        try Self.table("base → rl: change by entropy", in: section), forks.authors[0].bands)
      {
        expectClose(row["Δ H"]?["value"]?.doubleValue ?? .nan, band.change.value, absolute: 1e-12)
        expectClose(
          row["of all JS"]?["value"]?.doubleValue ?? .nan, band.carried?.value ?? .nan,
          absolute: 1e-12)
      }
      let carried = try Self.table("base → rl: what few positions", in: section)
      expectClose(
        carried[0]["with most JS"]?["value"]?.doubleValue ?? .nan,
        forks.authors[0].carried[0].ofLargest.value, absolute: 1e-12)
      // The lead, on the page as well.
      let leads = try #require(section["leads"]?.arrayValue).compactMap(\.stringValue)
      let lead = try #require(
        leads.first { $0.contains("so many are forks (the fifth at which base is most uncertain)") }
      )
      let page = try String(contentsOf: folder.appending(path: "index.html"), encoding: .utf8)
      #expect(page.contains("so many are forks (the fifth at which base is most uncertain)"))
      let first = try #require(forks.authors.first?.overlap(margin: forks.margin)?.randomLogits)
      let words =
        switch first.difference.side(of: 0) {
        case .above: ", more than the "
        case .below: ", fewer than the "
        case .open: ", no more than random changes of logits give ("
        }
      #expect(lead.contains(words), "seed \(seed): \(lead)")
    }
  }

  @Test func `a lineage adds a table, a sentence and a figure`() throws {
    try Self.withTable(3, models: ["base", "rl", "last"]) { table, folder in
      let lineage = try Lineage(parsing: "base,rl,last")
      let steps = try StepDecomposition(of: lineage, in: table)
      var settings = AuditReport.Settings()
      settings.parts = [.answer]
      settings.lineage = lineage
      let pair = try PairName(before: "base", after: "rl")
      let report = try AuditReport(of: pair, in: table, path: "log.h5", settings: settings)
      let lines = report.lines(width: .max)
      #expect(lines.contains { $0.contains("as declared: of the first step the second undoes") })
      #expect(lines.contains { $0.contains("two steps, and what the second undoes of the first") })
      let json = try JSONValue(parsing: Array(JSONText.text(of: report).utf8))
      let schema = try JSONSchema(
        path: Places.data.appending(path: "Schemas/audit.schema.json").path)
      #expect(schema.problems(in: json) == [])
      let authors = try #require(json["steps"]?["authors"]?.arrayValue)
      #expect(authors.compactMap { $0["author"]?.stringValue } == steps.authors.map(\.name))
      for (author, expected) in zip(authors, steps.authors) {
        expectClose(
          author["reversal"]?["value"]?.doubleValue ?? .nan, expected.reversal?.value ?? .nan,
          absolute: 1e-12)
      }
      // Without a lineage there is none of it.
      settings.lineage = nil
      let plain = try AuditReport(of: pair, in: table, path: "log.h5", settings: settings)
      #expect(!plain.lines(width: .max).contains { $0.contains("undoes") })
      let set = try FigureSet(of: table, steps: steps)
      let figure = try #require(set.entries.first { $0.name == "step-quadrants" }?.figure)
      #expect(figure.panels.count == min(steps.authors.count, StepQuadrants.mostAuthors))
      for (panel, columns) in zip(figure.panels, steps.steps) {
        guard case .density(let map) = panel.series.first?.marks else {
          Issue.record("no density")
          continue
        }
        // Every position is in a bin.
        #expect(map.values.filter(\.isFinite).reduce(0, +) == Double(columns.first.count))
      }
      #expect(try !FigureSet(of: table).entries.contains { $0.name == "step-quadrants" })
      let written = try figure.write(named: "step-quadrants", to: folder)
      #expect(try Data(contentsOf: written.svg).count > 1_000)
      let page = try Report(of: [table.log], responses: [nil], lineage: lineage).write(to: folder)
      #expect(
        try String(contentsOf: page, encoding: .utf8).contains("as declared: of the first step"))
    }
  }

  @Test func `entropy and divergence of every position are drawn, and the part that are forks`()
    throws
  {
    let entropies = [0, 0.1, 0.5, 1, 2]
    let input = EntropyDivergence.Input(
      pair: PairLabel(before: "base", after: "rl"), author: "rl", entropies: entropies,
      divergences: [0, 1e-9, 0.02, 0.5, 0.003], threshold: 1)
    // 0.02 and 0.5 changed, of which one is a fork.
    #expect(input.forksAmongChanged(margin: 0.01) == 0.5)
    #expect(input.forksAmongChanged(margin: 0.6) == nil)
    let figure = try EntropyDivergence.figure([[input, input]], margin: 0.01)
    #expect(figure.panels.count == 2)
    guard case .density(let map) = figure.panels[0].series[0].marks else {
      Issue.record("no density")
      return
    }
    #expect(map.values.filter(\.isFinite).reduce(0, +) == 5)
    // Both that are below the axis stand at its lower edge.
    #expect(map.values.prefix(map.xEdges.count - 1).filter(\.isFinite).reduce(0, +) == 2)
    #expect(figure.panels[0].subtitle == "rl's texts: 50.0 %")
    #expect(throws: FigureError.self) { try EntropyDivergence.figure([], margin: 0.01) }
  }
}
