/// Cuts the rows of a matrix into blocks and writes the blocks in parallel.
public enum RowBlocks {
  /// Calls `body` once per block of at most `blockRows` rows of a `[rows, width]` matrix.
  ///
  /// `MutableSpan` can't be captured by several threads; this is the one helper that hides the
  /// pointer. Blocks don't overlap, so no two threads write the same element.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, width]`; each block's span covers its rows only.
  ///   - rows: Number of rows.
  ///   - width: Elements of a row.
  ///   - blockRows: Most rows of a block.
  ///   - body: gets the block's rows and their elements.
  public static func forEach(
    of matrix: inout MutableSpan<Float>, rows: Int, width: Int, blockRows: Int,
    _ body: @Sendable (_ rows: Range<Int>, _ elements: inout MutableSpan<Float>) -> Void
  ) {
    precondition(
      matrix.count == rows * width, "RowBlocks: \(matrix.count) elements are not \(rows) × \(width)"
    )
    precondition(blockRows > 0)
    guard rows > 0, width > 0 else { return }
    let blockCount = (rows + blockRows - 1) / blockRows
    unsafe matrix.withUnsafeMutableBufferPointer { pointer in
      nonisolated(unsafe) let elements = unsafe pointer
      Parallel.forEach(blockCount) { block in
        let range = block * blockRows..<min(rows, (block + 1) * blockRows)
        let part = unsafe UnsafeMutableBufferPointer(
          rebasing: elements[range.lowerBound * width..<range.upperBound * width])
        var span = unsafe MutableSpan(_unsafeElements: part)
        body(range, &span)
      }
    }
  }
}
