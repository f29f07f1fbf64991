import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `dynamics`, from checkpoints and texts to a map.
@Suite(.timeLimit(.minutes(15)))
struct DynamicsCommandTests {
  /// The demo's texts by who wrote them, as `SOURCE.jsonl`.
  private func writeTexts(_ sources: [String], every: Int = 1, to place: Workplace) throws {
    let lines = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n")
    for source in sources {
      let own = lines.filter { $0.contains("\"source\": \"\(source)\"") }
      let chosen = own.indices.filter { $0 % every == 0 }.map { own[$0] }
      try place.write(chosen.map { $0 + "\n" }.joined(), to: source + ".jsonl")
    }
  }

  /// Each line of `dynamics.tsv` but the first.
  private func table(_ place: Workplace, _ folder: String) throws -> [[String]] {
    try String(contentsOfFile: place.path(folder + "/dynamics.tsv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
  }

  /// Tests/Fixtures/demo/cross-entropy.json.
  ///
  /// In the mean transformers' f32 is off by about 1e-6 for each token (Tests/Fixtures/README.md), and
  /// so are we; there are more bytes than tokens, and an interval is a few times the deviation of
  /// sums over prompts, whose errors are as small.
  private static let tolerance = 2e-6

  @Test func `means and intervals are those of transformers and scipy`() throws {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("demo/cross-entropy.json")))
    let expected = try #require(try JSONValue(parsing: Array(data))["models"])
    let names = ["base", "sft", "rl"]
    try Workplace.with { place in
      try writeTexts(names, to: place)
      let outcome = try place.run(
        ["dynamics"] + names.map { "\($0)=\(Workplace.demo($0))" }
          + names.flatMap { ["--texts", "\($0)=\($0).jsonl"] } + ["--output", "d", "--quiet"])
      #expect(outcome.status == 0 && outcome.error == "" && outcome.output == "", "\(outcome)")
      let rows = try table(place, "d")
      #expect(rows.map { $0[0] } == names)
      for (model, row) in zip(names, rows) {
        for (index, source) in names.enumerated() {
          let wanted = try #require(expected[model]?[source])
          for (column, key) in [(4 + 2 * index, "mean"), (5 + 2 * index, "half_width")] {
            let found = try #require(Double(row[column]))
            let value = try #require(wanted[key]?.doubleValue)
            #expect(abs(found - value) <= Self.tolerance, "\(model), \(source), \(key)")
          }
        }
      }
      let log = try DynamicsLog(path: place.path("d/dynamics.h5"))
      #expect(log.references.map(\.name) == names)
      #expect(log.references.map { $0.bytes.reduce(0, +) } == [10_667, 64_518, 18_351])
      #expect(log.attributes["command_line"]?.contains("dynamics base=") == true)
    }
  }

  /// A run's folder as `train` leaves it: its series, its configuration.
  private func makeRun(
    _ name: String, seed: Int, _ folders: [String], in place: Workplace, steps: Int = 20,
    model: String = Workplace.demo("base")
  ) throws {
    for folder in folders {
      let url = place.folder.appending(path: "\(name)/\(folder)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        at: url, withDestinationURL: URL(filePath: Workplace.demo("sft")))
    }
    try place.write(
      """
      model: '\(model)'
      output: '\(name)'
      objective: sft
      steps: \(steps)
      seed: \(seed)
      demonstrations:
        file: 'x.jsonl'

      """, to: name + "/config.yaml")
  }

  @Test func `a run's path goes from its first model over its series to the last`() throws {
    try Workplace.with { place in
      try writeTexts(["base", "sft"], every: 40, to: place)
      try makeRun("a-1", seed: 1, ["step-000010", "step-000020", "final"], in: place)
      try makeRun("a-2", seed: 2, ["step-000005", "final", "step-000010.partial"], in: place)
      try makeRun("b", seed: 3, ["checkpoint-7"], in: place, model: "gone")
      let texts = ["base", "sft"].flatMap { ["--texts", "\($0)=\($0).jsonl"] }
      let outcome = try place.run(
        ["dynamics", "a-1", "a-2", "other=b", "one=\(Workplace.demo("rl"))@90"] + texts
          + ["--output", "d"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("8 checkpoints of 4 runs"))
      #expect(outcome.output.contains("its first model gone isn't there"))
      let rows = try table(place, "d")
      #expect(
        rows.map { "\($0[0]) \($0[1]) \($0[2])" } == [
          "a-1 sft 0", "a-1 sft 10", "a-1 sft 20", "a-2 sft 0", "a-2 sft 5", "a-2 sft 20",
          "b other 7", "one one 90",
        ])
      let files = try FileManager.default.contentsOfDirectory(atPath: place.path("d"))
      #expect(
        files.sorted() == ["dynamics.h5", "dynamics.tsv"]
          + ["gp", "pdf", "svg", "tsv"].map { "learning-dynamics." + $0 })
      // The log alone gives the same figure.
      #expect(try place.run(["figures", "d/dynamics.h5", "--output", "f"]).status == 0)
      for name in ["gp", "tsv", "svg", "pdf"].map({ "learning-dynamics." + $0 }) {
        #expect(
          try Data(contentsOf: place.folder.appending(path: "d/\(name)"))
            == Data(contentsOf: place.folder.appending(path: "f/\(name)")))
      }
    }
  }

  @Test func `what can't be mapped is one line, and nothing is written`() throws {
    try Workplace.with { place in
      try writeTexts(["base"], every: 100, to: place)
      try makeRun("a", seed: 1, ["final"], in: place)
      try makeRun("twin", seed: 1, ["final"], in: place)
      try place.write("", to: "empty.jsonl")
      let before = try place.files()
      let base = Workplace.demo("base")
      for (runs, texts, words) in [
        (["nowhere"], "base.jsonl", ["nowhere", "holds no checkpoints"]),
        ([base], "base.jsonl", [base, "which run", "NAME="]),
        (["a", "a"], "base.jsonl", ["a:", "twice"]),
        (["a", "twin"], "base.jsonl", ["twin", "the seed of a"]),
        (["x=\(base)@9", "x=\(base)@5"], "base.jsonl", [base, "step 9 of 'x'", "order"]),
        (["a"], "none.jsonl", ["none.jsonl", "no such file"]),
        (["a"], "empty.jsonl", ["empty.jsonl", "holds no texts"]),
        (["x=\(Workplace.small)"], "base.jsonl", ["base.jsonl, line"]),
      ] {
        expectRefusal(
          try place.run(["dynamics"] + runs + ["--texts", "t=\(texts)", "--output", "d"]), words)
      }
      #expect(try place.files() == before)
    }
  }
}
