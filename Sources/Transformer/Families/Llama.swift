internal import JSON
internal import Kernels
internal import Tensors

/// Llama 2 and 3, and everything saved as such: optional biases on all projections, and rotary
/// embeddings scaled in one of five ways.
///
///     x += output(attention(rotate(query(n)), rotate(key(n)), value(n)))   n = norm(x)
///     x += down(silu(gate(n)) · up(n))                                     n = norm(x)
enum Llama {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    try decoder(.llama, from: &reader) { configuration, reader throws(TransformerError) in
      try reader.attentionBias(of: &configuration)
      configuration.hasFeedForwardBias = try reader.flag("mlp_bias", default: false)
    }
  }

  /// What a family has where `config.json` says nothing.
  struct Defaults {
    var keyValueHeadCount: Int?
    var headDimension: Int?
    var normEpsilon = 1e-6
    var tiesEmbeddings = false
    var activation = "silu"
    var contextLength = 2_048
  }

  /// What the decoders of this kind have in common: sizes, rotary base and scaling, norm, gate.
  ///
  /// Without a way to read the rotary settings, `adjust` reads them.
  static func decoder(
    _ family: ModelFamily, from reader: inout ModelConfigurationReader,
    defaults: Defaults = Defaults(),
    rope ropeReading: RopeReading? = RopeReading(),
    _ adjust: (
      inout TransformerConfiguration, inout ModelConfigurationReader
    ) throws(TransformerError) -> Void
  ) throws(TransformerError) -> TransformerConfiguration {
    if defaults.activation == "silu" {
      reader.require(
        "hidden_act", oneOf: [.string("silu"), .string("swish")], fix: "only silu is implemented")
    }
    let hiddenSize = try reader.size("hidden_size")
    let heads = try reader.headSizes(
      hiddenSize: hiddenSize, defaults: (defaults.keyValueHeadCount, defaults.headDimension))
    let length = try reader.size("max_position_embeddings", default: defaults.contextLength)
    var rope = RopeSettings(base: 10_000, share: 1)
    if let ropeReading { rope = try reader.rope(length: length, ropeReading) }
    var configuration = TransformerConfiguration(
      family: family,
      vocabularySize: try reader.size("vocab_size"),
      hiddenSize: hiddenSize,
      intermediateSize: try reader.size("intermediate_size"),
      layerCount: try reader.size("num_hidden_layers"),
      heads: CausalAttention.Heads(
        queryCount: heads.queries, keyValueCount: heads.keyValues, dimension: heads.dimension),
      contextLength: rope.scaling.contextLength(given: length),
      ropeBase: rope.base,
      normEpsilon: try reader.normEpsilon(default: defaults.normEpsilon),
      tiesEmbeddings: try reader.flag("tie_word_embeddings", default: defaults.tiesEmbeddings),
      hasQueryKeyValueBias: false, hasAttentionOutputBias: false, hasFeedForwardBias: false)
    configuration.options.ropeScaling = rope.scaling
    if rope.share < 1 {
      configuration.options.rotatedDimension = Int(Double(heads.dimension) * rope.share)
    }
    try adjust(&configuration, &reader)
    try reader.checkLongRope(of: configuration)
    return configuration
  }

  static func block(
    _ index: Int, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let block = "model.layers.\(index)."
    let hidden = configuration.hiddenSize
    let (queryWidth, keyWidth) = (configuration.heads.queryWidth, configuration.heads.keyWidth)
    let (attentionBias, outputBias) = (
      configuration.hasQueryKeyValueBias, configuration.hasAttentionOutputBias
    )
    return BlockWeights(
      inputNorm: configuration.options.hasInputNorms
        ? Norm(weight: try loader.vector(block + "input_layernorm.weight", hidden)) : nil,
      query: try loader.projection(
        block + "self_attn.q_proj", queryWidth, hidden, bias: attentionBias),
      key: try loader.projection(block + "self_attn.k_proj", keyWidth, hidden, bias: attentionBias),
      value: try loader.projection(
        block + "self_attn.v_proj", keyWidth, hidden, bias: attentionBias),
      attentionOutput: try loader.projection(
        block + "self_attn.o_proj", hidden, queryWidth, bias: outputBias),
      feedForwardNorm: Norm(
        weight: try loader.vector(block + "post_attention_layernorm.weight", hidden)),
      feedForward: try loader.feedForward(block + "mlp.", layer: index, configuration))
  }

  /// Embedding, final norm and head around the blocks.
  static func decoder(
    _ blocks: [BlockWeights], _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> TransformerWeights {
    let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
    let embedding = try loader.matrix("model.embed_tokens.weight", vocabulary, hidden)
    return TransformerWeights(
      embedding: embedding, blocks: blocks,
      finalNorm: Norm(weight: try loader.vector("model.norm.weight", hidden)),
      head: try loader.head(embedding, isTied: configuration.tiesEmbeddings))
  }
}

extension CausalAttention.Heads {
  /// Elements of all queries of a position.
  var queryWidth: Int { queryCount * dimension }
  /// Elements of all keys of a position.
  var keyWidth: Int { keyValueCount * dimension }
}
