import Foundation
import JSON
import Reporting
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// What a report says first, against counts over the log's tokens.
@Suite struct HeadlineTests {
  /// Counts of one author's tokens by prompt, from which an interval follows.
  private func share(
    _ log: DistinctLog, author: String, _ passes: (DistinctLog.Token) -> Bool
  ) -> Estimate {
    var passed: [String: Double] = [:]
    var all: [String: Double] = [:]
    for token in log.tokens where token.isResponse && token.isMeasured {
      let text = log.texts[token.text]
      guard text.source == author else { continue }
      all[text.promptID, default: 0] += 1
      passed[text.promptID, default: 0] += passes(token) ? 1 : 0
    }
    let prompts = all.keys.sorted()
    return .ratio(
      prompts.map { passed[$0] ?? 0 }, over: prompts.map { all[$0] ?? 0 }, isShare: true,
      squares: passed.values.reduce(0, +))
  }

  private func expect(_ found: JSONValue?, _ expected: Estimate, _ place: String) throws {
    let found = try #require(found)
    for (key, value) in [
      ("value", expected.value), ("lower", expected.lower ?? .nan),
      ("upper", expected.upper ?? .nan),
    ] {
      let number = try #require(found[key]?.doubleValue, "\(place) \(key)")
      expectClose(number, value, absolute: 1e-12, relative: 1e-9, "\(place) \(key)")
    }
    #expect(found["clusters"]?.integerValue == Int64(expected.clusters), "\(place)")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `shares of changed positions by author, with intervals, are those of the log`(
    seed: UInt64
  ) throws {
    let distinct = DistinctLog(seed: seed)
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      _ = try Report(of: [log], responses: [nil]).write(to: folder)
      let data = try Data(contentsOf: folder.appending(path: "report.json"))
      let section = try JSONValue(parsing: Array(data))["sections"]?.arrayValue?.first
      let headline = try #require(section?["headlines"]?.arrayValue?.first)
      #expect(headline["pair"]?.stringValue == "base:rl")
      #expect(headline["threshold"]?.doubleValue == 0.01)
      let shares = try #require(headline["shares"]?.arrayValue)
      #expect(shares.map { $0["author"]?.stringValue } == ["base", "rl", ""])
      for share in shares {
        let author = share["author"]?.stringValue ?? "?"
        let expected = self.share(distinct, author: author) {
          Double($0.pair[.jensenShannonDivergence] ?? 0) > 0.01
        }
        try expect(share["share"], expected, "seed \(seed), \(author)")
      }
      // The numbers are about the texts of the model after.
      #expect(headline["measuredAuthor"]?.stringValue == "rl")
      let measures = try #require(headline["measures"]?.arrayValue)
      let another = share(distinct, author: "rl") {
        $0.integers[0][.topToken] != $0.integers[1][.topToken]
      }
      func measure(_ name: String) throws -> JSONValue? {
        try #require(measures.first { $0["name"]?.stringValue?.contains(name) == true })["estimate"]
      }
      try expect(measure("another most likely token"), another, "seed \(seed), top token")
      let own = distinct.tokens.filter {
        $0.isResponse && $0.isMeasured && distinct.texts[$0.text].source == "rl"
      }
      let values = own.map { Double($0.pair[.klAfterBefore] ?? .nan) }
      expectClose(
        try #require(try measure("KL(rl‖base)")?["value"]?.doubleValue),
        values.reduce(0, +) / Double(values.count), relative: 1e-12)
      // Total variation by prompt, of 1,000.
      let byPrompt = Dictionary(grouping: own) { distinct.texts[$0.text].promptID }.values.map {
        $0.reduce(0) { $0 + Double($1.pair[.totalVariationDistance] ?? .nan) } / Double($0.count)
      }
      expectClose(
        try #require(try measure("drawn otherwise")?["value"]?.doubleValue),
        1_000 * byPrompt.reduce(0, +) / Double(byPrompt.count), relative: 1e-12)
    }
  }

  @Test func `page, Markdown and JSON begin with the same sentence`() throws {
    try withTemporaryFolder { folder in
      let log = try DistinctLog(seed: 4).write(to: folder.appending(path: "log.h5").path)
      _ = try Report(of: [log], responses: [nil]).write(to: folder)
      func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      let json = try JSONValue(parsing: Array(text("report.json").utf8))
      let leads = try #require(json["sections"]?.arrayValue?.first?["leads"]?.arrayValue)
      let lead = try #require(leads.first?.stringValue)
      let pattern =
        /rl against base: changed by JS > 0\.01 nats at [\d.]+ % \[[\d.]+, [\d.]+\] of the positions in base's own texts, [\d.]+ % \[[\d.]+, [\d.]+\] in rl's own, [\d.]+ % \[[\d.]+, [\d.]+\] in texts of unknown origin\. In rl's own texts, \d+ positions: .*KL\(rl‖base\), mean .*/
      #expect(try pattern.wholeMatch(in: lead) != nil, "\(lead)")
      // Seven prompts are few, and the reader is told.
      #expect(leads.contains { $0.stringValue?.contains("Few prompts for some") == true })
      let sentence = try #require(lead.components(separatedBy: " In rl's own texts,").first)
      let markdown = try text("report.md")
      let escaped = sentence.replacing(/[\[\]>]/) { "\\" + $0.output }
      #expect(markdown.hasPrefix("# log.h5\n\n- " + escaped))
      let html = try text("index.html").replacing("\u{A0}", with: " ").replacing("&#39;", with: "'")
      let predicate = sentence.replacing("rl against base: ", with: "").replacing(">", with: "&gt;")
      let place = try #require(html.range(of: "<strong>rl against base</strong>: " + predicate))
      let contents = try #require(html.range(of: "<nav"))
      #expect(place.upperBound < contents.lowerBound)
      for piece in ["<dl class=\"numbers\">", "Few prompts for some", "<img "] {
        let found = try #require(html.range(of: piece), "\(piece)")
        #expect(found.upperBound < contents.lowerBound, "\(piece) is not on the first screen")
      }
    }
  }

  @Test func `of many authors the pair's own and the largest are in the sentence`() throws {
    var distinct = DistinctLog(seed: 5)
    for index in distinct.texts.indices {
      // One text by rl, two by each of ten others, the rest by the eleventh.
      let source = index == 23 ? "rl" : index < 20 ? "w\(index / 2)" : "most"
      let old = distinct.texts[index]
      distinct.texts[index] = SequenceRecord(
        id: old.id, promptID: old.promptID, sampleID: old.sampleID, source: source,
        isCorrect: old.isCorrect, tokenIDs: old.tokenIDs, responseStart: old.responseStart)
    }
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      _ = try Report(of: [log], responses: [nil]).write(to: folder)
      let markdown = try String(
        contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
      let pattern =
        /- rl against base: .* in rl's own texts, .* in most's, .* in w0's; 9 more authors, in a table below\./
      #expect(try pattern.firstMatch(in: markdown) != nil, "\(markdown.prefix(600))")
    }
  }
}
