import Foundation

/// A checkpoint of a Qwen2.5's shape with random weights in bfloat16, and texts of random tokens.
struct RandomCheckpoint {
  /// Sizes of a model.
  enum Shape: String, CaseIterable {
    case small = "0.5b"
    case large = "7b"
  }

  let vocabulary: Int
  let hidden: Int
  let layers: Int
  private let wide: Int
  private let heads: (query: Int, keyValue: Int)
  private let isTied: Bool
  /// Texts, and tokens of each.
  static let texts = (count: 4, tokens: 512)

  init(_ shape: Shape) {
    switch shape {
    case .small:
      (vocabulary, hidden, layers, wide) = (151_936, 896, 24, 4_864)
      (heads, isTied) = ((14, 2), true)
    case .large:
      (vocabulary, hidden, layers, wide) = (152_064, 3_584, 28, 18_944)
      (heads, isTied) = ((28, 4), false)
    }
  }

  private var configuration: String {
    """
    {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": \(vocabulary),
     "hidden_size": \(hidden), "intermediate_size": \(wide), "num_hidden_layers": \(layers),
     "num_attention_heads": \(heads.query), "num_key_value_heads": \(heads.keyValue),
     "max_position_embeddings": 32768, "rope_theta": 1000000.0, "rms_norm_eps": 1e-06,
     "hidden_act": "silu", "dtype": "bfloat16", "tie_word_embeddings": \(isTied),
     "use_sliding_window": false, "attention_dropout": 0.0}

    """
  }

  /// Names and shapes in the order of the file.
  private var tensors: [(name: String, shape: [Int])] {
    let keys = heads.keyValue * (hidden / heads.query)
    var tensors = [("model.embed_tokens.weight", [vocabulary, hidden])]
    for layer in 0..<layers {
      tensors += [
        ("input_layernorm.weight", [hidden]), ("self_attn.q_proj.weight", [hidden, hidden]),
        ("self_attn.q_proj.bias", [hidden]), ("self_attn.k_proj.weight", [keys, hidden]),
        ("self_attn.k_proj.bias", [keys]), ("self_attn.v_proj.weight", [keys, hidden]),
        ("self_attn.v_proj.bias", [keys]), ("self_attn.o_proj.weight", [hidden, hidden]),
        ("post_attention_layernorm.weight", [hidden]), ("mlp.gate_proj.weight", [wide, hidden]),
        ("mlp.up_proj.weight", [wide, hidden]), ("mlp.down_proj.weight", [hidden, wide]),
      ].map { ("model.layers.\(layer)." + $0.0, $0.1) }
    }
    tensors.append(("model.norm.weight", [hidden]))
    return isTied ? tensors : tensors + [("lm_head.weight", [vocabulary, hidden])]
  }

  /// Writes `config.json`, `model.safetensors` and `texts.jsonl`.
  func write(to path: String, seed: UInt64) throws {
    let folder = URL(filePath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try configuration.write(
      to: folder.appending(path: "config.json"), atomically: false, encoding: .utf8)
    var generator = Generator(state: seed)
    let texts = Self.texts
    let lines = (0..<texts.count).map { _ in
      let ids = (0..<texts.tokens).map { _ in generator.next() % UInt64(vocabulary) }
      let half = texts.tokens / 2
      return "{\"prompt_ids\": \(Array(ids[..<half])), \"response_ids\": \(Array(ids[half...]))}\n"
    }
    try lines.joined().write(
      to: folder.appending(path: "texts.jsonl"), atomically: false, encoding: .utf8)
    try writeWeights(to: folder.appending(path: "model.safetensors"), &generator)
  }

  private func writeWeights(to file: URL, _ generator: inout Generator) throws {
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    var offset = 0
    let entries = tensors.map { name, shape in
      let start = offset
      offset += 2 * shape.reduce(1, *)
      return
        "\"\(name)\":{\"dtype\":\"BF16\",\"shape\":\(shape),\"data_offsets\":[\(start),\(offset)]}"
    }
    var header = "{\"__metadata__\":{\"format\":\"pt\"}," + entries.joined(separator: ",") + "}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    let size = UInt64(header.utf8.count)
    try handle.write(contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }))
    try handle.write(contentsOf: Data(header.utf8))
    for (name, shape) in tensors {
      let count = shape.reduce(1, *)
      for start in stride(from: 0, to: count, by: 1 << 22) {
        let some = min(count - start, 1 << 22)
        // Norms of ones; all else uniform with a deviation of 0.02, as models start.
        try handle.write(
          contentsOf: name.hasSuffix("norm.weight")
            ? Data((0..<2 * some).map { $0.isMultiple(of: 2) ? 0x80 : 0x3F })
            : generator.weights(some))
      }
    }
  }

  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }

    /// bfloat16 numbers, little-endian.
    mutating func weights(_ count: Int) -> Data {
      var bytes = [UInt8](repeating: 0, count: 2 * count)
      for index in 0..<count {
        let unit = Float(Int32(truncatingIfNeeded: next())) / Float(1 << 31 as Int64)
        let upper = (unit * 0.034_641).bitPattern >> 16
        bytes[2 * index] = UInt8(truncatingIfNeeded: upper)
        bytes[2 * index + 1] = UInt8(truncatingIfNeeded: upper >> 8)
      }
      return Data(bytes)
    }
  }
}
