package import Kernels
package import Tensors

/// One float for each parameter of a decoder: its gradient, or an optimiser's moment.
package struct ParameterBuffer: ~Copyable, Sendable {
  /// Where each tensor lies.
  package let layout: ParameterLayout
  /// `[layout.count]`.
  package var values: FloatBuffer

  /// Zeros.
  package init(_ layout: ParameterLayout) {
    self.layout = layout
    values = FloatBuffer(repeating: 0, count: layout.count)
  }

  /// Sets everything to zero: what a step's first accumulation needs.
  package mutating func clear() {
    values.withMutableSpan(0..<values.count) { span in
      RowBlocks.forEach(of: &span, rows: span.count, width: 1, blockRows: 16_384) { _, elements in
        elements.update(repeating: 0)
      }
    }
  }

  /// The floats of one tensor, nil if there is none of that name.
  package func floats(named name: String) -> [Float]? {
    layout.entry(named: name).map { entry in entry.range.map { values[$0] } }
  }
}

/// The gradient of a loss with respect to each parameter.
package typealias TransformerGradients = ParameterBuffer

/// A decoder's weights in single precision, in memory of their own, to be trained.
package struct TransformerParameters: ~Copyable, Sendable {
  /// What the model is.
  package let configuration: TransformerConfiguration
  /// All weights.
  package var buffer: ParameterBuffer

  /// Where each tensor lies.
  package var layout: ParameterLayout { buffer.layout }

  /// Fresh weights as transformers makes them: matrices from N(0, deviation²), norms 1, biases 0.
  ///
  /// - Parameters:
  ///   - configuration: What the model is.
  ///   - seed: one seed gives the same bits on every machine with the same mathematical library.
  ///   - deviation: transformers' `initializer_range`.
  package init(_ configuration: TransformerConfiguration, seed: UInt64, deviation: Double = 0.02) {
    self.configuration = configuration
    buffer = ParameterBuffer(ParameterLayout(configuration))
    var normals = NormalSequence(seed: seed)
    for entry in buffer.layout.entries {
      for index in entry.range {
        buffer.values[index] =
          switch entry.role {
          case .matrix: Float(normals.next() * deviation)
          case .norm: 1
          case .bias: 0
          }
      }
    }
  }

  /// A copy of a model's weights, widened; the model is one that `checkTrainable()` lets through.
  package init(_ transformer: Transformer) {
    precondition(
      (try? transformer.configuration.checkTrainable()) != nil,
      "parameters: \(transformer.configuration) can't be trained")
    configuration = transformer.configuration
    buffer = ParameterBuffer(ParameterLayout(transformer.configuration))
    let (layout, weights) = (buffer.layout, transformer.weights)
    copy(weights.embedding, to: layout.embedding)
    for (ranges, block) in zip(layout.blocks, weights.blocks) {
      copy(block.inputNorm?.weight ?? [], to: ranges.inputNorm)
      copy(block.feedForwardNorm?.weight ?? [], to: ranges.feedForwardNorm)
      copy(block.query, to: ranges.query)
      copy(block.key, to: ranges.key)
      copy(block.value, to: ranges.value)
      copy(block.attentionOutput, to: ranges.attentionOutput)
      guard case .dense(let layer) = block.feedForward else { continue }
      copy(layer.gate, to: ranges.gate)
      if let up = layer.up { copy(up, to: ranges.up) }
      copy(layer.down, to: ranges.down)
    }
    copy(weights.finalNorm.weight, to: layout.finalNorm)
    if !configuration.tiesEmbeddings { copy(weights.head, to: layout.head.weight) }
  }

  /// A copy of the weights that `configuration` calls for from `source`.
  ///
  /// - Throws: as `Transformer.init`, and for a model that can't be trained.
  package init(_ configuration: TransformerConfiguration, weights source: some WeightSource) throws
  {
    try configuration.checkTrainable()
    self.init(try Transformer(configuration, weights: source))
  }

  /// The tensors by name, copied: what a checkpoint holds.
  package func tensors() -> [(name: String, tensor: Tensor)] {
    buffer.layout.entries.map { entry in
      let floats = entry.range.map { buffer.values[$0] }
      return (entry.name, Tensor(shape: entry.shape, floats: floats))
    }
  }

  /// The model with these weights, copied, for scoring and sampling.
  ///
  /// - Throws: `TransformerError.notFinite` if training has left NaN or infinity.
  package func transformer() throws -> Transformer {
    var dictionary: [String: Tensor] = [:]
    for (name, tensor) in tensors() { dictionary[name] = tensor }
    return try Transformer(
      configuration, weights: WeightDictionary(dictionary, location: "model in training"))
  }

  private mutating func copy(_ tensor: Tensor, to range: Range<Int>) {
    buffer.values.withMutableSpan(range) { tensor.widen(rows: 0..<tensor.rowCount, into: &$0) }
  }

  private mutating func copy(_ vector: [Float], to range: Range<Int>) {
    for (index, value) in zip(range, vector) { buffer.values[index] = value }
  }

  private mutating func copy(_ projection: Projection, to linear: ParameterLayout.Linear) {
    copy(projection.weight, to: linear.weight)
    if let bias = projection.bias, let range = linear.bias { copy(bias, to: range) }
  }
}
