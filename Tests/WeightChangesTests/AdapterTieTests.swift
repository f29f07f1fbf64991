import Foundation
import Tensors
import TestSupport
import Testing
import WeightChanges

/// Two adapters of which the second cuts the tie of embedding and head: what the first did to the embedding
/// is in the head as well.
struct AdapterTieTests {
  private static let embedding: [Float] = [1, 2, 3, 4, 5, 6]

  /// Writes a base whose head is its embedding, stored a second time or not.
  private static func base(in folder: URL, storesHead: Bool) throws -> String {
    var tensors: [(name: String, tensor: WeightFolder.Stored)] = [
      ("model.embed_tokens.weight", .init([3, 2], embedding)),
      ("model.layers.0.mlp.up_proj.weight", .init([2, 2], [1, 0, 0, 1])),
    ]
    if storesHead { tensors.append(("lm_head.weight", .init([3, 2], embedding))) }
    return try WeightFolder.write(
      tensors, to: folder.appending(path: "base"),
      configuration: """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 2, \
        "intermediate_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "vocab_size": 3, \
        "max_position_embeddings": 8, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}
        """)
  }

  /// Writes an adapter of rank 1 and factor 1.
  private static func adapter(
    _ name: String, of target: String, ties: Bool = false, _ a: WeightFolder.Stored,
    _ b: WeightFolder.Stored, suffixes: (String, String), in folder: URL
  ) throws -> String {
    let path = folder.appending(path: name)
    _ = try WeightFolder.write(
      [
        ("base_model.model.\(target).\(suffixes.0)", a),
        ("base_model.model.\(target).\(suffixes.1)", b),
      ], to: path)
    try FileManager.default.moveItem(
      at: path.appending(path: "model.safetensors"),
      to: path.appending(path: "adapter_model.safetensors"))
    let module = target.split(separator: ".").last ?? ""
    try Data(
      """
      {"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["\(module)"], \
      "ensure_weight_tying": \(ties)}
      """.utf8
    ).write(to: path.appending(path: "adapter_config.json"))
    return path.path
  }

  @Test(arguments: [false, true])
  func `the head's difference is that of both adapters`(storesHead: Bool) throws {
    try withTemporaryFolder { folder in
      let base = try Self.base(in: folder, storesHead: storesHead)
      // U₁ = B Aᵀ of an embedding: rows of tokens. U₂ = B A of a linear layer.
      let first = try Self.adapter(
        "first", of: "model.embed_tokens", ties: true, .init([1, 3], [1, 0, -1]),
        .init([2, 1], [0.5, 0.25]), suffixes: ("lora_embedding_A", "lora_embedding_B"), in: folder)
      let second = try Self.adapter(
        "second", of: "lm_head", .init([1, 2], [0.25, -0.5]), .init([3, 1], [0, 1, 2]),
        suffixes: ("lora_A.weight", "lora_B.weight"), in: folder)
      let one: [Double] = [0.5, 0.25, 0, 0, -0.5, -0.25]
      let two: [Double] = [0, 0, 0.25, -0.5, 0.5, -1]
      func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      let changes = try WeightChanges(before: base, after: base + "+" + first + "+" + second)
      let head = try #require(changes.tensors.first { $0.kind == .head })
      let embedding = try #require(changes.tensors.first { $0.kind == .embedding })
      #expect(head.isOfAdapter && embedding.isOfAdapter)
      // All numbers are small multiples of a quarter: sums are exact, and so is what merging stores.
      let both = zip(one, two).map { $0 + $1 }
      expectClose(head.totals.normOfDifference, norm(both), relative: 1e-12)
      expectClose(embedding.totals.normOfDifference, norm(one), relative: 1e-12)
      let merged = zip(Self.embedding, both).map { Double($0) + $1 }
      expectClose(head.totals.normAfter, norm(merged), relative: 1e-12)
      // The first alone: one matrix, which is both.
      let alone = try WeightChanges(before: base, after: base + "+" + first)
      #expect(!alone.tensors.contains { $0.kind == .head })
      expectClose(alone.whole.totals.normOfDifference, norm(one), relative: 1e-12)
    }
  }
  @Test(arguments: [false, true])
  func `a replaced embedding is the head's as well, whatever copy the files have`(
    storesHead: Bool
  ) throws {
    try withTemporaryFolder { folder in
      let base = try Self.base(in: folder, storesHead: storesHead)
      let adapter = folder.appending(path: "adapter")
      let other: [Float] = [10, 20, 30, 40, 50, 60]
      _ = try WeightFolder.write(
        [
          ("base_model.model.model.embed_tokens.weight", .init([3, 2], other)),
          ("base_model.model.lm_head.lora_A.weight", .init([1, 2], [0.25, -0.5])),
          ("base_model.model.lm_head.lora_B.weight", .init([3, 1], [0, 1, 2])),
        ], to: adapter)
      try FileManager.default.moveItem(
        at: adapter.appending(path: "model.safetensors"),
        to: adapter.appending(path: "adapter_model.safetensors"))
      try Data(
        #"{"peft_type": "LORA", "r": 1, "lora_alpha": 1, "target_modules": ["lm_head"]}"#.utf8
      ).write(to: adapter.appending(path: "adapter_config.json"))
      let changes = try WeightChanges(before: base, after: base + "+" + adapter.path)
      let head = try #require(changes.tensors.first { $0.kind == .head })
      let update: [Double] = [0, 0, 0.25, -0.5, 0.5, -1]
      let merged = zip(other, update).map { Double($0) + $1 }
      let difference = zip(merged, Self.embedding).map { $0 - Double($1) }
      func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      // Sums of small multiples of a quarter are exact.
      expectClose(head.totals.normAfter, norm(merged), relative: 1e-12)
      expectClose(head.totals.normOfDifference, norm(difference), relative: 1e-12)
    }
  }
}
