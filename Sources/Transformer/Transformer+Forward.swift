internal import Kernels
internal import Tensors

/// What one forward pass writes to, sized once for all blocks.
struct Activations: ~Copyable {
  let rows: Int
  let sequences: [Range<Int>]
  let positions: [Int32]
  /// `[rows, hidden]`: the residual stream.
  var residual: FloatBuffer
  /// `[rows, hidden]`: its normalised copy.
  var normed: FloatBuffer
  /// `[rows, queryCount · dimension]`.
  var queries: FloatBuffer
  /// `[rows, keyValueCount · dimension]`.
  var keys: FloatBuffer
  var values: FloatBuffer
  /// `[rows, queryCount · dimension]`.
  var attended: FloatBuffer
  /// `[rows, intermediate]`.
  var gate: FloatBuffer
  var up: FloatBuffer

  init(sequences: [[Int32]], configuration: TransformerConfiguration) {
    var ranges: [Range<Int>] = []
    var positions: [Int32] = []
    for sequence in sequences {
      ranges.append(positions.count..<positions.count + sequence.count)
      positions.append(contentsOf: 0..<Int32(sequence.count))
    }
    self.init(sequences: ranges, positions: positions, configuration: configuration)
  }

  /// Rows at given positions of their texts.
  init(sequences: [Range<Int>], positions: [Int32], configuration: TransformerConfiguration) {
    rows = positions.count
    self.sequences = sequences
    self.positions = positions
    let heads = configuration.heads
    let (hidden, width) = (configuration.hiddenSize, configuration.intermediateSize)
    residual = FloatBuffer(uninitialized: rows * hidden)
    normed = FloatBuffer(uninitialized: rows * hidden)
    queries = FloatBuffer(uninitialized: rows * heads.queryCount * heads.dimension)
    keys = FloatBuffer(uninitialized: rows * heads.keyValueCount * heads.dimension)
    values = FloatBuffer(uninitialized: rows * heads.keyValueCount * heads.dimension)
    attended = FloatBuffer(uninitialized: rows * heads.queryCount * heads.dimension)
    gate = FloatBuffer(uninitialized: rows * width)
    up = FloatBuffer(uninitialized: rows * width)
  }
}

extension Transformer {
  func embed(_ ids: [Int32], into activations: inout Activations) {
    var residual = activations.residual.mutableSpan
    let (embedding, hidden) = (weights.embedding, configuration.hiddenSize)
    RowBlocks.forEach(of: &residual, rows: ids.count, width: hidden, blockRows: 1) {
      row, elements in
      let id = Int(ids[row.lowerBound])
      embedding.widen(rows: id..<id + 1, into: &elements)
    }
  }

  /// residual += output(attention(rotate(query, key), value)) of the normalised residual.
  func attention(
    _ block: BlockWeights, table: RotaryEmbedding.Table, scratch: inout WidenedMatrix,
    _ x: inout Activations
  ) {
    project(block, table: table, scratch: &scratch, &x)
    attend(x.queries, x.keys, x.values, sequences: x.sequences, into: &x.attended)
    block.attentionOutput.apply(
      to: x.attended, scratch: &scratch, .accumulate, into: &x.residual)
  }

  /// Queries, keys and values of the normalised residual, rotated to their positions.
  func project(
    _ block: BlockWeights, table: RotaryEmbedding.Table, scratch: inout WidenedMatrix,
    _ x: inout Activations
  ) {
    let heads = configuration.heads
    normalise(x.residual, weight: block.inputNorm, into: &x.normed)
    block.query.apply(to: x.normed, scratch: &scratch, into: &x.queries)
    block.key.apply(to: x.normed, scratch: &scratch, into: &x.keys)
    block.value.apply(to: x.normed, scratch: &scratch, into: &x.values)
    rotate(&x.queries, positions: x.positions, headCount: heads.queryCount, table)
    rotate(&x.keys, positions: x.positions, headCount: heads.keyValueCount, table)
  }

  /// residual += down(silu(gate) · up) of the normalised residual.
  func feedForward(
    _ block: BlockWeights, scratch: inout WidenedMatrix, _ x: inout Activations
  ) {
    normalise(x.residual, weight: block.feedForwardNorm, into: &x.normed)
    block.gate.apply(to: x.normed, scratch: &scratch, into: &x.gate)
    block.up.apply(to: x.normed, scratch: &scratch, into: &x.up)
    activate(&x.gate, x.up, rows: x.rows)
    block.down.apply(to: x.gate, scratch: &scratch, .accumulate, into: &x.residual)
  }
}

// MARK: Kernels on whole buffers
//
// Buffers rather than spans are passed, because a span of one of the activations would hold an
// access to all of them.

extension Transformer {
  func normalise(
    _ input: borrowing FloatBuffer, weight: [Float], into output: inout FloatBuffer
  ) {
    var span = output.mutableSpan
    RMSNorm.forward(
      input.span, weight: weight.span, epsilon: configuration.normEpsilon,
      rows: input.count / weight.count, into: &span)
  }

  private func rotate(
    _ heads: inout FloatBuffer, positions: [Int32], headCount: Int, _ table: RotaryEmbedding.Table
  ) {
    var span = heads.mutableSpan
    RotaryEmbedding.apply(
      to: &span, positions: positions.span, headCount: headCount, table: table)
  }

  private func attend(
    _ queries: borrowing FloatBuffer, _ keys: borrowing FloatBuffer,
    _ values: borrowing FloatBuffer, sequences: [Range<Int>], into output: inout FloatBuffer
  ) {
    var span = output.mutableSpan
    CausalAttention.forward(
      queries: queries.span, keys: keys.span, values: values.span, sequences: sequences,
      heads: configuration.heads, into: &span)
  }

  private func activate(_ gate: inout FloatBuffer, _ up: borrowing FloatBuffer, rows: Int) {
    var span = gate.mutableSpan
    SwiGLU.forward(gate: &span, up: up.span, rows: rows, width: configuration.intermediateSize)
  }
}

extension Projection {
  /// output = input · weightᵀ + bias, or added to what is there.
  func apply(
    to input: borrowing FloatBuffer, scratch: inout WidenedMatrix,
    _ mode: MatrixMultiply.Output = .overwrite, into output: inout FloatBuffer
  ) {
    let rows = output.count / outputSize
    var span = output.mutableSpan
    scratch.withFloats(of: weight, rows: 0..<outputSize) { weight in
      MatrixMultiply.linear(
        input.span, weight: weight, rows: rows, inputSize: inputSize, outputSize: outputSize, mode,
        into: &span)
    }
    if let bias { Bias.add(bias.span, to: &span, rows: rows) }
  }
}
