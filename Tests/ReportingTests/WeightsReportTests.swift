import Foundation
import JSON
import Plotting
import Reporting
import TestSupport
import Testing
import WeightChanges

struct WeightsReportTests {
  private static let demo = Result {
    try WeightChanges(
      before: Places.data.appending(path: "demo/base").path,
      after: Places.data.appending(path: "demo/rl").path)
  }

  @Test(arguments: WeightsReport.Grouping.allCases)
  func `the demo's change reads as recorded`(grouping: WeightsReport.Grouping) throws {
    let lines = try WeightsReport(Self.demo.get(), by: grouping).lines(width: 80)
    // Folders' paths are this machine's.
    let text = lines.joined(separator: "\n").replacing(Places.data.path, with: "Data") + "\n"
    try expectGolden(text, "weights/demo-rl-\(grouping.rawValue).txt")
  }

  @Test func `tables have no line beyond the width but for paths`() throws {
    for grouping in WeightsReport.Grouping.allCases {
      for line in try WeightsReport(Self.demo.get(), by: grouping).lines(width: 80)
      where !line.contains("/demo/") { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test func `JSON's layers and kinds add up to the whole`() throws {
    let text = try JSONText.text(of: WeightsReport(Self.demo.get(), by: .kind))
    let value = try JSONValue(parsing: Array(text.utf8))
    func sum(_ key: String, _ count: String) throws -> Int64 {
      try #require(value[key]?.arrayValue).reduce(0) {
        $0 + ($1["totals"]?[count]?.integerValue ?? 0)
      }
    }
    for count in ["weights", "changed"] {
      let whole = try #require(value["whole"]?["totals"]?[count]?.integerValue)
      #expect(whole > 100_000)
      for key in ["layers", "kinds", "tensors"] { try #expect(sum(key, count) == whole) }
    }
  }

  @Test func `the figure's maps hold each kind's share and relative change`() throws {
    let changes = try Self.demo.get()
    let figure = try WeightsFigure.figure(changes)
    let maps = figure.panels.compactMap { panel -> DensityMap? in
      guard case .density(let map)? = panel.series.first?.marks else { return nil }
      return map
    }
    let layers = Set(changes.tensors.map(\.layer)).count
    let kinds = changes.byKind.count
    #expect(maps.count == 2 && maps.allSatisfy { $0.values.count == layers * kinds })
    // The first kind is on top, and the first column is of no layer: the embedding.
    let embedding = try #require(changes.byKind.first)
    #expect(maps[0].values[(kinds - 1) * layers] == (embedding.totals.changedShare ?? 0) * 100)
    #expect(maps[1].values[(kinds - 1) * layers] == embedding.totals.relativeChange)
    // A layer's matrix and bias are one cell.
    let query = changes.tensors.filter { $0.kind == .query && $0.layer == 0 }
      .reduce(into: WeightTotals()) { $0.add($1.totals) }
    #expect(maps[1].values[(kinds - 2) * layers + 1] == query.relativeChange)
    guard case .steps(_, let heights)? = figure.panels[2].series.first?.marks else {
      Issue.record("no histogram")
      return
    }
    // Shares of all weights, in percent, rounded a few times.
    expectClose(heights.reduce(0, +), 100, absolute: 1e-10)
  }
}
