internal import JSON
internal import Kernels

/// Qwen3's models of experts: as Qwen3, with feed-forward layers of which each token goes through a few
/// parts only, and a sliding window in all layers or none.
///
///     p = softmax(router(n))                                         n = norm(x)
///     x += Σ pᵢ · downᵢ(silu(gateᵢ(n)) · upᵢ(n))   over the experts i with the largest p
enum Qwen3MoE {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(
      .qwen3MoE, from: &reader, defaults: .init(keyValueHeadCount: 4, contextLength: 32_768)
    ) {
      configuration, reader throws(TransformerError) in
      try reader.attentionBias(of: &configuration)
      configuration.options.hasQueryKeyNorms = true
      let layers = configuration.layerCount
      if try reader.flag("use_sliding_window", default: false),
        let size = try reader.optionalSize("sliding_window", default: 4096)
      {
        configuration.options.slidingWindow = .init(
          size: size, layers: Array(repeating: true, count: layers))
      }
      configuration.options.experts = try experts(from: &reader, layerCount: layers)
    }
  }

  /// nil if no layer has any.
  private static func experts(
    from reader: inout ModelConfigurationReader, layerCount: Int
  ) throws(TransformerError) -> DecoderOptions.Experts? {
    // transformers 5 writes the second name.
    let count = try reader.size("num_experts", alias: "num_local_experts", default: 128)
    let used = try reader.size("num_experts_per_tok", default: 8)
    guard used <= count else {
      throw .configuration(
        path: reader.path, "'num_experts_per_tok' is \(used), of \(count) experts in 'num_experts'")
    }
    let step = try reader.size("decoder_sparse_step", default: 1)
    let dense = try reader.integers("mlp_only_layers") ?? []
    let layers = (0..<layerCount).map { ($0 + 1) % step == 0 && !dense.contains($0) }
    guard layers.contains(true) else { return nil }
    return DecoderOptions.Experts(
      count: count, usedCount: used, width: try reader.size("moe_intermediate_size", default: 768),
      normalisesShares: try reader.flag("norm_topk_prob", default: false), layers: layers)
  }
}
