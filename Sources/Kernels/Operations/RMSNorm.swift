/// Root-mean-square normalisation: y = w · x / √(mean(x²) + ε).
public enum RMSNorm {
  /// Normalises each row.
  ///
  /// - Parameters:
  ///   - input: `[rows, width]`.
  ///   - weight: `[width]`.
  ///   - epsilon: ε, added to the mean square.
  ///   - rows: Number of rows.
  ///   - output: `[rows, width]`.
  public static func forward(
    _ input: Span<Float>, weight: Span<Float>, epsilon: Float, rows: Int,
    into output: inout MutableSpan<Float>
  ) {
    let width = weight.count
    precondition(
      input.count == rows * width, "RMSNorm: \(input.count) elements are not \(rows) × \(width)")
    RowBlocks.forEach(of: &output, rows: rows, width: width, blockRows: 64) { block, elements in
      for row in block {
        let start = row * width
        let target = (row - block.lowerBound) * width
        var sums = SIMD8<Float>(repeating: 0)
        let whole = width / 8 * 8
        for column in stride(from: 0, to: whole, by: 8) {
          for lane in 0..<8 {
            let x = input[start + column + lane]
            sums[lane] += x * x
          }
        }
        var sum = sums.sum()
        for column in whole..<width { sum += input[start + column] * input[start + column] }
        let scale = 1 / (sum / Float(width) + epsilon).squareRoot()
        for column in 0..<width {
          elements[target + column] = weight[column] * (input[start + column] * scale)
        }
      }
    }
  }
}
