import Foundation
import TestSupport
import Testing

/// The gate's JUnit XML, against the schema of Jenkins (Tests/Fixtures/README.md says where it is from).
@Suite(.timeLimit(.minutes(15)))
struct JUnitTests {
  private static let hasValidator = FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint")

  /// What xmllint says of a file; nothing if it is valid.
  private func problems(of name: String, in place: Workplace) throws -> String {
    let outcome = try Tool.shell(
      #"xmllint --noout --nonet --schema "$SCHEMA" '\#(name)' 2>&1 || true"#, in: place.folder,
      environment: ["SCHEMA": Places.fixture("junit/junit-10.xsd")])
    return outcome.output == "\(name) validates\n" ? "" : outcome.output
  }

  /// Answers to `prompts` problems, of which a share is correct; tasks have names that XML has to survive.
  private func write(
    _ name: String, in place: Workplace, seed: UInt64, rate: Double, prompts: Int
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let tasks = [#"<&\"'>"#, #"]]>\u0001\ufffe\u001b\n\ud83d\ude00"#]
    let lines = (0..<prompts * 4).map { index in
      let isCorrect = generator.uniform() < rate
      let ids = [String](repeating: "3", count: 3 + Int(generator.next() % 2))
      return
        #"{"prompt_id": "p\#(index / 4)", "source": "rl", "task": "\#(tasks[index / 4 % 2])", "#
        + #""prompt": "1 + \#(index / 4)", "response": "2", "#
        + #""response_ids": [\#(ids.joined(separator: ", "))], "finish": "stop", "correct": \#(isCorrect)}"#
    }
    try place.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  @Test(.enabled(if: hasValidator)) func `every outcome is valid`() throws {
    try Workplace.with { place in
      try place.write("slices: {by: [task], gate: true}", to: "gate.yaml")
      try write("a.jsonl", in: place, seed: 1, rate: 0.8, prompts: 120)
      try write("bad.jsonl", in: place, seed: 2, rate: 0.4, prompts: 120)
      try write("few-a.jsonl", in: place, seed: 3, rate: 0.6, prompts: 20)
      // One answer less is correct.
      let few = try String(contentsOfFile: place.path("few-a.jsonl"), encoding: .utf8)
      let first = try #require(few.firstRange(of: "true"))
      try place.write(few.replacingCharacters(in: first, with: "false"), to: "few-b.jsonl")
      try place.write("", to: "empty.jsonl")
      let fewer = ["few-a.jsonl", "few-b.jsonl"]
      let cases: [(files: [String], more: [String], status: Int32, element: String)] = [
        (["a.jsonl", "bad.jsonl"], [], 1, "<failure message=\"REGRESSED accuracy"),
        (["a.jsonl", "a.jsonl"], [], 0, "<system-out>"),
        (fewer, [], 0, "<skipped message=\"NOT ENOUGH DATA"),
        (fewer, ["--strict"], 1, "<failure message=\"NOT ENOUGH DATA"),
        (["a.jsonl", "a.jsonl"], [], 0, "<skipped message=\"NOT MEASURED"),
        (["a.jsonl", "empty.jsonl"], [], 2, "<error message=\"empty.jsonl"),
        (["a.jsonl", "no<&\">.jsonl"], [], 2, "<error message=\"no&lt;&amp;&quot;&gt;.jsonl"),
      ]
      for (files, more, status, element) in cases {
        let outcome = try place.run(
          ["gate", "--baseline", files[0], "--candidate", files[1], "--junit", "g.xml"]
            + ["--policy", "gate.yaml"] + more)
        #expect(outcome.status == status, "\(files): \(outcome.error)")
        let text = try String(contentsOfFile: place.path("g.xml"), encoding: .utf8)
        #expect(text.contains(element), "\(files), \(more) lacks \(element)")
        #expect(try problems(of: "g.xml", in: place) == "", "\(files), \(more)")
      }
    }
  }

  @Test(.enabled(if: hasValidator)) func `the validator finds what is wrong`() throws {
    try Workplace.with { place in
      try place.write(#"<testsuites><testsuite name="a"/></testsuites>"#, to: "a.xml")
      #expect(try problems(of: "a.xml", in: place).contains("'tests' is required"))
      try place.write(#"<testsuites><testsuite name="a"/>"#, to: "b.xml")
      #expect(try problems(of: "b.xml", in: place).contains("parser error"))
    }
  }
}
