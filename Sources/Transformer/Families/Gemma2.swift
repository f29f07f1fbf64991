internal import JSON
internal import Kernels
internal import Tensors

/// Gemma 2: embeddings times the root of their width, norms that multiply by 1 + w before *and*
/// after each branch, a GELU gate, every other layer with a sliding window, scores divided by the
/// root of a number of their own, and both scores and logits capped.
///
///     x += norm(output(attention(…norm(x)…)))
///     x += norm(down(gelu(gate(n)) · up(n)))     n = norm(x)
enum Gemma2 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    let defaults = defaults(from: &reader, contextLength: 8_192)
    return try Llama.decoder(
      .gemma2, from: &reader, defaults: defaults, rope: .init(isPerLayer: true)
    ) {
      configuration, reader throws(TransformerError) in
      try readCommon(&configuration, &reader)
      configuration.options.attentionSoftCap = try reader.softCap(
        "attn_logit_softcapping", default: 50)
      configuration.options.logitSoftCap = try reader.softCap(
        "final_logit_softcapping", default: 30)
      // The layers that `layer_types` names, or else the first, the third and so on.
      let count = configuration.layerCount
      let named = try reader.slidingLayers(layerCount: count)
      configuration.options.slidingWindow = try reader.slidingWindow(
        ofLayers: named ?? (0..<count).map { $0 % 2 == 0 }, default: 4096)
    }
  }

  /// The activation is checked apart: no other family calls it so.
  static func defaults(
    from reader: inout ModelConfigurationReader, contextLength: Int
  ) -> Llama.Defaults {
    reader.require(
      "hidden_activation", oneOf: [.string("gelu_pytorch_tanh"), .string("gelu_new")],
      fix: "only gelu_pytorch_tanh is implemented")
    return Llama.Defaults(
      keyValueHeadCount: 4, headDimension: 256, tiesEmbeddings: true,
      activation: "gelu_pytorch_tanh", contextLength: contextLength)
  }

  /// What Gemma 2 and 3 have in common beside the plain decoder.
  static func readCommon(
    _ configuration: inout TransformerConfiguration, _ reader: inout ModelConfigurationReader
  ) throws(TransformerError) {
    try reader.attentionBias(of: &configuration)
    let scalar = try reader.number("query_pre_attn_scalar", default: 256)
    guard scalar > 0 else {
      throw .configuration(
        path: reader.path, "'query_pre_attn_scalar' is \(scalar), should be positive")
    }
    configuration.options.queryScalar = scalar
    configuration.options.hasBranchNorms = true
    configuration.options.scalesEmbeddings = true
    configuration.options.feedForward = .gatedGELU
  }

  static func weights(
    _ configuration: TransformerConfiguration, from loader: inout WeightLoader<some WeightSource>
  ) throws -> TransformerWeights {
    let blocks = try (0..<configuration.layerCount).map { index in
      try block(index, configuration, from: &loader)
    }
    var weights = try Llama.decoder(blocks, configuration, from: &loader)
    weights.finalNorm = weights.finalNorm.addingOne
    return weights
  }

  private static func block(
    _ index: Int, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let (name, width) = ("model.layers.\(index).", configuration.hiddenSize)
    var block = try Llama.block(index, configuration, from: &loader)
    block.inputNorm = block.inputNorm?.addingOne
    // Llama's post-attention norm is the one before feed-forward; here it is after attention.
    block.attentionBranchNorm = block.feedForwardNorm?.addingOne
    let before = try loader.vector(name + "pre_feedforward_layernorm.weight", width)
    let after = try loader.vector(name + "post_feedforward_layernorm.weight", width)
    block.feedForwardNorm = Norm(weight: before).addingOne
    block.feedForwardBranchNorm = Norm(weight: after).addingOne
    if configuration.options.hasQueryKeyNorms {
      let (heads, width) = (name + "self_attn.", configuration.heads.dimension)
      block.queryNorm = Norm(weight: try loader.vector(heads + "q_norm.weight", width)).addingOne
      block.keyNorm = Norm(weight: try loader.vector(heads + "k_norm.weight", width)).addingOne
    }
    return block
  }
}

extension Norm {
  /// The norm that multiplies by 1 + w, written as one that multiplies by its weight.
  fileprivate var addingOne: Norm { Norm(weight: weight.map { 1 + $0 }, bias: bias) }
}
