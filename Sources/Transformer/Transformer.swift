internal import Files
package import Kernels
package import Tensors

/// A decoder-only language model with its weights.
///
/// Sequences are packed: their tokens are the rows of one matrix, without padding, so that a batch
/// of unequal texts costs what its tokens cost.
package struct Transformer: Sendable {
  /// What the model is.
  package let configuration: TransformerConfiguration
  /// In which precision it multiplies; gradients, and what is compared with them, need the default.
  package var compute = ComputeType.float32
  /// Whether mapped weights are let go of as soon as they were used, block by block: the memory of a
  /// model is then that of one block, and each pass may read its file again.
  package var releasesWeights = false
  let weights: TransformerWeights
  /// Tensors of the source that are no part of the decoder, such as a value head or a part that sees,
  /// sorted by name; transformers leaves them out as well.
  package var unusedTensors: [String] { weights.unused }

  /// Takes the weights that `configuration` calls for from `source`.
  ///
  /// - Parameters:
  ///   - configuration: what the model is.
  ///   - source: the weights.
  ///   - checksNumbers: whether weights are checked for NaN and infinity, which reads all of them
  ///     once.
  /// - Throws: `TransformerError` that names the tensor which is missing, superfluous, of another
  ///   shape or type, or not finite.
  package init(
    _ configuration: TransformerConfiguration, weights source: some WeightSource,
    checksNumbers: Bool = true
  ) throws {
    self.configuration = configuration
    weights = try TransformerWeights(configuration, from: source, checksNumbers: checksNumbers)
  }

  /// Final hidden states of packed sequences, after the last norm: what the head multiplies.
  package struct HiddenStates: ~Copyable, Sendable {
    /// Rows of each sequence's own tokens.
    package let sequences: [Range<Int>]
    /// Width of a row.
    package let width: Int
    var buffer: FloatBuffer

    /// Number of rows: tokens of all sequences, those of a shared prompt once.
    package var rowCount: Int { buffer.count / max(width, 1) }

    /// `[rowCount, width]`.
    package var values: Span<Float> {
      @_lifetime(borrow self)
      get { buffer.span }
    }

    /// Hands over the memory, `[rowCount, width]`.
    package consuming func release() -> FloatBuffer { buffer }
  }

  /// Runs the blocks over `sequences`.
  ///
  /// Cost: about 2 · parameters · tokens operations; memory: activations of all tokens, and for
  /// each thread one tile of weights widened to single precision.
  ///
  /// - Parameter sequences: token ids, each list at most `contextLength` long.
  /// - Returns: A row for each token, the sequences one after the other.
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`.
  package func hiddenStates(of sequences: [[Int32]]) throws(TransformerError) -> HiddenStates {
    try hiddenStates(of: PackedSequences(sequences))
  }

  /// The same for texts that may share their prompts' rows.
  ///
  /// - Parameter packed: texts of at most `contextLength` tokens each.
  /// - Returns: a row for each of `packed`.
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`.
  package func hiddenStates(of packed: PackedSequences) throws(TransformerError) -> HiddenStates {
    try configuration.check(packed)
    return runBlocks(over: packed, blocks: weights.blocks.count) { _, _ in }
  }

  /// The same, with a pause after each block.
  ///
  /// - Parameters:
  ///   - packed: texts of at most `contextLength` tokens each.
  ///   - blocks: only the first so many, to see how long they take; nil for all.
  ///   - pause: gets the number of finished blocks; what it throws ends the pass.
  /// - Returns: a row for each of `packed`.
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`, or what `pause` throws.
  package func hiddenStates(
    of packed: PackedSequences, blocks: Int? = nil, pause: (Int) throws -> Void
  ) throws -> HiddenStates {
    try configuration.check(packed)
    return try runBlocks(over: packed, blocks: blocks ?? weights.blocks.count) { layer, _ in
      try pause(layer + 1)
    }
  }

  /// `observe` sees each block's keys and values before the next overwrites them.
  func runBlocks(
    over packed: PackedSequences, blocks: Int,
    observe: (_ layer: Int, borrowing Activations) throws -> Void
  ) rethrows -> HiddenStates {
    var activations = Activations(
      segments: packed.segments, positions: packed.positions, configuration: configuration)
    embed(packed.ids, into: &activations)
    if releasesWeights { releaseEmbedding() }
    let angles = configuration.rotaryAngles(of: packed)
    var scratch = ProductScratch()
    for (layer, block) in weights.blocks.prefix(blocks).enumerated() {
      if releasesWeights { expectSoon(block: layer + 1, rows: activations.rows) }
      attention(block, layer: layer, angles: angles[layer], scratch: &scratch, &activations)
      feedForward(block, scratch: &scratch, &activations)
      if releasesWeights { letGo(ofBlock: layer) }
      try observe(layer, activations)
    }
    var output = FloatBuffer(uninitialized: activations.rows * configuration.hiddenSize)
    normalise(activations.residual, weights.finalNorm, into: &output)
    return HiddenStates(
      sequences: packed.texts.map(\.rows), width: configuration.hiddenSize, buffer: output)
  }

  /// Logits of a slice of the vocabulary for some rows of hidden states.
  ///
  /// - Parameters:
  ///   - hidden: `[rows, hiddenSize]`.
  ///   - rows: How many rows.
  ///   - vocabulary: the tokens wanted.
  ///   - scratch: memory kept between calls.
  ///   - logits: `[rows, vocabulary.count]`.
  package func logits(
    _ hidden: Span<Float>, rows: Int, vocabulary: Range<Int>, scratch: inout ProductScratch,
    into logits: inout MutableSpan<Float>
  ) {
    weights.head.multiply(
      hidden, count: rows, rows: vocabulary, compute: compute, scratch: &scratch, into: &logits)
    if releasesWeights { weights.head.expect(.later, ofRows: vocabulary) }
    if let cap = configuration.options.logitSoftCap { SoftCap.apply(cap, to: &logits) }
  }
}
