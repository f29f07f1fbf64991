internal import Kernels

// Kernels on stretches of buffers. Buffers rather than spans are passed, because a span of one of a
// pass's buffers would hold an access to all of them.

extension TransformerParameters {
  /// output = input · weightᵀ + bias, or added to what is there.
  func linear(
    _ layer: ParameterLayout.Linear, _ input: borrowing FloatBuffer, _ inputRange: Range<Int>,
    _ mode: MatrixMultiply.Output = .overwrite, into output: inout FloatBuffer,
    _ outputRange: Range<Int>
  ) {
    let rows = outputRange.count / layer.outputSize
    let parameters = buffer.values.span
    let input = input.span.extracting(inputRange)
    output.withMutableSpan(outputRange) { output in
      MatrixMultiply.linear(
        input, weight: parameters.extracting(layer.weight), rows: rows, inputSize: layer.inputSize,
        outputSize: layer.outputSize, mode, into: &output)
      if let bias = layer.bias { Bias.add(parameters.extracting(bias), to: &output, rows: rows) }
    }
  }

  func linearBackward(
    _ layer: ParameterLayout.Linear, _ dOutput: borrowing FloatBuffer,
    _ outputRange: Range<Int>, input: borrowing FloatBuffer, _ inputRange: Range<Int>,
    _ mode: MatrixMultiply.Output = .overwrite, into dInput: inout FloatBuffer,
    _ dInputRange: Range<Int>, _ gradients: inout TransformerGradients
  ) {
    parameterGradients(layer, dOutput, outputRange, input: input, inputRange, &gradients)
    inputGradient(layer, dOutput, outputRange, mode, into: &dInput, dInputRange)
  }

  func parameterGradients(
    _ layer: ParameterLayout.Linear, _ dOutput: borrowing FloatBuffer,
    _ outputRange: Range<Int>, input: borrowing FloatBuffer, _ inputRange: Range<Int>,
    _ gradients: inout TransformerGradients
  ) {
    let rows = outputRange.count / layer.outputSize
    let dOutput = dOutput.span.extracting(outputRange)
    let input = input.span.extracting(inputRange)
    gradients.values.withMutableSpan(layer.weight) {
      MatrixMultiply.linearWeightGradient(
        dOutput, input: input, rows: rows, inputSize: layer.inputSize,
        outputSize: layer.outputSize, into: &$0)
    }
    if let bias = layer.bias {
      gradients.values.withMutableSpan(bias) { Bias.backward(dOutput, rows: rows, into: &$0) }
    }
  }

  func inputGradient(
    _ layer: ParameterLayout.Linear, _ dOutput: borrowing FloatBuffer,
    _ outputRange: Range<Int>, _ mode: MatrixMultiply.Output = .overwrite,
    into dInput: inout FloatBuffer, _ inputRange: Range<Int>
  ) {
    let rows = outputRange.count / layer.outputSize
    let dOutput = dOutput.span.extracting(outputRange)
    let weight = buffer.values.span.extracting(layer.weight)
    dInput.withMutableSpan(inputRange) {
      MatrixMultiply.linearInputGradient(
        dOutput, weight: weight, rows: rows, inputSize: layer.inputSize,
        outputSize: layer.outputSize, mode, into: &$0)
    }
  }

  func normalise(
    _ input: borrowing FloatBuffer, _ inputRange: Range<Int>, weight: Range<Int>,
    into output: inout FloatBuffer, _ outputRange: Range<Int>
  ) {
    let input = input.span.extracting(inputRange)
    let weight = buffer.values.span.extracting(weight)
    let (epsilon, rows) = (configuration.normEpsilon, outputRange.count / weight.count)
    output.withMutableSpan(outputRange) {
      RMSNorm.forward(input, weight: weight, epsilon: epsilon, rows: rows, into: &$0)
    }
  }

  func normaliseBackward(
    _ dOutput: borrowing FloatBuffer, _ range: Range<Int>, input: borrowing FloatBuffer,
    _ inputRange: Range<Int>, weight: Range<Int>, into dInput: inout FloatBuffer,
    _ gradients: inout TransformerGradients
  ) {
    let dOutput = dOutput.span.extracting(range)
    let input = input.span.extracting(inputRange)
    let weights = buffer.values.span.extracting(weight)
    let (epsilon, rows) = (configuration.normEpsilon, range.count / weight.count)
    dInput.withMutableSpan(range) { dInput in
      gradients.values.withMutableSpan(weight) { dWeight in
        RMSNorm.backward(
          dOutput, input: input, weight: weights, epsilon: epsilon, rows: rows, into: &dInput,
          weight: &dWeight)
      }
    }
  }

  func rotate(
    _ heads: inout FloatBuffer, _ range: Range<Int>, _ positions: [Int32], headCount: Int,
    _ table: RotaryEmbedding.Table
  ) {
    heads.withMutableSpan(range) {
      RotaryEmbedding.apply(to: &$0, positions: positions.span, headCount: headCount, table: table)
    }
  }

  func rotateBackward(
    _ gradient: inout FloatBuffer, _ range: Range<Int>, _ positions: [Int32], headCount: Int,
    _ table: RotaryEmbedding.Table
  ) {
    gradient.withMutableSpan(range) {
      RotaryEmbedding.backward(
        &$0, positions: positions.span, headCount: headCount, table: table)
    }
  }

  func attend(
    _ queries: borrowing FloatBuffer, _ queryRange: Range<Int>, _ keys: borrowing FloatBuffer,
    _ values: borrowing FloatBuffer, _ keyRange: Range<Int>, _ sequences: [Range<Int>],
    into output: inout FloatBuffer
  ) {
    let queries = queries.span.extracting(queryRange)
    let keys = keys.span.extracting(keyRange)
    let values = values.span.extracting(keyRange)
    let heads = configuration.heads
    output.withMutableSpan(queryRange) {
      CausalAttention.forward(
        queries: queries, keys: keys, values: values, sequences: sequences, heads: heads,
        into: &$0)
    }
  }

  func attendBackward(
    _ dOutput: borrowing FloatBuffer, _ range: Range<Int>, _ queries: borrowing FloatBuffer,
    _ queryRange: Range<Int>, _ keys: borrowing FloatBuffer, _ values: borrowing FloatBuffer,
    _ keyRange: Range<Int>, _ sequences: [Range<Int>], into dQueries: inout FloatBuffer,
    _ dKeys: inout FloatBuffer, _ dValues: inout FloatBuffer, _ dKeyRange: Range<Int>
  ) {
    let dOutput = dOutput.span.extracting(range)
    let queries = queries.span.extracting(queryRange)
    let keys = keys.span.extracting(keyRange)
    let values = values.span.extracting(keyRange)
    let heads = configuration.heads
    dQueries.withMutableSpan(range) { dQueries in
      dKeys.withMutableSpan(dKeyRange) { dKeys in
        dValues.withMutableSpan(dKeyRange) { dValues in
          CausalAttention.backward(
            dOutput, queries: queries, keys: keys, values: values, sequences: sequences,
            heads: heads, intoQueries: &dQueries, keys: &dKeys, values: &dValues)
        }
      }
    }
  }

  func activate(
    _ gate: borrowing FloatBuffer, _ up: borrowing FloatBuffer, _ range: Range<Int>,
    into output: inout FloatBuffer, _ outputRange: Range<Int>
  ) {
    let gate = gate.span.extracting(range)
    let up = up.span.extracting(range)
    output.withMutableSpan(outputRange) { SwiGLU.forward(gate: gate, up: up, into: &$0) }
  }

  func activateBackward(
    _ gate: inout FloatBuffer, _ up: inout FloatBuffer, _ range: Range<Int>,
    _ activated: inout FloatBuffer, _ activatedRange: Range<Int>
  ) {
    gate.withMutableSpan(range) { gate in
      up.withMutableSpan(range) { up in
        activated.withMutableSpan(activatedRange) { activated in
          SwiGLU.backward(gate: &gate, up: &up, dOutput: &activated)
        }
      }
    }
  }
}

extension FloatBuffer {
  /// Overwrites `target` with the floats at `range` of another buffer.
  mutating func copy(_ source: borrowing FloatBuffer, _ range: Range<Int>, to target: Range<Int>) {
    let source = source.span.extracting(range)
    withMutableSpan(target) { target in
      RowBlocks.forEach(of: &target, rows: target.count, width: 1, blockRows: 65_536) {
        block, elements in
        for index in block { elements[index - block.lowerBound] = source[index] }
      }
    }
  }

  /// Sets the floats at `range` to zero.
  mutating func clear(_ range: Range<Int>) {
    withMutableSpan(range) { target in
      RowBlocks.forEach(of: &target, rows: target.count, width: 1, blockRows: 65_536) {
        _, elements in
        elements.update(repeating: 0)
      }
    }
  }
}
