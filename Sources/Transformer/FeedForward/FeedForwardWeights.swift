internal import Tensors

/// The weights after attention in a block.
enum FeedForwardWeights: Sendable {
  /// One layer, for all tokens.
  case dense(FeedForwardLayer)
  /// Many, of which each token goes through a few.
  case experts(ExpertWeights)
}

/// down(activation(gate) · up), or down(activation(gate)).
struct FeedForwardLayer: Sendable {
  /// Without a gate this is the only projection before the activation, and `up` is nil.
  let gate: Projection
  let up: Projection?
  let down: Projection
}

/// Feed-forward layers, and what chooses among them.
struct ExpertWeights: Sendable {
  /// One output for each of `layers`.
  let router: Projection
  let layers: [FeedForwardLayer]
}

extension FeedForwardWeights {
  /// All of them.
  var projections: [Projection] { shared + layers.flatMap(\.projections) }

  /// Those that every token goes through.
  var shared: [Projection] {
    switch self {
    case .dense(let layer): layer.projections
    case .experts(let experts): [experts.router]
    }
  }

  private var layers: [FeedForwardLayer] {
    guard case .experts(let experts) = self else { return [] }
    return experts.layers
  }
}

extension FeedForwardLayer {
  var projections: [Projection] { [gate, down] + [up].compactMap { $0 } }
}

extension TransformerConfiguration {
  /// Width of the dense feed-forward layers; 0 if all have experts.
  var denseWidth: Int {
    options.experts?.layers.allSatisfy { $0 } == true ? 0 : intermediateSize
  }
}

extension WeightLoader {
  /// A layer with a gate: dense, or of experts where the configuration says so.
  ///
  /// - Parameters:
  ///   - name: what stands before `gate_proj`, or before `gate` and `experts`.
  ///   - layer: the block's index.
  ///   - configuration: which layers have experts, and all sizes.
  /// - Returns: the layer, not read yet.
  /// - Throws: as `projection`.
  mutating func feedForward(
    _ name: String, layer: Int, _ configuration: TransformerConfiguration
  ) throws -> FeedForwardWeights {
    let hidden = configuration.hiddenSize
    guard let experts = configuration.options.experts, experts.layers[layer] else {
      return .dense(
        try gatedLayer(
          name, hidden, configuration.intermediateSize, bias: configuration.hasFeedForwardBias))
    }
    let router = try projection(name + "gate", experts.count, hidden, bias: false)
    let place = name + "experts."
    // transformers 5 has the experts of a layer in two tensors, and writes them apart unless told.
    let isJoined = ["gate_up_proj", "down_proj"].contains {
      source.tensor(named: place + $0) != nil
    }
    let layers =
      isJoined
      ? try joinedLayers(place, hidden, experts)
      : try (0..<experts.count).map { index in
        try gatedLayer("\(place)\(index).", hidden, experts.width, bias: false)
      }
    return .experts(ExpertWeights(router: router, layers: layers))
  }

  private mutating func gatedLayer(
    _ name: String, _ hidden: Int, _ width: Int, bias: Bool
  ) throws -> FeedForwardLayer {
    FeedForwardLayer(
      gate: try projection(name + "gate_proj", width, hidden, bias: bias),
      up: try projection(name + "up_proj", width, hidden, bias: bias),
      down: try projection(name + "down_proj", hidden, width, bias: bias))
  }

  /// `[experts, 2 · width, hidden]`, an expert's gate before its up, and `[experts, hidden, width]`.
  private mutating func joinedLayers(
    _ name: String, _ hidden: Int, _ experts: DecoderOptions.Experts
  ) throws -> [FeedForwardLayer] {
    let (count, width) = (experts.count, experts.width)
    let inner = try tensor(name + "gate_up_proj", shape: [count, 2 * width, hidden])
      .reshaped([count * 2 * width, hidden])
    let outer = try tensor(name + "down_proj", shape: [count, hidden, width])
      .reshaped([count * hidden, width])
    return (0..<count).map { index in
      let start = index * 2 * width
      return FeedForwardLayer(
        gate: Projection(weight: inner, rows: start..<start + width, bias: nil),
        up: Projection(weight: inner, rows: start + width..<start + 2 * width, bias: nil),
        down: Projection(weight: outer, rows: index * hidden..<(index + 1) * hidden, bias: nil))
    }
  }
}
