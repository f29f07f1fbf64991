import Foundation
import JSON
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

@Suite struct TableExportTests {
  private func rows(
    _ name: LogTable, of path: String, pair: PairName? = nil, author: String? = nil
  ) throws -> [[String: String]] {
    let export = try TableExport(
      name, of: ExportSource(path: path), pair: pair, author: author)
    var bytes: [UInt8] = []
    let count = try export.write(as: .csv) { bytes += $0 }
    let lines = slowlyReadCSV(String(decoding: bytes, as: UTF8.self))
    #expect(lines.count == count + 1 && lines[0] == export.names)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  /// A field of the report: null, number, word or estimate.
  private func expect(
    _ row: [String: String], _ name: String, is cell: JSONValue?, _ place: String
  ) {
    func number(_ key: String) -> Double? { cell?[key]?.doubleValue }
    if let value = cell?["value"] {
      #expect(row[name].flatMap(Double.init) == value.doubleValue, "\(place), \(name)")
      for part in ["lower", "upper", "level"] {
        #expect(row["\(name) \(part)"].flatMap(Double.init) == number(part), "\(place), \(part)")
      }
      for part in ["clusters", "observations"] {
        #expect(row["\(name) \(part)"].flatMap(Double.init) == number(part), "\(place), \(part)")
      }
      #expect(row["\(name) method"] == cell?["method"]?.stringValue, "\(place)")
    } else if let text = cell?.stringValue {
      #expect(row[name] == text, "\(place), \(name)")
    } else {
      #expect(row[name].flatMap(Double.init) == cell?.doubleValue, "\(place), \(name)")
    }
  }

  @Test func `the report's tables have the numbers of report.json`() throws {
    try withTemporaryFolder { folder in
      var distinct = DistinctLog(seed: 3)
      distinct.calm()
      let path = folder.appending(path: "log.h5").path
      let log = try distinct.write(to: path)
      _ = try Report(of: [log], responses: [nil]).write(to: folder.appending(path: "report"))
      let data = try Data(contentsOf: folder.appending(path: "report/report.json"))
      let section = try #require(JSONValue(parsing: Array(data))["sections"]?.arrayValue?.first)
      var left = try #require(section["tables"]?.arrayValue)
      let names: [LogTable] = [
        .answer, .forks, .entropy, .carried, .moved, .estimators, .models, .texts, .divergence,
        .change,
        .precision, .precisionChange, .changeByAuthor, .modelsByAuthor,
      ]
      var checked = 0
      for name in names {
        let found = try rows(name, of: path)
        // In the report's order.
        let table = left.removeFirst()
        let expected = try #require(table["rows"]?.arrayValue)
        #expect(found.count == expected.count, "\(name)")
        for (row, wanted) in zip(found, expected) {
          for cell in wanted.objectValue ?? [] {
            expect(row, cell.key, is: cell.value, name.rawValue)
            checked += 1
          }
        }
      }
      #expect(left.isEmpty && checked > 200)
    }
  }

  @Test func `an author's rows say whose they are`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      _ = try DistinctLog(seed: 3).write(to: path)
      for name in [LogTable.tokens, .kinds] {
        let all = try rows(name, of: path)
        #expect(Set(all.compactMap { $0["author"] }) == ["base", "rl", ""], "\(name)")
        let one = try rows(name, of: path, author: "rl")
        #expect(one.count == all.count { $0["author"] == "rl" } && !one.isEmpty)
      }
      let tokens = try rows(.tokens, of: path, pair: PairName(parsing: "base:rl"))
      // Eight tokens, each with its text beside its id.
      for row in tokens {
        let id = try #require(row["token id"].flatMap(UInt8.init))
        #expect(row["token"] == String(UnicodeScalar(UInt8(ascii: "a") + id)))
      }
    }
  }

  @Test func `what there isn't is refused`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      _ = try DistinctLog(seed: 3).write(to: path)
      let pair = try PairName(parsing: "base:sft")
      func refusal(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return ""
      }
      #expect(refusal { _ = try LogTable(named: "js") }.contains("answer, sweep, moved"))
      #expect(refusal { _ = try rows(.tokens, of: path, pair: pair) }.contains("only base:rl"))
      #expect(refusal { _ = try rows(.change, of: path, pair: pair) }.contains("--pair"))
      #expect(refusal { _ = try rows(.answer, of: path, author: "rl") }.contains("--author"))
      // Seven prompts are too few for any two tokens in a row.
      #expect(refusal { _ = try rows(.grams, of: path) }.contains("no rows for the table grams"))
      #expect(refusal { _ = try rows(.kinds, of: path, author: "x") }.contains("only by base"))
      let training = Places.fixture("runlogs/training-log-2.0.h5")
      #expect(refusal { _ = try rows(.models, of: training) }.contains("of token logs"))
    }
  }
}
