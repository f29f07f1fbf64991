/// What a tensor does in a decoder, told by its name.
package enum WeightKind: String, Sendable, CaseIterable, Encodable {
  case embedding
  case query
  case key
  case value
  /// Query, key and value in one matrix.
  case queryKeyValue = "query-key-value"
  case attentionOutput = "attention-output"
  case gate
  case up
  /// Gate and up in one matrix.
  case gateUp = "gate-up"
  case down
  case router
  case norm
  case head
  /// None of these.
  case other

  /// The kind and the layer, counted from 0, that names of the twelve families say; biases are of the kind of
  /// their matrix.
  ///
  /// - Parameter name: of a tensor, such as `model.layers.3.self_attn.q_proj.weight`.
  /// - Returns: nil for the layer of a tensor that is of none.
  package static func parse(_ name: String) -> (kind: Self, layer: Int?) {
    let parts = name.split(separator: ".")
    let number = parts.firstIndex { $0.allSatisfy(\.isNumber) && Int($0) != nil }
    let layer = number.flatMap { Int(parts[$0]) }
    let own = number.map { parts[$0...] } ?? parts[...]
    return (kind(own, isInLayer: layer != nil), layer)
  }

  private static func kind(_ parts: ArraySlice<Substring>, isInLayer: Bool) -> Self {
    if parts.contains(where: { isNorm($0) }) { return .norm }
    if !isInLayer {
      if parts.contains("lm_head") { return .head }
      return parts.contains { embeddings.contains($0) } ? .embedding : .other
    }
    for part in parts.reversed() {
      if let kind = modules[part] { return kind }
      // GPT-2 has one name for two matrices.
      if part == "c_proj" { return parts.contains("mlp") ? .down : .attentionOutput }
      if part == "gate", parts.contains("mlp") || parts.contains("block_sparse_moe") {
        return .router
      }
    }
    return .other
  }

  private static func isNorm(_ part: Substring) -> Bool {
    part == "norm" || part.hasSuffix("norm") || part == "ln_1" || part == "ln_2" || part == "ln_f"
  }

  private static let embeddings: Set<Substring> = ["embed_tokens", "wte", "wpe"]
  private static let modules: [Substring: Self] = [
    "q_proj": .query, "k_proj": .key, "v_proj": .value, "o_proj": .attentionOutput,
    "qkv_proj": .queryKeyValue, "c_attn": .queryKeyValue, "gate_proj": .gate, "up_proj": .up,
    "gate_up_proj": .gateUp, "c_fc": .up, "down_proj": .down,
  ]

  /// Whether a name is of numbers that follow from the configuration: masks, and frequencies of rotary
  /// embeddings, which some files store.
  package static func isConstant(_ name: String) -> Bool {
    ["rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias"].contains(where: name.hasSuffix)
  }
}
