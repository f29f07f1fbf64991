import Foundation
import RunLogs
import TestSupport
import Testing

/// `score` on right inputs, ordinary and odd.
@Suite(.timeLimit(.minutes(15)))
struct ScoreTests {
  private let twice = ["a=\(Workplace.small)", "b=\(Workplace.small)"]

  @Test func `two models and two texts become a log, and the last line says where`() throws {
    try Workplace.with { place in
      let outcome = try place.score()
      #expect(outcome.status == 0)
      #expect(outcome.output == "texts: 2, tokens: 8, measured: 6\nwrote log.h5\n")
      // Not a terminal: plain lines, no carriage return, no escape.
      #expect(!outcome.error.contains("\r") && !outcome.error.contains("\u{1B}"))
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
      let log = try TokenLog(path: place.path("log.h5"))
      #expect(log.header.models.map(\.name) == ["a", "b"])
      #expect(log.header.pairs.map(\.description) == ["a:b"])
      #expect(try log.strings(.id) == ["x", "y"])
      // The same model twice differs by nothing at all.
      let js = try log.floats(.jensenShannonDivergence, of: log.header.pairs[0])
      #expect(js.filter { !$0.isNaN } == Array(repeating: 0, count: 6))
    }
  }

  @Test func `quiet says nothing at all`() throws {
    try Workplace.with { place in
      let outcome = try place.score(["a=\(Workplace.small)"], ["--quiet"])
      #expect((outcome.status, outcome.output, outcome.error) == (0, "", ""))
      #expect(try place.files().contains("log.h5"))
    }
  }

  @Test func `the result as JSON parses and counts what was not measured`() throws {
    let texts = """
      {"prompt_ids": [1, 2], "response_ids": []}
      {"prompt_ids": [], "response_ids": [3]}
      {"prompt_ids": [], "response_ids": []}
      {"prompt_ids": [], "response_ids": \(Array(repeating: 5, count: 130))}
      """
    try Workplace.with(texts: texts) { place in
      let outcome = try place.score(["a=\(Workplace.small)"], ["--json", "--quiet"])
      #expect(outcome.status == 0 && outcome.error == "")
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let result = try #require(object as? [String: Any])
      #expect(result["log"] as? String == "log.h5")
      let names = ["sequences", "tokens", "measured", "emptyResponses", "beyondContext"]
      #expect(names.map { result[$0] as? Int } == [4, 133, 129, 2, 1])
      let plain = try place.score(["a=\(Workplace.small)"])
      #expect(plain.output.contains("texts with an empty response: 2\n"))
      #expect(plain.output.contains("whose last 1 tokens are not measured: 1\n"))
    }
  }

  @Test func `one model gives a log without pairs, which figures and audit refuse`() throws {
    try Workplace.with { place in
      #expect(try place.score(["a=\(Workplace.small)"]).status == 0)
      #expect(try TokenLog(path: place.path("log.h5")).header.pairs.isEmpty)
      for command in [
        ["audit", "log.h5"], ["figures", "log.h5", "--output", "f"],
        ["report", "log.h5", "--output", "r"],
      ] {
        expectRefusal(try place.run(command), ["log.h5", "no pair", "two --model"])
      }
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }

  @Test func `text without ids is tokenised, and the log says so`() throws {
    let texts = #"{"prompt": "Q: 7 - 59 = ?\nA:", "response": " 1"}"#
    try Workplace.with(texts: texts) { place in
      let outcome = try place.score(["a=\(Workplace.demo("base"))", "b=\(Workplace.demo("rl"))"])
      #expect(outcome.status == 0)
      let log = try TokenLog(path: place.path("log.h5"))
      #expect(log.header.texts.isRetokenized)
      #expect(try log.strings(.id) == ["line-1"])
      let bytes = try log.tokenIDs().flatMap { log.tokenBytes($0) ?? [] }
      #expect(String(decoding: bytes, as: UTF8.self) == "Q: 7 - 59 = ?\nA: 1")
    }
  }

  @Test func `chosen pairs, in both directions, with a space after the comma`() throws {
    try Workplace.with { place in
      #expect(try place.score(twice, ["--pairs", "a:b, b:a"]).status == 0)
      let log = try TokenLog(path: place.path("log.h5"))
      #expect(log.header.pairs.map(\.description) == ["a:b", "b:a"])
    }
  }

  @Test func `paths may be relative, hold spaces and letters of any script, and lie elsewhere`()
    throws
  {
    try Workplace.with { place in
      let name = "Größe 模型 e\u{301}"
      _ = try place.spoiled(name) { _ in }
      try FileManager.default.createDirectory(
        at: place.folder.appending(path: "out put"), withIntermediateDirectories: false)
      try place.write(Workplace.ids, to: "texte für 2.jsonl")
      let outcome = try place.run([
        "score", "--model", "a=\(name)", "--model", "b=./\(name)/", "--texts", "texte für 2.jsonl",
        "--output", "out put/ü=1.h5",
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.hasSuffix("wrote out put/ü=1.h5\n"))
      let log = try TokenLog(path: place.path("out put/ü=1.h5"))
      #expect(log.header.texts.fileName == "texte für 2.jsonl")
      #expect(log.header.models.map(\.folder).allSatisfy { $0.utf8.elementsEqual(name.utf8) })
      // The command line in the log can be pasted: it makes the same log again.
      #expect(log.header.commandLine.contains("'a=\(name)'"))
      try FileManager.default.removeItem(atPath: place.path("out put/ü=1.h5"))
      #expect(try Tool.shell(log.header.commandLine, in: place.folder).status == 0)
      #expect(FileManager.default.fileExists(atPath: place.path("out put/ü=1.h5")))
    }
  }

  @Test func `a folder's name may hold an equals sign`() throws {
    try Workplace.with { place in
      _ = try place.spoiled("step=100") { _ in }
      #expect(try place.score(["a=step=100"]).status == 0)
    }
  }

  @Test func `any number of threads and any size of batches`() throws {
    try Workplace.with { place in
      #expect(try place.score(output: "one.h5").status == 0)
      let options = ["--threads", "3", "--batch-tokens", "1", "--top-k", "1000"]
      let outcome = try place.score(twice, options, output: "two.h5")
      #expect(outcome.status == 0)
      let logs = try ["one.h5", "two.h5"].map { try TokenLog(path: place.path($0)) }
      #expect(logs[1].header.topK == 83)
      // What f32 in another order of summation is off by; Tests/Fixtures/README.md.
      try expectClose(
        logs[1].floats(.logProbability, of: "a"), logs[0].floats(.logProbability, of: "a"),
        absolute: 2e-5)
    }
  }

  @Test func `an existing log is replaced`() throws {
    try Workplace.with { place in
      try place.write("old", to: "log.h5")
      #expect(try place.score().status == 0)
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 2)
    }
  }

  @Test func `a journal that a killed run left is replaced`() throws {
    try Workplace.with { place in
      try place.write("TSHJRNL1left over", to: "log.h5.journal")
      #expect(try place.score().status == 0)
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }
}
