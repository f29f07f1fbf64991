import Foundation
import Importing
import TestSupport
import Testing

/// Files that are damaged or something else: one line that names place and fix.
@Suite struct HostileFileTests {
  /// Expects a fault whose line has all these words.
  private func expectFault(
    _ bytes: [UInt8], as format: ImportFormat? = nil, mapping: String? = nil, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try imported(bytes, as: format, mapping: mapping)
      Issue.record("was imported", sourceLocation: sourceLocation)
    } catch {
      let line = "\(error)"
      #expect(!line.contains("\n"), sourceLocation: sourceLocation)
      for word in words where !word.isEmpty {
        #expect(line.contains(word), "\(line)", sourceLocation: sourceLocation)
      }
    }
  }

  private func expectFault(
    _ text: String, as format: ImportFormat? = nil, mapping: String? = nil, _ word: String,
    _ other: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectFault(
      Array(text.utf8), as: format, mapping: mapping, word, other, sourceLocation: sourceLocation)
  }

  private let mapping = "step: s\ncolumns: {reward: r}"

  @Test func `nothing, and what is none of the formats`() {
    expectFault("", "is empty; give")
    expectFault("\n \n", "nothing but blank lines")
    expectFault("hello\nworld\n", "none of the known formats", "trainer-state, verl-file")
    expectFault("{\n \"a\": 1\n}\n", "without 'log_history'")
    expectFault(#"{"input": "a", "output": "b", "score": 1, "step": 1}"#, "line 1", "holds a text")
    expectFault("[\n{\"step\": 1}]", "line 1: begins a JSON array", "jq -c")
    expectFault("PAR1....PAR1", "is Parquet", "tokenshift_recorder.parquet")
    expectFault([0xFF, 0xFE] + Array("s\0".utf8), "UTF-16", "iconv")
    expectFault("{\"a\": 1}\n{\"a\": 2}\n", "give --mapping")
    expectFault("a,b\n1,2\n", "give --mapping")
    expectFault(
      "Name,State,Created,Runtime,loss\na,finished,x,7,0.5\n", "line 1", "row for each run")
  }

  @Test func `a file that broke off`() throws {
    expectFault("{\n \"log_history\": [\n  {\"step\": 1, \"lo", "line 3", "broke off")
    expectFault(
      "{\"step\":1,\"data\":{\"a\":1}}\n{\"step\":2,\"da", "line 2", "sed 2d FILE > whole.jsonl")
    expectFault(
      "{\"current_steps\":1,\"loss\":1}\nnonsense", "line 2", "invalid token near 'nonsense'")
    expectFault("s,r\n1,2\n3\n", mapping: mapping, "line 3", "1 cells, the header 2")
    expectFault("s,r\n1,\"2\n", as: .csv, mapping: mapping, "line 2", "opens a quote")
  }

  @Test func `rows without what they need`() {
    expectFault("{\"step\":1,\"data\":{}}\n{\"step\":1.5,\"data\":{}}", "line 2", "no whole number")
    expectFault("{\"step\":1,\"data\":{}}\n{\"data\":{}}", "line 2", "has no 'step'")
    expectFault("{\"step\":1,\"data\":{}}\n{\"step\":2}", "line 2", "no object 'data'")
    expectFault("{\"log_history\": [{\"loss\": 1}]}", "log_history, entry 1", "has no 'step'")
    expectFault("{\"log_history\": []}", "has no step of 'trainer-state'")
    expectFault("{\"a\": 1}", as: .trainerState, "has no list 'log_history'")
    expectFault("s,r\n-1,2\n", mapping: mapping, "line 2", "'s' is '-1'")
    expectFault("s,r\n1,high\n", as: .csv, mapping: mapping, "line 2", "'r' is 'high', no number")
    expectFault("s,r,r\n1,2,3\n", mapping: mapping, "line 1", "'r' twice")
    expectFault("x,r\n1,2\n", mapping: mapping, "no column 's'", "x, r")
    expectFault("s,x\n1,2\n", mapping: mapping, "no numbers under 'r'", "it has x")
  }

  @Test func `not UTF-8`() {
    expectFault(
      Array("s,r\n1,".utf8) + [0xFF, 0x0A], as: .csv, mapping: mapping, "line 2", "UTF-8")
    expectFault(
      Array("{\"step\":1,\"data\":{\"a".utf8) + [0xFF] + Array("\":1}}".utf8), as: .verlFile,
      "line 1", "not UTF-8")
  }

  @Test func `a million columns`() {
    let names = (0..<1_000_000).map { "c\($0)" }
    let header = "s," + names.joined(separator: ",")
    expectFault(
      header + "\n1," + names.map { _ in "0" }.joined(separator: ","), mapping: mapping,
      "line 1", "has 1000001 columns")
    let members = names.prefix(10_001).map { "\"\($0)\":0" }.joined(separator: ",")
    expectFault("{\"step\":1,\"data\":{\(members)}}", "line 1", "more than 10000 names")
  }

  @Test(arguments: [
    ("step: s", "names no metric"), ("- a", "is no mapping"),
    ("x: 1\ncolumns: {loss: a}", "x: is not"),
    ("columns: {luck: a}", "no metric of the dictionary"),
    ("columns: [a]", "columns: is no mapping"),
    ("columns: {loss: {sum: a}}", "{complement: COLUMN}"), ("columns: {loss: [a]}", "has no value"),
    ("temperature: 0\ncolumns: {loss: a}", "no number above 0"), ("a: [", "is no YAML"),
    ("columns: {loss: r}", "names no column of steps"),
  ])
  func `a mapping that is wrong`(text: String, words: String) {
    expectFault("s,r\n1,2\n", mapping: text, "mapping.yaml", words)
  }

  // MARK: TensorBoard

  private static let events = Result {
    Array(try Data(contentsOf: URL(filePath: Places.fixture("imports/trl-1.16.tfevents"))))
  }

  @Test func `an event file that broke off, at every kind of place`() throws {
    let bytes = try Self.events.get()
    // The second record begins at 88 and has 5,936 bytes.
    for end in [89, 95, 99, 120, 6_039] {
      expectFault(Array(bytes[..<end]), "record 2 at byte 88", "head -c 88 FILE > whole.tfevents")
    }
    expectFault(Array(bytes[..<(bytes.count - 1)]), "the file ends within it")
    expectFault(Array(bytes[..<20]), "record 1 at byte 0")
  }

  @Test func `a single wrong bit is found by its checksum`() throws {
    let bytes = try Self.events.get()
    for place in [88, 96, 100, 6_036, bytes.count - 20, bytes.count - 1] {
      var wrong = bytes
      wrong[place] ^= 0x10
      expectFault(wrong, "record", "checksum")
    }
  }

  @Test func `an event file of texts only has no step`() throws {
    expectFault(Array(try Self.events.get()[..<88]), "has no step of 'tensorboard'")
  }
}
