import Foundation
import JSON
import TestSupport
import Testing

/// `intervene` as a process.
@Suite(.timeLimit(.minutes(15)))
struct InterveneTests {
  private static let base = "base=" + Workplace.demo("base")
  private static let rl = "rl=" + Workplace.demo("rl")
  private static let names = [
    "base+rl.jsonl", "base.jsonl", "dose-response.gp", "dose-response.pdf", "dose-response.svg",
    "dose-response.tsv", "intervene-settings.json", "intervene.json", "rl+base.jsonl", "rl.jsonl",
  ]

  /// Prompts of the demo: four lines each.
  private static func prompts(_ count: Int) throws -> String {
    try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(count * 4).joined(separator: "\n")
  }

  private static func command(_ output: String = "out", _ more: [String] = []) -> [String] {
    ["intervene", base, rl, "--texts", "texts.jsonl", "--output", output, "--quiet"] + more
  }

  @Test func `it prints what it writes, and its texts can be scored`() throws {
    try Workplace.with(texts: Self.prompts(20)) { place in
      let outcome = try place.run(
        Self.command("out", ["--select", "js,random", "--budget", "2,1", "--json"]))
      try expectFit(outcome, "intervene")
      try expectFit("out/intervene.json", in: place, "intervene")
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("out")).sorted()
      #expect(names == Self.names)
      let value = try JSONValue(parsing: Array(outcome.output.utf8))
      #expect(value["settings"]?["budgets"] == .array([.integer(1), .integer(2)]))
      let scored = try place.run([
        "score", "--model", Self.base, "--texts", "out/base+rl.jsonl", "--output", "out.h5",
        "--quiet",
      ])
      #expect(scored.status == 0, "\(scored.error)")
    }
  }

  @Test func `for people it is a table and a sentence in eighty columns`() throws {
    try Workplace.with(texts: Self.prompts(20)) { place in
      let outcome = try place.run(
        Self.command().filter { $0 != "--quiet" } + ["--budget", "1,2", "--text-of", "base"],
        environment: ["COLUMNS": "80"])
      #expect(outcome.status == 0, "\(outcome.error)")
      let text = outcome.output.replacing("\n", with: " ")
      for words in [
        "base's texts with rl's choices: 20 problems,", "by  budget  swaps", "difference",
        "rl's choice at one of up to 2 tokens",
        "Controls: up to 4 positions for each", "wrote out",
      ] {
        #expect(text.contains(words), "\(words): \(outcome.output)")
      }
    }
  }

  @Test func `the dry run says what it takes and writes nothing`() throws {
    try Workplace.with(texts: Self.prompts(20)) { place in
      try expectFit(place.run(Self.command("out", ["--dry-run", "--json"])), "intervene-dry-run")
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `a task makes its own problems`() throws {
    try Workplace.with { place in
      let outcome = try place.run([
        "intervene", Self.base, Self.rl, "--task", "carry-arithmetic", "--problems", "8",
        "--output",
        "out", "--budget", "1", "--json", "--quiet",
      ])
      try expectFit(outcome, "intervene")
      let value = try JSONValue(parsing: Array(outcome.output.utf8))
      #expect(value["problems"] == .string("carry"))
      #expect(value["directions"]?.arrayValue?.first?["texts"] == .integer(8))
    }
  }

  /// Killed at once and later; whatever is there, the same command with --resume ends with the same files.
  @Test func `killed at any moment it goes on to the same files`() throws {
    try Workplace.with(texts: Self.prompts(60)) { place in
      func files(_ folder: String) throws -> [String: Data] {
        try Dictionary(
          uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: place.path(folder))
            .map { ($0, try Data(contentsOf: URL(filePath: place.path(folder + "/" + $0)))) })
      }
      let began = ContinuousClock.now
      #expect(try place.run(Self.command("whole")).status == 0)
      let seconds = (ContinuousClock.now - began) / .seconds(1)
      let whole = try files("whole")
      for part in [0.1, 0.3, 0.5, 0.7, 0.9] {
        let name = "killed-\(part)"
        let limit = String(format: "%.2f", part * seconds)
        _ = try Tool.shell(
          "timeout -s KILL \(limit) \"$TOOL\" "
            + Self.command(name).map { "'\($0)'" }.joined(separator: " "), in: place.folder)
        let outcome = try place.run(Self.command(name, ["--resume"]))
        #expect(outcome.status == 0, "\(part): \(outcome.error)")
        #expect(try files(name) == whole, "\(part) of \(seconds) s")
      }
    }
  }

  @Test(
    arguments: [
      (["--budget", "0"], "--budget 0"), (["--budget", "1,1"], "--budget 1,1"),
      (["--budget", "1,,2"], "different numbers above 0"),
      (["--select", "luck"], "there are js, logp, entropy, random"),
      (["--select", "js,js"], "--select js stands twice"),
      (["--match", "colour"], "there are entropy, place, class"),
      (["--text-of", "sft"], "the models are base and rl"),
      (["--task", "countdown"], "not both"), (["--controls", "0"], "must be positive"),
      (["--margin=-1"], "--margin must be 0 or more"),
      (["--max-tokens", "5000"], "the model's context is"),
      (["--resume", "--overwrite"], "give one of them"), (["--problems", "0"], "must be positive"),
      (["--split", "test"], "--split is of a --task"),
    ])
  func `what can't be asked is refused`(arguments: [String], words: String) throws {
    try Workplace.with(texts: Self.prompts(2)) { place in
      expectRefusal(try place.run(Self.command("out", arguments)), [words])
      #expect(try place.files() == ["texts.jsonl"])
    }
  }

  @Test func `inputs that are broken are refused by name`() throws {
    try Workplace.with(texts: Self.prompts(2)) { place in
      func refuse(_ arguments: [String], _ words: [String]) throws {
        let outcome = try place.run(["intervene"] + arguments + ["--output", "out"])
        expectRefusal(outcome, words)
        #expect(!FileManager.default.fileExists(atPath: place.path("out")))
      }
      let texts = ["--texts", "texts.jsonl"]
      try refuse([Self.base] + texts, ["1 checkpoint: give two"])
      try refuse([Self.base, Self.rl], ["--task NAME, or --texts"])
      try refuse([Self.base, "rl=nowhere"] + texts, ["nowhere"])
      try refuse([Workplace.demo("base"), Workplace.demo("base")] + texts, ["called 'base'"])
      try refuse([Self.base, "b=" + Workplace.small] + texts, ["tokenizer.json"])
      try refuse(
        [Self.base, "base+base=" + Workplace.demo("rl")] + texts, ["'base+base' can't name"])
      try refuse(
        [Self.base, Self.rl, "--task", "carry-arithmetic", "--fields", "prompt=q"],
        ["--fields names those of --texts"])
      try refuse([Self.base, Self.rl, "--texts", "none.jsonl"], ["none.jsonl"])
      try place.write("", to: "empty.jsonl")
      try refuse([Self.base, Self.rl, "--texts", "empty.jsonl"], ["empty.jsonl: has no lines"])
      try place.write(#"{"prompt": "Q: 1 + 1 = ?\nA:"}"#, to: "answerless.jsonl")
      try refuse(
        [Self.base, Self.rl, "--texts", "answerless.jsonl"],
        ["answerless.jsonl, line 1", "needs \"answer\""])
      let broken = try place.spoiled("broken", of: Workplace.demo("rl")) { copy in
        try copy.truncate("model.safetensors", to: 1_000)
      }
      try refuse([Self.base, "rl=\(broken)"] + texts, ["model.safetensors"])
    }
  }

  @Test func `another intervention's folder is neither mixed with nor lost`() throws {
    try Workplace.with(texts: Self.prompts(3)) { place in
      #expect(try place.run(Self.command()).status == 0)
      expectRefusal(
        try place.run(Self.command()), ["intervene-settings.json", "--resume", "--overwrite"])
      expectRefusal(
        try place.run(Self.command("out", ["--resume", "--seed", "2"])), ["other models, problems"])
      #expect(try place.run(Self.command("out", ["--overwrite", "--seed", "2"])).status == 0)
      // A file that is read may not be written to.
      expectRefusal(
        try place.run([
          "intervene", Self.base, Self.rl, "--texts", "out/base.jsonl", "--output", "out",
          "--overwrite",
        ]), ["is read by this command"])
    }
  }
}
