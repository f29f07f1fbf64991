extension RMSNorm {
  /// Backward pass, with x̂ = x / √(mean(x²) + ε) = r x and g = w · dy:
  /// dx += r (g − x̂ · mean(g · x̂)), dw += Σ over rows of dy · x̂.
  ///
  /// dInput accumulates, as a norm's input is the residual stream.
  ///
  /// - Parameters:
  ///   - dOutput: `[rows, width]`: dy.
  ///   - input: `[rows, width]`: x, as it was in the forward pass.
  ///   - weight: `[width]`: w.
  ///   - epsilon: ε.
  ///   - rows: Number of rows.
  ///   - dInput: `[rows, width]`, accumulated into.
  ///   - dWeight: `[width]`, accumulated into.
  package static func backward(
    _ dOutput: Span<Float>, input: Span<Float>, weight: Span<Float>, epsilon: Float, rows: Int,
    into dInput: inout MutableSpan<Float>, weight dWeight: inout MutableSpan<Float>
  ) {
    let width = weight.count
    precondition(
      input.count == rows * width && dOutput.count == input.count && dWeight.count == width,
      "RMSNorm backward: \(input.count) and \(dOutput.count) elements are not \(rows) × \(width)")
    RowBlocks.forEach(
      of: &dInput, rows: rows, width: width, blockRows: 64, addingTo: &dWeight
    ) { block, dInput, dWeight in
      unsafe input.withUnsafeBufferPointer { input in
        unsafe dOutput.withUnsafeBufferPointer { dOutput in
          unsafe weight.withUnsafeBufferPointer { weight in
            unsafe dInput.withUnsafeMutableBufferPointer { dInput in
              unsafe dWeight.withUnsafeMutableBufferPointer { dWeight in
                guard let x = input.baseAddress, let dy = dOutput.baseAddress,
                  let w = weight.baseAddress, let dx = dInput.baseAddress,
                  let dw = dWeight.baseAddress
                else { return }
                for row in block {
                  let start = row * width
                  unsafe backwardRow(
                    dy + start, x + start, w, width: width, epsilon: epsilon,
                    into: dx + (row - block.lowerBound) * width, weight: dw)
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always) @unsafe private static func backwardRow(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, width: Int,
    epsilon: Float, into dx: UnsafeMutablePointer<Float>, weight dw: UnsafeMutablePointer<Float>
  ) {
    let whole = width / 8 * 8
    var (squares, products) = (Lanes.Floats.zero, Lanes.Floats.zero)
    for column in stride(from: 0, to: whole, by: 8) {
      let value = unsafe Lanes.floats(x + column)
      squares += value * value
      products += unsafe Lanes.floats(w + column) * Lanes.floats(dy + column) * value
    }
    var (square, product) = (squares.sum(), products.sum())
    for column in whole..<width {
      unsafe square += x[column] * x[column]
      unsafe product += w[column] * dy[column] * x[column]
    }
    let r = 1 / (square / Float(width) + epsilon).squareRoot()
    // x̂ · mean(g · x̂) · r = x · r³ · Σ g x / width.
    let share = r * r * r * product / Float(width)
    for column in stride(from: 0, to: whole, by: 8) {
      let (value, gradient) = unsafe (Lanes.floats(x + column), Lanes.floats(dy + column))
      let change = unsafe gradient * Lanes.floats(w + column) * r - value * share
      unsafe Lanes.store(Lanes.floats(dx + column) + change, to: dx + column)
      unsafe Lanes.store(Lanes.floats(dw + column) + gradient * value * r, to: dw + column)
    }
    for column in whole..<width {
      unsafe dx[column] += dy[column] * w[column] * r - x[column] * share
      unsafe dw[column] += dy[column] * x[column] * r
    }
  }
}
