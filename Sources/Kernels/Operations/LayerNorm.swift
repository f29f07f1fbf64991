/// Layer normalisation: y = w · (x − mean(x)) / √(variance(x) + ε) + b, the variance over n.
package enum LayerNorm {
  /// Normalises each row.
  ///
  /// - Parameters:
  ///   - input: `[rows, width]`.
  ///   - weight: `[width]`: w.
  ///   - bias: `[width]`: b.
  ///   - epsilon: ε, added to the variance.
  ///   - rows: Number of rows.
  ///   - output: `[rows, width]`.
  package static func forward(
    _ input: Span<Float>, weight: Span<Float>, bias: Span<Float>, epsilon: Float, rows: Int,
    into output: inout MutableSpan<Float>
  ) {
    let width = weight.count
    precondition(
      input.count == rows * width && bias.count == width,
      "LayerNorm: \(input.count) elements and \(bias.count) biases are not \(rows) × \(width)")
    RowBlocks.forEach(of: &output, rows: rows, width: width, blockRows: 64) { block, elements in
      for row in block {
        let (start, target) = (row * width, (row - block.lowerBound) * width)
        // In Double: the mean may be large against the spread.
        var sum = 0.0
        for column in 0..<width { sum += Double(input[start + column]) }
        let mean = sum / Double(width)
        var squares = 0.0
        for column in 0..<width {
          let distance = Double(input[start + column]) - mean
          squares += distance * distance
        }
        let scale = 1 / (squares / Double(width) + Double(epsilon)).squareRoot()
        for column in 0..<width {
          let normed = Float((Double(input[start + column]) - mean) * scale)
          elements[target + column] = normed * weight[column] + bias[column]
        }
      }
    }
  }
}
