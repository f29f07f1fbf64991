internal import JSON
internal import Kernels
internal import Tensors

/// OLMo 2: as Llama, with norms after each branch and none before it, and the queries of all heads
/// together, and the keys, divided by their root mean square before they are rotated.
///
///     x += norm(output(attention(rotate(norm(query(x))), rotate(norm(key(x))), value(x))))
///     x += norm(down(silu(gate(x)) · up(x)))
enum OLMo2 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try Llama.decoder(.olmo2, from: &reader, defaults: defaults, readCommon)
  }

  static let defaults = Llama.Defaults(normEpsilon: 1e-5)

  /// What OLMo 2 and 3 have in common beside the plain decoder.
  static func readCommon(
    _ configuration: inout TransformerConfiguration, _ reader: inout ModelConfigurationReader
  ) throws(TransformerError) {
    try reader.attentionBias(of: &configuration)
    configuration.options.hasQueryKeyNorms = true
    configuration.options.normalisesHeadsTogether = true
    configuration.options.hasInputNorms = false
    configuration.options.hasBranchNorms = true
  }

  static func block(
    _ index: Int, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let (name, heads) = ("model.layers.\(index).", configuration.heads)
    var block = try Llama.block(index, configuration, from: &loader)
    // Llama's post-attention norm is the one before feed-forward; here it is after attention.
    (block.attentionBranchNorm, block.feedForwardNorm) = (block.feedForwardNorm, nil)
    block.feedForwardBranchNorm = Norm(
      weight: try loader.vector(
        name + "post_feedforward_layernorm.weight", configuration.hiddenSize))
    block.queryNorm = Norm(
      weight: try loader.vector(name + "self_attn.q_norm.weight", heads.queryWidth))
    block.keyNorm = Norm(
      weight: try loader.vector(name + "self_attn.k_norm.weight", heads.keyWidth))
    return block
  }
}
