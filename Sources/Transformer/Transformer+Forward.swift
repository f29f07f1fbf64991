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
    var ranges = [Range<Int>]()
    var positions = [Int32]()
    for sequence in sequences {
      ranges.append(positions.count..<positions.count + sequence.count)
      positions.append(contentsOf: 0..<Int32(sequence.count))
    }
    rows = positions.count
    self.sequences = ranges
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
  func embed(_ sequences: [[Int32]], into activations: inout Activations) {
    let ids = sequences.flatMap { $0 }
    var residual = activations.residual.mutableSpan
    let (embedding, hidden) = (weights.embedding, configuration.hiddenSize)
    RowBlocks.forEach(of: &residual, rows: ids.count, width: hidden, blockRows: 64) {
      rows, elements in
      for row in rows {
        let start = (row - rows.lowerBound) * hidden
        var target = elements.extracting(start..<start + hidden)
        let id = Int(ids[row])
        embedding.copyFloats(rows: id..<id + 1, into: &target)
      }
    }
  }

  /// residual += output(attention(rotate(query, key), value)) of the normalised residual.
  func attention(
    _ block: BlockWeights, table: RotaryEmbedding.Table, scratch: inout WidenedMatrix,
    _ activations: inout Activations
  ) {
    let rows = activations.rows
    let heads = configuration.heads
    var normed = activations.normed.mutableSpan
    RMSNorm.forward(
      activations.residual.span, weight: block.inputNorm.span, epsilon: configuration.normEpsilon,
      rows: rows, into: &normed)
    var queries = activations.queries.mutableSpan
    block.query.apply(activations.normed.span, rows: rows, scratch: &scratch, into: &queries)
    var keys = activations.keys.mutableSpan
    block.key.apply(activations.normed.span, rows: rows, scratch: &scratch, into: &keys)
    var values = activations.values.mutableSpan
    block.value.apply(activations.normed.span, rows: rows, scratch: &scratch, into: &values)
    RotaryEmbedding.apply(
      to: &queries, positions: activations.positions.span, headCount: heads.queryCount,
      table: table)
    RotaryEmbedding.apply(
      to: &keys, positions: activations.positions.span, headCount: heads.keyValueCount,
      table: table)
    var attended = activations.attended.mutableSpan
    CausalAttention.forward(
      queries: activations.queries.span, keys: activations.keys.span,
      values: activations.values.span, sequences: activations.sequences, heads: heads,
      into: &attended)
    var residual = activations.residual.mutableSpan
    block.attentionOutput.apply(
      activations.attended.span, rows: rows, scratch: &scratch, .accumulate, into: &residual)
  }

  /// residual += down(silu(gate) · up) of the normalised residual.
  func feedForward(
    _ block: BlockWeights, scratch: inout WidenedMatrix, _ activations: inout Activations
  ) {
    let rows = activations.rows
    var normed = activations.normed.mutableSpan
    RMSNorm.forward(
      activations.residual.span, weight: block.feedForwardNorm.span,
      epsilon: configuration.normEpsilon, rows: rows, into: &normed)
    var gate = activations.gate.mutableSpan
    block.gate.apply(activations.normed.span, rows: rows, scratch: &scratch, into: &gate)
    var up = activations.up.mutableSpan
    block.up.apply(activations.normed.span, rows: rows, scratch: &scratch, into: &up)
    SwiGLU.forward(
      gate: &gate, up: activations.up.span, rows: rows, width: configuration.intermediateSize)
    var residual = activations.residual.mutableSpan
    block.down.apply(
      activations.gate.span, rows: rows, scratch: &scratch, .accumulate, into: &residual)
  }
}

extension Projection {
  /// output = input · weightᵀ + bias, or added to what is there.
  func apply(
    _ input: Span<Float>, rows: Int, scratch: inout WidenedMatrix,
    _ mode: MatrixMultiply.Output = .overwrite, into output: inout MutableSpan<Float>
  ) {
    scratch.withFloats(of: weight, rows: 0..<outputSize) { weight in
      MatrixMultiply.linear(
        input, weight: weight, rows: rows, inputSize: inputSize, outputSize: outputSize, mode,
        into: &output)
    }
    if let bias { Bias.add(bias.span, to: &output, rows: rows) }
  }
}
