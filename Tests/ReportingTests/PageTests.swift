import Analysis
import Crypto
import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// The page: inert whatever the log says, and its data are the log's.
@Suite struct PageTests {
  // MARK: Data

  @Test func `the numbers of single tokens are the log's`() throws {
    let distinct = DistinctLog(seed: 11)
    let chosen = [0, 5, 23]
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      let page = try Report(of: [log], responses: [chosen]).write(to: folder)
      let html = try String(contentsOf: page, encoding: .utf8)
      let blocks = try html.matches(
        of: /<script type="application\/json"(?: class="names")?>(.*?)<\/script>/
      ).map { try JSONValue(parsing: Array($0.output.1.utf8)) }
      #expect(blocks.count == 4)
      let names = blocks[0]
      let models = names["models"]?.arrayValue?.map(\.stringValue)
      #expect(models == ["base", "rl"])
      #expect(names["pairs"]?.arrayValue?.first?.arrayValue?.first?.stringValue == "base → rl")
      for (text, block) in zip(chosen, blocks.dropFirst()) {
        try check(block, names, distinct.tokens.filter { $0.text == text })
      }
    }
  }

  private func check(
    _ block: JSONValue, _ names: JSONValue, _ tokens: [DistinctLog.Token]
  ) throws {
    let vocabulary = try #require(names["tokens"]?.arrayValue).map { $0.stringValue ?? "" }
    func column(_ part: JSONValue, _ key: String) throws -> [JSONValue] {
      let values = try #require(part[key]?.arrayValue)
      #expect(values.count == (key == "t" ? 6 : 1) * tokens.count, "\(key)")
      return values
    }
    let ids = try column(block, "tokens").map { vocabulary[Int($0.integerValue ?? -1)] }
    #expect(
      ids == tokens.map { String(decoding: [UInt8(ascii: "a") + UInt8($0.id)], as: UTF8.self) })
    for (model, part) in try #require(block["models"]?.arrayValue).enumerated() {
      let (l, r, h) = (try column(part, "l"), try column(part, "r"), try column(part, "h"))
      let top = try column(part, "t")
      for (index, token) in tokens.enumerated() {
        guard token.isMeasured else {
          #expect(l[index] == .null && h[index] == .null && top[6 * index + 1] == .null)
          continue
        }
        let columns = token.models[model]
        expectClose(
          l[index].doubleValue ?? .nan, Double(columns[.logProbability] ?? 0), relative: 5e-5)
        expectClose(h[index].doubleValue ?? .nan, Double(columns[.entropy] ?? 0), relative: 5e-4)
        #expect(r[index].integerValue == Int64(token.integers[model][.rank] ?? 0))
        let shown = (0..<3).map { place in
          (
            vocabulary[Int(top[6 * index + 2 * place].integerValue ?? -1)],
            top[6 * index + 2 * place + 1].integerValue
          )
        }
        #expect(shown.map(\.0) == ["a", "b", "c"] && shown.map(\.1) == [1_000, 2_000, 3_000])
      }
    }
  }

  // MARK: Inert

  private static let hostile =
    VisibleTextTests.hostile + [
      "</script><script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "<!--", "{{{log}}}",
      "&lt;b&gt;", "`${alert(1)}`", "javascript:alert(1)", "]]>", "\u{FFFE}",
      String(repeating: "x", count: 100_000),
    ]

  /// A log all of whose names and tokens are hostile.
  private func hostileLog(in folder: URL) throws -> TokenLog {
    var distinct = DistinctLog(seed: 3)
    distinct.vocabulary = (0..<8).map { index in
      Array(Self.hostile[(index * 3) % Self.hostile.count].utf8)
    }
    distinct.models = ["<b>a", "\"' onload `x"]
    for index in distinct.texts.indices {
      let old = distinct.texts[index]
      let word = Self.hostile[index % Self.hostile.count]
      distinct.texts[index] = SequenceRecord(
        id: word, promptID: old.promptID, sampleID: old.sampleID, source: word,
        isCorrect: old.isCorrect, tokenIDs: old.tokenIDs, responseStart: old.responseStart)
    }
    return try distinct.write(to: folder.appending(path: "<i>&\"'.h5").path)
  }

  @Test func `nothing from a log becomes markup, a script or a direction`() throws {
    try withTemporaryFolder { folder in
      let log = try hostileLog(in: folder)
      let page = try Report(of: [log], responses: [Array(0..<24)]).write(to: folder)
      try expectInert(String(contentsOf: page, encoding: .utf8))
      let texts = try ColouredTextPage(of: TokenTable(log)).html
      #expect(texts.matches(of: /<article\s/).count == 24)
      try expectInert(texts)
    }
  }

  private func expectInert(_ html: String) throws {
    try InertPage.expect(html) { VisibleText.isSteering($0) }
  }

  @Test func `the policy lets only the page's own script and style run`() throws {
    try withTemporaryFolder { folder in
      let log = try DistinctLog(seed: 2).write(to: folder.appending(path: "log.h5").path)
      let page = try Report(of: [log], responses: [nil]).write(to: folder)
      try expectPolicy(String(contentsOf: page, encoding: .utf8))
      try expectPolicy(ColouredTextPage(of: TokenTable(log), texts: ["t3", "t1", "t2"]).html)
    }
  }

  /// Of a page of three texts.
  private func expectPolicy(_ html: String) throws {
    let policy = try #require(
      try /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.firstMatch(in: html))
    #expect(policy.output.1.hasPrefix("default-src 'none'; img-src data:; "))
    #expect(!policy.output.1.contains("unsafe"))
    let style = try #require(try /<style>(.*?)<\/style>/.dotMatchesNewlines().firstMatch(in: html))
    let script = try #require(
      try /<script id="[a-z-]+">(.*?)<\/script>/.dotMatchesNewlines().firstMatch(in: html))
    for (kind, text) in [("style", style.output.1), ("script", script.output.1)] {
      let digest = Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
      #expect(policy.output.1.contains("\(kind)-src 'sha256-\(digest)'"))
    }
    #expect(!html.contains("style=\"") && !html.contains("innerHTML"))
    // What the template must not escape is escaped before.
    #expect(html.matches(of: #/<script\s/#).count == 5)
  }

  @Test func `every entry of the contents leads somewhere, and no place has two names`() throws {
    try withTemporaryFolder { folder in
      let log = try hostileLog(in: folder)
      let page = try Report(of: [log, log], responses: [nil, nil])
        .write(to: folder)
      let html = try String(contentsOf: page, encoding: .utf8)
      let ids = html.matches(of: #/\sid="([^"]*)"/#).map { String($0.output.1) }
      #expect(Set(ids).count == ids.count)
      let links = html.matches(of: ##/\s(?:href="#|aria-labelledby=")([^"]*)"/##).map {
        String($0.output.1)
      }
      #expect(links.count > 30 && Set(links).isSubset(of: Set(ids)))
    }
  }
}
