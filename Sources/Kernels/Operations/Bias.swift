/// The bias of a linear layer.
public enum Bias {
  /// Adds `bias` `[width]` to every row of `matrix` `[rows, width]`.
  public static func add(_ bias: Span<Float>, to matrix: inout MutableSpan<Float>, rows: Int) {
    let width = bias.count
    RowBlocks.forEach(of: &matrix, rows: rows, width: width, blockRows: 128) { block, elements in
      for row in 0..<block.count {
        for column in 0..<width { elements[row * width + column] += bias[column] }
      }
    }
  }
}
