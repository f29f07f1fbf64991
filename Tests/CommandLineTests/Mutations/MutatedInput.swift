import Foundation
import TestSupport
import Testing

/// A file that the tool reads, where it lies among others, and the commands that read it.
struct MutatedInput: Sendable, CustomTestStringConvertible {
  /// The file that is damaged, in the folder that `MutatedPlace` makes.
  let file: String
  /// One of them is run for each damage.
  let commands: [String]

  var testDescription: String { file }

  init(_ file: String, _ commands: String...) { (self.file, self.commands) = (file, commands) }

  private static let score =
    "score --model a=model --model b=other --texts texts.jsonl --output o.h5"
  private static let generate =
    "generate --model a=model --texts texts.jsonl --max-tokens 3 --output o.jsonl"
  private static let scoreAdapter =
    "score --model a=plain+adapter --model b=plain --texts ids.jsonl --output o.h5"

  /// Every kind of file that a command opens.
  static let all = [
    Self("model/config.json", score, generate, "inspect model", "train start.yaml"),
    Self("model/model.safetensors", score, generate, "inspect model", "train start.yaml"),
    Self("model/tokenizer.json", score, generate, "inspect model", "train start.yaml"),
    Self("model/tokenizer_config.json", score, generate, "inspect model"),
    Self("model/generation_config.json", generate, "train start.yaml"),
    Self(
      "sharded/model.safetensors.index.json", "inspect sharded",
      "score --model a=sharded --texts ids.jsonl --output o.h5"),
    Self(
      "sharded/model-00002-of-00002.safetensors",
      "score --model a=sharded --texts ids.jsonl --output o.h5"),
    Self("adapter/adapter_config.json", scoreAdapter, "inspect plain+adapter"),
    Self("adapter/adapter_model.safetensors", scoreAdapter, "inspect plain+adapter"),
    Self(
      "texts.jsonl", score, generate, score + " --skip-bad-lines",
      "dynamics a=model b=other --texts t=texts.jsonl --output o"),
    Self(
      "ids.jsonl", scoreAdapter,
      "generate --model a=model --texts ids.jsonl --max-tokens 3 --output o.jsonl"),
    Self(
      "log.h5", "inspect log.h5", "audit log.h5", "audit log.h5 --json", "report log.h5 --output o",
      "merge one.h5 two.h5 --output o.h5"),
    Self(
      "two.h5", "merge one.h5 two.h5 --output o.h5", "merge one.h5 two.h5 --virtual --output o.h5"),
    Self("two.gz", "generate --model a=model --texts two.gz --max-tokens 3 --output o.jsonl"),
    Self(
      "frames.zst", "generate --model a=model --texts frames.zst --max-tokens 3 --output o.jsonl"),
    Self("log-1.1.h5", "inspect log-1.1.h5", "audit log-1.1.h5", "audit log-1.1.h5 --json"),
    Self("model/special_tokens_map.json", score, generate),
    Self("model/added_tokens.json", score, generate),
    // None of its response tokens is measured, so it makes no report.
    Self(
      "log-1.0.h5", "inspect log-1.0.h5", "audit log-1.0.h5",
      "audit log-1.0.h5 --positions"),
    Self("stopped.h5.journal", score.replacing("o.h5", with: "stopped.h5") + " --resume"),
    Self("training-log-1.1.h5", "inspect training-log-1.1.h5"),
    Self("run/log.h5", "inspect run/log.h5", "train run.yaml --resume"),
    Self("run/log.jsonl", "train run.yaml --resume"),
    Self("run/rollouts.jsonl", "train run.yaml --resume"),
    Self("run/config.yaml", "train run.yaml --resume"),
    Self("run/step-000002/training-state.safetensors", "train run.yaml --resume"),
    Self("run/step-000002/model.safetensors", "train run.yaml --resume"),
    Self("run/step-000002/config.json", "train run.yaml --resume"),
    Self("run.yaml", "train run.yaml --set output=o", "train run.yaml --resume"),
    Self("demonstrations.jsonl", "train start.yaml"),
    Self("dynamics/dynamics.h5", "figures dynamics/dynamics.h5 --output o"),
    Self(
      "responses.jsonl",
      "score --model a=model --texts responses.jsonl --output o.h5"),
  ]
}

/// A folder with one of everything, made by the tool itself.
struct MutatedPlace {
  /// Contents by path.
  let files: [String: Data]

  /// A model of some hundred weights that is trained for two steps, and what its runs leave.
  init() throws {
    files = try withTemporaryFolder { folder in
      try Self.make(in: folder)
      let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
      var files: [String: Data] = [:]
      for name in names ?? [] {
        // Folders can't be read as files.
        if let bytes = try? Data(contentsOf: folder.appending(path: name)) { files[name] = bytes }
      }
      return files
    }
  }

  /// Writes all files into a folder, one of them with other contents.
  func write(to folder: URL, with replacement: Data = Data(), as name: String = "") throws {
    for (path, bytes) in files {
      let url = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try (path == name ? replacement : bytes).write(to: url)
    }
  }

  private static func make(in folder: URL) throws {
    let files = FileManager.default
    func copy(_ fixture: String, _ name: String) throws {
      try files.copyItem(atPath: Places.fixture(fixture), toPath: folder.appending(path: name).path)
    }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    func run(_ command: String) throws {
      let outcome = try Tool.run(arguments(command), in: folder)
      guard outcome.status == 0 else {
        throw Tool.Missing(description: "\(command): \(outcome.error)")
      }
    }
    try copy("transformer/llama-sharded", "sharded")
    try copy("transformer/qwen2-untied-old", "plain")
    try copy("adapters/qwen2", "adapter")
    try copy("runlogs/log-1.0.h5", "log-1.0.h5")
    try copy("runlogs/log-1.1.h5", "log-1.1.h5")
    try copy("texts/two.gz", "two.gz")
    try copy("texts/frames.zst", "frames.zst")
    try copy("runlogs/training-log-1.1.h5", "training-log-1.1.h5")
    try write(preset, "run.yaml")
    try write(start, "start.yaml")
    try write(ids, "ids.jsonl")
    try write(demonstrations, "demonstrations.jsonl")
    try run("train run.yaml")
    // As a run that was stopped before its end.
    try files.moveItem(
      at: folder.appending(path: "run/final"), to: folder.appending(path: "model"))
    try files.copyItem(
      at: folder.appending(path: "run/step-000001"), to: folder.appending(path: "other"))
    try write(#"{"eos_token_id": [1], "temperature": 0.5}"#, "model/generation_config.json")
    try write(#"{"unk_token": "<|unknown|>"}"#, "model/special_tokens_map.json")
    try write(#"{"<|unknown|>": 27}"#, "model/added_tokens.json")
    try write(texts, "texts.jsonl")
    let score = "score --model a=model --model b=other --texts texts.jsonl"
    // What can't be published is kept in the journal, here since no file may grow beyond 20 kB.
    let limited = "trap '' XFSZ; ulimit -f 40; exec \"$TOOL\" \(score) --output log.h5"
    _ = try Tool.shell(limited, in: folder)
    try files.copyItem(
      at: folder.appending(path: "log.h5.journal"), to: folder.appending(path: "kept"))
    try run(score + " --output log.h5 --overwrite")
    try files.moveItem(
      at: folder.appending(path: "kept"), to: folder.appending(path: "stopped.h5.journal"))
    try run(score + " --shard 1/2 --output one.h5")
    try run(score + " --shard 2/2 --output two.h5")
    for (shard, name) in [("one.shard-1-of-2.h5", "one.h5"), ("two.shard-2-of-2.h5", "two.h5")] {
      try files.moveItem(at: folder.appending(path: shard), to: folder.appending(path: name))
    }
    try run("dynamics a=model b=other --texts t=texts.jsonl --output dynamics")
    try run(
      "evaluate model --task modular-arithmetic --problems 4 --samples 2 --output responses.jsonl")
  }

  /// The words of a command; none of them holds a space.
  static func arguments(_ command: String) -> [String] {
    command.split(separator: " ").map(String.init)
  }

  private static let preset = """
    objective: grpo
    output: run
    steps: 2
    seed: 1
    new-model: {family: qwen2, task: modular-arithmetic, hidden-size: 8, layers: 1, heads: 2,
      key-value-heads: 1, feed-forward-size: 16, context-length: 96, tied: true}
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 8}
    checkpoints: {every: 1}

    """

  private static let start = """
    objective: sft
    model: model
    output: o
    steps: 1
    seed: 1
    demonstrations: {file: demonstrations.jsonl, per-step: 2}

    """

  private static let demonstrations = """
    {"prompt": "12+3=", "response": "15"}
    {"prompt_ids": [3, 4], "response_ids": [5, 6, 1], "id": "x"}

    """

  private static let ids = """
    {"id": "x", "prompt_ids": [1, 2], "response_ids": [3, 4, 5], "reward": 0.5, "correct": true}
    {"id": 7, "prompt_ids": [6], "response_ids": [7, 8], "response_mask": [0, 1], "sample_id": 1, "more": {"a": [1.5, null]}}

    """

  private static let texts = """
    {"id": "x", "source": "a", "prompt": "12+3=", "response": "15", "prompt_id": "p", "finish": "stop"}
    {"prompt": "1+3=", "response_ids": [3, 4], "correct": false, "note": "kept"}
    {"prompt_ids": [3, 4], "response_ids": [5, 6, 1], "reward": -1, "prompt_id": "p"}

    """
}
