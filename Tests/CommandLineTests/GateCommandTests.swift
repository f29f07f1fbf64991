import Foundation
import JSON
import TestSupport
import Testing

/// `gate`, from files to sentences, files and exit codes.
@Suite(.timeLimit(.minutes(15)))
struct GateCommandTests {
  /// Answers to 120 problems, of which a share is correct.
  private func write(
    _ name: String, in place: Workplace, seed: UInt64, rate: Double, prompts: Int = 120
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let lines = (0..<prompts * 4).map { index in
      let isCorrect = generator.uniform() < rate
      return #"{"prompt_id": "p\#(index / 4)", "source": "rl", "prompt": "1 + \#(index / 4)", "#
        + #""response": "2", "response_ids": [1, 2, \#(3 + generator.next() % 2)], "#
        + #""finish": "stop", "correct": \#(isCorrect)}"#
    }
    try place.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  private func text(_ name: String, _ place: Workplace) throws -> String {
    try String(contentsOfFile: place.path(name), encoding: .utf8)
  }

  private func state(_ place: Workplace) throws -> JSONValue {
    let url = place.folder.appending(path: ".tokenshift-gate.json")
    return try JSONValue(parsing: Array(try Data(contentsOf: url)))
  }

  private func looks(_ place: Workplace) throws -> Int {
    try (state(place)["series"]?.arrayValue ?? []).reduce(0) {
      $0 + ($1["looks"]?.arrayValue?.count ?? 0)
    }
  }

  @Test func `a regression is exit code 1, and all files say it`() throws {
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.8)
      try write("good.jsonl", in: place, seed: 2, rate: 0.8)
      try write("bad.jsonl", in: place, seed: 3, rate: 0.4)
      let good = try place.run(["gate", "--baseline", "a.jsonl", "--candidate", "good.jsonl"])
      #expect(good.status == 0 && good.error == "", "\(good.error)")
      #expect(good.output.hasPrefix("Nothing regressed; "))
      let bad = try place.run([
        "gate", "--baseline", "a.jsonl", "--candidate", "bad.jsonl", "--junit", "g.xml",
        "--markdown", "g.md", "--latex", "g.tex",
      ])
      #expect(bad.status == 1 && bad.error == "", "\(bad.error)")
      #expect(bad.output.hasPrefix("Regressed: accuracy"))
      #expect(bad.output.contains("look 2 of 20"))
      for (name, words) in [
        ("g.xml", "<failure message=\"REGRESSED accuracy: "), ("g.md", "### ❌ Regressed: accuracy"),
        ("g.tex", "accuracy & regressed & "),
      ] { #expect(try text(name, place).contains(words)) }
      let again = try place.run([
        "gate", "--baseline", "a.jsonl", "--candidate", "bad.jsonl", "--json",
      ])
      #expect(again.status == 1)
      let json = try JSONValue(parsing: Array(again.output.utf8))
      let schema = Places.data.appending(path: "Schemas/gate.schema.json").path
      #expect(try JSONSchema(path: schema).problems(in: json) == [])
      #expect(json["isRepeated"]?.boolValue == true)
      #expect(
        json["record"]?["command"]?.stringValue?.hasSuffix(
          "gate --baseline a.jsonl --candidate bad.jsonl --json") == true)
      #expect(try looks(place) == 2)
    }
  }

  @Test func `what can't be judged is one line and 2, and spends nothing`() throws {
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.8)
      try write("b.jsonl", in: place, seed: 2, rate: 0.8)
      try place.write("metrics: {luck: {}}", to: "bad.yaml")
      try place.write("{", to: "state.json")
      try place.write("", to: "empty.jsonl")
      let pair = ["gate", "--baseline", "a.jsonl", "--candidate"]
      for (arguments, words) in [
        (["gate", "--candidate", "a.jsonl"], ["--baseline"]),
        (pair + ["none.jsonl"], ["none.jsonl"]),
        (pair + ["empty.jsonl"], ["empty.jsonl: is empty"]),
        (
          pair + ["b.jsonl", "--policy", "bad.yaml"],
          ["bad.yaml", "'luck' is no metric", "accuracy"]
        ),
        (pair + ["b.jsonl", "--state", "state.json"], ["state.json", "damaged"]),
        (pair + ["b.jsonl", "--state", "a.jsonl"], ["a.jsonl", "is read by this command"]),
        (pair + ["b.jsonl", "--junit", ""], ["--junit is empty"]),
        (pair + ["b.jsonl", "--candidate-model", "x"], ["no answer by 'x', only by 'rl'"]),
      ] { expectRefusal(try place.run(arguments), words) }
      expectRefusal(
        try place.run(pair + ["empty.jsonl", "--junit", "g.xml"]), ["empty.jsonl: is empty"])
      #expect(try text("g.xml", place).contains("<error message=\"empty.jsonl: is empty"))
      #expect(!FileManager.default.fileExists(atPath: place.path(".tokenshift-gate.json")))
    }
  }

  @Test func `processes at once count each look once`() throws {
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.8)
      let processes = try (2...7).map { seed in
        try write("c\(seed).jsonl", in: place, seed: UInt64(seed), rate: 0.8)
        return try start(place, "c\(seed).jsonl")
      }
      for process in processes {
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      let series = try #require(state(place)["series"]?.arrayValue?.first)
      let numbers = series["looks"]?.arrayValue?.map { $0["result"]?["look"]?.integerValue }
      #expect(numbers == Array(1...6))
    }
  }

  private func start(_ place: Workplace, _ candidate: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: try Tool.path())
    process.currentDirectoryURL = place.folder
    process.arguments = ["gate", "--baseline", "a.jsonl", "--candidate", candidate]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test(arguments: [UInt64.random(in: 0..<1_000_000)])
  func `20 kills leave the state whole`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.8, prompts: 20)
      var known = 0
      for number in 1...20 {
        try write("c.jsonl", in: place, seed: 100 + UInt64(number), rate: 0.8, prompts: 20)
        let process = try start(place, "c.jsonl")
        Thread.sleep(forTimeInterval: generator.uniform() * 0.08)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        guard FileManager.default.fileExists(atPath: place.path(".tokenshift-gate.json")) else {
          continue
        }
        let now = try looks(place)
        #expect(now == known || now == known + 1, "seed \(seed)")
        known = now
      }
      // Neither lock nor draft is in the next one's way.
      try write("c.jsonl", in: place, seed: 500, rate: 0.8, prompts: 20)
      let last = try place.run(["gate", "--baseline", "a.jsonl", "--candidate", "c.jsonl"])
      #expect(last.status == 0 && last.output.contains("look \(known + 1)"), "seed \(seed)")
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
      #expect(!names.contains { $0.hasSuffix(".partial") })
    }
  }
}
