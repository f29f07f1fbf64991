internal import Kernels

/// What one forward pass leaves for its backward pass, and both passes' scratch.
///
/// Made once and used for every step: its memory grows to the largest batch and stays. Normalised
/// inputs and gate outputs are worked out a second time rather than kept. With h the hidden size, q,
/// k and w the widths of queries, keys and feed-forward, a token takes
/// layers · (2h + 2q + 2k + 2w) + 5h + 2q + 2k + w floats.
package struct TrainingPass: ~Copyable {
  let configuration: TransformerConfiguration
  private var capacity = 0

  /// All ids, one sequence after the other.
  package private(set) var ids: [Int32] = []
  /// Tokens of each sequence.
  package private(set) var sequences: [Range<Int>] = []
  private(set) var positions: [Int32] = []
  private(set) var table: RotaryEmbedding.Table

  // Of each block, `[layers, rows, …]`.

  /// `[hidden]`: the residual stream before attention.
  var residualBefore = FloatBuffer(uninitialized: 0)
  /// `[hidden]`: the residual stream between attention and feed-forward.
  var residualBetween = FloatBuffer(uninitialized: 0)
  /// `[queryCount · dimension]`, rotated.
  var queries = FloatBuffer(uninitialized: 0)
  /// `[keyValueCount · dimension]`, rotated.
  var keys = FloatBuffer(uninitialized: 0)
  var values = FloatBuffer(uninitialized: 0)
  /// `[queryCount · dimension]`.
  var attended = FloatBuffer(uninitialized: 0)
  /// `[intermediate]`; backward puts their gradients in their place.
  var gate = FloatBuffer(uninitialized: 0)
  var up = FloatBuffer(uninitialized: 0)

  // Once, `[rows, …]`.

  /// `[hidden]`: the residual stream; after the last block, what the last norm takes.
  var residual = FloatBuffer(uninitialized: 0)
  /// `[hidden]`: what a block's layers take.
  var normed = FloatBuffer(uninitialized: 0)
  /// `[hidden]`: after the last norm, what the head takes.
  var hidden = FloatBuffer(uninitialized: 0)
  /// `[intermediate]`: the gate's output; in backward first its gradient.
  var activated = FloatBuffer(uninitialized: 0)
  /// `[hidden]`: gradient of the residual stream, to which each branch adds.
  var dResidual = FloatBuffer(uninitialized: 0)
  /// `[hidden]`: gradient of `normed` or of `hidden`.
  var dNormed = FloatBuffer(uninitialized: 0)
  var dAttended = FloatBuffer(uninitialized: 0)
  var dQueries = FloatBuffer(uninitialized: 0)
  var dKeys = FloatBuffer(uninitialized: 0)
  var dValues = FloatBuffer(uninitialized: 0)

  /// No memory yet.
  package init(_ configuration: TransformerConfiguration) {
    self.configuration = configuration
    table = RotaryEmbedding.Table(
      positionCount: 0, headDimension: configuration.heads.dimension, base: configuration.ropeBase)
  }

  /// Number of tokens.
  package var rowCount: Int { ids.count }

  /// `[rowCount, hiddenSize]`: final hidden states, what the head multiplies.
  package var hiddenStates: Span<Float> {
    @_lifetime(borrow self)
    get { hidden.span.extracting(first: rowCount * configuration.hiddenSize) }
  }

  /// Floats of all rows of one block in a buffer that keeps every block's.
  func slot(_ block: Int, width: Int) -> Range<Int> {
    block * rowCount * width..<(block + 1) * rowCount * width
  }

  /// Floats of all rows in a buffer that has them once.
  func all(width: Int) -> Range<Int> { 0..<rowCount * width }

  var queryWidth: Int { configuration.heads.queryCount * configuration.heads.dimension }
  var keyWidth: Int { configuration.heads.keyValueCount * configuration.heads.dimension }

  /// Takes the ids of a batch and sees to it that there is room for it.
  mutating func prepare(_ batch: [[Int32]]) {
    ids = batch.flatMap { $0 }
    sequences = []
    positions = []
    for sequence in batch {
      sequences.append(positions.count..<positions.count + sequence.count)
      positions.append(contentsOf: 0..<Int32(sequence.count))
    }
    let longest = batch.map(\.count).max() ?? 0
    if longest > table.positionCount {
      table = RotaryEmbedding.Table(
        positionCount: longest, headDimension: configuration.heads.dimension,
        base: configuration.ropeBase)
    }
    if rowCount > capacity { allocate(rows: rowCount) }
  }

  private mutating func allocate(rows: Int) {
    capacity = rows
    let kept = rows * configuration.layerCount
    let (width, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    residualBefore = FloatBuffer(uninitialized: kept * width)
    residualBetween = FloatBuffer(uninitialized: kept * width)
    queries = FloatBuffer(uninitialized: kept * queryWidth)
    keys = FloatBuffer(uninitialized: kept * keyWidth)
    values = FloatBuffer(uninitialized: kept * keyWidth)
    attended = FloatBuffer(uninitialized: kept * queryWidth)
    gate = FloatBuffer(uninitialized: kept * inner)
    up = FloatBuffer(uninitialized: kept * inner)
    residual = FloatBuffer(uninitialized: rows * width)
    normed = FloatBuffer(uninitialized: rows * width)
    hidden = FloatBuffer(uninitialized: rows * width)
    activated = FloatBuffer(uninitialized: rows * inner)
    dResidual = FloatBuffer(uninitialized: rows * width)
    dNormed = FloatBuffer(uninitialized: rows * width)
    dAttended = FloatBuffer(uninitialized: rows * queryWidth)
    dQueries = FloatBuffer(uninitialized: rows * queryWidth)
    dKeys = FloatBuffer(uninitialized: rows * keyWidth)
    dValues = FloatBuffer(uninitialized: rows * keyWidth)
  }
}
