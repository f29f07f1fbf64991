import Foundation
import Reporting
import RunLogs
import TestSupport
import Testing

@Suite struct ReportTests {
  /// A token that would end a tag, a string and an attribute, were it not escaped.
  private static let hostile = "\"'><script>alert(1)</script>&"

  /// Writes a log of two models and two texts whose tokens are the vocabulary in order.
  private func log(in folder: URL, tokens: [String]) throws -> TokenLog {
    let pair = try PairName(parsing: "base:rl")
    let model = { (name: String) in
      ModelRecord(
        name: name, folder: name, architecture: "Qwen2ForCausalLM", parameterCount: 10,
        storedTypes: ["F32"], computeType: "F32", fileDigests: [:], weightsDigest: "abc",
        tokenizerDigest: "t")
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
    for column in ModelIndexColumn.allCases {
      columns[column] = Array(repeating: 1, count: 2 * count)
    }
    columns.topK = TopK(
      ids: Array(repeating: 0, count: 2 * count),
      logProbabilities: values + values, restLogMass: values + values)
    var after = columns
    after[.logProbability] = columns[.logProbability].map { $0 * 3 }
    var change = PairColumns()
    for column in PairColumn.allCases { change[column] = values + values }
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

  private let tokens = ["Q", " a", hostile, "\n", "é", " end"]

  @Test func `a report is whole, escaped, needs no other file, and is the same again`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens)
      let report = try Report(of: [log], responses: [nil], minimumCount: 1)
      let first = folder.appending(path: "first")
      let second = folder.appending(path: "second")
      let page = try report.write(to: first)
      _ = try Report(of: [log], responses: [nil], minimumCount: 1).write(to: second)
      let html = try String(contentsOf: page, encoding: .utf8)
      #expect(!html.contains("<script"))
      #expect(html.contains("&lt;script&gt;"))
      #expect(html.contains("tokenshift score &lt;&amp;&gt;"))
      #expect(html.contains("Not calibrated"))
      #expect(!html.contains("{{"))
      for reference in ["http://", "https://", "src=\"figures", "href="] {
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
      #expect(drawn.count == 6)
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
      let report = try Report(of: [log], responses: [nil], minimumCount: 1)
      _ = try report.write(to: folder)
      let markdown = try String(
        contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
      // Two texts of five measured tokens, values 1/6 … 5/6: mean 0.5, all above 0.1.
      #expect(
        markdown.contains("base → rl: mean JS 0.500 nats, above 0.1 at 100.0 % of 10 positions"))
      #expect(markdown.contains("| rl | 1 | 5 | 5.00 | 100.0 % |"))
    }
  }

  @Test func `several logs keep their figures apart`() throws {
    try withTemporaryFolder { folder in
      let log = try log(in: folder, tokens: tokens)
      let other = folder.appending(path: "other.h5")
      try FileManager.default.copyItem(atPath: log.path, toPath: other.path)
      let logs = [log, try TokenLog(path: other.path)]
      _ = try Report(of: logs, responses: [nil, nil], minimumCount: 1).write(to: folder)
      for name in ["small", "other"] {
        let svg = folder.appending(path: "figures/\(name)/probability-change.svg")
        #expect(FileManager.default.fileExists(atPath: svg.path))
      }
    }
  }
}
