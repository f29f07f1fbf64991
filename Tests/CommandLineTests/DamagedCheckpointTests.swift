import Foundation
import TestSupport
import Testing

/// Files of a checkpoint that are of another kind, or damaged, on the command line.
@Suite(.timeLimit(.minutes(15)))
struct DamagedCheckpointTests {
  private static let prompts = "{\"prompt\": \"Q: 7 - 59 = ?\\nA:\", \"prompt_id\": \"p0\"}\n"

  private func write(_ text: String, to name: String, in copy: CheckpointCopy) throws {
    try Data(text.utf8).write(to: copy.folder.appending(path: name))
  }

  @Test(arguments: [
    ("{", ["generation_config.json", "invalid JSON"]),
    ("[]", ["generation_config.json", "no JSON object"]),
    (
      #"{"eos_token_id": "<|end|>"}"#, ["generation_config.json", "'eos_token_id' holds \"<|end|>"]
    ),
    (#"{"eos_token_id": [1, 2.5]}"#, ["generation_config.json", "'eos_token_id' holds 2.5"]),
    ("version https://git-lfs.github.com/spec/v1\n", ["Git LFS pointer", "git lfs pull"]),
  ])
  func `a broken generation_config.json ends generate and evaluate`(
    text: String, words: [String]
  ) throws {
    try Workplace.with(texts: Self.prompts) { place in
      let model = try place.spoiled("model", of: Workplace.demo("base")) {
        try write(text, to: "generation_config.json", in: $0)
      }
      expectRefusal(
        try place.run([
          "generate", "--model", "a=\(model)", "--texts", "texts.jsonl", "--output", "a.jsonl",
        ]), [model] + words)
      expectRefusal(
        try place.run(["evaluate", model, "--task", "carry-arithmetic"]), [model] + words)
    }
  }

  /// As score takes it, so does generate: what is never used may be anything that Python writes.
  @Test func `numbers and depths that nobody reads harm no command`() throws {
    try Workplace.with(texts: Self.prompts) { place in
      let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
      let model = try place.spoiled("model", of: Workplace.demo("base")) {
        try $0.replace(
          "\"architectures\"", with: "\"some_loss\": NaN, \"deep\": \(deep), \"architectures\"",
          in: "config.json")
        try write(
          #"{"eos_token_id": [1.0], "seen": Infinity}"#, to: "generation_config.json", in: $0)
      }
      let outcome = try place.run([
        "generate", "--model", "a=\(model)", "--texts", "texts.jsonl", "--max-tokens", "4",
        "--output", "a.jsonl",
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }

  @Test func `a config.json that is cut off says what to do`() throws {
    try Workplace.with { place in
      for (text, words) in [
        ("", ["invalid JSON", "the text is empty", "download it again"]),
        ("{\"architectures\": [\"Qwen2", ["invalid JSON at line 1", "download it again"]),
        ("version https://git-lfs", ["config.json: is a Git LFS pointer", "git lfs pull"]),
      ] {
        let model = try place.spoiled("model-\(text.count)") {
          try write(text, to: "config.json", in: $0)
        }
        expectRefusal(try place.score(["a=\(model)"]), ["config.json: is"] + words)
      }
    }
  }

  @Test func `generate goes on without a generation_config.json`() throws {
    try Workplace.with(texts: Self.prompts) { place in
      let model = try place.spoiled("model", of: Workplace.demo("base")) {
        try FileManager.default.removeItem(at: $0.folder.appending(path: "generation_config.json"))
      }
      let outcome = try place.run([
        "generate", "--model", "a=\(model)", "--texts", "texts.jsonl", "--max-tokens", "4",
        "--output", "a.jsonl",
      ])
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }

  @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"])
  func `pointers, pages and other encodings are named`(name: String) throws {
    try Workplace.with(texts: Self.prompts) { place in
      for (index, (text, words)) in [
        ("version https://git-lfs.github.com/spec/v1\n", ["Git LFS pointer", "git lfs pull"]),
        ("<!DOCTYPE html>\n", ["web page", "download it again"]),
        ("\u{FEFF}{}", ["byte-order mark", "UTF-8"]),
      ].enumerated() {
        let model = try place.spoiled("model-\(index)", of: Workplace.demo("base")) {
          try write(text, to: name, in: $0)
        }
        expectRefusal(try place.score(["a=\(model)"]), ["\(model)/\(name)"] + words)
      }
    }
  }

  @Test func `inspect tells how names are read and what is left out`() throws {
    try Workplace.with { place in
      let model = try place.spoiled("model") { copy in
        let url = copy.folder.appending(path: "model.safetensors")
        let bytes = try Data(contentsOf: url)
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var header = try #require(String(bytes: bytes[8..<8 + length], encoding: .utf8))
        header = header.replacing("\"model.", with: "\"_orig_mod.model.")
        header = header.replacing("\"lm_head.", with: "\"_orig_mod.lm_head.")
        header = header.replacing(
          /\}\s*$/, with: #","v_head.weight":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#)
        let count = UInt64(header.utf8.count)
        let size = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
        try (Data(size) + Data(header.utf8) + bytes.dropFirst(8 + length)).write(to: url)
      }
      let outcome = try place.run(["inspect", model])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("without the prefix '_orig_mod.'"), "\(outcome.output)")
      #expect(outcome.output.contains("tensor 'v_head.weight'"), "\(outcome.output)")
      #expect(try place.score(["a=\(model)", "b=\(Workplace.small)"]).status == 0)
    }
  }
}
