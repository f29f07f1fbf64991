import Foundation
import RunLogs
import TestSupport
import Testing

/// Keys of `config.json` as a user meets them: kept in the log, shown by `inspect`, refused at once, or
/// set aside with `--ignore-remote-code`.
@Suite(.timeLimit(.minutes(15)))
struct ConfigurationKeyTests {
  private static let unread = #"{"is_llama_config":true,"unsloth_version":"2025.1"}"#

  private static func withKeys(_ place: Workplace, _ keys: String) throws -> String {
    try place.spoiled("model") { copy in
      try copy.replace("{", with: "{\(keys),", in: "config.json", count: 1)
    }
  }

  @Test func `keys that are never read are kept in the log and shown`() throws {
    try Workplace.with { place in
      let model = try Self.withKeys(
        place, #""is_llama_config": true, "unsloth_version": "2025.1""#)
      let scored = try Tool.run(
        ["score", "--model", "a=\(model)", "--texts", place.path("texts.jsonl")]
          + ["--output", place.path("log.h5")])
      #expect(scored.status == 0, "\(scored)")
      let log = try TokenLog(path: place.path("log.h5"))
      #expect(log.header.models[0].unreadConfigurationKeys == Self.unread)
      let inspected = try Tool.run(["inspect", model, place.path("log.h5")])
      #expect(inspected.output.split(separator: "\n").count { $0.hasSuffix(Self.unread) } == 2)
      let plain = try Tool.run(["inspect", Workplace.small])
      #expect(plain.status == 0 && !plain.output.contains("never read"))
    }
  }

  @Test func `all that config json asks for and isn't there is one line`() throws {
    try Workplace.with { place in
      let model = try Self.withKeys(
        place, #""is_causal": false, "quantization_config": {"bits": 4}"#)
      expectRefusal(
        try Tool.run(["inspect", model]),
        ["config.json", "'is_causal' is false", "'quantization_config' is {\"bits\":4}"])
    }
  }

  @Test func `code beside the weights is refused by every command and set aside where asked`()
    throws
  {
    try Workplace.with { place in
      let model = try Self.withKeys(place, #""auto_map": {"AutoModelForCausalLM": "a.B"}"#)
      let words = ["config.json", "'auto_map'", "--ignore-remote-code reads it as qwen2"]
      let file = place.path("texts.jsonl")
      try place.write(
        """
        model: \(model)
        output: \(place.path("run"))
        objective: grpo
        steps: 1
        rollouts: {task: carry-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 4}

        """, to: "run.yaml")
      let (log, out, map) = (place.path("log.h5"), place.path("out.jsonl"), place.path("map"))
      let commands: [[String]] = [
        ["inspect", model],
        ["score", "--model", "a=\(model)", "--texts", file, "--output", log],
        [
          "generate", "--model", "a=\(model)", "--texts", file, "--output", out, "--max-tokens",
          "2",
        ],
        ["dynamics", "a=\(model)@1", "--texts", "t=\(file)", "--output", map],
        ["evaluate", model],
        ["train", place.path("run.yaml")],
      ]
      for command in commands {
        expectRefusal(try Tool.run(command), words)
        let ignoring = try Tool.run(command + ["--ignore-remote-code"])
        // The small model has no tokenizer: some go on to say that.
        #expect(!ignoring.error.contains("auto_map"), "\(command): \(ignoring)")
      }
      #expect(try Tool.run(["inspect", model, "--ignore-remote-code"]).output.contains("auto_map"))
      let header = try TokenLog(path: log).header
      #expect(header.models[0].unreadConfigurationKeys?.contains("auto_map") == true)
    }
  }
}

extension CheckpointCopy {
  /// Replaces the first occurrence of a part of a text file.
  fileprivate func replace(
    _ old: String, with new: String, in name: String, count: Int
  ) throws {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    try Data(text.replacing(old, with: new, maxReplacements: count).utf8)
      .write(to: folder.appending(path: name))
  }
}
