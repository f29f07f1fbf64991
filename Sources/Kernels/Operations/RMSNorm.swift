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
        let elementsOfRow = row * width..<(row + 1) * width
        let scale = inverseRoot(input.extracting(elementsOfRow), epsilon: epsilon)
        let target = (row - block.lowerBound) * width
        for column in 0..<width {
          elements[target + column] = weight[column] * (input[row * width + column] * scale)
        }
      }
    }
  }

  /// 1 / √(mean(x²) + ε) of one row.
  private static func inverseRoot(_ row: Span<Float>, epsilon: Float) -> Float {
    let width = row.count
    let whole = width / 8 * 8
    var sum = unsafe row.withUnsafeBufferPointer { row in
      var sums = SIMD8<Float>(repeating: 0)
      guard let base = row.baseAddress else { return Float(0) }
      for column in stride(from: 0, to: whole, by: 8) {
        let x = unsafe Lanes.floats(base + column)
        sums += x * x
      }
      return sums.sum()
    }
    for column in whole..<width { sum += row[column] * row[column] }
    return 1 / (sum / Float(width) + epsilon).squareRoot()
  }
}
