internal import JSON
internal import Kernels
internal import Tensors

/// Phi-3: as Llama without biases, with queries, keys and values in one projection and gate and up
/// in another.
///
/// Long contexts scale each frequency by a factor of its own, a part of a head may stay unrotated,
/// and all layers may see a sliding window.
enum Phi3 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(
      .phi3, from: &reader, defaults: .init(normEpsilon: 1e-5, contextLength: 4_096), rope: rope
    ) { configuration, reader throws(TransformerError) in
      try checkRotation(configuration, &reader)
      let size = try reader.optionalSize("sliding_window", default: nil)
      configuration.options.slidingWindow = size.map {
        .init(size: $0, layers: Array(repeating: true, count: configuration.layerCount))
      }
    }
  }

  /// LongRoPE has older names in the first checkpoints, and its original length stands outside.
  private static let rope = RopeReading(
    isPartial: true, aliases: ["su": "longrope", "yarn": "longrope"], originalLength: 4096)

  private static func checkRotation(
    _ configuration: TransformerConfiguration, _ reader: inout ModelConfigurationReader
  ) throws(TransformerError) {
    let rotated = configuration.options.rotatedDimension ?? configuration.heads.dimension
    guard rotated > 0, rotated % 2 == 0 else {
      throw .configuration(
        path: reader.path,
        "'partial_rotary_factor' rotates \(rotated) elements of a head, not pairs")
    }
    switch configuration.options.ropeScaling {
    case .none, .longRope: break
    case .linear, .dynamic, .yarn, .llama3:
      reader.refuse(
        "rope_type", .string(configuration.options.ropeScaling.name),
        fix: "Phi-3 has default and longrope only")
    }
  }

  static func block(
    _ index: Int, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let block = "model.layers.\(index)."
    let (hidden, width) = (configuration.hiddenSize, configuration.intermediateSize)
    let (queryWidth, keyWidth) = (configuration.heads.queryWidth, configuration.heads.keyWidth)
    let (keys, values) = (queryWidth + keyWidth, queryWidth + 2 * keyWidth)
    let attention = try loader.matrix(block + "self_attn.qkv_proj.weight", values, hidden)
    let feedForward = try loader.matrix(block + "mlp.gate_up_proj.weight", 2 * width, hidden)
    return BlockWeights(
      inputNorm: Norm(weight: try loader.vector(block + "input_layernorm.weight", hidden)),
      query: Projection(weight: attention, rows: 0..<queryWidth, bias: nil),
      key: Projection(weight: attention, rows: queryWidth..<keys, bias: nil),
      value: Projection(weight: attention, rows: keys..<values, bias: nil),
      attentionOutput: try loader.projection(
        block + "self_attn.o_proj", hidden, queryWidth, bias: false),
      feedForwardNorm: Norm(
        weight: try loader.vector(block + "post_attention_layernorm.weight", hidden)),
      feedForward: .dense(
        FeedForwardLayer(
          gate: Projection(weight: feedForward, rows: 0..<width, bias: nil),
          up: Projection(weight: feedForward, rows: width..<2 * width, bias: nil),
          down: try loader.projection(block + "mlp.down_proj", hidden, width, bias: false))))
  }
}
