internal import JSON
internal import Kernels
internal import Tensors

/// GPT-2: learned positions, layer norms with a bias, biases on every projection, one projection
/// for queries, keys and values, and a feed-forward layer without a gate.
///
///     x += output(attention(query(n), key(n), value(n)))   n = norm(x)
///     x += down(gelu(up(n)))                               n = norm(x)
enum GPT2 {
  static func configuration(
    from reader: inout ModelConfigurationReader
  ) throws(TransformerError) -> TransformerConfiguration {
    reader.require(
      // Three spellings of one formula.
      "activation_function",
      oneOf: ["gelu_new", "gelu_pytorch_tanh", "gelu_fast"].map { .string($0) },
      fix: "only gelu_new is implemented")
    let hidden = try reader.size("n_embd", alias: "hidden_size")
    let heads = try reader.size("n_head", alias: "num_attention_heads")
    guard hidden % heads == 0 else {
      throw .configuration(
        path: reader.path, "'n_embd' \(hidden) is not a multiple of 'n_head' \(heads)")
    }
    var options = DecoderOptions()
    options.hasLearnedPositions = true
    options.norm = .layer
    options.feedForward = .gelu
    if try !reader.flag("scale_attn_weights", default: true) { options.queryScalar = 1 }
    options.dividesScoresByLayer = try reader.flag(
      "scale_attn_by_inverse_layer_idx", default: false)
    return TransformerConfiguration(
      family: .gpt2,
      vocabularySize: try reader.size("vocab_size"),
      hiddenSize: hidden,
      intermediateSize: try reader.optionalSize("n_inner", default: nil) ?? 4 * hidden,
      layerCount: try reader.size("n_layer", alias: "num_hidden_layers"),
      heads: CausalAttention.Heads(
        queryCount: heads, keyValueCount: heads, dimension: hidden / heads),
      contextLength: try reader.size(
        "n_positions", alias: "max_position_embeddings", default: 1_024),
      ropeBase: 10_000,
      normEpsilon: try reader.normEpsilon("layer_norm_epsilon", default: 1e-5),
      tiesEmbeddings: try reader.flag("tie_word_embeddings", default: true),
      hasQueryKeyValueBias: true, hasAttentionOutputBias: true, hasFeedForwardBias: true,
      options: options)
  }

  static func weights(
    _ configuration: TransformerConfiguration, from loader: inout WeightLoader<some WeightSource>
  ) throws -> TransformerWeights {
    let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
    let inner = "transformer."
    let embedding = try loader.matrix(inner + "wte.weight", vocabulary, hidden)
    let positions = try loader.matrix(
      inner + "wpe.weight", configuration.contextLength, hidden)
    let blocks = try (0..<configuration.layerCount).map { index in
      try block(inner + "h.\(index).", configuration, from: &loader)
    }
    return TransformerWeights(
      embedding: embedding, positions: positions, blocks: blocks,
      finalNorm: try norm(inner + "ln_f", hidden, from: &loader),
      head: try loader.head(embedding, isTied: configuration.tiesEmbeddings))
  }

  private static func block(
    _ name: String, _ configuration: TransformerConfiguration,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> BlockWeights {
    let (hidden, width) = (configuration.hiddenSize, configuration.intermediateSize)
    // Causal masks that old checkpoints store.
    for mask in ["attn.bias", "attn.masked_bias"] { loader.ignore(name + mask) }
    let attention = try transposed(name + "attn.c_attn", 3 * hidden, hidden, from: &loader)
    func part(_ index: Int) -> Projection {
      let rows = index * hidden..<(index + 1) * hidden
      return Projection(
        weight: attention.weight, rows: rows, bias: attention.bias.map { Array($0[rows]) })
    }
    return BlockWeights(
      inputNorm: try norm(name + "ln_1", hidden, from: &loader),
      query: part(0), key: part(1), value: part(2),
      attentionOutput: try transposed(name + "attn.c_proj", hidden, hidden, from: &loader),
      feedForwardNorm: try norm(name + "ln_2", hidden, from: &loader),
      feedForward: .dense(
        FeedForwardLayer(
          gate: try transposed(name + "mlp.c_fc", width, hidden, from: &loader), up: nil,
          down: try transposed(name + "mlp.c_proj", hidden, width, from: &loader))))
  }

  private static func norm(
    _ name: String, _ width: Int, from loader: inout WeightLoader<some WeightSource>
  ) throws -> Norm {
    Norm(
      weight: try loader.vector(name + ".weight", width),
      bias: try loader.vector(name + ".bias", width))
  }

  /// A projection that is stored as `[input, output]`.
  ///
  /// It is turned once and kept in its stored type: as many bytes again as the mapped file has.
  private static func transposed(
    _ name: String, _ rows: Int, _ columns: Int,
    from loader: inout WeightLoader<some WeightSource>
  ) throws -> Projection {
    let matrix = try loader.matrix(name + ".weight", columns, rows)
    let stored = try matrix.floats()
    let weight = try Tensor(
      shape: [rows, columns], elementType: matrix.elementType, named: name
    ) { block, floats in
      for column in 0..<columns {
        for row in block {
          floats[(row - block.lowerBound) * columns + column] = stored[column * rows + row]
        }
      }
    }
    return Projection(weight: weight, bias: try loader.vector(name + ".bias", rows))
  }
}
