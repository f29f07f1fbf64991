public import Kernels
public import Tensors

/// A decoder-only language model with its weights.
///
/// Sequences are packed: their tokens are the rows of one matrix, without padding, so that a batch
/// of unequal texts costs what its tokens cost.
public struct Transformer: Sendable {
  /// What the model is.
  public let configuration: TransformerConfiguration
  /// In which precision it multiplies; gradients, and what is compared with them, need the default.
  public var compute = ComputeType.float32
  let weights: TransformerWeights

  /// Takes the weights that `configuration` calls for from `source`.
  ///
  /// Weights are checked for NaN and infinity, which reads all of them once.
  /// - Throws: `TransformerError` that names the tensor which is missing, superfluous, of another
  ///   shape or type, or not finite.
  public init(_ configuration: TransformerConfiguration, weights source: some WeightSource) throws {
    self.configuration = configuration
    weights = try TransformerWeights(configuration, from: source)
  }

  /// Final hidden states of packed sequences, after the last norm: what the head multiplies.
  public struct HiddenStates: ~Copyable, Sendable {
    /// Rows of each sequence.
    public let sequences: [Range<Int>]
    /// Width of a row.
    public let width: Int
    var buffer: FloatBuffer

    /// Number of rows: tokens of all sequences.
    public var rowCount: Int { buffer.count / max(width, 1) }

    /// `[rowCount, width]`.
    public var values: Span<Float> {
      @_lifetime(borrow self)
      get { buffer.span }
    }
  }

  /// Runs the blocks over `sequences`.
  ///
  /// Cost: about 2 · parameters · tokens operations; memory: activations of all tokens, and for
  /// each thread one tile of weights widened to single precision.
  ///
  /// - Parameter sequences: token ids, each list at most `contextLength` long.
  /// - Returns: A row for each token, the sequences one after the other.
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`.
  public func hiddenStates(of sequences: [[Int32]]) throws(TransformerError) -> HiddenStates {
    try hiddenStates(of: sequences) { _, _ in }
  }

  /// The same; `observe` sees each block's keys and values before the next overwrites them.
  func hiddenStates(
    of sequences: [[Int32]], observe: (_ layer: Int, borrowing Activations) -> Void
  ) throws(TransformerError) -> HiddenStates {
    try configuration.check(sequences)
    var activations = Activations(sequences: sequences, configuration: configuration)
    embed(sequences.flatMap { $0 }, into: &activations)
    let angles = configuration.rotaryAngles(lengths: sequences.map(\.count))
    var scratch = ProductScratch()
    for (layer, block) in weights.blocks.enumerated() {
      attention(block, layer: layer, angles: angles, scratch: &scratch, &activations)
      observe(layer, activations)
      feedForward(block, scratch: &scratch, &activations)
    }
    var output = FloatBuffer(uninitialized: activations.rows * configuration.hiddenSize)
    normalise(activations.residual, weights.finalNorm, into: &output)
    return HiddenStates(
      sequences: activations.sequences, width: configuration.hiddenSize, buffer: output)
  }

  /// Logits of a slice of the vocabulary for some rows of hidden states.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, hiddenSize]`.
  ///   - rows: How many rows.
  ///   - vocabulary: the tokens wanted.
  ///   - scratch: memory kept between calls.
  ///   - logits: `[rows, vocabulary.count]`.
  public func logits(
    _ hidden: Span<Float>, rows: Int, vocabulary: Range<Int>, scratch: inout ProductScratch,
    into logits: inout MutableSpan<Float>
  ) {
    weights.head.multiply(
      hidden, count: rows, rows: vocabulary, compute: compute, scratch: &scratch, into: &logits)
    if let cap = configuration.options.logitSoftCap { SoftCap.apply(cap, to: &logits) }
  }
}
