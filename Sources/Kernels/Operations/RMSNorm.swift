/// Root-mean-square normalisation: y = w · x / √(mean(x²) + ε).
package enum RMSNorm {
  /// Normalises each row.
  ///
  /// - Parameters:
  ///   - input: `[rows, width]`.
  ///   - weight: `[width]`.
  ///   - epsilon: ε, added to the mean square.
  ///   - rows: Number of rows.
  ///   - output: `[rows, width]`.
  package static func forward(
    _ input: Span<Float>, weight: Span<Float>, epsilon: Float, rows: Int,
    into output: inout MutableSpan<Float>
  ) {
    let width = weight.count
    precondition(
      input.count == rows * width, "RMSNorm: \(input.count) elements are not \(rows) × \(width)")
    RowBlocks.forEach(of: &output, rows: rows, width: width, blockRows: 64) { block, elements in
      unsafe input.withUnsafeBufferPointer { input in
        unsafe weight.withUnsafeBufferPointer { weight in
          unsafe elements.withUnsafeMutableBufferPointer { elements in
            guard let x = input.baseAddress, let w = weight.baseAddress,
              let y = elements.baseAddress
            else { return }
            for row in block {
              unsafe forwardRow(
                x + row * width, w, width: width, epsilon: epsilon,
                into: y + (row - block.lowerBound) * width)
            }
          }
        }
      }
    }
  }

  @inline(__always) @unsafe private static func forwardRow(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, width: Int, epsilon: Float,
    into y: UnsafeMutablePointer<Float>
  ) {
    let whole = width / 8 * 8
    var squares = Lanes.Floats.zero
    for column in stride(from: 0, to: whole, by: 8) {
      let value = unsafe Lanes.floats(x + column)
      squares += value * value
    }
    var sum = squares.sum()
    for column in whole..<width { unsafe sum += x[column] * x[column] }
    let scale = 1 / (sum / Float(width) + epsilon).squareRoot()
    for column in stride(from: 0, to: whole, by: 8) {
      unsafe Lanes.store(
        Lanes.floats(w + column) * (Lanes.floats(x + column) * scale), to: y + column)
    }
    for column in whole..<width { unsafe y[column] = w[column] * (x[column] * scale) }
  }
}
