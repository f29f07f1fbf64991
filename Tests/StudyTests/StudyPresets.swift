import Foundation
import Study

/// Presets of runs that take a second, and studies of them.
enum StudyPresets {
  private static let texts: [String: String] = [
    "base": """
    output: runs/base
    objective: sft
    steps: 3
    token-budget: 100_000
    new-model: {task: modular-arithmetic, hidden-size: 16, layers: 1, heads: 2,
      key-value-heads: 1, feed-forward-size: 16}
    demonstrations: {task: modular-arithmetic, style: base, pool: 0, per-step: 4}
    optimizer: {learning-rate: 1e-3}

    """,
    "sft": """
    model: runs/base/final
    output: runs/sft
    objective: sft
    steps: 2
    demonstrations: {task: modular-arithmetic, pool: 8, per-step: 4}
    optimizer: {learning-rate: 1e-3}

    """,
    "rl": """
    model: runs/sft/final
    reference: runs/base/final
    output: runs/rl
    objective: grpo
    steps: 2
    token-budget: 50_000
    grpo: {kl-coefficient: 0.1}
    rollouts: {task: modular-arithmetic, prompts-per-step: 2, samples: 2, maximum-tokens: 12}
    optimizer: {learning-rate: 1e-3}

    """,
  ]

  /// Writes base, sft from base, and rl from sft with base as its reference, to `presets` in a folder.
  static func write(to folder: URL, _ names: [String] = ["base", "sft", "rl"]) throws {
    let place = folder.appending(path: "presets")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for name in names {
      try Data((texts[name] ?? "").utf8).write(to: place.appending(path: name + ".yaml"))
    }
  }

  /// The plan of a study whose presets are those, from the rest of its file's text.
  static func plan(_ text: String, in folder: URL) throws -> StudyPlan {
    try StudyPlan(
      StudyFile(yaml: "presets: presets\n" + text, path: folder.path + "/study.yaml"))
  }
}
