import Foundation
import RunLogs
import Scoring
import Transformer

/// Scoring at the shape of Qwen2.5-0.5B with random weights: 4 texts of 512 tokens.
final class LargeCases {
  private let given: String?
  private var folders: [Int: String] = [:]

  /// - Parameter directory: a checkpoint that is there already; the second of a pair is another.
  init(directory: String?) { given = directory }

  var all: [Case] {
    [
      score("1 model, bf16", seeds: [1], .bf16), score("1 model, f32", seeds: [1], .f32),
      score("2 models and their pair, bf16", seeds: [1, 2], .bf16),
      score("2 models and their pair, f32", seeds: [1, 2], .f32),
    ]
  }

  private func score(_ name: String, seeds: [Int], _ compute: ComputeChoice) -> Case {
    let tokens = Double(RandomCheckpoint.texts.count * RandomCheckpoint.texts.tokens)
    // Tied embeddings: each parameter is multiplied once for each token.
    let parameters = Double(seeds.count) * 494_032_768
    return Case(
      name: "score, Qwen2.5-0.5B 4×512, " + name,
      work: .tokens(
        count: tokens, operations: 2 * tokens * parameters,
        compute == .bf16 ? .bfloat16 : .float32),
      mostRepeats: 5
    ) {
      let folders = try seeds.map { try self.folder(seed: $0) }
      let checkpoints = try zip(seeds, folders).map { seed, folder in
        try Checkpoint(name: "model\(seed)", directory: folder, compute: compute)
      }
      let texts = try TextFile(path: folders[0] + "/texts.jsonl")
      let scorer = try Scorer(checkpoints: checkpoints, texts: texts)
      return { iteration in try ScoringCases.measured(scorer, iteration) }
    }
  }

  private func folder(seed: Int) throws -> String {
    if seed == 1, let given { return given }
    if let known = folders[seed] { return known }
    let folder = ScoringCases.temporaryPath("checkpoint")
    folders[seed] = folder
    try RandomCheckpoint(.small).write(to: folder, seed: UInt64(seed))
    return folder
  }

  /// Removes what was written.
  func removeFiles() {
    for folder in folders.values { try? FileManager.default.removeItem(atPath: folder) }
  }
}
