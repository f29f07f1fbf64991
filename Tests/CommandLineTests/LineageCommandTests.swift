import Foundation
import JSON
import TestSupport
import Testing

/// `--lineage` of `audit`, `report` and `figures`, on the demo's checkpoints.
@Suite(.timeLimit(.minutes(15)))
struct LineageCommandTests {
  /// 96 texts, of all three writers, under all three models.
  private func withLog(_ body: (Workplace) throws -> Void) throws {
    let lines = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8).split(
      separator: "\n")
    let texts = stride(from: 0, to: lines.count, by: 16).map { lines[$0] }
    try Workplace.with(texts: texts.joined(separator: "\n")) { place in
      let outcome = try place.score(
        ["base", "sft", "rl"].map { "\($0)=\(Workplace.demo($0))" }, ["--quiet"])
      #expect(outcome.status == 0, "\(outcome.error)")
      try body(place)
    }
  }

  @Test func `audit says what the second step undoes, and how the parts add up`() throws {
    try withLog { place in
      let command = ["audit", "log.h5", "--lineage", "base,sft,rl", "--show", "answer"]
      let text = try Tool.run(command, in: place.folder, environment: ["COLUMNS": "80"])
      #expect(text.status == 0 && text.error == "", "\(text.error)")
      #expect(text.output.contains("base → sft → rl, as declared: of the first step the second"))
      #expect(text.output.contains("two steps, and what the second undoes of the first"))
      let outcome = try place.run(command + ["--json"])
      try expectFit(outcome, "audit")
      let steps = try #require(JSONValue(parsing: Array(outcome.output.utf8))["steps"])
      #expect(steps["lineage"]?.arrayValue?.compactMap(\.stringValue) == ["base", "sft", "rl"])
      let authors = try #require(steps["authors"]?.arrayValue)
      // The second model's own texts come last, and are marked.
      #expect(authors.map { $0["author"]?.stringValue } == ["base", "rl", "sft"])
      #expect(authors.map { $0["isSecond"]?.boolValue } == [false, false, true])
      for author in authors {
        func mean(_ key: String) throws -> Double {
          try #require(author[key]?["value"]?.doubleValue)
        }
        // Means of parts that add up at each position, of numbers below 32: a few roundings.
        expectClose(try mean("first") + mean("second"), try mean("whole"), absolute: 1e-12)
      }
      // RL's model was trained from base, which takes nearly all of SFT's step back.
      let reversal = try #require(authors[0]["reversal"]?["value"]?.doubleValue)
      #expect(reversal > 0.9 && reversal < 1.1)
      // Without it nothing of that is said.
      let plain = try place.run(["audit", "log.h5", "--show", "answer", "--json"])
      #expect(try JSONValue(parsing: Array(plain.output.utf8))["steps"] == nil)
    }
  }

  @Test func `report and figures draw both steps`() throws {
    try withLog { place in
      let lineage = ["--lineage", "base,sft,rl"]
      let report = try place.run(["report", "log.h5", "--output", "r"] + lineage)
      #expect(report.status == 0, "\(report.error)")
      let markdown = try String(contentsOfFile: place.path("r/report.md"), encoding: .utf8)
      #expect(markdown.contains("what the second undoes of the first"))
      try expectFit("r/report.json", in: place, "report")
      let figures = try place.run(["figures", "log.h5", "--output", "f"] + lineage)
      #expect(figures.status == 0, "\(figures.error)")
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("f"))
      #expect(names.contains("step-quadrants.svg"))
    }
  }

  @Test func `what is no lineage of the log is refused in a line`() throws {
    try Workplace.with { place in
      let models = ["a", "b"].map { "\($0)=\(Workplace.small)" }
      try #expect(place.score(models, ["--quiet"]).status == 0)
      for (lineage, words) in [
        ("a,b", "'a,b' is no lineage: name three models"), ("", "is no lineage"),
        ("a,b,a", "names a twice"), ("a,b,c", "log.h5 has no model c, only a, b"),
      ] {
        for command in [["audit", "log.h5"], ["report", "log.h5", "--output", "r"]] {
          expectRefusal(try place.run(command + ["--lineage", lineage]), [words])
        }
      }
      #expect(!FileManager.default.fileExists(atPath: place.path("r")))
      expectRefusal(
        try place.run(["audit", "log.h5", "--text", "x", "--lineage", "a,b,c"]),
        ["--lineage says nothing with --text"])
    }
  }
}
