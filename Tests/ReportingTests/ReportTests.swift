import Analysis
import Foundation
import Reporting
import RunLogs
import TestSupport
import Testing

@Suite struct ReportTests {
  /// A token that would end a tag, a string and an attribute, were it not escaped.
  private static let hostile = "\"'><script>alert(1)</script>&"

  /// Writes a log of two models and two texts whose tokens are the vocabulary in order.
  ///
  /// With a replicate, rl's log-probabilities in bf16 are 0.5 too large, base's 0.25 too small.
  private func log(
    in folder: URL, tokens: [String], compute: String = "F32", replicate: String? = nil
  ) throws -> TokenLog {
    let pair = try PairName(parsing: "base:rl")
    let model = { (name: String) in
      ModelRecord(
        name: name, folder: name, architecture: "Qwen2ForCausalLM", parameterCount: 10,
        storedTypes: ["F32"], computeType: compute, replicateType: replicate, fileDigests: [:],
        weightsDigest: "abc", tokenizerDigest: "t")
    }
    let header = TokenLogHeader(
      producer: "tokenshift", producerVersion: "0", created: "2026-01-01T00:00:00Z",
      commandLine: "tokenshift score <&>", topK: 1,
      texts: TextsRecord(
        fileName: "a.jsonl", digest: "d", lineCount: 2, isRetokenized: false,
        notDecodingBackCount: 0),
      tokenizer: TokenizerRecord(
        digest: "t", specialIDs: [], tokens: tokens.map { Array($0.utf8) }),
      models: [model("base"), model("rl")], pairs: [pair])
    let count = tokens.count
    let values = (0..<count).map { $0 == 0 ? Float.nan : Float($0) / Float(count) }
    var columns = ModelColumns()
    for column in ModelColumn.allCases { columns[column] = values.map { -$0 } + values.map { -$0 } }
    for column in [ModelColumn.entropy, .varentropy] { columns[column] = values + values }
    // Room for the replicates' errors: a log-probability isn't positive.
    columns[.logProbability] = (values + values).map { -1 - $0 }
    for column in ModelIndexColumn.allCases {
      columns[column] = Array(repeating: 1, count: 2 * count)
    }
    columns.topK = TopK(
      ids: Array(repeating: 0, count: 2 * count),
      logProbabilities: (values + values).map { -$0 },
      restLogMass: (values + values).map { -$0 })
    var after = columns
    after[.logProbability] = columns[.logProbability].map { $0 * 3 }
    columns.replicate = Self.replicate(of: columns, error: -0.25)
    after.replicate = Self.replicate(of: after, error: 0.5)
    var change = PairColumns()
    for column in PairColumn.allCases { change[column] = values + values }
    // At most ln 2.
    change[.jensenShannonDivergence] = (values + values).map { 0.8 * $0 }
    change[.bucketLogMass] = (values + values).map { $0.isNaN ? .nan : -.infinity }
    let sequences = ["base", "rl"].map { source in
      SequenceRecord(
        id: "\(source)-1", promptID: "p", source: source, isCorrect: source == "rl",
        tokenIDs: (0..<UInt32(count)).map { $0 }, responseStart: 1)
    }
    let reasons = (0..<count).map { $0 == 0 ? UnmeasuredReason.firstToken : .measured }
    let path = folder.appending(path: "small.h5").path
    let writer = try TokenLogWriter(destination: path, header: header)
    try writer.append(
      TokenLogBlock(
        sequences: sequences, unmeasured: reasons + reasons, models: [columns, after],
        pairs: [change]))
    try writer.publish()
    return try TokenLog(path: path)
  }

  private static func replicate(of columns: ModelColumns, error: Float) -> Replicate {
    Replicate(
      logProbability: columns.logProbability.map { $0 + error }, entropy: columns.entropy)
  }

  private let tokens = ["Q", " a", hostile, "\n", "é", " end"]

  @Test func `a report is whole, escaped, needs no other file, and is the same again`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens)
      let report = try Report(of: [log], responses: [nil])
      let first = folder.appending(path: "first")
      let second = folder.appending(path: "second")
      let page = try report.write(to: first)
      _ = try Report(of: [log], responses: [nil]).write(to: second)
      let html = try String(contentsOf: page, encoding: .utf8)
      #expect(html.contains("&lt;script&gt;"))
      #expect(html.contains("tokenshift score &lt;&amp;&gt;"))
      #expect(html.contains("Computed in 32 bits"))
      #expect(!html.contains("{{"))
      for reference in ["http://", "https://", "src=\"figures", "href=\"f"] {
        #expect(!html.contains(reference), "the page refers to something outside: \(reference)")
      }
      for name in ["index.html", "report.md", "tables.tex", "report.json"] {
        let bytes = try Data(contentsOf: first.appending(path: name))
        #expect(bytes == (try Data(contentsOf: second.appending(path: name))), "\(name) differs")
        #expect(!bytes.isEmpty)
      }
      let figures = try FileManager.default.contentsOfDirectory(
        atPath: first.appending(path: "figures").path)
      let drawn = Set(figures.filter { $0.hasSuffix(".svg") })
      #expect(try drawn == Set(FigureSet(of: TokenTable(log)).entries.map { $0.name + ".svg" }))
      for name in figures {
        let a = try Data(contentsOf: first.appending(path: "figures/\(name)"))
        let b = try Data(contentsOf: second.appending(path: "figures/\(name)"))
        #expect(a == b, "\(name) differs when made again")
      }
    }
  }

  @Test func `the numbers of a table are those of the log`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens)
      let report = try Report(of: [log], responses: [nil])
      _ = try report.write(to: folder)
      let markdown = try String(
        contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
      // Two texts of five measured tokens, all above 0.01; one prompt, so no interval.
      #expect(
        markdown.hasPrefix(
          "# small.h5\n\n- rl against base: changed by JS \\> 0.01 nats at 100.0 % of the positions in "
            + "base's own texts, 100.0 % in rl's own. In rl's own texts, 5 positions: "))
      #expect(
        markdown.contains(
          "KL(rl‖base), mean 0.500 nats; positions with another most likely token 0.0 %.\n"))
      #expect(markdown.contains("| rl | 1 | 5 | 5.00 | 100.0 % |"))
    }
  }

  @Test func `a log in two precisions says how far they are apart, others don't`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens, compute: "BF16", replicate: "F32")
      _ = try Report(of: [log], responses: [nil]).write(to: folder)
      func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      }
      let markdown = try text("report.md")
      let sentence =
        "Precision: products in F32 instead of BF16 move a log-probability by RMS 0.250 nats (base), "
        + "0.500 nats (rl); smaller changes are within the precision of products in BF16."
      #expect(markdown.contains("- " + sentence))
      #expect(markdown.contains("| model | architecture | stored as | computed in |"))
      #expect(markdown.contains("Computed in BF16: weights as stored times inputs rounded"))
      // The same difference at all of ten positions.
      #expect(
        markdown.contains(
          "| base | BF16 | F32 | 10 | 0 | −0.250 | 0.250 | 0.250 | 0.250 | 0 | 0 |"))
      #expect(
        markdown.contains(
          "| rl | BF16 | F32 | 10 | 0 | +0.500 | 0.500 | 0.500 | 0.500 | 0 | 0 |"))
      // Changes 1/6 … 5/6, twice: RMS √(55/180), 99 % 5/6; four of five are within 0.75.
      #expect(
        markdown.contains(
          "| base → rl | 10 | 0.553 | 0.500 | 0.833 | 0.750 | 0.750 | 0.737 | 80.0 % |"))
      let html = try text("index.html")
      #expect(html.contains(sentence))
      for name in ["index.html", "report.md", "tables.tex", "report.json"] {
        let whole = try text(name)
        #expect(whole.contains("Each model in two precisions"), "\(name)")
        #expect(whole.contains("Change beside the difference between precisions"), "\(name)")
      }
      let plain = folder.appending(path: "plain")
      try FileManager.default.createDirectory(at: plain, withIntermediateDirectories: true)
      _ = try Report(
        of: [try self.log(in: plain, tokens: tokens)], responses: [nil]
      ).write(to: plain)
      for name in ["index.html", "report.md", "tables.tex", "report.json"] {
        let whole = try text("plain/" + name)
        #expect(!whole.contains(" precision"), "\(name)")
        #expect(whole.contains("All arithmetic in 32-bit floating point"), "\(name)")
      }
    }
  }

  @Test func `several logs keep their figures apart`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens)
      let other = folder.appending(path: "other.h5")
      try FileManager.default.copyItem(atPath: log.path, toPath: other.path)
      let logs = [log, try TokenLog(path: other.path)]
      _ = try Report(of: logs, responses: [nil, nil]).write(to: folder)
      for name in ["small", "other"] {
        let svg = folder.appending(path: "figures/\(name)/probability-change.svg")
        #expect(FileManager.default.fileExists(atPath: svg.path))
      }
    }
  }
}
