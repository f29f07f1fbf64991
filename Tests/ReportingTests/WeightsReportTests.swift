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

  /// Four numbers of 16 bits and two of 32, in the last of each a unit more or not.
  private static func mixed(in folder: URL, last: UInt8) throws -> String {
    let header =
      Array(
        #"{"a.weight": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}, "#.utf8
      ) + Array(#""b.weight": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}"#.utf8)
    let numbers: [UInt8] = [0x80, 0x3F, 0x80, 0x3F, 0x80, 0x3F, 0x80 + last, 0x3F]
    let singles: [UInt8] = [0, 0, 0x80, 0x3F, last, 0, 0x80, 0x3F]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data([UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + numbers + singles)
      .write(to: folder.appending(path: "model.safetensors"))
    return folder.path
  }

  @Test func `two stored types have a histogram each, and a legend`() throws {
    let one = try WeightsFigure.figure(Self.demo.get())
    #expect(one.legend == .none && one.panels[2].note?.lines == ["BF16"])
    #expect(one.panels[2].series.map(\.name) == [nil])
    let changes = try withTemporaryFolder { folder in
      try WeightChanges(
        before: Self.mixed(in: folder.appending(path: "a"), last: 0),
        after: Self.mixed(in: folder.appending(path: "b"), last: 1))
    }
    let two = try WeightsFigure.figure(changes)
    #expect(two.legend == .above && two.panels[2].note == nil)
    #expect(two.panels[2].series.map(\.name) == ["distance in BF16", "distance in F32"])
    for series in two.panels[2].series {
      guard case .steps(_, let heights) = series.marks else {
        Issue.record("no histogram")
        continue
      }
      // Shares of the type's own weights.
      expectClose(heights.reduce(0, +), 100, absolute: 1e-10)
    }
  }
}
