internal import Kernels
internal import Tensors

/// What one forward pass writes to, sized once for all blocks.
struct Activations: ~Copyable {
  let rows: Int
  let segments: [CausalAttention.Segment]
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
  /// `[rows, hidden]`: a branch that is normalised before it is added; empty where none is.
  var branch: FloatBuffer

  /// Rows at given positions of their texts.
  init(
    segments: [CausalAttention.Segment], positions: [Int32],
    configuration: TransformerConfiguration
  ) {
    rows = positions.count
    self.segments = segments
    self.positions = positions
    let heads = configuration.heads
    let (hidden, width) = (configuration.hiddenSize, configuration.denseWidth)
    residual = FloatBuffer(uninitialized: rows * hidden)
    normed = FloatBuffer(uninitialized: rows * hidden)
    queries = FloatBuffer(uninitialized: rows * heads.queryCount * heads.dimension)
    keys = FloatBuffer(uninitialized: rows * heads.keyValueCount * heads.dimension)
    values = FloatBuffer(uninitialized: rows * heads.keyValueCount * heads.dimension)
    attended = FloatBuffer(uninitialized: rows * heads.queryCount * heads.dimension)
    gate = FloatBuffer(uninitialized: rows * width)
    let hasGate = configuration.options.feedForward != .gelu
    up = FloatBuffer(uninitialized: hasGate ? rows * width : 0)
    branch = FloatBuffer(
      uninitialized: configuration.options.hasBranchNorms ? rows * hidden : 0)
  }
}

extension Transformer {
  func embed(_ ids: [Int32], into activations: inout Activations) {
    let positions = activations.positions
    var residual = activations.residual.mutableSpan
    let (embedding, hidden) = (weights.embedding, configuration.hiddenSize)
    RowBlocks.forEach(of: &residual, rows: ids.count, width: hidden, blockRows: 1) {
      row, elements in
      let id = Int(ids[row.lowerBound])
      embedding.widen(rows: id..<id + 1, into: &elements)
    }
    if configuration.options.scalesEmbeddings {
      ResidualStream.scale(&residual, by: Float(hidden).squareRoot())
    }
    guard let learned = weights.positions else { return }
    var added = FloatBuffer(uninitialized: ids.count * hidden)
    var span = added.mutableSpan
    RowBlocks.forEach(of: &span, rows: ids.count, width: hidden, blockRows: 1) { row, elements in
      let position = Int(positions[row.lowerBound])
      learned.widen(rows: position..<position + 1, into: &elements)
    }
    ResidualStream.add(added.span, to: &residual)
  }

  /// residual += output(attention(rotate(query, key), value)) of the normalised residual.
  func attention(
    _ block: BlockWeights, layer: Int, angles: RotaryAngles?, scratch: inout ProductScratch,
    _ x: inout Activations
  ) {
    project(block, angles: angles, scratch: &scratch, &x)
    attend(
      x.queries, x.keys, x.values, segments: x.segments,
      configuration.attentionSettings(layer: layer), into: &x.attended)
    addAttention(block, scratch: &scratch, &x)
  }

  /// Queries, keys and values of the normalised residual, rotated to their positions.
  func project(
    _ block: BlockWeights, angles: RotaryAngles?, scratch: inout ProductScratch,
    _ x: inout Activations
  ) {
    let heads = configuration.heads
    normalise(x.residual, block.inputNorm, into: &x.normed)
    if let queryNorm = block.queryNorm, let keyNorm = block.keyNorm {
      // What comes later is free until then, and of the right size.
      block.query.apply(to: x.normed, compute, scratch: &scratch, into: &x.attended)
      normalise(x.attended, queryNorm, into: &x.queries)
      block.key.apply(to: x.normed, compute, scratch: &scratch, into: &x.values)
      normalise(x.values, keyNorm, into: &x.keys)
    } else {
      block.query.apply(to: x.normed, compute, scratch: &scratch, into: &x.queries)
      block.key.apply(to: x.normed, compute, scratch: &scratch, into: &x.keys)
    }
    block.value.apply(to: x.normed, compute, scratch: &scratch, into: &x.values)
    guard let angles else { return }
    rotate(&x.queries, headCount: heads.queryCount, angles)
    rotate(&x.keys, headCount: heads.keyValueCount, angles)
  }

  /// residual += output(attended), normalised first in some families.
  func addAttention(_ block: BlockWeights, scratch: inout ProductScratch, _ x: inout Activations) {
    guard let norm = block.attentionBranchNorm else {
      return block.attentionOutput.apply(
        to: x.attended, compute, scratch: &scratch, .accumulate, into: &x.residual)
    }
    block.attentionOutput.apply(to: x.attended, compute, scratch: &scratch, into: &x.normed)
    normalise(x.normed, norm, into: &x.branch)
    add(x.branch, to: &x.residual)
  }

  /// residual += down(activation(gate) · up) of the normalised residual.
  func feedForward(
    _ block: BlockWeights, scratch: inout ProductScratch, _ x: inout Activations
  ) {
    normalise(x.residual, block.feedForwardNorm, into: &x.normed)
    let layer: FeedForwardLayer
    switch block.feedForward {
    case .dense(let dense): layer = dense
    case .experts(let experts): return apply(experts, scratch: &scratch, &x)
    }
    layer.gate.apply(to: x.normed, compute, scratch: &scratch, into: &x.gate)
    layer.up?.apply(to: x.normed, compute, scratch: &scratch, into: &x.up)
    activate(&x.gate, x.up, width: layer.gate.outputSize)
    guard let norm = block.feedForwardBranchNorm else {
      return layer.down.apply(
        to: x.gate, compute, scratch: &scratch, .accumulate, into: &x.residual)
    }
    layer.down.apply(to: x.gate, compute, scratch: &scratch, into: &x.normed)
    normalise(x.normed, norm, into: &x.branch)
    add(x.branch, to: &x.residual)
  }
}

// MARK: Kernels on whole buffers
//
// Buffers rather than spans are passed, because a span of one of the activations would hold an
// access to all of them.

extension Transformer {
  /// A copy, where there is no norm.
  func normalise(
    _ input: borrowing FloatBuffer, _ norm: Norm?, into output: inout FloatBuffer
  ) {
    guard let norm else { return output.copy(input.span, into: 0..<input.count) }
    let rows = input.count / norm.weight.count
    var span = output.mutableSpan
    if let bias = norm.bias {
      LayerNorm.forward(
        input.span, weight: norm.weight.span, bias: bias.span, epsilon: configuration.normEpsilon,
        rows: rows, into: &span)
    } else {
      RMSNorm.forward(
        input.span, weight: norm.weight.span, epsilon: configuration.normEpsilon, rows: rows,
        into: &span)
    }
  }

  private func add(_ branch: borrowing FloatBuffer, to residual: inout FloatBuffer) {
    var span = residual.mutableSpan
    ResidualStream.add(branch.span, to: &span)
  }

  private func rotate(_ heads: inout FloatBuffer, headCount: Int, _ angles: RotaryAngles) {
    var span = heads.mutableSpan
    RotaryEmbedding.apply(
      to: &span, positions: angles.places.span, headCount: headCount,
      headDimension: configuration.heads.dimension, table: angles.table)
  }

  private func attend(
    _ queries: borrowing FloatBuffer, _ keys: borrowing FloatBuffer,
    _ values: borrowing FloatBuffer, segments: [CausalAttention.Segment],
    _ settings: CausalAttention.Settings, into output: inout FloatBuffer
  ) {
    var span = output.mutableSpan
    CausalAttention.forward(
      queries: queries.span, keys: keys.span, values: values.span, segments: segments,
      heads: configuration.heads, settings: settings, into: &span)
  }

  func activate(_ gate: inout FloatBuffer, _ up: borrowing FloatBuffer, width: Int) {
    let rows = gate.count / width
    var span = gate.mutableSpan
    switch configuration.options.feedForward {
    case .gatedSiLU:
      SwiGLU.forward(gate: &span, up: up.span, rows: rows, width: width)
    case .gatedGELU: GELU.forward(gate: &span, up: up.span)
    case .gelu: GELU.forward(&span)
    }
  }
}

extension Projection {
  /// output = input · weightᵀ + bias, or added to what is there.
  func apply(
    to input: borrowing FloatBuffer, _ compute: ComputeType, scratch: inout ProductScratch,
    _ mode: MatrixMultiply.Output = .overwrite, into output: inout FloatBuffer
  ) {
    let rowCount = output.count / outputSize
    var span = output.mutableSpan
    weight.multiply(
      input.span, count: rowCount, rows: rows, compute: compute, scratch: &scratch, mode,
      into: &span)
    if let bias { Bias.add(bias.span, to: &span, rows: rowCount) }
  }
}
