import Adapters
import Foundation
import JSON
import TestSupport
import Testing

/// What isn't implemented, doesn't fit or isn't there is refused on one line that names it.
struct AdapterRefusalTests {
  private func expectError(
    _ words: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch {
      let line = "\(error)"
      let isOneLine = !line.contains { $0.isNewline }
      #expect(isOneLine, "\(line)", sourceLocation: sourceLocation)
      for word in words {
        #expect(line.contains(word), "\(line) lacks \(word)", sourceLocation: sourceLocation)
      }
    }
  }

  static let options: [(key: String, value: JSONValue?, words: [String])] = [
    ("use_dora", .bool(true), ["'use_dora' is true", "merge_and_unload"]),
    ("lora_bias", .bool(true), ["'lora_bias'"]),
    ("use_qalora", .bool(true), ["'use_qalora'"]),
    ("layer_replication", .array([.array([.integer(0), .integer(2)])]), ["'layer_replication'"]),
    ("target_parameters", .array([.string("x")]), ["'target_parameters'"]),
    ("trainable_token_indices", .array([.integer(1)]), ["'trainable_token_indices'"]),
    ("alora_invocation_tokens", .array([.integer(1)]), ["'alora_invocation_tokens'"]),
    ("an_option_of_tomorrow", .integer(3), ["'an_option_of_tomorrow' is 3"]),
    ("init_lora_weights", .string("pissa"), ["'init_lora_weights' is pissa", "base's weights"]),
    ("peft_type", .string("IA3"), ["'peft_type' is IA3", "only LORA"]),
    ("peft_type", nil, ["'peft_type' is none"]),
    ("task_type", .string("SEQ_CLS"), ["'task_type' is SEQ_CLS"]),
    ("bias", .string("some"), ["'bias' is some"]),
    ("r", .integer(5), ["rank 5", "A [", "down_proj"]),
    ("r", .string("four"), ["'r' is not a whole number"]),
    ("rank_pattern", .object([]), ["rank 4", "q_proj"]),
    ("alpha_pattern", .object([JSONMember(key: "(", value: .integer(1))]), ["expression '('"]),
    ("target_modules", .array([.string("q_proj")]), ["down_proj", "target_modules"]),
    (
      "target_modules",
      .array(["q_proj", "v_proj", "down_proj", "k_proj"].map { .string($0) }),
      ["no tensors for the target module 'k_proj'"]
    ),
    ("layers_to_transform", .array([.integer(0)]), ["layers.1", "layers_to_transform"]),
  ]

  @Test(arguments: options)
  func `options that aren't implemented`(
    option: (key: String, value: JSONValue?, words: [String])
  ) throws {
    let fixture = try AdapterFixture("llama")
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      try copy.set(option.key, to: option.value)
      expectError([copy.path] + option.words) { _ = try OpenedModel(copy.path) }
    }
  }

  @Test func `one update for both tied matrices is refused by name`() throws {
    let fixture = try AdapterFixture("qwen2-tied-embedding")
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      try copy.set("ensure_weight_tying", to: .bool(true))
      // As peft writes it: the head has tensors though no target names it.
      try Renamed.rename(
        URL(filePath: copy.path + "/adapter_model.safetensors"),
        adding: ["A", "B"].map { "base_model.model.lm_head.lora_\($0).weight" }
      ) { $0 }
      expectError([copy.path, "'ensure_weight_tying' is true", "merge_and_unload"]) {
        _ = try OpenedModel(copy.path)
      }
    }
  }

  @Test func `another model's adapter`() throws {
    let (llama, qwen) = (try AdapterFixture("llama"), try AdapterFixture("qwen2"))
    expectError(["down_proj", "[", "trained on"]) {
      _ = try OpenedModel(qwen.base + "+" + llama.folder)
    }
    expectError(["transformer.h.0", "doesn't have", llama.base]) {
      _ = try OpenedModel(llama.base + "+" + AdapterFixture("gpt2").folder)
    }
  }

  @Test func `a base that isn't here`() throws {
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(AdapterFixture("llama"), in: folder)
      try copy.set("base_model_name_or_path", to: .string("Qwen/Qwen2.5-0.5B"))
      expectError(["'Qwen/Qwen2.5-0.5B' is no folder here", "BASEDIR+" + copy.path]) {
        _ = try ModelFolder(copy.path)
      }
      try copy.set("base_model_name_or_path", to: nil)
      expectError(["names no base model", "BASEDIR+"]) { _ = try ModelFolder(copy.path) }
    }
  }

  @Test func `folders that are no adapters or lack a part`() throws {
    let fixture = try AdapterFixture("llama")
    expectError([fixture.base, "is no adapter", "adapter_config.json"]) {
      _ = try ModelFolder(fixture.base + "+" + fixture.base)
    }
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      try FileManager.default.removeItem(atPath: copy.path + "/adapter_model.safetensors")
      expectError([copy.path, "no adapter_model.safetensors"]) { _ = try OpenedModel(copy.path) }
      try Data("{".utf8).write(to: URL(filePath: copy.path + "/adapter_config.json"))
      expectError([copy.path, "adapter_config.json"]) { _ = try ModelFolder(copy.path) }
      let missing = folder.path + "/none"
      expectError([missing]) { _ = try ModelFolder(missing).open() }
      expectError([missing]) { _ = try ModelFolder(fixture.base + "+" + missing) }
    }
  }

  @Test func `weights beside an adapter`() throws {
    let fixture = try AdapterFixture("llama")
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder)
      for name in ["config.json", "model.safetensors"] {
        try FileManager.default.copyItem(
          atPath: fixture.base + "/" + name, toPath: copy.path + "/" + name)
      }
      expectError(["weights as well as an adapter", "BASEDIR+ADAPTERDIR"]) {
        _ = try ModelFolder(copy.path)
      }
      let folder = try ModelFolder(copy.path + "+" + copy.path)
      #expect(folder.base == copy.path && folder.adapters == [copy.path])
    }
  }

  @Test func `a plus sign in a folder's name separates nothing`() throws {
    let fixture = try AdapterFixture("llama")
    try withTemporaryFolder { folder in
      let copy = try AdapterCopy(fixture, in: folder, name: "sft+rl")
      #expect(try ModelFolder(copy.path).adapters == [copy.path])
      let both = try ModelFolder(fixture.base + "+" + copy.path)
      #expect(both.base == fixture.base && both.adapters == [copy.path])
      #expect(both.displayName == "llama-new+sft+rl")
    }
  }
}
