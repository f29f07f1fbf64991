public import Kernels

/// The model families there are; each has a file of its own that reads its `config.json`.
public enum ModelFamily: String, Sendable, CaseIterable {
  /// Qwen2 and Qwen2.5.
  case qwen2
  /// Llama 2 and 3 without rope scaling.
  case llama

  /// The class that transformers names in `architectures`.
  public var architecture: String {
    switch self {
    case .qwen2: "Qwen2ForCausalLM"
    case .llama: "LlamaForCausalLM"
    }
  }
}

/// Everything about a decoder that changes its output, besides the weights.
public struct TransformerConfiguration: Sendable, Equatable {
  /// The family.
  public var family: ModelFamily
  /// Rows of the embedding: tokens that have a logit.
  public var vocabularySize: Int
  /// Width of the residual stream.
  public var hiddenSize: Int
  /// Width of the feed-forward layer.
  public var intermediateSize: Int
  /// Number of blocks.
  public var layerCount: Int
  /// Attention heads.
  public var heads: CausalAttention.Heads
  /// Most positions that a sequence may have.
  public var contextLength: Int
  /// Base of the rotary embedding's frequencies.
  public var ropeBase: Double
  /// Added to the mean square in every norm.
  public var normEpsilon: Float
  /// Whether the head's matrix is the embedding.
  public var tiesEmbeddings: Bool
  /// Whether the query, key and value projections have a bias.
  public var hasQueryKeyValueBias: Bool
  /// Whether the attention's output projection has a bias.
  public var hasAttentionOutputBias: Bool
  /// Whether the feed-forward projections have a bias.
  public var hasFeedForwardBias: Bool

  /// All parts given.
  public init(
    family: ModelFamily, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int,
    layerCount: Int, heads: CausalAttention.Heads, contextLength: Int, ropeBase: Double,
    normEpsilon: Float, tiesEmbeddings: Bool, hasQueryKeyValueBias: Bool,
    hasAttentionOutputBias: Bool, hasFeedForwardBias: Bool
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
  }
}
