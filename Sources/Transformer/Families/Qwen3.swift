internal import JSON
internal import Kernels
internal import Tensors

/// Qwen3: as Qwen2 without biases unless asked, heads of a width of their own, and each head's
/// queries and keys divided by their root mean square before they are rotated.
enum Qwen3 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(
      .qwen3, from: &reader,
      defaults: .init(keyValueHeadCount: 32, headDimension: 128, contextLength: 32_768),
      rope: .init(isPerLayer: true)
    ) { configuration, reader throws(TransformerError) in
      try reader.attentionBias(of: &configuration)
      configuration.options.hasQueryKeyNorms = true
      configuration.options.slidingWindow = try Qwen2.slidingWindow(
        from: &reader, layerCount: configuration.layerCount)
    }
  }

  static func block(
    _ index: Int, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let (name, width) = ("model.layers.\(index).self_attn.", configuration.heads.dimension)
    var block = try Llama.block(index, configuration, from: &loader)
    block.queryNorm = Norm(weight: try loader.vector(name + "q_norm.weight", width))
    block.keyNorm = Norm(weight: try loader.vector(name + "k_norm.weight", width))
    return block
  }
}
