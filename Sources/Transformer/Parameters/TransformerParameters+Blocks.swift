internal import Kernels

// Forward and backward of a block, side by side. Backward convention: gradients of parameters
// accumulate; gradients of activations are overwritten, except on the residual stream.

extension TransformerParameters {
  /// residual += output(attention(rotate(query, key), value)) of the normalised residual.
  func attention(_ index: Int, _ x: inout TrainingPass) {
    let block = buffer.layout.blocks[index]
    let heads = configuration.heads
    let hidden = x.slot(index, width: configuration.hiddenSize)
    let (all, wide) = (x.all(width: configuration.hiddenSize), x.slot(index, width: x.queryWidth))
    let narrow = x.slot(index, width: x.keyWidth)
    x.residualBefore.copy(x.residual, all, to: hidden)
    normalise(x.residual, all, weight: block.inputNorm, into: &x.normed, all)
    linear(block.query, x.normed, all, into: &x.queries, wide)
    linear(block.key, x.normed, all, into: &x.keys, narrow)
    linear(block.value, x.normed, all, into: &x.values, narrow)
    rotate(&x.queries, wide, x.positions, headCount: heads.queryCount, x.table)
    rotate(&x.keys, narrow, x.positions, headCount: heads.keyValueCount, x.table)
    attend(x.queries, wide, x.keys, x.values, narrow, x.sequences, into: &x.attended)
    linear(block.attentionOutput, x.attended, wide, .accumulate, into: &x.residual, all)
  }

  /// Adds to `dResidual` what flows back through attention.
  func attentionBackward(
    _ index: Int, _ x: inout TrainingPass, into gradients: inout TransformerGradients
  ) {
    let block = buffer.layout.blocks[index]
    let heads = configuration.heads
    let hidden = x.slot(index, width: configuration.hiddenSize)
    let (all, wide) = (x.all(width: configuration.hiddenSize), x.slot(index, width: x.queryWidth))
    let (allWide, allNarrow) = (x.all(width: x.queryWidth), x.all(width: x.keyWidth))
    let narrow = x.slot(index, width: x.keyWidth)
    linearBackward(
      block.attentionOutput, x.dResidual, all, input: x.attended, wide, into: &x.dAttended, allWide,
      &gradients)
    attendBackward(
      x.dAttended, allWide, x.queries, wide, x.keys, x.values, narrow, x.sequences,
      into: &x.dQueries, &x.dKeys, &x.dValues, allNarrow)
    rotateBackward(&x.dQueries, allWide, x.positions, headCount: heads.queryCount, x.table)
    rotateBackward(&x.dKeys, allNarrow, x.positions, headCount: heads.keyValueCount, x.table)
    normalise(x.residualBefore, hidden, weight: block.inputNorm, into: &x.normed, all)
    linearBackward(
      block.query, x.dQueries, allWide, input: x.normed, all, into: &x.dNormed, all, &gradients)
    linearBackward(
      block.key, x.dKeys, allNarrow, input: x.normed, all, .accumulate, into: &x.dNormed, all,
      &gradients)
    linearBackward(
      block.value, x.dValues, allNarrow, input: x.normed, all, .accumulate, into: &x.dNormed, all,
      &gradients)
    normaliseBackward(
      x.dNormed, all, input: x.residualBefore, hidden, weight: block.inputNorm, into: &x.dResidual,
      &gradients)
  }

  /// residual += down(silu(gate) · up) of the normalised residual.
  func feedForward(_ index: Int, _ x: inout TrainingPass) {
    let block = buffer.layout.blocks[index]
    let hidden = x.slot(index, width: configuration.hiddenSize)
    let all = x.all(width: configuration.hiddenSize)
    let wide = x.slot(index, width: configuration.intermediateSize)
    let allWide = x.all(width: configuration.intermediateSize)
    x.residualBetween.copy(x.residual, all, to: hidden)
    normalise(x.residual, all, weight: block.feedForwardNorm, into: &x.normed, all)
    linear(block.gate, x.normed, all, into: &x.gate, wide)
    linear(block.up, x.normed, all, into: &x.up, wide)
    activate(x.gate, x.up, wide, into: &x.activated, allWide)
    linear(block.down, x.activated, allWide, .accumulate, into: &x.residual, all)
  }

  /// Adds to `dResidual` what flows back through the feed-forward layers.
  func feedForwardBackward(
    _ index: Int, _ x: inout TrainingPass, into gradients: inout TransformerGradients
  ) {
    let block = buffer.layout.blocks[index]
    let hidden = x.slot(index, width: configuration.hiddenSize)
    let all = x.all(width: configuration.hiddenSize)
    let wide = x.slot(index, width: configuration.intermediateSize)
    let allWide = x.all(width: configuration.intermediateSize)
    // `activated` is first dy of the gate and then y, which the last layer's weight needs.
    inputGradient(block.down, x.dResidual, all, into: &x.activated, allWide)
    activateBackward(&x.gate, &x.up, wide, &x.activated, allWide)
    parameterGradients(block.down, x.dResidual, all, input: x.activated, allWide, &gradients)
    normalise(x.residualBetween, hidden, weight: block.feedForwardNorm, into: &x.normed, all)
    linearBackward(
      block.gate, x.gate, wide, input: x.normed, all, into: &x.dNormed, all, &gradients)
    linearBackward(
      block.up, x.up, wide, input: x.normed, all, .accumulate, into: &x.dNormed, all, &gradients)
    normaliseBackward(
      x.dNormed, all, input: x.residualBetween, hidden, weight: block.feedForwardNorm,
      into: &x.dResidual, &gradients)
  }
}
