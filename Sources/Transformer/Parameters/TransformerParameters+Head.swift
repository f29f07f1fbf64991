package import Kernels

/// What the predictions of some tokens are compared with.
package struct PredictionHead: Sendable {
  /// Logits are divided by it; 1 leaves the model's own distribution.
  package var temperature: Double
  /// A model to measure divergences from; nil for none.
  package var reference: ReferenceStates?

  /// Both given.
  package init(temperature: Double = 1, reference: ReferenceStates? = nil) {
    self.temperature = temperature
    self.reference = reference
  }
}

/// A frozen model's hidden states for the batch that another model trains on.
package final class ReferenceStates: Sendable {
  let transformer: Transformer
  let hidden: Transformer.HiddenStates

  /// Runs the reference over the batch.
  ///
  /// - Throws: `TransformerError.tokenOutOfRange` or `.tooLong`.
  package init(_ transformer: Transformer, _ sequences: [[Int32]]) throws(TransformerError) {
    self.transformer = transformer
    hidden = try transformer.hiddenStates(of: sequences)
  }
}

/// Derivatives of a loss with respect to the predictions of some tokens.
package struct PredictionDerivatives: Sendable {
  /// Which tokens of the packed batch, ascending; never the first of a sequence.
  package var tokens: [Int]
  /// One for each of `tokens`.
  package var values: [LogitGradient.Derivatives]

  /// Both given.
  package init(tokens: [Int], values: [LogitGradient.Derivatives]) {
    precondition(
      tokens.count == values.count, "\(tokens.count) tokens, \(values.count) derivatives")
    self.tokens = tokens
    self.values = values
  }
}

extension TrainingPass {
  /// Every token that is predicted: all but the first of each sequence.
  package var predictedTokens: [Int] { sequences.flatMap { Array($0.dropFirst()) } }
}

extension TransformerParameters {
  /// Log-probability, entropy and divergences of the predictions of some tokens.
  ///
  /// Logits are made and dropped block by block: 128 rows, or more of a small vocabulary.
  ///
  /// - Parameters:
  ///   - tokens: which tokens of the packed batch, ascending; never the first of a sequence. Token
  ///     t is predicted by row t − 1.
  ///   - pass: of the forward pass.
  ///   - head: temperature and reference.
  /// - Returns: nats, one for each of `tokens`.
  package func predictions(
    of tokens: [Int], in pass: borrowing TrainingPass, head: PredictionHead = PredictionHead()
  ) -> [LogitGradient.Statistics] {
    pass.check(tokens)
    var block = HeadBlock(vocabulary: configuration.vocabularySize)
    var result: [LogitGradient.Statistics] = []
    result.reserveCapacity(tokens.count)
    for start in stride(from: 0, to: tokens.count, by: block.rows) {
      let some = tokens[start..<min(start + block.rows, tokens.count)]
      let targets = some.map { pass.ids[$0] }
      fill(&block, some, head, pass)
      result += LogitGradient.statistics(
        of: block.logits.span.extracting(first: some.count * block.vocabulary),
        reference: block.reference(rows: head.reference == nil ? 0 : some.count),
        targets: targets.span, vocabulary: block.vocabulary)
    }
    return result
  }

  /// Puts into `dNormed`, which is zero, the gradient of the final hidden states.
  func headBackward(
    _ derivatives: PredictionDerivatives, _ head: PredictionHead, _ pass: inout TrainingPass,
    into gradients: inout TransformerGradients
  ) {
    pass.check(derivatives.tokens)
    // Prompts and masked tokens cost nothing.
    let zero = LogitGradient.Derivatives()
    let wanted = derivatives.values.indices.filter { derivatives.values[$0] != zero }
    var block = HeadBlock(vocabulary: configuration.vocabularySize)
    let (vocabulary, width) = (block.vocabulary, configuration.hiddenSize)
    for start in stride(from: 0, to: wanted.count, by: block.rows) {
      let some = wanted[start..<min(start + block.rows, wanted.count)]
      let tokens = some.map { derivatives.tokens[$0] }
      let (targets, values) = (tokens.map { pass.ids[$0] }, some.map { derivatives.values[$0] })
      fill(&block, tokens[...], head, pass)
      let range = 0..<some.count * vocabulary
      block.differentiate(
        range, targets, values, hasReference: head.reference != nil,
        scale: 1 / head.temperature)
      parameterGradients(
        buffer.layout.head, block.logits, range, input: block.hidden, 0..<some.count * width,
        &gradients)
      inputGradient(
        buffer.layout.head, block.logits, range, into: &block.hidden, 0..<some.count * width)
      for (row, token) in tokens.enumerated() {
        for column in 0..<width {
          pass.dNormed[(token - 1) * width + column] = block.hidden[row * width + column]
        }
      }
    }
  }

  /// Logits of the rows that predict `tokens`, divided by the temperature.
  private func fill(
    _ block: inout HeadBlock, _ tokens: ArraySlice<Int>, _ head: PredictionHead,
    _ pass: borrowing TrainingPass
  ) {
    let width = configuration.hiddenSize
    let range = 0..<tokens.count * block.vocabulary
    block.prepare(width: max(width, head.reference?.hidden.width ?? 0), head.reference != nil)
    if let reference = head.reference {
      precondition(
        reference.transformer.configuration.vocabularySize == block.vocabulary
          && reference.hidden.rowCount == pass.rowCount,
        "the reference has another vocabulary, or states of another batch")
      block.gather(reference, tokens)
    }
    block.gather(pass.hiddenStates, width: width, tokens)
    linear(buffer.layout.head, block.hidden, 0..<tokens.count * width, into: &block.logits, range)
    if head.temperature != 1 {
      block.divide(range, by: head.temperature, alsoReference: head.reference != nil)
    }
  }
}

extension TrainingPass {
  fileprivate func check(_ tokens: [Int]) {
    var last = 0
    for token in tokens {
      precondition(
        token > last && token < rowCount && positions[token] > 0,
        "token \(token) of \(rowCount) is the first of its sequence, or not in ascending order")
      last = token
    }
  }
}
