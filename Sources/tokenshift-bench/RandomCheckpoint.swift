import Foundation

/// A checkpoint of Qwen2.5-0.5B's shape with random weights in bfloat16, and texts of random tokens.
enum RandomCheckpoint {
  static let vocabulary = 151_936
  static let hidden = 896
  static let layers = 24
  /// Texts, and tokens of each.
  static let texts = (count: 4, tokens: 512)

  private static let configuration = """
    {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "vocab_size": 151936,
     "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
     "num_attention_heads": 14, "num_key_value_heads": 2, "max_position_embeddings": 32768,
     "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "hidden_act": "silu", "dtype": "bfloat16",
     "tie_word_embeddings": true, "use_sliding_window": false, "attention_dropout": 0.0}

    """

  /// Names and shapes in the order of the file.
  private static var tensors: [(name: String, shape: [Int])] {
    let (queries, keys, wide) = (896, 128, 4_864)
    var tensors = [("model.embed_tokens.weight", [vocabulary, hidden])]
    for layer in 0..<layers {
      tensors += [
        ("input_layernorm.weight", [hidden]), ("self_attn.q_proj.weight", [queries, hidden]),
        ("self_attn.q_proj.bias", [queries]), ("self_attn.k_proj.weight", [keys, hidden]),
        ("self_attn.k_proj.bias", [keys]), ("self_attn.v_proj.weight", [keys, hidden]),
        ("self_attn.v_proj.bias", [keys]), ("self_attn.o_proj.weight", [hidden, queries]),
        ("post_attention_layernorm.weight", [hidden]), ("mlp.gate_proj.weight", [wide, hidden]),
        ("mlp.up_proj.weight", [wide, hidden]), ("mlp.down_proj.weight", [hidden, wide]),
      ].map { ("model.layers.\(layer)." + $0.0, $0.1) }
    }
    return tensors + [("model.norm.weight", [hidden])]
  }

  /// Writes `config.json`, `model.safetensors` and `texts.jsonl`.
  static func write(to path: String, seed: UInt64) throws {
    let folder = URL(filePath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try configuration.write(
      to: folder.appending(path: "config.json"), atomically: false, encoding: .utf8)
    var generator = Generator(state: seed)
    let lines = (0..<texts.count).map { _ in
      let ids = (0..<texts.tokens).map { _ in generator.next() % UInt64(vocabulary) }
      let half = texts.tokens / 2
      return "{\"prompt_ids\": \(Array(ids[..<half])), \"response_ids\": \(Array(ids[half...]))}\n"
    }
    try lines.joined().write(
      to: folder.appending(path: "texts.jsonl"), atomically: false, encoding: .utf8)
    try writeWeights(to: folder.appending(path: "model.safetensors"), &generator)
  }

  private static func writeWeights(to file: URL, _ generator: inout Generator) throws {
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
