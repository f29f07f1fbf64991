import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// Every cell of every table of a report, against sums over the log's tokens by column name: two
/// columns that are swapped have each other's numbers.
@Suite struct ReportCellTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every number of report.json is the one that its column names`(seed: UInt64) throws {
    let distinct = DistinctLog(seed: seed)
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      _ = try Report(of: [log], responses: [nil]).write(to: folder)
      let data = try Data(contentsOf: folder.appending(path: "report.json"))
      let document = try JSONValue(parsing: Array(data))
      let section = try #require(document["sections"]?.arrayValue?.first)
      // Those of an audit, which name their pair, have tests of their own.
      let tables = try #require(section["tables"]?.arrayValue).filter {
        $0["title"]?.stringValue?.hasPrefix("base → rl: ") == false
      }
      #expect(tables.count == 8)
      let titles = tables.compactMap { $0["title"]?.stringValue }
      var checked = 0
      for table in tables {
        let title = try #require(table["title"]?.stringValue)
        let columns = try #require(table["columns"]?.arrayValue)
        let names = columns.compactMap { $0["name"]?.stringValue }
        let rows = try #require(table["rows"]?.arrayValue)
        for (index, row) in rows.enumerated() {
          let members = try #require(row.objectValue)
          #expect(Set(members.map(\.key)) == Set(names), "\(title)")
          let cells = ExpectedCells(distinct, title: title, row: row, index: index)
          for name in names {
            let cell = try #require(row[name])
            try Self.expect(cell, cells[name], "\(title), row \(index), \(name)")
            checked += 1
          }
        }
      }
      #expect(checked > 100 && Set(titles).count == 8)
    }
  }

  /// A cell against a number, or words; an estimate's interval holds its value.
  private static func expect(
    _ cell: JSONValue, _ expected: ExpectedCells.Value?, _ place: String
  ) throws {
    let expected = try #require(expected, "nobody computes \(place)")
    switch expected {
    case .text(let text):
      #expect((cell.stringValue ?? cell["text"]?.stringValue) == text, "\(place)")
    case .number(let number):
      let value = try #require(
        cell.doubleValue ?? cell["value"]?.doubleValue, "\(place): \(cell)")
      // A few hundred additions, in another order.
      expectClose(value, number, absolute: 1e-9, relative: 1e-12, place)
      guard let clusters = cell["clusters"]?.integerValue else { return }
      let ends = ["lower", "upper"].compactMap { cell[$0]?.doubleValue }
      guard clusters > 1 else {
        #expect(ends.isEmpty, "\(place)")
        return
      }
      // A tail beyond the largest value has no upper end.
      let isTail = place.hasSuffix("%") || place.hasSuffix("median")
      #expect(ends.count == 2 || (isTail && ends.count == 1), "\(place)")
      #expect(ends.count < 2 || (ends[0] <= value && value <= ends[1]), "\(place)")
    }
  }
}

/// The numbers of a row, computed the slow way from a log's tokens.
private struct ExpectedCells {
  enum Value {
    case number(Double)
    case text(String)
  }

  let log: DistinctLog
  let title: String
  let row: JSONValue
  let index: Int

  init(_ log: DistinctLog, title: String, row: JSONValue, index: Int) {
    (self.log, self.title, self.row, self.index) = (log, title, row, index)
  }

  typealias Token = DistinctLog.Token

  /// Whose texts the row is about.
  private var source: String? {
    row["written by"]?.stringValue.map { $0 == "unknown" ? "" : $0 }
  }

  private var model: Int { DistinctLog.models.firstIndex(of: row["model"]?.stringValue ?? "") ?? 0 }

  private var responses: [Token] {
    log.tokens.filter { token in
      token.isResponse && (source == nil || log.texts[token.text].source == source)
    }
  }

  private var tokens: [Token] { responses.filter(\.isMeasured) }

  private func mean(_ value: (Token) -> Double) -> Value {
    .number(tokens.reduce(0) { $0 + value($1) } / Double(tokens.count))
  }

  private func mean(_ column: PairColumn) -> Value {
    mean { Double($0.pair[column] ?? .nan) }
  }

  private func share(_ passes: (Token) -> Bool) -> Value { mean { passes($0) ? 1 : 0 } }

  private func quantile(_ q: Double, _ values: [Double]) -> Value {
    let sorted = values.sorted()
    let place = q * Double(sorted.count - 1)
    let (low, high) = (sorted[Int(place)], sorted[min(Int(place) + 1, sorted.count - 1)])
    return .number(low + (place - place.rounded(.down)) * (high - low))
  }

  private func meanOfMeans(_ group: (Token) -> String) -> Value {
    let groups = Dictionary(grouping: tokens, by: group).values.map { part in
      part.reduce(0) { $0 + js($1) } / Double(part.count)
    }
    return .number(groups.reduce(0, +) / Double(groups.count))
  }

  private func js(_ token: Token) -> Double {
    Double(token.pair[.jensenShannonDivergence] ?? .nan)
  }

  private func rms(_ values: [Double]) -> Value {
    .number((values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot())
  }

  private func logProbabilityError(_ token: Token, _ model: Int) -> Double {
    Double(token.replicates[model].logProbability)
      - Double(token.models[model][.logProbability] ?? .nan)
  }

  private func entropyError(_ token: Token) -> Double {
    Double(token.replicates[model].entropy) - Double(token.models[model][.entropy] ?? .nan)
  }

  private func pairError(_ token: Token) -> Double {
    logProbabilityError(token, 1) - logProbabilityError(token, 0)
  }

  private func change(_ token: Token) -> Double {
    Double(token.pair[.logProbabilityChange] ?? .nan)
  }

  subscript(name: String) -> Value? {
    switch name {
    case "pair": return .text("base → rl")
    case "written by": return .text(source?.isEmpty == true ? "unknown" : source ?? "")
    case "model" where title == "Models": return .text(DistinctLog.models[index])
    case "model": return .text(DistinctLog.models[model])
    case "architecture": return .text("A\(index)")
    case "stored as": return .text("F\(16 + index)")
    case "computed in", "first in": return .text("BF16")
    case "again in": return .text("F32")
    case "weights' digest": return .text("abc\(index)")
    case "parameters": return .number(Double(10 + index))
    default: return counts(name) ?? pairNumbers(name) ?? modelNumbers(name) ?? precision(name)
    }
  }

  private func counts(_ name: String) -> Value? {
    let texts = log.texts.indices.filter { source == nil || log.texts[$0].source == source }
    switch name {
    case "texts": return .number(Double(texts.count))
    case "response tokens": return .number(Double(responses.count))
    case "tokens per response": return .number(Double(responses.count) / Double(texts.count))
    case "correct":
      let known = texts.compactMap { log.texts[$0].isCorrect }
      return .number(Double(known.count { $0 }) / Double(known.count))
    case "measured": return .number(Double(tokens.count))
    case "not measured": return .number(Double(responses.count - tokens.count))
    default: return nil
    }
  }

  private func pairNumbers(_ name: String) -> Value? {
    switch name {
    case "JS": return mean(.jensenShannonDivergence)
    case "JS by text": return meanOfMeans { "\($0.text)" }
    case "JS by prompt": return meanOfMeans { log.texts[$0.text].promptID }
    case "JS median": return quantile(0.5, tokens.map(js))
    case "JS 99 %": return quantile(0.99, tokens.map(js))
    case "JS > 0.01": return share { js($0) > 0.01 }
    case "JS > 0.1": return share { js($0) > 0.1 }
    case "JS top 1 %":
      let sorted = tokens.map(js).sorted(by: >)
      let count = max(1, Int((Double(sorted.count) / 100).rounded()))
      return .number(sorted.prefix(count).reduce(0, +) / sorted.reduce(0, +))
    case "top token":
      return share { $0.integers[0][.topToken] != $0.integers[1][.topToken] }
    case "KL(before‖after)": return mean(.klBeforeAfter)
    case "KL(after‖before)": return mean(.klAfterBefore)
    case "TV": return mean(.totalVariationDistance)
    case "overlap": return mean(.topKOverlap)
    case "Δ log p": return mean(.logProbabilityChange)
    case "Δ p": return mean(.probabilityChange)
    case "Δ H": return mean(.entropyChange)
    case "extra mass": return mean { exp(Double($0.pair[.bucketLogMass] ?? .nan)) }
    default: return nil
    }
  }

  private func modelNumbers(_ name: String) -> Value? {
    func column(_ column: ModelColumn) -> (Token) -> Double {
      { Double($0.models[model][column] ?? .nan) }
    }
    switch name {
    case "log p": return mean(column(.logProbability))
    case "perplexity":
      guard case .number(let mean) = mean(column(.logProbability)) else { return nil }
      return .number(exp(-mean))
    case "entropy": return mean(column(.entropy))
    case "entropy median": return quantile(0.5, tokens.map(column(.entropy)))
    case "rank 1": return share { $0.integers[model][.rank] == 1 }
    default: return nil
    }
  }

  private func precision(_ name: String) -> Value? {
    let errors = tokens.map { logProbabilityError($0, model) }
    let changes = tokens.map { change($0) }
    switch name {
    case "log p mean": return mean { logProbabilityError($0, model) }
    case "log p RMS": return rms(errors)
    case "log p 99 %": return quantile(0.99, errors.map(abs))
    case "log p largest": return .number(errors.map(abs).max() ?? .nan)
    case "H RMS": return rms(tokens.map(entropyError))
    case "H largest": return .number(tokens.map { abs(entropyError($0)) }.max() ?? .nan)
    case "Δ log p RMS": return rms(changes)
    case "mean |Δ log p|": return mean { abs(change($0)) }
    case "Δ log p 99 %": return quantile(0.99, changes.map(abs))
    case "precision RMS": return rms(tokens.map(pairError))
    case "precision 99 %": return quantile(0.99, tokens.map { abs(pairError($0)) })
    case "times":
      guard case .number(let change) = rms(changes),
        case .number(let error) = rms(tokens.map(pairError))
      else { return nil }
      return .number(change / error)
    case "within":
      guard case .number(let bound) = quantile(0.99, tokens.map { abs(pairError($0)) }) else {
        return nil
      }
      return share { abs(change($0)) <= bound }
    default: return nil
    }
  }
}
