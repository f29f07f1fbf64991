import Foundation
import JSON
import Reporting
import RunLogs
import TestSupport
import Testing

@Suite struct ColumnExportTests {
  private static let fixture = Places.fixture("runlogs/export.h5")

  private func source() throws -> ExportSource { try ExportSource(path: Self.fixture) }

  private func export(
    _ columns: [String]? = nil, of source: ExportSource? = nil, as format: RowFormat = .csv,
    responsesOnly: Bool = false, author: String? = nil, blockRows: Int = 16_384
  ) throws -> String {
    var bytes: [UInt8] = []
    let export = try ColumnExport(
      of: source ?? self.source(), columns: columns, format: format, responsesOnly: responsesOnly,
      author: author)
    let count = try export.write(blockRows: blockRows) { bytes += $0 }
    let text = String(decoding: bytes, as: UTF8.self)
    let rows = format == .csv ? slowlyReadCSV(text).count - 1 : text.split(separator: "\n").count
    #expect(rows == count)
    return text
  }

  /// `TOKENSHIFT_SAMPLE_EXPORT_LOG=export.h5` keeps the file, for `make_export.py` beside the fixture.
  @Test func `the fixture's log is what the test writes`() throws {
    try withTemporaryFolder { folder in
      let path =
        ProcessInfo.processInfo.environment["TOKENSHIFT_SAMPLE_EXPORT_LOG"]
        ?? folder.appending(path: "log.h5").path
      try ExportLog.write(to: path)
      #expect(try differingDatasets(path, Self.fixture).isEmpty)
    }
  }

  // MARK: Numbers

  /// Columns that a file of the fixture has, in its order.
  @Test(arguments: ["tokens", "texts", "moved"])
  func `every field is what h5py reads and pandas writes`(name: String) throws {
    let expected = slowlyReadCSV(
      try String(contentsOfFile: Places.fixture("runlogs/export-\(name).csv"), encoding: .utf8))
    // Lists have a column for each number in the header.
    var columns: [String] = []
    for header in expected[0] where header.contains("/") {
      let column =
        header.hasSuffix("/0") || header.hasSuffix("/1") ? "\(header.dropLast(2))" : header
      if columns.last != column { columns.append(column) }
    }
    let found = slowlyReadCSV(try export(columns))
    #expect(found.count == expected.count && found[0] == expected[0])
    var checked = 0
    for (row, wanted) in zip(found, expected).dropFirst() {
      #expect(row.count == wanted.count)
      for (column, (field, want)) in zip(expected[0], zip(row, wanted)) {
        // Two ways to write one number are one number, bit for bit.
        let isSame =
          Array(field.utf8) == Array(want.utf8)
          || column.contains("/") && Double(field) != nil && Double(field) == Double(want)
        #expect(isSame, "\(column): \(field), not \(want)")
        checked += 1
      }
    }
    #expect(checked > 100)
  }

  @Test(arguments: [RowFormat.csv, .jsonl])
  func `a number is the shortest that gives its bits back`(format: RowFormat) throws {
    let log = try TokenLog(path: Self.fixture)
    let numbers = try log.floats(.logPartition, of: "base")
    let text = try export(["base/logZ"], as: format)
    let fields =
      format == .csv
      ? slowlyReadCSV(text).dropFirst().map { $0.last ?? "" }
      : try text.split(separator: "\n").map {
        try JSONValue(parsing: Array($0.utf8))["base/logZ"]?.serialized() ?? ""
      }
    for (field, number) in zip(fields, numbers) {
      if number.isNaN {
        #expect(field == (format == .csv ? "" : "null"))
      } else {
        #expect(Float(field)?.bitPattern == number.bitPattern, "\(field)")
      }
    }
    #expect(fields.count == numbers.count && numbers.contains { $0.isNaN })
  }

  // MARK: Columns

  @Test func `every column of the schema can be exported, alone and with all others`() throws {
    let source = try source()
    let names = source.contents.columns.map(\.name)
    let all =
      TokenLogColumn.all + TokenLogColumn.replicate + MovedMassColumn.allCases.map(\.description)
    for column in all {
      let owners =
        switch column.scope {
        case .token: ["tok/"]
        case .sequence: ["seq/"]
        case .model: ["base/", "rl/"]
        case .pair: ["base:rl/"]
        }
      for owner in owners {
        let name = owner + column.name
        #expect(names.contains(name), "\(name)")
        let rows = slowlyReadCSV(try export([name], of: source))
        #expect(rows.count > 5 && Set(rows.map(\.count)).count == 1, "\(name)")
        #expect(rows[0].contains(name) || rows[0].contains(name + "/1"))
        // The path in the file is as good a name.
        let path = column.path(of: String(owner.dropLast()))
        #expect(try export([path], of: source) == export([name], of: source))
      }
    }
    for text in SequenceText.allCases { #expect(names.contains("seq/" + text.rawValue)) }
    #expect(names.count == Set(names).count)
    let tokens = source.contents.columns.filter { ["token", "text"].contains($0.rows) }
    #expect(
      slowlyReadCSV(try export(tokens.map(\.name), of: source))[0].count == 9 + tokens.count + 4)
  }

  @Test func `a name for several columns`() throws {
    let source = try source()
    #expect(
      try export(["base:rl/moved"], of: source)
        == export(
          ["base:rl/moved/gained", "base:rl/moved/lost", "base:rl/moved/positions"], of: source))
    let models = source.contents.columns.map(\.name).filter { $0.hasPrefix("rl/") }
    #expect(try export(["rl/*"], of: source) == export(models, of: source))
    #expect(
      try export(nil, of: source)
        == export(
          ["base/logp", "base/entropy", "base/rank", "rl/logp", "rl/entropy", "rl/rank"]
            + ["base:rl/dlogp", "base:rl/dprob", "base:rl/js"], of: source))
    #expect(
      try export(["tok/id", "/tok/id", "tok/id"], of: source) == export(["tok/id"], of: source))
  }

  @Test func `of the files of training and of dynamics`() throws {
    let training = try ExportSource(path: Places.fixture("runlogs/training-log-2.0.h5"))
    #expect(
      try export(of: training) == """
        step,train/loss,train/reward
        1,1.5,0.0
        2,-0.25,
        4,1e-300,1.0

        """)
    for column in training.contents.columns {
      #expect(try !export([column.name], of: training).isEmpty, "\(column.name)")
    }
    let tokens = slowlyReadCSV(
      try export(["tok/logp", "seq/advantage"], of: training, responsesOnly: true))
    #expect(
      tokens[0] == [
        "text", "id", "prompt_id", "position", "token_id", "mask", "tok/logp", "seq/advantage",
      ])
    #expect(
      tokens[1...].map { Array($0[3...]) } == [
        ["3", "3", "1", "-0.5", "0.75"], ["4", "9", "1", "-1.25", "0.75"],
        ["0", "5", "1", "-0.0", "inf"],
      ])
    let dynamics = try ExportSource(path: Places.fixture("runlogs/dynamics-log-1.0.h5"))
    let log = try DynamicsLog(path: Places.fixture("runlogs/dynamics-log-1.0.h5"))
    #expect(slowlyReadCSV(try export(of: dynamics)).count == 1 + log.checkpoints.count)
    let reference = try #require(log.references.first)
    let costs = slowlyReadCSV(
      try export(["checkpoint/step", "reference/\(reference.name)/nats"], of: dynamics))
    #expect(costs.count == 1 + log.checkpoints.count * reference.bytes.count)
    for row in costs.dropFirst() {
      let (checkpoint, text) = (try #require(Int(row[0])), try #require(Int(row[1])))
      #expect(row[2] == reference.prompts[text])
      #expect(row[3] == "\(log.checkpoints[checkpoint].step)")
      #expect(Double(row[4]) == reference.nats[checkpoint][text])
    }
  }

  @Test(arguments: [
    (["base/lgp"], "those of base: base/logp, base/entropy"),
    (["bse/logp"], "tok/…, seq/…, base/…"),
    (["base:sft/js"], "base:rl/…"), ([""], "--list"), (["nothing/*"], "no column 'nothing/*'"),
    (["base:rl/moved", "base/logp"], "export them apart"), ([], "names no column"),
  ])
  func `what isn't there is named with what is`(columns: [String], words: String) throws {
    let error = #expect(throws: ExportError.self) { _ = try export(columns) }
    let line = error?.description ?? ""
    #expect(line.contains(words) && !line.contains("\n"), "\(line)")
  }

  // MARK: Rows

  @Test(arguments: [RowFormat.csv, .jsonl])
  func `blocks of any size give the same bytes`(format: RowFormat) throws {
    for columns in [
      ["base/logp", "rl/topk/id", "seq/reward", "seq/metadata"], ["seq/id", "seq/correct"],
      ["base:rl/moved"],
    ] {
      for isFiltered in [false, true] {
        let texts = try [1, 7, 1_000].map { rows in
          try export(
            columns, as: format, responsesOnly: isFiltered && columns[0] == "base/logp",
            author: isFiltered ? "rl" : nil, blockRows: rows)
        }
        #expect(texts[0] == texts[1] && texts[1] == texts[2])
      }
    }
  }

  @Test func `only responses, only an author's`() throws {
    let log = try TokenLog(path: Self.fixture)
    let mask = try log.isResponse()
    let sources = try log.strings(.source)
    let all = slowlyReadCSV(try export(["base/logp"]))
    func rows(_ isWanted: (Int, Int) -> Bool) -> [[String]] {
      var wanted = [all[0]]
      for text in 0..<log.sequenceCount {
        for token in log.tokens(ofSequence: text) where isWanted(text, token) {
          wanted.append(all[token + 1])
        }
      }
      return wanted
    }
    #expect(
      slowlyReadCSV(try export(["base/logp"], responsesOnly: true)) == rows { mask[$1] })
    for author in ["rl", ""] {
      #expect(
        slowlyReadCSV(try export(["base/logp"], responsesOnly: true, author: author))
          == rows { mask[$1] && sources[$0] == author })
    }
    let texts = slowlyReadCSV(try export(["seq/count"], author: "base"))
    #expect(texts.dropFirst().map { $0[0] } == ["0", "2", "5"])
    let unknown = #expect(throws: ExportError.self) { _ = try export(author: "sft") }
    #expect(unknown?.description.contains("only by base, rl, '' (unknown)") == true)
    let aside = #expect(throws: ExportError.self) {
      _ = try export(["seq/id"], responsesOnly: true)
    }
    #expect(aside?.description.contains("for each text") == true)
  }

  // MARK: Text

  @Test func `whatever text a field has, a reader of CSV and one of JSON get it back`() throws {
    var generator = SeededGenerator(seed: 4)
    let letters: [Unicode.Scalar] = [
      ",", "\"", "\n", "\r", " ", "a", "é", "😀", "\t", "\u{0}", "\u{1B}", "\u{202E}", "\u{301}",
      "\\", "/",
    ]
    for _ in 0..<300 {
      let texts = (0..<3).map { _ in
        var view = String.UnicodeScalarView()
        for _ in 0..<Int(generator.next() % 6) {
          view.append(letters[Int(generator.next() % UInt64(letters.count))])
        }
        return String(view)
      }
      let table = Table(
        title: "", caption: "", columns: (0..<3).map { .init("c\($0)", .text, "") },
        rows: [texts.map(Table.Cell.text)])
      var bytes: [UInt8] = []
      _ = try TableExport(table).write(as: .csv) { bytes += $0 }
      let read = slowlyReadCSV(String(decoding: bytes, as: UTF8.self))
      #expect(read.count == 2 && read[1].map { Array($0.utf8) } == texts.map { Array($0.utf8) })
      bytes = []
      _ = try TableExport(table).write(as: .jsonl) { bytes += $0 }
      #expect(bytes.count { $0 == 0x0A } == 1 && !bytes.contains(0x1B))
      let row = try JSONValue(parsing: bytes)
      for (index, text) in texts.enumerated() {
        #expect(row["c\(index)"]?.stringValue.map { Array($0.utf8) } == Array(text.utf8))
      }
    }
  }

  @Test func `a terminal is shown text that it doesn't obey`() throws {
    var bytes: [UInt8] = []
    _ = try ColumnExport(
      of: source(), columns: ["seq/id"], format: .csv, isForTerminal: true
    ).write { bytes += $0 }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 7 && lines[4].contains("two\\u{a}lines"))
  }
}
