/// What sets a family apart from the plain decoder: pre-norm with a root mean square, a SiLU gate,
/// rotary positions, attention to everything before.
package struct DecoderOptions: Sendable, Equatable {
  /// How the rotary embedding reaches beyond the length that it was trained for.
  package var ropeScaling = RopeScaling.none
  /// Elements of a head that are rotated, the first ones; nil for all.
  package var rotatedDimension: Int?
  /// A rotation that some layers have in place of the model's.
  package var layerRope: LayerRope?
  /// Layers, from 0, whose queries and keys are not rotated.
  package var unrotatedLayers: Set<Int> = []
  /// Whether positions have an embedding of their own instead of a rotation.
  package var hasLearnedPositions = false
  /// Which layers see only what is near.
  package var slidingWindow: SlidingWindow?
  /// Scores are divided by the root of this instead of the root of the head's width.
  package var queryScalar: Double?
  /// Whether the scores of layer i are also divided by i + 1.
  package var dividesScoresByLayer = false
  /// c in c · tanh(score / c), before the softmax of attention.
  package var attentionSoftCap: Float?
  /// c in c · tanh(logit / c).
  package var logitSoftCap: Float?
  /// Whether each head's queries and keys are normalised before their rotation.
  package var hasQueryKeyNorms = false
  /// Whether these norms are over all heads of a position together.
  package var normalisesHeadsTogether = false
  /// Whether what attention and feed-forward read of the residual stream is normalised first.
  package var hasInputNorms = true
  /// Whether what attention and feed-forward add to the residual stream is normalised first.
  package var hasBranchNorms = false
  /// Whether embeddings are multiplied by the root of their width.
  package var scalesEmbeddings = false
  /// What a norm is.
  package var norm = Norm.rootMeanSquare
  /// What the feed-forward layer is.
  package var feedForward = FeedForward.gatedSiLU
  /// Feed-forward layers of experts; nil where all are dense.
  package var experts: Experts?

  /// The plain decoder.
  package init() {}

  /// Kinds of norm.
  package enum Norm: Sendable, Equatable {
    /// Divided by the root mean square, with a weight.
    case rootMeanSquare
    /// The mean taken away, divided by the standard deviation, with a weight and a bias.
    case layer
  }

  /// Kinds of feed-forward layer.
  package enum FeedForward: Sendable, Equatable {
    /// down(silu(gate) · up).
    case gatedSiLU
    /// down(gelu(gate) · up), gelu by its tanh form.
    case gatedGELU
    /// down(gelu(up)), gelu by its tanh form.
    case gelu
  }

  /// A rotation of some layers.
  package struct LayerRope: Sendable, Equatable {
    /// Base of the frequencies.
    package var base: Double
    /// How they are scaled.
    package var scaling: RopeScaling
    /// For each layer, whether it has this rotation.
    package var layers: [Bool]

    /// Parts given.
    package init(base: Double, scaling: RopeScaling = .none, layers: [Bool]) {
      (self.base, self.scaling, self.layers) = (base, scaling, layers)
    }
  }

  /// Feed-forward layers of many small ones, of which each token goes through a few.
  package struct Experts: Sendable, Equatable {
    /// Experts of a layer.
    package var count: Int
    /// Those that a token goes through: the ones with the largest share of the router.
    package var usedCount: Int
    /// Width of an expert.
    package var width: Int
    /// Whether the shares of the used ones are divided by their sum.
    package var normalisesShares: Bool
    /// For each layer, whether it has experts; others are dense.
    package var layers: [Bool]

    /// Parts given.
    package init(
      count: Int, usedCount: Int, width: Int, normalisesShares: Bool, layers: [Bool]
    ) {
      (self.count, self.usedCount, self.width) = (count, usedCount, width)
      (self.normalisesShares, self.layers) = (normalisesShares, layers)
    }
  }

  /// Layers whose attention sees a window only.
  package struct SlidingWindow: Sendable, Equatable {
    /// Positions that a query sees, itself included.
    package var size: Int
    /// For each layer, whether it has the window.
    package var layers: [Bool]

    /// Parts given.
    package init(size: Int, layers: [Bool]) { (self.size, self.layers) = (size, layers) }
  }
}

extension DecoderOptions {
  /// Each option that is on, in a few words.
  package var descriptions: [String] {
    var words: [String] = []
    if ropeScaling != .none { words.append("rope scaling \(ropeScaling.name)") }
    if let rotatedDimension { words.append("rotation of \(rotatedDimension) elements of a head") }
    if let layerRope {
      let scaled = layerRope.scaling == .none ? "" : ", scaled \(layerRope.scaling.name)"
      words.append(
        "rope base \(layerRope.base)\(scaled) in \(layerRope.layers.count { $0 }) of "
          + "\(layerRope.layers.count) layers")
    }
    if !unrotatedLayers.isEmpty { words.append("no rotation in \(unrotatedLayers.count) layers") }
    if hasLearnedPositions { words.append("learned positions") }
    if let slidingWindow {
      let count = slidingWindow.layers.count { $0 }
      words.append(
        "sliding window of \(slidingWindow.size) in \(count) of \(slidingWindow.layers.count) layers"
      )
    }
    if let queryScalar { words.append("scores divided by √\(queryScalar)") }
    if dividesScoresByLayer { words.append("scores divided by the layer's number") }
    if let attentionSoftCap { words.append("attention soft cap \(attentionSoftCap)") }
    if let logitSoftCap { words.append("logit soft cap \(logitSoftCap)") }
    if hasQueryKeyNorms {
      words.append("query and key norms" + (normalisesHeadsTogether ? " over all heads" : ""))
    }
    if !hasInputNorms { words.append("no norms before each branch") }
    if hasBranchNorms { words.append("norms after each branch") }
    if scalesEmbeddings { words.append("scaled embeddings") }
    if norm == .layer { words.append("layer norms") }
    switch feedForward {
    case .gatedSiLU: break
    case .gatedGELU: words.append("GELU gate")
    case .gelu: words.append("GELU without a gate")
    }
    if let experts {
      words.append(
        "\(experts.usedCount) of \(experts.count) experts"
          + (experts.normalisesShares ? " with shares that add up to 1" : "")
          + " in \(experts.layers.count { $0 }) of \(experts.layers.count) layers")
    }
    return words
  }
}
