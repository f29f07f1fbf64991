package import Kernels

/// The model families there are; each has a file of its own that reads its `config.json`.
package enum ModelFamily: String, Sendable, CaseIterable {
  /// Qwen2 and Qwen2.5.
  case qwen2
  /// Llama 2 and 3.
  case llama
  /// Qwen3, its dense models.
  case qwen3
  /// Qwen3, its models of experts.
  case qwen3MoE = "qwen3_moe"
  /// Mistral 7B and what has its shape.
  case mistral
  /// Gemma 2.
  case gemma2
  /// Phi-3, Phi-3.5 and Phi-4-mini, texts only.
  case phi3
  /// GPT-2.
  case gpt2
  /// OLMo 2.
  case olmo2
  /// OLMo 3.
  case olmo3
  /// SmolLM3.
  case smollm3
  /// Gemma 3, texts only.
  case gemma3 = "gemma3_text"

  /// The class that transformers names in `architectures`.
  package var architecture: String {
    switch self {
    case .qwen2: "Qwen2ForCausalLM"
    case .llama: "LlamaForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    case .qwen3MoE: "Qwen3MoeForCausalLM"
    case .mistral: "MistralForCausalLM"
    case .gemma2: "Gemma2ForCausalLM"
    case .phi3: "Phi3ForCausalLM"
    case .gpt2: "GPT2LMHeadModel"
    case .olmo2: "Olmo2ForCausalLM"
    case .olmo3: "Olmo3ForCausalLM"
    case .smollm3: "SmolLM3ForCausalLM"
    case .gemma3: "Gemma3ForCausalLM"
    }
  }
}

/// Everything about a decoder that changes its output, besides the weights.
package struct TransformerConfiguration: Sendable, Equatable {
  /// The family.
  package var family: ModelFamily
  /// Rows of the embedding: tokens that have a logit.
  package var vocabularySize: Int
  /// Width of the residual stream.
  package var hiddenSize: Int
  /// Width of the feed-forward layer.
  package var intermediateSize: Int
  /// Number of blocks.
  package var layerCount: Int
  /// Attention heads.
  package var heads: CausalAttention.Heads
  /// Most positions that a sequence may have.
  package var contextLength: Int
  /// Base of the rotary embedding's frequencies.
  package var ropeBase: Double
  /// Added to the mean square in every norm.
  package var normEpsilon: Float
  /// Whether the head's matrix is the embedding.
  package var tiesEmbeddings: Bool
  /// Whether the query, key and value projections have a bias.
  package var hasQueryKeyValueBias: Bool
  /// Whether the attention's output projection has a bias.
  package var hasAttentionOutputBias: Bool
  /// Whether the feed-forward projections have a bias.
  package var hasFeedForwardBias: Bool
  /// What sets the family apart from the plain decoder.
  package var options: DecoderOptions

  /// All parts given.
  package init(
    family: ModelFamily, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int,
    layerCount: Int, heads: CausalAttention.Heads, contextLength: Int, ropeBase: Double,
    normEpsilon: Float, tiesEmbeddings: Bool, hasQueryKeyValueBias: Bool,
    hasAttentionOutputBias: Bool, hasFeedForwardBias: Bool,
    options: DecoderOptions = DecoderOptions()
  ) {
    self.family = family
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.layerCount = layerCount
    self.heads = heads
    self.contextLength = contextLength
    self.ropeBase = ropeBase
    self.normEpsilon = normEpsilon
    self.tiesEmbeddings = tiesEmbeddings
    self.hasQueryKeyValueBias = hasQueryKeyValueBias
    self.hasAttentionOutputBias = hasAttentionOutputBias
    self.hasFeedForwardBias = hasFeedForwardBias
    self.options = options
  }
}

extension TransformerConfiguration {
  /// Scale, window and soft cap of one layer's attention.
  func attentionSettings(layer: Int) -> CausalAttention.Settings {
    var settings = CausalAttention.Settings(heads)
    if let scalar = options.queryScalar { settings.scale = Float(1 / scalar.squareRoot()) }
    if options.dividesScoresByLayer { settings.scale /= Float(layer + 1) }
    if let window = options.slidingWindow, window.layers[layer] { settings.window = window.size }
    settings.softCap = options.attentionSoftCap
    return settings
  }

  /// Throws unless backward passes are implemented for this model.
  package func checkTrainable() throws(TransformerError) {
    guard family == .qwen2 || family == .llama else {
      throw .notTrainable("models of the family \(family.rawValue)")
    }
    if let option = options.descriptions.first { throw .notTrainable("models with \(option)") }
  }
}
