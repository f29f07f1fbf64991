/// Cuts the rows of a matrix into blocks and writes the blocks in parallel.
package enum RowBlocks {
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
  package static func forEach(
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

  /// As above, for blocks of given rows, one after the other from row 0 to the last.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, width]`.
  ///   - width: columns.
  ///   - blocks: the rows of each block.
  ///   - body: gets the block's index and its elements.
  package static func forEach(
    of matrix: inout MutableSpan<Float>, width: Int, blocks: [Range<Int>],
    _ body: @Sendable (_ block: Int, _ elements: inout MutableSpan<Float>) -> Void
  ) {
    precondition(
      zip([0] + blocks.map(\.upperBound), blocks).allSatisfy { $0 == $1.lowerBound }
        && matrix.count == (blocks.last?.upperBound ?? 0) * width,
      "RowBlocks: \(matrix.count) elements are not rows of \(width) in \(blocks)")
    unsafe matrix.withUnsafeMutableBufferPointer { pointer in
      nonisolated(unsafe) let elements = unsafe pointer
      Parallel.forEach(blocks.count) { block in
        let range = blocks[block]
        let part = unsafe UnsafeMutableBufferPointer(
          rebasing: elements[range.lowerBound * width..<range.upperBound * width])
        var span = unsafe MutableSpan(_unsafeElements: part)
        body(block, &span)
      }
    }
  }

  /// As above, where each block also has a row of sums of its own; the sums of all blocks are added
  /// to `total` in the order of the blocks, so that no thread count changes a bit.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, width]`; each block's span covers its rows only.
  ///   - rows: Number of rows.
  ///   - width: Elements of a row.
  ///   - blockRows: Most rows of a block.
  ///   - total: `[sums]`, accumulated into.
  ///   - body: gets the block's rows, their elements and the block's sums, zero at first.
  static func forEach(
    of matrix: inout MutableSpan<Float>, rows: Int, width: Int, blockRows: Int,
    addingTo total: inout MutableSpan<Float>,
    _ body:
      @Sendable (
        _ rows: Range<Int>, _ elements: inout MutableSpan<Float>, _ sums: inout MutableSpan<Float>
      ) -> Void
  ) {
    let (count, blockCount) = (total.count, (rows + blockRows - 1) / blockRows)
    var partial = FloatBuffer(repeating: 0, count: blockCount * count)
    var partialSpan = partial.mutableSpan
    unsafe partialSpan.withUnsafeMutableBufferPointer { pointer in
      nonisolated(unsafe) let sums = unsafe pointer
      forEach(of: &matrix, rows: rows, width: width, blockRows: blockRows) { block, elements in
        let start = block.lowerBound / blockRows * count
        let own = unsafe UnsafeMutableBufferPointer(rebasing: sums[start..<start + count])
        var span = unsafe MutableSpan(_unsafeElements: own)
        body(block, &elements, &span)
      }
    }
    addRows(of: partial.span, to: &total)
  }

  /// total += the sum of the rows of a `[n, total.count]` matrix, in their order.
  static func addRows(of matrix: Span<Float>, to total: inout MutableSpan<Float>) {
    let count = total.count
    guard count > 0 else { return }
    let rows = matrix.count / count
    forEach(of: &total, rows: count, width: 1, blockRows: 4096) { columns, elements in
      for row in 0..<rows {
        for column in columns {
          elements[column - columns.lowerBound] += matrix[row * count + column]
        }
      }
    }
  }
}
