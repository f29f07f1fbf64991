import Analysis
import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// Verdicts on the pages: letters, half-widths and counts are those of the log's numbers.
@Suite struct VerdictPageTests {
  /// The page's numbers of texts: what is common, then each text's.
  private func blocks(_ html: String) throws -> [JSONValue] {
    try html.matches(
      of: /<script type="application\/json"(?: class="names")?>(.*?)<\/script>/
    ).map { try JSONValue(parsing: Array($0.output.1.utf8)) }
  }

  /// The change and the half-width of a measure, from the numbers that the log was made of.
  private func expected(
    _ key: String, _ token: DistinctLog.Token, isReplicated: Bool
  ) -> (change: Double, halfWidth: Double) {
    func column(_ model: Int, _ column: ModelColumn) -> Double {
      Double(token.models[model][column] ?? 0)
    }
    let top = [-1.0, -2, -3]
    guard key != "js" else {
      let c = top.reduce(0) { $0 + exp(2 * $1) }
      return (Double(token.pair[.jensenShannonDivergence] ?? 0), 0.3 * (c * (1 - c)).squareRoot())
    }
    if isReplicated {
      let (a, b) = (token.replicates[0], token.replicates[1])
      let (p, q) = (Double(a.logProbability), Double(b.logProbability))
      let change =
        switch key {
        case "l": q - p
        case "p": exp(q) - exp(p)
        default: Double(b.entropy) - Double(a.entropy)
        }
      return (change, 1e-4)
    }
    let scales = (0..<2).map { model in
      let (log, h) = (column(model, .logProbability), column(model, .entropy))
      let others = top.enumerated().filter { $0.offset != Int(token.id) }
        .reduce(0) { $0 + exp(2 * $1.element) }
      let s = (pow(1 - exp(log), 2) + others).squareRoot()
      let u = top.reduce(0) { $0 + exp(2 * $1) * pow($1 + h, 2) }.squareRoot()
      return key == "l" ? s : key == "p" ? exp(log) * s : u
    }
    let name: PairColumn =
      key == "l" ? .logProbabilityChange : key == "p" ? .probabilityChange : .entropyChange
    return (Double(token.pair[name] ?? 0), 0.3 * hypot(scales[0], scales[1]))
  }

  private func letter(_ key: String, _ change: Double, _ halfWidth: Double, _ margin: Double)
    -> Character
  {
    let (size, edge) = key == "js" ? (sqrt(change), sqrt(margin)) : (abs(change), margin)
    return size - halfWidth > edge ? "c" : size + halfWidth < edge ? "u" : "?"
  }

  @Test func `letters and half-widths are those of the log's numbers`() throws {
    var distinct = DistinctLog(seed: 11)
    // Too few for learning anything, so that other texts have the prior's half-widths.
    distinct.replicatedTexts = [0, 1, 2]
    distinct.calm()
    let chosen = [0, 5, 23]
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      let table = try TokenTable(log)
      let page = try ColouredTextPage(of: table, texts: chosen.map { "t\($0)" })
      let report = try Report(of: [log], responses: [chosen]).write(to: folder)
      let all = try blocks(page.html)
      let texts = all.dropFirst()
      let ofReport = try blocks(String(contentsOf: report, encoding: .utf8))
      #expect(texts.elementsEqual(ofReport.dropFirst()))
      let known = try PositionVerdicts(of: log.firstPair(), in: table)
      let measures = try #require(all[0]["measures"]?.arrayValue)
      #expect(measures.map { $0["key"]?.stringValue } == ["p", "l", "h", "js"])
      var seen: Set<Character> = []
      for measure in measures {
        let key = try #require(measure["key"]?.stringValue)
        let margin = try #require(measure["margin"]?.doubleValue)
        #expect(margin == (["p", "js"].contains(key) ? 0.01 : 0.1))
        for (text, block) in zip(chosen, texts) {
          let column = try #require(block["pairs"]?.arrayValue?.first?[key])
          let values = try #require(column["x"]?.arrayValue)
          let letters = Array(try #require(column["v"]?.stringValue))
          let tokens = distinct.tokens.filter { $0.text == text }
          #expect(values.count == tokens.count && letters.count == tokens.count)
          seen.formUnion(letters)
          for (index, token) in tokens.enumerated() {
            let shown = column["e"]?.arrayValue?[index] ?? column["e"] ?? .null
            guard token.isMeasured else {
              #expect(letters[index] == "-" && values[index] == .null)
              continue
            }
            let (change, halfWidth) = expected(key, token, isReplicated: text == 0)
            expectClose(values[index].doubleValue ?? .nan, change, relative: 1e-3)
            expectClose(shown.doubleValue ?? .nan, halfWidth, relative: 0.051)
            #expect(letters[index] == letter(key, change, halfWidth, margin), "\(key) \(index)")
            let row = log.tokens(ofSequence: text).lowerBound + index
            let asked: PositionMeasure =
              ["p": .probability, "l": .logProbability, "h": .entropy][key] ?? .divergence
            #expect(
              String(letters[index])
                == TextNumbers.letter(known.verdict(asked, at: row, margin: margin)))
          }
        }
      }
      #expect(seen == ["c", "u", "?", "-"])
    }
  }

  @Test func `another margin gives other letters, and the page says which`() throws {
    try withTemporaryFolder { folder in
      let log = try DistinctLog(seed: 4).write(to: folder.appending(path: "log.h5").path)
      let html = try ColouredTextPage(
        of: TokenTable(log), texts: ["t1"], margins: [.logProbability: 1_000]
      ).html
      let all = try blocks(html)
      #expect(all[0]["measures"]?.arrayValue?[1]["margin"]?.doubleValue == 1_000)
      let letters = all[1]["pairs"]?.arrayValue?.first?["l"]?["v"]?.stringValue ?? ""
      #expect(Set(letters) == ["u", "-"])
      #expect(html.contains("Verdict of Δ log p at each token, margin 1000.0 nats:"))
    }
  }

  @Test func `a text's caption counts the verdicts on its response, and the basis is said`() throws
  {
    var distinct = DistinctLog(seed: 8)
    distinct.calm()
    // With all texts it would be exact.
    distinct.replicatedTexts = Set(0..<23)
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      let html = try ColouredTextPage(of: TokenTable(log), texts: ["t2"]).html
      var counts: [Character: Int] = [:]
      for token in distinct.tokens where token.text == 2 && token.isResponse {
        guard token.isMeasured else {
          counts["-", default: 0] += 1
          continue
        }
        let (change, halfWidth) = expected("p", token, isReplicated: true)
        counts[letter("p", change, halfWidth, 0.01), default: 0] += 1
      }
      #expect((counts["c"] ?? 0) > 0 && (counts["u"] ?? 0) > 0 && (counts["-"] ?? 0) > 0)
      #expect(
        html.contains(
          "<span class=\"count\">Δ p at margin 0.01: \(counts["c"] ?? 0) changed, "
            + "\(counts["u"] ?? 0) unchanged, \(counts["?"] ?? 0) undecidable, "
            + "\(counts["-"] ?? 0) not measured</span>"))
      let keys = html.matches(of: /data-measure="verdict-([a-z]+)"([^§]*?)<\/p>/)
      #expect(keys.map { String($0.output.1) } == ["js", "l", "p", "h"])
      // JS is in one precision only, the rest in two.
      #expect(keys[0].output.2.contains("base → rl: Not calibrated: computed in BF16"))
      #expect(keys[1].output.2.contains("base → rl: Computed in BF16, calibrated at only "))
    }
  }

  @Test(arguments: ["rl", "base", ""])
  func `a page of one author has that author's texts`(author: String) throws {
    let distinct = DistinctLog(seed: 6)
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      let table = try TokenTable(log)
      let own = distinct.texts.indices.filter { distinct.texts[$0].source == author }
      #expect(ColouredTextPage.defaultTexts(in: table, author: author) == own)
      let html = try ColouredTextPage(of: table, author: author).html
      let count = own.reduce(0) { $0 + distinct.texts[$1].tokenIDs.count }
      #expect(html.contains("\(own.count) texts, \(count) tokens"))
      let name = author.isEmpty ? "unknown authors" : author
      #expect(html.contains("Texts by \(name), in the log"))
    }
  }

  @Test func `the page lists every key that its script knows`() throws {
    try withTemporaryFolder { folder in
      let log = try DistinctLog(seed: 2).write(to: folder.appending(path: "log.h5").path)
      let html = try ColouredTextPage(of: TokenTable(log)).html
      let script = try #require(
        try /<script id="[a-z-]+">(.*?)<\/script>/.dotMatchesNewlines().firstMatch(in: html))
      var known = Set(
        script.output.1.matches(of: /\n\s+(?:"([^"]+)"|(\w+)): \(\) =>/).map {
          String($0.output.1 ?? $0.output.2 ?? "")
        })
      known.formUnion(
        script.output.1.matches(of: /event\.key === "([^"]+)"/).map { String($0.output.1) })
      let words = [
        "←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Space": " ",
        "V": "v",
      ]
      let listed = html.matches(of: /<kbd>([^<]+)<\/kbd>/).map { String($0.output.1) }
      #expect(Set(listed.map { words[$0] ?? $0 }) == known)
      #expect(listed.count == 15)
    }
  }

  @Test func `texts are of each author in turn, up to the page's tokens`() throws {
    let distinct = DistinctLog(seed: 5)
    try withTemporaryFolder { folder in
      let table = try TokenTable(distinct.write(to: folder.appending(path: "log.h5").path))
      let sources = distinct.texts.map(\.source)
      let texts = ColouredTextPage.defaultTexts(in: table, mostTokens: 200)
      var first: [String] = []
      for source in sources where !first.contains(source) { first.append(source) }
      #expect(texts.prefix(3).map { sources[$0] } == first)
      for source in first {
        let own = texts.filter { sources[$0] == source }
        #expect(own == Array(sources.indices.filter { sources[$0] == source }.prefix(own.count)))
      }
      let sizes = texts.map { distinct.texts[$0].tokenIDs.count }
      #expect(sizes.reduce(0, +) <= 200 && sizes.reduce(0, +) > 160)
      #expect(ColouredTextPage.defaultTexts(in: table, mostTokens: 1).count == 1)
      #expect(ColouredTextPage.defaultTexts(in: table).sorted() == Array(0..<24))
    }
  }
}
