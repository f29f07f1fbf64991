import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

@Suite struct HeaderTests {
  @Test func `a header survives JSON`() throws {
    var header = try Samples.header()
    let copy = try JSONDecoder().decode(
      TokenLogHeader.self, from: try JSONEncoder().encode(header))
    #expect(copy == header)
    header.tokenizer.tokens = nil
    let other = try JSONDecoder().decode(
      TokenLogHeader.self, from: try JSONEncoder().encode(header))
    #expect(other == header)
  }

  @Test func `pairs are written before:after`() throws {
    let pair = try PairName(parsing: "base:rl-1.5_b")
    #expect(pair.before == "base")
    #expect(pair.after == "rl-1.5_b")
    #expect(pair.description == "base:rl-1.5_b")
  }

  @Test(arguments: ["rl@step_100", "β-model", "a b", "-x", "100%", "...", "'`$\"\\", "模型"])
  func `a model may have almost any name`(name: String) throws {
    #expect(try PairName(parsing: "\(name):b").before == name)
    #expect(
      try PairName(before: "b", after: name + String(repeating: "x", count: 300)).before == "b")
  }

  @Test(arguments: [
    "", ":", "a", "a:", ":b", "a:b:c", "a:a", "a/b:c", "a,b:c", ".:a", "..:a", "a=b:a", "a:b\0",
    "a\n:b", "a:\u{85}",
  ])
  func `what is no pair is refused`(text: String) throws {
    let error = try #require(throws: RunLogError.self) { try PairName(parsing: text) }
    #expect(error.kind == .badHeader)
  }

  @Test func `headers whose names clash are refused before any work`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      for (models, pairs) in [
        (["a", "a"], []), (["a"], ["a:b"]), (["a", "b"], ["a:b", "a:b"]), (["a/b"], []),
      ] {
        let header = try Samples.header(models: models, pairs: pairs)
        let error = try #require(throws: RunLogError.self) {
          _ = try TokenLogWriter(destination: path, header: header)
        }
        #expect(error.kind == .badHeader)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }

  private func error(_ schema: HDF5Attribute?, _ version: HDF5Attribute?) throws -> RunLogError {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      let file = try HDF5File.create(path, replacing: true)
      if let schema { try file.root.setAttribute("schema", to: schema) }
      if let version { try file.root.setAttribute("schema_version", to: version) }
      try file.close()
      return try #require(throws: RunLogError.self) { _ = try TokenLog(path: path) }
    }
  }

  @Test func `a newer major schema is refused by name`() throws {
    let error = try error("tokenshift.token-log", "3.0")
    #expect(error.kind == .newerSchema)
    #expect(
      error.message
        == "written by schema 3.0, this TokenShift reads 1.x and 2.x: update TokenShift")
  }

  @Test(arguments: ["1.7", "2.7"])
  func `a newer minor schema passes the check of versions`(version: String) throws {
    // Its other attributes are missing here, and that is what is complained about.
    let error = try error("tokenshift.token-log", .string(version))
    #expect(error.kind == .damaged)
    #expect(error.message.contains("/@producer: missing"))
  }

  @Test func `other HDF5 files are no token logs`() throws {
    #expect(try error(nil, nil).kind == .notALog)
    #expect(try error("another", "1.0").kind == .notALog)
    #expect(try error("tokenshift.token-log", "one").kind == .damaged)
    #expect(try error("tokenshift.token-log", nil).kind == .damaged)
  }

  @Test func `a pair that wasn't scored is refused with those that were`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "log.h5").path
      try TokenLogWriter(destination: path, header: try Samples.header()).publish()
      let log = try TokenLog(path: path)
      let pair = try PairName(parsing: "sft:base")
      let error = try #require(throws: RunLogError.self) { try log.floats(.dprob, of: pair) }
      #expect(error.kind == .missingPair)
      #expect(error.message.contains("only base:sft, base:rl-1.5_b"))
      #expect(error.message.contains("--pairs sft:base"))
      let other = try #require(throws: RunLogError.self) { try log.floats(.entropy, of: "none") }
      #expect(other.kind == .missingModel)
    }
  }
}

extension PairColumn {
  fileprivate static let dprob = PairColumn.probabilityChange
}
