internal import Kernels
internal import Tensors

/// A linear layer's weight `[output, input]` and optional bias `[output]`.
struct Projection: Sendable {
  let weight: Tensor
  let bias: [Float]?

  var outputSize: Int { weight.shape[0] }
  var inputSize: Int { weight.shape[1] }
}

/// The weights of one block.
struct BlockWeights: Sendable {
  let inputNorm: [Float]
  let query: Projection
  let key: Projection
  let value: Projection
  let attentionOutput: Projection
  let feedForwardNorm: [Float]
  let gate: Projection
  let up: Projection
  let down: Projection
}

/// All weights of a decoder.
///
/// Matrices stay where they are, mapped and in their stored type; vectors are small and kept as
/// floats.
struct TransformerWeights: Sendable {
  let embedding: Tensor
  let blocks: [BlockWeights]
  let finalNorm: [Float]
  let head: Tensor

  init(_ configuration: TransformerConfiguration, from source: some WeightSource) throws {
    var loader = WeightLoader(source: source)
    let hidden = configuration.hiddenSize
    let queryWidth = configuration.heads.queryCount * configuration.heads.dimension
    let keyWidth = configuration.heads.keyValueCount * configuration.heads.dimension
    let width = configuration.intermediateSize
    let (attentionBias, outputBias, feedForwardBias) = (
      configuration.hasQueryKeyValueBias, configuration.hasAttentionOutputBias,
      configuration.hasFeedForwardBias
    )
    embedding = try loader.matrix("model.embed_tokens.weight", configuration.vocabularySize, hidden)
    blocks = try (0..<configuration.layerCount).map { index in
      let block = "model.layers.\(index)."
      return BlockWeights(
        inputNorm: try loader.vector(block + "input_layernorm.weight", hidden),
        query: try loader.projection(
          block + "self_attn.q_proj", queryWidth, hidden, bias: attentionBias),
        key: try loader.projection(
          block + "self_attn.k_proj", keyWidth, hidden, bias: attentionBias),
        value: try loader.projection(
          block + "self_attn.v_proj", keyWidth, hidden, bias: attentionBias),
        attentionOutput: try loader.projection(
          block + "self_attn.o_proj", hidden, queryWidth, bias: outputBias),
        feedForwardNorm: try loader.vector(block + "post_attention_layernorm.weight", hidden),
        gate: try loader.projection(block + "mlp.gate_proj", width, hidden, bias: feedForwardBias),
        up: try loader.projection(block + "mlp.up_proj", width, hidden, bias: feedForwardBias),
        down: try loader.projection(block + "mlp.down_proj", hidden, width, bias: feedForwardBias))
    }
    finalNorm = try loader.vector("model.norm.weight", hidden)
    if configuration.tiesEmbeddings {
      head = embedding
      try loader.ignoreCopy("lm_head.weight", of: embedding)
    } else {
      head = try loader.matrix("lm_head.weight", configuration.vocabularySize, hidden)
    }
    try loader.refuseTheRest()
  }
}

/// Takes tensors from a source by name, checking shape, type and finiteness, and remembers which.
private struct WeightLoader<Source: WeightSource> {
  let source: Source
  private var taken: Set<String> = []

  init(source: Source) { self.source = source }

  mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) throws -> Tensor {
    try tensor(name, shape: [rows, columns])
  }

  mutating func vector(_ name: String, _ count: Int) throws -> [Float] {
    try tensor(name, shape: [count]).floats()
  }

  mutating func projection(
    _ name: String, _ rows: Int, _ columns: Int, bias hasBias: Bool
  ) throws -> Projection {
    Projection(
      weight: try matrix(name + ".weight", rows, columns),
      bias: hasBias ? try vector(name + ".bias", rows) : nil)
  }

  /// Lets a tied matrix through that some writers store a second time.
  ///
  /// One with other numbers is refused: transformers 4 would tie it all the same, transformers 5
  /// would use it.
  mutating func ignoreCopy(_ name: String, of original: Tensor) throws {
    guard let copy = source.tensor(named: name) else { return }
    taken.insert(name)
    guard copy.shape == original.shape, try copy.floats() == original.floats() else {
      throw TransformerError.contradictsTying(tensor: name, location: source.location)
    }
  }

  /// Buffers of old checkpoints that are derived from the configuration are let through.
  func refuseTheRest() throws(TransformerError) {
    for name in source.tensorNames.sorted() where !taken.contains(name) {
      if name.hasSuffix(".rotary_emb.inv_freq") { continue }
      throw .unexpectedTensor(name, location: source.location)
    }
  }

  private mutating func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    taken.insert(name)
    let location = source.location
    guard let tensor = source.tensor(named: name) else {
      throw TransformerError.missingTensor(name, location: location)
    }
    guard tensor.shape == shape else {
      throw TransformerError.shape(
        tensor: name, found: tensor.shape, expected: shape, location: location)
    }
    guard tensor.elementType.isWidenable else {
      throw TransformerError.elementType(
        tensor: name, found: tensor.elementType.rawValue, location: location)
    }
    if let index = tensor.firstNonFiniteIndex() {
      throw TransformerError.notFinite(tensor: name, index: index, location: location)
    }
    return tensor
  }
}
