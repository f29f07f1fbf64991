import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `import`, and what reads its logs.
@Suite(.timeLimit(.minutes(15)))
struct ImportCommandTests {
  private static let folder = Places.fixture("imports") + "/"
  private static let state = folder + "trainer_state_trl-1.16_grpo_6steps.json"

  @Test func `an imported log is inspected, drawn and exported`() throws {
    try Workplace.with { place in
      let outcome = try place.run(["import", Self.state, "--output", "log.h5"])
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
      for words in [
        "steps: 3, 2 to 6", "rollout_entropy_tempered ← entropy", "kept as other/NAME: 12",
        "--temperature T says it", "wrote log.h5",
      ] { #expect(outcome.output.contains(words), "\(words)") }
      let inspected = try place.run(["inspect", "log.h5"]).output
      #expect(inspected.contains("trainer-state, trainer_state_trl-1.16_grpo_6steps.json"))
      #expect(inspected.contains("other/rewards/answer_reward/mean"))
      #expect(try place.run(["figures", "log.h5", "--output", "f"]).status == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: place.path("f"))
      #expect(names.contains("training-reward.svg"))
      #expect(names.contains("training-entropy-tempered.svg"))
      #expect(!names.contains("training-entropy.svg"))
      let rows = try place.run(["export", "log.h5", "--columns", "train/reward"]).output
      #expect(rows == "step,train/reward\n2,0.21875\n4,0.125\n6,0.125\n")
    }
  }

  @Test(arguments: [
    ["trainer_state_trl-1.16_grpo_6steps.json", "--temperature", "0.7"],
    ["trainer_state_trl-1.16_sft.json"], ["llamafactory-trainer_log.jsonl"], ["verl-file.jsonl"],
    ["verl-console.log"], ["trl-1.16.tfevents"],
    ["wandb-history.csv", "--mapping", folder + "wandb-mapping.yaml"],
  ])
  func `the result fits its schema`(arguments: [String]) throws {
    try Workplace.with { place in
      try expectFit(
        place.run(
          ["import", Self.folder + arguments[0], "--output", "log.h5", "--json"]
            + arguments.dropFirst()), "import")
      try expectFit(place.run(["inspect", "--json", "log.h5"]), "inspect")
      try expectFit(place.run(["export", "log.h5", "--list", "--json"]), "export-list")
    }
  }

  // MARK: Tokens

  /// A tokenizer that begins texts with a space decodes " he" at the start of a text as "he".
  @Test(arguments: [("llama2", false), ("metaspace", false), ("gpt2", true)])
  func `a lone word that may have lost its space has no id`(name: String, isKnown: Bool) throws {
    try Workplace.with { place in
      let folder = place.folder.appending(path: "tokenizer")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try FileManager.default.copyItem(
        atPath: Places.fixture("tokenization/\(name).tokenizer.json"),
        toPath: folder.appending(path: "tokenizer.json").path)
      func answer(_ text: String, _ tokens: String, _ numbers: String) -> String {
        #"{"choices":[{"index":0,"text":"\#(text)","logprobs":{"tokens":\#(tokens),"#
          + #""token_logprobs":\#(numbers)}}]}"# + "\n"
      }
      try place.write(
        answer("he", #"["he"]"#, "[-0.5]") + answer("he re", #"["he"," re"]"#, "[-0.25,-1.0]"),
        to: "answers.jsonl")
      let imported = try place.run([
        "import", "answers.jsonl", "--tokenizer", "tokenizer", "--output", "log.h5",
      ])
      #expect(imported.status == 0, "\(imported.error)")
      #expect(imported.output.contains("1 tokens are not measured") == !isKnown)
      let rows = try place.run(["export", "log.h5", "--columns", "sampler/logp"]).output
      let numbers = rows.split(separator: "\n").dropFirst().map { row in
        String(row.split(separator: ",", omittingEmptySubsequences: false).last ?? "")
      }
      // A text with spaces has lost none.
      #expect(numbers == [isKnown ? "-0.5" : "", "-0.25", "-1.0"])
    }
  }

  /// A log of two servers' answers: one token, of which each lists the most likely one.
  private func importPair(_ place: Workplace) throws {
    for (name, log) in [("a", -0.5), ("b", -0.25)] {
      try place.write(
        #"{"content":"x","stop":true,"completion_probabilities":[{"id":1,"token":"x","bytes":[120],"#
          + #""logprob":\#(log),"top_logprobs":[{"id":1,"token":"x","bytes":[120],"logprob":\#(log)}]}]}"#,
        to: name + ".json")
    }
    let imported = try place.run([
      "import", "a=a.json", "b=b.json", "--vocabulary-size", "6", "--output", "pair.h5",
    ])
    #expect(imported.status == 0, "\(imported.error)")
  }

  @Test func `export takes the columns that an imported log has`() throws {
    try Workplace.with { place in
      try importPair(place)
      let exported = try place.run(["export", "pair.h5"])
      #expect(exported.status == 0, "\(exported.error)")
      let header = exported.output.prefix { $0 != "\n" }
      #expect(header.hasSuffix(",a/logp,b/logp,a:b/dlogp,a:b/dprob,a:b/js_lower,a:b/js_upper"))
    }
  }

  @Test func `a text of an imported log has values, or both ends`() throws {
    try Workplace.with { place in
      try importPair(place)
      let shown = try place.run(["audit", "pair.h5", "--text", "1"])
      #expect(shown.status == 0, "\(shown.error)")
      // e^−0.25 − e^−0.5
      #expect(shown.output.contains("[+0.17") && shown.output.contains("1 changed"))
      let result = try place.run(["audit", "pair.h5", "--text", "1", "--json"])
      try expectFit(result, "audit-text")
      let position = try #require(
        try JSONValue(parsing: Array(result.output.utf8))["positions"]?.arrayValue?.first)
      #expect(position["divergence"] == .null && position["entropyChange"] == .null)
      let changes = try #require(position["changes"])
      #expect(changes["dprob"]?["value"]?.doubleValue.map { abs($0 - 0.17227) < 1e-4 } ?? false)
      #expect(changes["dprob"]?["lower"] == nil)
      for measure in ["js", "dH"] {
        let change = try #require(changes[measure])
        #expect(change["value"] == .null && change["halfWidth"] == .null)
        let (lower, upper) = (change["lower"]?.doubleValue, change["upper"]?.doubleValue)
        #expect(lower ?? 1 < upper ?? 0, "\(measure)")
      }
      expectRefusal(
        try place.run(["audit", "pair.h5", "--html", "page.html"]),
        ["no whole distributions", "score the texts with the checkpoints"])
    }
  }

  // MARK: Wrong input

  @Test func `a log against itself is refused, whatever it is called`() throws {
    try Workplace.with { place in
      try #expect(place.score(["a=\(Workplace.small)"]).status == 0)
      for names in [["log.h5"], ["log.h5", "log.h5"], ["log.h5", "./log.h5"]] {
        expectRefusal(try place.run(["mismatch"] + names), ["'a' is compared with itself"])
      }
    }
  }

  @Test func `a figure that has no place is refused before texts are joined`() throws {
    try Workplace.with { place in
      try #expect(place.score(["a=\(Workplace.small)"]).status == 0)
      try FileManager.default.copyItem(atPath: place.path("log.h5"), toPath: place.path("b.svg"))
      // That the log has no model z is said next, and the texts are joined after that.
      for (name, words) in [
        ("f/", "--figure f/ is a folder"), ("b", "is read by this command"), ("log.h5/f", "log.h5"),
      ] {
        expectRefusal(
          try place.run(["mismatch", "log.h5", "b.svg", "--trainer", "z", "--figure", name]),
          [words])
      }
    }
  }

  @Test func `the format can be named, and what is wrong is said in a line`() throws {
    try Workplace.with { place in
      func refused(_ arguments: [String], _ words: [String]) throws {
        expectRefusal(try place.run(["import"] + arguments), words)
        #expect(!FileManager.default.fileExists(atPath: place.path("log.h5")))
      }
      let output = ["--output", "log.h5"]
      try refused(["nowhere.json"] + output, ["nowhere.json: no such file"])
      try refused([Self.state, "--format", "csv"] + output, ["give --mapping FILE.yaml"])
      try refused([Self.state, "--format", "luck"] + output, ["luck", "verl-console"])
      try refused([Self.state, "--temperature", "0"] + output, ["--temperature is a number"])
      try refused([Self.state, "--output", ""], ["--output is empty"])
      try refused([Self.state, "--mapping", "m.yaml"] + output, ["m.yaml: can't be read"])
      try place.write("{\"step\": 1, \"data\": {\"a\": 1}}\n{\"step\":", to: "broken.jsonl")
      try refused(["broken.jsonl"] + output, ["broken.jsonl, line 2: column", "sed 2d FILE"])
      try refused(["broken.jsonl", "--output", "broken.jsonl"], ["is read by this command"])
    }
  }
}
