import Analysis
import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

/// What `audit` prints, and its JSON.
@Suite struct AuditReportTests {
  private static func settings(
    _ parts: [AuditReport.Part] = AuditReport.Part.allCases, by order: AuditTables.Order = .moved,
    author: String? = nil
  ) -> AuditReport.Settings {
    var settings = AuditReport.Settings()
    settings.parts = parts
    settings.order = order
    settings.audit.author = author
    return settings
  }

  private static func withReport(
    _ log: DistinctLog, _ settings: AuditReport.Settings, _ body: (AuditReport) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let table = try TokenTable(log.write(to: folder.appending(path: "log.h5").path))
      let pair = try PairName(before: "base", after: "rl")
      try body(AuditReport(of: pair, in: table, path: "log.h5", settings: settings))
    }
  }

  /// Checked against the schema.
  private static func json(_ value: some Encodable, _ schema: String = "audit") throws -> JSONValue
  {
    let json = try JSONValue(parsing: Array(JSONText.text(of: value).utf8))
    let schema = try JSONSchema(
      path: Places.data.appending(path: "Schemas/\(schema).schema.json").path)
    #expect(schema.problems(in: json) == [])
    return json
  }

  /// 320 texts of 40 prompts by three authors: each token is in enough prompts.
  private static func large(_ seed: UInt64) -> DistinctLog {
    DistinctLog(seed: seed, textCount: 320, promptCount: 40)
  }

  private static func line(_ lines: [String], _ start: String) throws -> String {
    try #require(lines.first { $0.hasPrefix(start) }, "\(start)")
  }

  @Test func `all tables are of the author who is asked about, however few texts there are`() throws
  {
    var log = DistinctLog(seed: 5, textCount: 60)
    for index in log.texts.indices {
      let old = log.texts[index]
      log.texts[index] = SequenceRecord(
        id: old.id, promptID: old.promptID, sampleID: old.sampleID,
        source: index < 45 ? "w\(index / 3)" : "x\((index - 45) / 2)", isCorrect: old.isCorrect,
        tokenIDs: old.tokenIDs, responseStart: old.responseStart)
    }
    // 15 authors with three texts, 7 with two and one with one.
    try Self.withReport(log, Self.settings()) { report in
      let lines = report.lines(width: .max)
      let sentence = try Self.line(lines, "rl against base")
      #expect(sentence.hasSuffix("; 20 more authors, the largest 9 of them in a table below."))
      #expect(
        lines.contains {
          $0.hasSuffix("The 12 largest authors; 11 more are left out: audit --author has each.")
        })
      let json = try Self.json(report)
      #expect(json["authors"]?.arrayValue?.count == 12)
      #expect(json["omittedAuthors"]?.integerValue == 11)
    }
    for author in ["x7", "w2"] {
      try Self.withReport(log, Self.settings(author: author)) { report in
        let lines = report.lines(width: .max)
        let sentence = try Self.line(lines, "rl against base")
        #expect(sentence.hasSuffix(" of the positions in \(author)'s texts."))
        let rows = lines.filter { try! /(w|x)\d+ .*/.wholeMatch(in: $0) != nil }
        // One of shares, twelve of the sweep, one of moved probability; of forks one for each margin, of
        // entropy one for each band that occurs, and three of what few positions carry.
        let bands = try Self.json(report)["authors"]?.arrayValue?.first?["forks"]?["bands"]
        let count = try #require(bands?.arrayValue).count
        #expect(rows.count == 20 + count && rows.allSatisfy { $0.hasPrefix(author + " ") })
        #expect(lines.contains("\nbase → rl: tokens in \(author)'s texts"))
        #expect(!lines.contains { $0.contains("left out") && $0.contains("authors") })
        let json = try Self.json(report)
        let authors = json["authors"]?.arrayValue
        #expect(authors?.map { $0["author"]?.stringValue } == [author])
      }
    }
  }

  @Test func `a margin is carried through sentence, tables and JSON`() throws {
    var settings = Self.settings([.answer, .sweep, .tokens])
    settings.audit.margins[.divergence] = 0.05
    settings.audit.movedMargin = 0.002
    try Self.withReport(Self.large(1), settings) { report in
      let lines = report.lines(width: .max)
      #expect(try Self.line(lines, "rl against base").contains("changed by JS > 0.05 nats at "))
      let head = try #require(lines.first { $0.hasPrefix("text by  positions") })
      let names = head.matches(of: /JS > ([\d.]+)/).map { String($0.output.1) }
      #expect(names == ["0.001", "0.01", "0.05", "0.1"])
      #expect(lines.count { $0.hasPrefix("rl  ") && $0.contains(" JS ") } == 4)
      let json = try Self.json(report)
      #expect(json["answer"]?.stringValue?.contains("JS > 0.05 nats") == true)
      let margins = [0.001, 0.01, 0.05, 0.1]
      let measure = json["measures"]?["js"]
      #expect(measure?["margins"]?.arrayValue?.map(\.doubleValue) == margins)
      #expect(measure?["margin"]?.doubleValue == 0.05)
      #expect(
        json["movedMargins"]?.arrayValue?.map(\.doubleValue) == [0.000_3, 0.001, 0.002, 0.003])
      for author in json["authors"]?.arrayValue ?? [] {
        let shares = author["shares"]?["js"]?.arrayValue
        #expect(shares?.map { $0["margin"]?.doubleValue } == margins)
        let tokens = author["tokens"]
        #expect(tokens?["counts"]?["js"]?.arrayValue?.count == 4)
        let means = (tokens?["groups"]?.arrayValue ?? []).compactMap { $0["means"]?["js"] }
        #expect(!means.isEmpty)
        for mean in means {
          #expect(mean["verdicts"]?.arrayValue?.count == 4)
          #expect(mean["verdicts"]?.arrayValue?[2] == mean["verdict"])
        }
      }
    }
  }

  @Test(arguments: [
    (AuditTables.Order.js, "JS"), (.dlogp, "Δ log p"), (.dprob, "Δ p"), (.dH, "Δ H"),
  ])
  func `a narrow table keeps the verdict that it is ordered by`(
    order: AuditTables.Order, name: String
  ) throws {
    var settings = Self.settings([.tokens], by: order)
    settings.limit = 3
    try Self.withReport(Self.large(2), settings) { report in
      let lines = report.lines(width: 80)
      let heads = lines.filter { $0.hasPrefix("token") && $0.contains("verdict") }
      #expect(heads.count == 3)
      for head in heads { #expect(head.contains("\(name) verdict"), "\(head)") }
    }
  }

  @Test func `captions are printed, in lines as wide as the terminal`() throws {
    var settings = Self.settings(by: .js)
    settings.limit = 3
    try Self.withReport(Self.large(3), settings) { report in
      let lines = report.lines(width: 80)
      let start = try #require(lines.firstIndex { $0.hasPrefix("\nbase → rl: tokens in rl's") })
      let end = try #require(lines[start...].firstIndex { $0.hasPrefix("token ") })
      let caption = lines[(start + 1)..<end]
      #expect(caption.allSatisfy { $0.count <= 80 } && caption.count > 1)
      let sentences = lines.prefix { !$0.hasPrefix("\n") } + lines.reversed().prefix { !$0.isEmpty }
      #expect(sentences.allSatisfy { $0.count <= 80 } && sentences.count > 8)
      let text = caption.joined(separator: " ")
      #expect(
        try
          /The first 3 of 8, by size in the even half of the prompts\. .*Of \d+ that the even half alone calls changed, the odd half confirms \d+\./
          .wholeMatch(in: text) != nil, "\(text)")
      let all = lines.joined(separator: " ")
      for part in [
        "temperature 1 from the whole distribution.",
        "Moved probability is from the 3 most likely tokens of each position.",
        "JS: Not calibrated: computed in BF16", "Δ log p, Δ p, Δ H: Computed in BF16, and each",
        "Of those called changed at most 5 % are expected",
      ] {
        #expect(all.components(separatedBy: part).count == 2, "\(part)")
      }
      let moved = try Self.json(report)["authors"]?.arrayValue?.first?["movedMass"]
      #expect(moved?["isExact"]?.boolValue == false && moved?["net"] == nil)
      #expect(
        moved?["basisSentence"]?.stringValue?.hasPrefix("Moved probability is from the 3") == true)
      #expect(moved?["confirmed"]?.arrayValue?.count == 2)
    }
    // What no list is printed of has no rates.
    for (log, parts) in [
      (Self.large(3), [AuditReport.Part.answer]), (DistinctLog(seed: 3), [.tokens]),
    ] {
      try Self.withReport(log, Self.settings(parts)) { report in
        let text = report.lines(width: 80).joined(separator: " ")
        #expect(!text.contains("called changed at most"))
      }
    }
  }

  @Test func `a text's JSON has the numbers that its verdicts are on`() throws {
    var log = DistinctLog(seed: 4)
    log.calm()
    log.replicatedTexts = Set(0..<20)
    try withTemporaryFolder { folder in
      let table = try TokenTable(log.write(to: folder.appending(path: "log.h5").path))
      let verdicts = try PositionVerdicts(of: PairName(before: "base", after: "rl"), in: table)
      for text in [2, 22] {
        let report = try TextReport(
          ofText: text, verdicts, in: table, margins: [.probability: 0.02])
        let json = try Self.json(report, "audit-text")
        #expect(json["measures"]?["dprob"]?["margin"]?.doubleValue == 0.02)
        let positions = try #require(json["positions"]?.arrayValue)
        let own = log.tokens.filter { $0.text == text }
        #expect(positions.count == own.count)
        for (position, token) in zip(positions, own) {
          let change = position["changes"]?["dprob"]
          guard token.isMeasured else {
            #expect(change == nil)
            continue
          }
          let exact = token.replicates.map { exp(Double($0.logProbability)) }
          let expected =
            text == 2 ? exact[1] - exact[0] : Double(token.pair[.probabilityChange] ?? .nan)
          let value = try #require(change?["value"]?.doubleValue)
          expectClose(value, expected, absolute: 1e-7)
          let half = try #require(change?["halfWidth"]?.doubleValue)
          #expect((half == Double(Float(1e-4))) == (text == 2))
          let verdict =
            abs(value) - half > 0.02
            ? "changed" : abs(value) + half < 0.02 ? "unchanged" : "undecidable"
          #expect(change?["verdict"]?.stringValue == verdict)
          #expect(position["entropyChange"] == position["changes"]?["dH"]?["value"])
          #expect(position["divergence"] == position["changes"]?["js"]?["value"])
        }
      }
    }
  }

  @Test func `a report's examples have the same numbers as a text's JSON`() throws {
    let distinct = DistinctLog(seed: 4)
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      _ = try Report(of: [log], responses: [[2]]).write(to: folder)
      let data = try Data(contentsOf: folder.appending(path: "report.json"))
      let json = try JSONValue(parsing: Array(data))
      let schema = try JSONSchema(
        path: Places.data.appending(path: "Schemas/report.schema.json").path)
      #expect(schema.problems(in: json) == [])
      let example = json["sections"]?.arrayValue?.first?["examples"]?.arrayValue?.first
      let table = try TokenTable(log)
      let pair = try PairName(before: "base", after: "rl")
      let report = try TextReport(
        ofText: 2, PositionVerdicts(of: pair, in: table), in: table)
      #expect(example?["changes"]?.arrayValue == [try Self.json(report, "audit-text")])
    }
  }
}
