internal import Kernels
internal import Tensors

/// A linear layer's weight `[output, input]` and optional bias `[output]`.
struct Projection: Sendable {
  /// `[…, input]`; several layers may share one.
  let weight: Tensor
  /// The rows of `weight` that are this layer's.
  let rows: Range<Int>
  let bias: [Float]?

  init(weight: Tensor, rows: Range<Int>? = nil, bias: [Float]?) {
    self.weight = weight
    self.rows = rows ?? 0..<weight.shape[0]
    self.bias = bias
  }

  var outputSize: Int { rows.count }
  var inputSize: Int { weight.shape[1] }
}

/// A norm's weight, and its bias if it has one; both `[width]`.
struct Norm: Sendable {
  var weight: [Float]
  var bias: [Float]?
}

/// The weights of one block; what a family doesn't have is nil.
struct BlockWeights: Sendable {
  var inputNorm: Norm?
  let query: Projection
  let key: Projection
  let value: Projection
  /// `[dimension]`, for each head alike, or as wide as the projection, for all heads together.
  var queryNorm: Norm?
  var keyNorm: Norm?
  let attentionOutput: Projection
  var attentionBranchNorm: Norm?
  var feedForwardNorm: Norm?
  let feedForward: FeedForwardWeights
  var feedForwardBranchNorm: Norm?
}

/// All weights of a decoder.
///
/// Matrices stay where they are, mapped and in their stored type; vectors are small and kept as
/// floats.
struct TransformerWeights: Sendable {
  let embedding: Tensor
  /// `[context, hidden]`, for learned positions.
  var positions: Tensor?
  let blocks: [BlockWeights]
  var finalNorm: Norm
  let head: Tensor
  /// Names of tensors that are no part of the decoder.
  var unused: [String] = []

  init(
    embedding: Tensor, positions: Tensor? = nil, blocks: [BlockWeights], finalNorm: Norm,
    head: Tensor
  ) {
    self.embedding = embedding
    self.positions = positions
    self.blocks = blocks
    self.finalNorm = finalNorm
    self.head = head
  }

  init(
    _ configuration: TransformerConfiguration, from source: some WeightSource,
    checksNumbers: Bool
  ) throws {
    var loader = WeightLoader(source: source, checksNumbers: checksNumbers)
    let layers = 0..<configuration.layerCount
    switch configuration.family {
    case .llama, .qwen2, .mistral, .smollm3:
      let blocks = try layers.map { try Llama.block($0, configuration, from: &loader) }
      self = try Llama.decoder(blocks, configuration, from: &loader)
    case .qwen3, .qwen3MoE:
      let blocks = try layers.map { try Qwen3.block($0, configuration, from: &loader) }
      self = try Llama.decoder(blocks, configuration, from: &loader)
    case .gemma2, .gemma3: self = try Gemma2.weights(configuration, from: &loader)
    case .phi3:
      let blocks = try layers.map { try Phi3.block($0, configuration, from: &loader) }
      self = try Llama.decoder(blocks, configuration, from: &loader)
    case .gpt2: self = try GPT2.weights(configuration, from: &loader)
    case .olmo2, .olmo3:
      let blocks = try layers.map { try OLMo2.block($0, configuration, from: &loader) }
      self = try Llama.decoder(blocks, configuration, from: &loader)
    }
    unused = try loader.unused(WeightNames(configuration.family))
  }
}
