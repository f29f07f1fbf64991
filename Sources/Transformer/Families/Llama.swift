internal import JSON
internal import Kernels

/// Llama 2 and 3, and everything saved as such: optional biases on all projections.
enum Llama {
  static func configuration(
    from reader: inout ConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try decoder(.llama, from: &reader) { configuration, reader throws(TransformerError) in
      let attentionBias = try reader.flag("attention_bias", default: false)
      configuration.hasQueryKeyValueBias = attentionBias
      configuration.hasAttentionOutputBias = attentionBias
      configuration.hasFeedForwardBias = try reader.flag("mlp_bias", default: false)
    }
  }

  /// What the decoders of this kind have in common: sizes, rotary base, norm, SiLU gate.
  static func decoder(
    _ family: ModelFamily, from reader: inout ConfigurationReader,
    _ adjust: (
      inout TransformerConfiguration, inout ConfigurationReader
    ) throws(TransformerError) -> Void
  ) throws(TransformerError) -> TransformerConfiguration {
    try reader.require(
      "hidden_act", oneOf: [.string("silu"), .string("swish")], mend: "only silu is implemented")
    try reader.require(
      everyElementOf: "layer_types", toBe: .string("full_attention"),
      mend: "only full attention is implemented")
    let hiddenSize = try reader.size("hidden_size")
    let heads = try reader.headSizes(hiddenSize: hiddenSize)
    var configuration = TransformerConfiguration(
      family: family,
      vocabularySize: try reader.size("vocab_size"),
      hiddenSize: hiddenSize,
      intermediateSize: try reader.size("intermediate_size"),
      layerCount: try reader.size("num_hidden_layers"),
      heads: CausalAttention.Heads(
        queryCount: heads.queries, keyValueCount: heads.keyValues, dimension: heads.dimension),
      contextLength: try reader.size("max_position_embeddings"),
      ropeBase: try reader.ropeBase(),
      normEpsilon: try reader.normEpsilon(),
      tiesEmbeddings: try reader.flag("tie_word_embeddings", default: false),
      hasQueryKeyValueBias: false, hasAttentionOutputBias: false, hasFeedForwardBias: false)
    try adjust(&configuration, &reader)
    return configuration
  }
}
