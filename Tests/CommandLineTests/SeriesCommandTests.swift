import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `report --series`, and the summaries that it and `gate` leave.
@Suite(.timeLimit(.minutes(15)))
struct SeriesCommandTests {
  /// Answers of which each prompt has two, right at a rate.
  private func write(_ name: String, in place: Workplace, seed: UInt64, rate: Double) throws {
    var generator = SeededGenerator(seed: seed)
    let lines = (0..<120).flatMap { prompt in
      (0..<2).map { sample in
        let isCorrect = generator.uniform() < rate
        return
          #"{"id": "p\#(prompt)-\#(sample)", "prompt_id": "p\#(prompt)", "prompt": "q\#(prompt)", "#
          + #""response": "a", "source": "rl", "correct": \#(isCorrect), "finish": "stop"}"#
      }
    }
    try place.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  private func nights(_ place: Workplace) throws {
    for (index, rate) in [0.8, 0.8, 0.4].enumerated() {
      try write("n\(index + 1).jsonl", in: place, seed: UInt64(index) + 1, rate: rate)
    }
    for (candidate, status) in [("n2.jsonl", 0), ("n3.jsonl", 1)] {
      let outcome = try place.run(["gate", "--baseline", "n1.jsonl", "--candidate", candidate])
      #expect(outcome.status == Int32(status) && outcome.error == "", "\(outcome.error)")
    }
  }

  private let logs = ["n1.jsonl", "n2.jsonl", "n3.jsonl"]

  @Test func `a gate's summaries are what the series shows`() throws {
    try Workplace.with { place in
      try nights(place)
      for log in logs { try expectFit(log + ".tokenshift.json", in: place, "summary") }
      let outcome = try place.run(["report", "--series"] + logs + ["--output", "s", "--json"])
      try expectFit(outcome, "series")
      try expectFit("s/series.json", in: place, "series")
      let json = try JSONValue(parsing: Array(outcome.output.utf8))
      let runs = try #require(json["runs"]?.arrayValue)
      #expect(runs.map { $0["isBaseline"]?.boolValue } == [true, false, false])
      #expect(runs.map { $0["looks"]?.arrayValue?.count } == [0, 1, 1])
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("s"))
      #expect(Set(names) == ["figures", "index.html", "series.json", "series.md"])
      let text = try place.run(["report", "--series"] + logs + ["--output", "s"])
      #expect(
        text.output.hasPrefix("n3: the last of 3 runs. Look 2 of 20 of a gate: regressed: accuracy")
      )
    }
  }

  @Test func `the same with summaries and without is the same`() throws {
    try Workplace.with { place in
      for (index, log) in logs.enumerated() {
        try write(log, in: place, seed: UInt64(index), rate: 0.5)
      }
      let first = try place.run(["report", "--series"] + logs + ["--output", "s", "--json"])
      #expect(FileManager.default.fileExists(atPath: place.path("n1.jsonl.tokenshift.json")))
      let second = try place.run(["report", "--series"] + logs + ["--output", "s", "--json"])
      #expect(first.status == 0 && first.output == second.output, "\(first.error)")
      // A log that isn't there any more has no summary either.
      try FileManager.default.removeItem(atPath: place.path("n2.jsonl"))
      expectRefusal(
        try place.run(["report", "--series"] + logs + ["--output", "s"]), ["n2.jsonl"])
    }
  }

  @Test func `a gate can leave no summaries`() throws {
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.5)
      try write("b.jsonl", in: place, seed: 2, rate: 0.5)
      _ = try place.run([
        "gate", "--baseline", "a.jsonl", "--candidate", "b.jsonl", "--no-summaries",
      ])
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
      #expect(!names.contains { $0.hasSuffix(".tokenshift.json") })
    }
  }

  @Test func `training logs have a report and a place in a series`() throws {
    try Workplace.with { place in
      var generator = SeededGenerator(seed: 3)
      for (name, end) in [("good", 0.5), ("bad", 0.1)] {
        try TrainingLog(
          steps: Array(1...90),
          columns: [
            .init(
              .reward, values: (1...90).map { ($0 < 60 ? 0.5 : end) + 0.01 * generator.normal() })
          ], attributes: ["configuration": "objective: grpo\nseed: \(name.count)\n"]
        ).write(to: place.path(name + ".h5"))
      }
      let report = try place.run(["report", "good.h5", "bad.h5", "--output", "r", "--json"])
      try expectFit(report, "report-result")
      try expectFit("r/diagnosis.json", in: place, "diagnose")
      let page = try String(contentsOfFile: place.path("r/index.html"), encoding: .utf8)
      #expect(page.contains("FAILED reward drop: reward fell from 0.5"))
      try expectFit(
        place.run(["report", "--series", "good.h5", "bad.h5", "--output", "s", "--json"]), "series")
      try expectFit("bad.h5.tokenshift.json", in: place, "summary")
    }
  }

  @Test func `options that don't go together are refused`() throws {
    try Workplace.with { place in
      try write("a.jsonl", in: place, seed: 1, rate: 0.5)
      for (arguments, words) in [
        (["a.jsonl", "--by-date"], ["--by-date goes with --series"]),
        (["a.jsonl", "--model", "rl"], ["--model goes with --series"]),
        (["--series", "a.jsonl", "--text", "x"], ["--text goes with token logs"]),
        (["--series", "a.jsonl", "--by-date"], ["a.jsonl: doesn't say when it was made"]),
        (["--series", "a.jsonl", "--model", "x"], ["no answer by 'x', only by 'rl'"]),
        (["--series", "none.h5"], ["none.h5"]),
      ] { expectRefusal(try place.run(["report", "--output", "s"] + arguments), words) }
      #expect(!FileManager.default.fileExists(atPath: place.path("s")))
    }
  }
}
