internal import Kernels

extension TransformerParameters {
  /// Runs the blocks over `sequences` and keeps in `pass` what `backward` needs.
  ///
  /// The final hidden states have the same bits as `Transformer.hiddenStates(of:)` gives for the
  /// same weights and the same list.
  ///
  /// - Parameters:
  ///   - sequences: token ids, each list at most `contextLength` long.
  ///   - pass: memory, made for the same configuration; what it held is lost.
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`.
  package func forward(
    _ sequences: [[Int32]], keeping pass: inout TrainingPass
  ) throws(TransformerError) {
    precondition(pass.configuration == configuration, "forward: the pass is for another model")
    try configuration.check(sequences)
    pass.prepare(sequences)
    embed(&pass)
    for index in 0..<configuration.layerCount {
      attention(index, &pass)
      feedForward(index, &pass)
    }
    let all = pass.all(width: configuration.hiddenSize)
    normalise(pass.residual, all, weight: buffer.layout.finalNorm, into: &pass.hidden, all)
  }

  /// Adds to `gradients` the derivatives of a loss with respect to every parameter.
  ///
  /// Once per forward pass: it writes over what the pass kept.
  ///
  /// - Parameters:
  ///   - derivatives: of the loss with respect to what each token's prediction gave.
  ///   - pass: of the forward pass.
  ///   - head: as for `predictions`.
  ///   - gradients: accumulated into; `clear()` it before the first batch of a step.
  package func backward(
    _ derivatives: PredictionDerivatives, through pass: inout TrainingPass,
    head: PredictionHead = PredictionHead(), into gradients: inout TransformerGradients
  ) {
    precondition(gradients.layout == buffer.layout, "backward: gradients of another model")
    let all = pass.all(width: configuration.hiddenSize)
    pass.dNormed.clear(all)
    pass.dResidual.clear(all)
    headBackward(derivatives, head, &pass, into: &gradients)
    normaliseBackward(
      pass.dNormed, all, input: pass.residual, all, weight: buffer.layout.finalNorm,
      into: &pass.dResidual, &gradients)
    for index in (0..<configuration.layerCount).reversed() {
      feedForwardBackward(index, &pass, into: &gradients)
      attentionBackward(index, &pass, into: &gradients)
    }
    let dResidual = pass.dResidual.span.extracting(all)
    let (ids, width) = (pass.ids, configuration.hiddenSize)
    gradients.values.withMutableSpan(buffer.layout.embedding) {
      EmbeddingGradient.accumulate(dResidual, ids: ids.span, width: width, into: &$0)
    }
  }

  private func embed(_ pass: inout TrainingPass) {
    let (ids, width) = (pass.ids, configuration.hiddenSize)
    let embedding = buffer.values.span.extracting(buffer.layout.embedding)
    pass.residual.withMutableSpan(pass.all(width: width)) { residual in
      RowBlocks.forEach(of: &residual, rows: ids.count, width: width, blockRows: 64) {
        rows, elements in
        for row in rows {
          let (source, target) = (Int(ids[row]) * width, (row - rows.lowerBound) * width)
          for column in 0..<width { elements[target + column] = embedding[source + column] }
        }
      }
    }
  }
}

extension TransformerConfiguration {
  func check(_ sequences: [[Int32]]) throws(TransformerError) {
    try check(PackedSequences(sequences))
  }

  func check(_ packed: PackedSequences) throws(TransformerError) {
    for text in packed.texts where text.count > contextLength {
      throw .tooLong(count: text.count, contextLength: contextLength)
    }
    for id in packed.ids where id < 0 || Int(id) >= vocabularySize {
      throw .tokenOutOfRange(id: Int(id), vocabularySize: vocabularySize)
    }
  }
}
