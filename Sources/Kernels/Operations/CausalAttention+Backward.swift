extension CausalAttention {
  /// Read-only inputs of a backward pass and where its results go.
  @unsafe private struct Operands {
    let queries: UnsafePointer<Float>
    let keys: UnsafePointer<Float>
    let values: UnsafePointer<Float>
    let dOutput: UnsafePointer<Float>
    let dQueries: UnsafeMutablePointer<Float>
    let dKeys: UnsafeMutablePointer<Float>
    let dValues: UnsafeMutablePointer<Float>
  }

  /// Backward pass; the probabilities P are computed again from queries and keys.
  ///
  /// With s = 1/√dimension: dV = Pᵀ dO, dP = dO Vᵀ, dS = P · (dP − Σ over keys of P · dP),
  /// dQ = s dS K, dK = s dSᵀ Q. Query heads that share a key-value head add to its gradient, in
  /// order, on one thread. All results are overwritten.
  ///
  /// - Parameters:
  ///   - dOutput: `[rows, queryCount · dimension]`.
  ///   - queries: `[rows, queryCount · dimension]`, rotated.
  ///   - keys: `[rows, keyValueCount · dimension]`, rotated.
  ///   - values: `[rows, keyValueCount · dimension]`.
  ///   - sequences: rows of each sequence; together they cover all rows.
  ///   - heads: Sizes of the layer.
  ///   - dQueries: as `queries`.
  ///   - dKeys: as `keys`.
  ///   - dValues: as `values`.
  package static func backward(
    _ dOutput: Span<Float>, queries: Span<Float>, keys: Span<Float>, values: Span<Float>,
    sequences: [Range<Int>], heads: Heads, intoQueries dQueries: inout MutableSpan<Float>,
    keys dKeys: inout MutableSpan<Float>, values dValues: inout MutableSpan<Float>
  ) {
    let rows = sequences.last?.upperBound ?? 0
    let queryCount = rows * heads.queryCount * heads.dimension
    let keyCount = rows * heads.keyValueCount * heads.dimension
    precondition(
      queries.count == queryCount && dOutput.count == queryCount && dQueries.count == queryCount
        && keys.count == keyCount && values.count == keyCount && dKeys.count == keyCount
        && dValues.count == keyCount,
      "attention backward: \(queries.count), \(keys.count), \(values.count), \(dOutput.count) "
        + "elements for \(queryCount) and \(keyCount)")
    unsafe queries.withUnsafeBufferPointer { queries in
      unsafe keys.withUnsafeBufferPointer { keys in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe dOutput.withUnsafeBufferPointer { dOutput in
            unsafe dQueries.withUnsafeMutableBufferPointer { dQueries in
              unsafe dKeys.withUnsafeMutableBufferPointer { dKeys in
                unsafe dValues.withUnsafeMutableBufferPointer { dValues in
                  guard let q = queries.baseAddress, let k = keys.baseAddress,
                    let v = values.baseAddress, let dO = dOutput.baseAddress,
                    let dQ = dQueries.baseAddress, let dK = dKeys.baseAddress,
                    let dV = dValues.baseAddress
                  else { return }
                  nonisolated(unsafe) let operands = unsafe Operands(
                    queries: q, keys: k, values: v, dOutput: dO, dQueries: dQ, dKeys: dK,
                    dValues: dV)
                  Parallel.forEach(sequences.count * heads.keyValueCount) { index in
                    unsafe backward(
                      sequence: sequences[index / heads.keyValueCount],
                      keyHead: index % heads.keyValueCount, heads, operands)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// One key-value head of one sequence, with all query heads that share it.
  @unsafe private static func backward(
    sequence: Range<Int>, keyHead: Int, _ heads: Heads, _ operands: Operands
  ) {
    guard !sequence.isEmpty else { return }
    let width = heads.dimension
    let keyWidth = heads.keyValueCount * width
    for row in sequence {
      let start = row * keyWidth + keyHead * width
      unsafe (operands.dKeys + start).update(repeating: 0, count: width)
      unsafe (operands.dValues + start).update(repeating: 0, count: width)
    }
    let blockRows = min(blockQueries, sequence.count)
    var scores = FloatBuffer(uninitialized: blockRows * sequence.count)
    var dScores = FloatBuffer(uninitialized: blockRows * sequence.count)
    var scoreSpan = scores.mutableSpan
    var dScoreSpan = dScores.mutableSpan
    unsafe scoreSpan.withUnsafeMutableBufferPointer { scores in
      unsafe dScoreSpan.withUnsafeMutableBufferPointer { dScores in
        guard let scores = scores.baseAddress, let dScores = dScores.baseAddress else { return }
        let sharing = heads.queryCount / heads.keyValueCount
        for head in keyHead * sharing..<(keyHead + 1) * sharing {
          for start in stride(from: sequence.lowerBound, to: sequence.upperBound, by: blockQueries)
          {
            unsafe backward(
              queries: start..<min(start + blockQueries, sequence.upperBound),
              firstKey: sequence.lowerBound, head: head, heads, operands, scores, dScores)
          }
        }
      }
    }
  }

  /// One block of queries of one head against all keys that its last query sees.
  @unsafe private static func backward(
    queries: Range<Int>, firstKey: Int, head: Int, _ heads: Heads, _ operands: Operands,
    _ scores: UnsafeMutablePointer<Float>, _ dScores: UnsafeMutablePointer<Float>
  ) {
    let width = heads.dimension
    let queryWidth = heads.queryCount * width
    let keyWidth = heads.keyValueCount * width
    let (queryCount, keyCount) = (queries.count, queries.upperBound - firstKey)
    let query = queries.lowerBound * queryWidth + head * width
    let key = firstKey * keyWidth + head / (heads.queryCount / heads.keyValueCount) * width
    let scale = 1 / Float(width).squareRoot()
    let (q, k) = unsafe (operands.queries + query, operands.keys + key)
    let dO = unsafe operands.dOutput + query
    unsafe MatrixMultiply.small(
      q, stride: queryWidth, k, stride: keyWidth, transposed: true, rows: queryCount,
      columns: keyCount, inner: width, scale: scale, into: scores, stride: keyCount)
    unsafe MatrixMultiply.small(
      dO, stride: queryWidth, operands.values + key, stride: keyWidth, transposed: true,
      rows: queryCount, columns: keyCount, inner: width, scale: 1, into: dScores, stride: keyCount)
    for row in 0..<queryCount {
      let visible = queries.lowerBound + row + 1 - firstKey
      let weights = unsafe UnsafeMutableBufferPointer(
        start: scores + row * keyCount, count: keyCount)
      unsafe softmax(weights, visible: visible)
      unsafe softmaxBackward(
        scores + row * keyCount, dScores + row * keyCount, visible: visible, count: keyCount)
    }
    unsafe MatrixMultiply.small(
      scores, stride: keyCount, transposedFirst: true, dO, stride: queryWidth, transposed: false,
      rows: keyCount, columns: width, inner: queryCount, scale: 1, keep: 1,
      into: operands.dValues + key, stride: keyWidth)
    unsafe MatrixMultiply.small(
      dScores, stride: keyCount, k, stride: keyWidth, transposed: false, rows: queryCount,
      columns: width, inner: keyCount, scale: scale, into: operands.dQueries + query,
      stride: queryWidth)
    unsafe MatrixMultiply.small(
      dScores, stride: keyCount, transposedFirst: true, q, stride: queryWidth, transposed: false,
      rows: keyCount, columns: width, inner: queryCount, scale: scale, keep: 1,
      into: operands.dKeys + key, stride: keyWidth)
  }

  /// Turns dP into dS = P · (dP − Σ P · dP); nothing flows to the future.
  @unsafe private static func softmaxBackward(
    _ weights: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, visible: Int,
    count: Int
  ) {
    let whole = visible / 8 * 8
    var lanes = Lanes.Floats.zero
    for index in stride(from: 0, to: whole, by: 8) {
      lanes += unsafe Lanes.floats(weights + index) * Lanes.floats(gradient + index)
    }
    var sum = lanes.sum()
    for index in whole..<visible { unsafe sum += weights[index] * gradient[index] }
    for index in stride(from: 0, to: whole, by: 8) {
      let change = unsafe Lanes.floats(weights + index) * (Lanes.floats(gradient + index) - sum)
      unsafe Lanes.store(change, to: gradient + index)
    }
    for index in whole..<visible {
      unsafe gradient[index] = weights[index] * (gradient[index] - sum)
    }
    for index in visible..<count { unsafe gradient[index] = 0 }
  }
}
