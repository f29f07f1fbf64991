/// What sets a family apart from the plain decoder: pre-norm with a root mean square, a SiLU gate,
/// rotary positions, attention to everything before.
public struct DecoderOptions: Sendable, Equatable {
  /// How the rotary embedding reaches beyond the length that it was trained for.
  public var ropeScaling = RopeScaling.none
  /// Elements of a head that are rotated, the first ones; nil for all.
  public var rotatedDimension: Int?
  /// A rotation that some layers have in place of the model's.
  public var layerRope: LayerRope?
  /// Layers, from 0, whose queries and keys are not rotated.
  public var unrotatedLayers: Set<Int> = []
  /// Whether positions have an embedding of their own instead of a rotation.
  public var hasLearnedPositions = false
  /// Which layers see only what is near.
  public var slidingWindow: SlidingWindow?
  /// Scores are divided by the root of this instead of the root of the head's width.
  public var queryScalar: Double?
  /// Whether the scores of layer i are also divided by i + 1.
  public var dividesScoresByLayer = false
  /// c in c · tanh(score / c), before the softmax of attention.
  public var attentionSoftCap: Float?
  /// c in c · tanh(logit / c).
  public var logitSoftCap: Float?
  /// Whether each head's queries and keys are normalised before their rotation.
  public var hasQueryKeyNorms = false
  /// Whether these norms are over all heads of a position together.
  public var normalisesHeadsTogether = false
  /// Whether what attention and feed-forward read of the residual stream is normalised first.
  public var hasInputNorms = true
  /// Whether what attention and feed-forward add to the residual stream is normalised first.
  public var hasBranchNorms = false
  /// Whether embeddings are multiplied by the root of their width.
  public var scalesEmbeddings = false
  /// What a norm is.
  public var norm = Norm.rootMeanSquare
  /// What the feed-forward layer is.
  public var feedForward = FeedForward.gatedSiLU
  /// Feed-forward layers of experts; nil where all are dense.
  public var experts: Experts?

  /// The plain decoder.
  public init() {}

  /// Kinds of norm.
  public enum Norm: Sendable, Equatable {
    /// Divided by the root mean square, with a weight.
    case rootMeanSquare
    /// The mean taken away, divided by the standard deviation, with a weight and a bias.
    case layer
  }

  /// Kinds of feed-forward layer.
  public enum FeedForward: Sendable, Equatable {
    /// down(silu(gate) · up).
    case gatedSiLU
    /// down(gelu(gate) · up), gelu by its tanh form.
    case gatedGELU
    /// down(gelu(up)), gelu by its tanh form.
    case gelu
  }

  /// A rotation of some layers.
  public struct LayerRope: Sendable, Equatable {
    /// Base of the frequencies.
    public var base: Double
    /// How they are scaled.
    public var scaling: RopeScaling
    /// For each layer, whether it has this rotation.
    public var layers: [Bool]

    /// Parts given.
    public init(base: Double, scaling: RopeScaling = .none, layers: [Bool]) {
      (self.base, self.scaling, self.layers) = (base, scaling, layers)
    }
  }

  /// Feed-forward layers of many small ones, of which each token goes through a few.
  public struct Experts: Sendable, Equatable {
    /// Experts of a layer.
    public var count: Int
    /// Those that a token goes through: the ones with the largest share of the router.
    public var usedCount: Int
    /// Width of an expert.
    public var width: Int
    /// Whether the shares of the used ones are divided by their sum.
    public var normalisesShares: Bool
    /// For each layer, whether it has experts; others are dense.
    public var layers: [Bool]

    /// Parts given.
    public init(
      count: Int, usedCount: Int, width: Int, normalisesShares: Bool, layers: [Bool]
    ) {
      (self.count, self.usedCount, self.width) = (count, usedCount, width)
      (self.normalisesShares, self.layers) = (normalisesShares, layers)
    }
  }

  /// Layers whose attention sees a window only.
  public struct SlidingWindow: Sendable, Equatable {
    /// Positions that a query sees, itself included.
    public var size: Int
    /// For each layer, whether it has the window.
    public var layers: [Bool]

    /// Parts given.
    public init(size: Int, layers: [Bool]) { (self.size, self.layers) = (size, layers) }
  }
}

extension DecoderOptions {
  /// Each option that is on, in a few words.
  public var descriptions: [String] {
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
    if hasBranchNorms { words.append("norms behind each branch") }
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
