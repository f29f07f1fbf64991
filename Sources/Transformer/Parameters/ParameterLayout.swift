internal import Kernels

/// Where each tensor of a decoder lies in one stretch of floats: parameters, gradients and the
/// optimiser's moments all have this layout.
///
/// Tensors start at multiples of 16 floats; the gaps are zero and stay zero.
package struct ParameterLayout: Sendable, Equatable {
  /// What a tensor is, for those who treat matrices otherwise than vectors.
  package enum Role: Sendable, Equatable {
    /// An embedding or the weight of a linear layer.
    case matrix
    /// The weight of a norm.
    case norm
    /// The bias of a linear layer.
    case bias
  }

  /// One tensor.
  package struct Entry: Sendable, Equatable {
    /// As transformers names it.
    package let name: String
    /// Lengths of the axes, outermost first.
    package let shape: [Int]
    /// What it is.
    package let role: Role
    /// Its floats.
    package let range: Range<Int>
  }

  /// The floats of a linear layer.
  struct Linear: Sendable, Equatable {
    let weight: Range<Int>
    let bias: Range<Int>?
    let inputSize: Int
    let outputSize: Int
  }

  /// The floats of one block.
  struct Block: Sendable, Equatable {
    let inputNorm: Range<Int>
    let query: Linear
    let key: Linear
    let value: Linear
    let attentionOutput: Linear
    let feedForwardNorm: Range<Int>
    let gate: Linear
    let up: Linear
    let down: Linear
  }

  /// All tensors, in the order of their floats.
  package let entries: [Entry]
  /// Floats in all, gaps included.
  package let count: Int
  let embedding: Range<Int>
  let blocks: [Block]
  let finalNorm: Range<Int>
  let head: Linear

  /// The layout of a decoder of that configuration.
  package init(_ configuration: TransformerConfiguration) {
    var writer = LayoutWriter()
    let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
    embedding = writer.add("model.embed_tokens.weight", [vocabulary, hidden], .matrix)
    blocks = (0..<configuration.layerCount).map { writer.addBlock($0, configuration) }
    finalNorm = writer.add("model.norm.weight", [hidden], .norm)
    let headRange =
      configuration.tiesEmbeddings
      ? embedding : writer.add("lm_head.weight", [vocabulary, hidden], .matrix)
    head = Linear(weight: headRange, bias: nil, inputSize: hidden, outputSize: vocabulary)
    entries = writer.entries
    count = writer.end
  }

  /// Numbers that are learned, gaps not counted.
  package var parameterCount: Int { entries.reduce(0) { $0 + $1.range.count } }

  /// The tensor of that name, nil if there is none.
  package func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}

/// Puts one tensor after the other.
private struct LayoutWriter {
  var entries: [ParameterLayout.Entry] = []
  var end = 0

  mutating func add(
    _ name: String, _ shape: [Int], _ role: ParameterLayout.Role
  ) -> Range<Int> {
    let range = end..<end + shape.reduce(1, *)
    entries.append(ParameterLayout.Entry(name: name, shape: shape, role: role, range: range))
    end = (range.upperBound + 15) / 16 * 16
    return range
  }

  mutating func addLinear(
    _ name: String, _ output: Int, _ input: Int, bias: Bool
  ) -> ParameterLayout.Linear {
    ParameterLayout.Linear(
      weight: add(name + ".weight", [output, input], .matrix),
      bias: bias ? add(name + ".bias", [output], .bias) : nil, inputSize: input,
      outputSize: output)
  }

  mutating func addBlock(
    _ index: Int, _ configuration: TransformerConfiguration
  ) -> ParameterLayout.Block {
    let block = "model.layers.\(index)."
    let (hidden, width) = (configuration.hiddenSize, configuration.intermediateSize)
    let queryWidth = configuration.heads.queryCount * configuration.heads.dimension
    let keyWidth = configuration.heads.keyValueCount * configuration.heads.dimension
    let attentionBias = configuration.hasQueryKeyValueBias
    let feedForwardBias = configuration.hasFeedForwardBias
    return ParameterLayout.Block(
      inputNorm: add(block + "input_layernorm.weight", [hidden], .norm),
      query: addLinear(block + "self_attn.q_proj", queryWidth, hidden, bias: attentionBias),
      key: addLinear(block + "self_attn.k_proj", keyWidth, hidden, bias: attentionBias),
      value: addLinear(block + "self_attn.v_proj", keyWidth, hidden, bias: attentionBias),
      attentionOutput: addLinear(
        block + "self_attn.o_proj", hidden, queryWidth,
        bias: configuration.hasAttentionOutputBias),
      feedForwardNorm: add(block + "post_attention_layernorm.weight", [hidden], .norm),
      gate: addLinear(block + "mlp.gate_proj", width, hidden, bias: feedForwardBias),
      up: addLinear(block + "mlp.up_proj", width, hidden, bias: feedForwardBias),
      down: addLinear(block + "mlp.down_proj", hidden, width, bias: feedForwardBias))
  }
}
