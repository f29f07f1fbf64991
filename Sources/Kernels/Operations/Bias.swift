/// The bias of a linear layer.
package enum Bias {
  private static let blockRows = 128

  /// Adds `bias` `[width]` to every row of `matrix` `[rows, width]`.
  package static func add(_ bias: Span<Float>, to matrix: inout MutableSpan<Float>, rows: Int) {
    let width = bias.count
    RowBlocks.forEach(of: &matrix, rows: rows, width: width, blockRows: blockRows) {
      block, elements in
      for row in 0..<block.count {
        for column in 0..<width { elements[row * width + column] += bias[column] }
      }
    }
  }

  /// dBias += the sum of the rows of `dOutput` `[rows, width]`; dBias is `[width]`.
  ///
  /// Blocks of rows are added up each by itself, then in their order.
  package static func backward(
    _ dOutput: Span<Float>, rows: Int, into dBias: inout MutableSpan<Float>
  ) {
    let width = dBias.count
    precondition(
      dOutput.count == rows * width, "Bias: \(dOutput.count) elements are not \(rows) × \(width)")
    let blockCount = (rows + blockRows - 1) / blockRows
    var partial = FloatBuffer(repeating: 0, count: blockCount * width)
    var span = partial.mutableSpan
    RowBlocks.forEach(of: &span, rows: blockCount, width: width, blockRows: 1) { block, sums in
      let first = block.lowerBound * blockRows
      for row in first..<min(first + blockRows, rows) {
        for column in 0..<width { sums[column] += dOutput[row * width + column] }
      }
    }
    RowBlocks.addRows(of: partial.span, to: &dBias)
  }
}
