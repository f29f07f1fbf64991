/// Backward passes of `linear`: y = x Wᵀ, with x `[rows, inputSize]`, W `[outputSize, inputSize]`.
///
/// Convention of all backward passes: gradients of parameters accumulate; gradients of activations
/// are overwritten, except on the residual stream, to which every branch adds.
extension MatrixMultiply {
  /// dx = dy · W.
  ///
  /// - Parameters:
  ///   - dOutput: `[rows, outputSize]`: dy.
  ///   - weight: `[outputSize, inputSize]`.
  ///   - rows: Rows of input and output.
  ///   - inputSize: Elements of an input row.
  ///   - outputSize: Elements of an output row.
  ///   - mode: accumulate where several layers share an input.
  ///   - dInput: `[rows, inputSize]`: dx.
  package static func linearInputGradient(
    _ dOutput: Span<Float>, weight: Span<Float>, rows: Int, inputSize: Int, outputSize: Int,
    _ mode: Output = .overwrite, into dInput: inout MutableSpan<Float>
  ) {
    precondition(
      dOutput.count == rows * outputSize && weight.count == outputSize * inputSize
        && dInput.count == rows * inputSize,
      "linear backward: \(dOutput.count) × \(weight.count) → \(dInput.count) is not "
        + "[\(rows), \(outputSize)] × [\(outputSize), \(inputSize)]")
    guard rows > 0, inputSize > 0 else { return }
    // Each tile packs the weight anew: where there are many rows, fewer and larger tiles.
    let tileRows = rows >= 16 * tileRows ? 2 * tileRows : tileRows
    let rowTiles = (rows + tileRows - 1) / tileRows
    let columnTiles = (inputSize + tileColumns - 1) / tileColumns
    unsafe dOutput.withUnsafeBufferPointer { dOutput in
      unsafe weight.withUnsafeBufferPointer { weight in
        unsafe dInput.withUnsafeMutableBufferPointer { dInput in
          nonisolated(unsafe) let a = dOutput.baseAddress
          nonisolated(unsafe) let b = weight.baseAddress
          nonisolated(unsafe) let c = dInput.baseAddress
          Parallel.forEach(rowTiles * columnTiles) { tile in
            let row = tile / columnTiles * tileRows
            let column = tile % columnTiles * tileColumns
            guard let a = unsafe a, let b = unsafe b, let c = unsafe c else { return }
            unsafe small(
              a + row * outputSize, stride: outputSize, b + column, stride: inputSize,
              transposed: false, rows: min(tileRows, rows - row),
              columns: min(tileColumns, inputSize - column), inner: outputSize, scale: 1,
              keep: mode == .accumulate ? 1 : 0, into: c + row * inputSize + column,
              stride: inputSize)
          }
        }
      }
    }
  }

  /// Pieces that a weight gradient is cut into at least, if it has the rows for them.
  private static let leastPieces = 8
  /// Fewest rows of one piece, so that adding the pieces up stays small beside multiplying.
  private static let leastRows = 512

  /// dW += dyᵀ · x.
  ///
  /// The sum runs over the rows, of which there are many, into a matrix that may be small: its rows
  /// are cut into pieces, by the problem's sizes alone, whose products are added up in order.
  ///
  /// - Parameters:
  ///   - dOutput: `[rows, outputSize]`: dy.
  ///   - input: `[rows, inputSize]`: x.
  ///   - rows: Rows of input and output.
  ///   - inputSize: Elements of an input row.
  ///   - outputSize: Elements of an output row.
  ///   - dWeight: `[outputSize, inputSize]`, accumulated into.
  package static func linearWeightGradient(
    _ dOutput: Span<Float>, input: Span<Float>, rows: Int, inputSize: Int, outputSize: Int,
    into dWeight: inout MutableSpan<Float>
  ) {
    precondition(
      dOutput.count == rows * outputSize && input.count == rows * inputSize
        && dWeight.count == outputSize * inputSize,
      "linear backward: \(dOutput.count) × \(input.count) → \(dWeight.count) is not "
        + "[\(rows), \(outputSize)]ᵀ × [\(rows), \(inputSize)]")
    guard rows > 0, dWeight.count > 0 else { return }
    let tiles = WeightTiles(rows: rows, inputSize: inputSize, outputSize: outputSize)
    let pieceCount = tiles.rowPieces(least: leastPieces, leastRows: leastRows)
    guard pieceCount > 1 else {
      unsafe products(dOutput, input, tiles, pieceCount: 1, keep: 1, into: &dWeight)
      return
    }
    var partial = FloatBuffer(uninitialized: pieceCount * dWeight.count)
    var span = partial.mutableSpan
    unsafe products(dOutput, input, tiles, pieceCount: pieceCount, keep: 0, into: &span)
    RowBlocks.addRows(of: partial.span, to: &dWeight)
  }

  /// The products of `pieceCount` pieces of the rows, one `[outputSize, inputSize]` after the other.
  @unsafe private static func products(
    _ dOutput: Span<Float>, _ input: Span<Float>, _ tiles: WeightTiles, pieceCount: Int,
    keep: Float, into output: inout MutableSpan<Float>
  ) {
    let (rows, inputSize, outputSize) = (tiles.rows, tiles.inputSize, tiles.outputSize)
    let pieceRows = (rows + pieceCount - 1) / pieceCount
    unsafe dOutput.withUnsafeBufferPointer { dOutput in
      unsafe input.withUnsafeBufferPointer { input in
        unsafe output.withUnsafeMutableBufferPointer { output in
          nonisolated(unsafe) let a = dOutput.baseAddress
          nonisolated(unsafe) let b = input.baseAddress
          nonisolated(unsafe) let c = output.baseAddress
          Parallel.forEach(tiles.count * pieceCount) { index in
            let (piece, tile) = (index / tiles.count, index % tiles.count)
            let row = tile / tiles.columnCount * tileRows
            let column = tile % tiles.columnCount * tileColumns
            let first = min(piece * pieceRows, rows)
            guard let a = unsafe a, let b = unsafe b, let c = unsafe c else { return }
            unsafe small(
              a + first * outputSize + row, stride: outputSize, transposedFirst: true,
              b + first * inputSize + column, stride: inputSize, transposed: false,
              rows: min(tileRows, outputSize - row), columns: min(tileColumns, inputSize - column),
              inner: min(pieceRows, rows - first), scale: 1, keep: keep,
              into: c + (piece * outputSize + row) * inputSize + column, stride: inputSize)
          }
        }
      }
    }
  }

  /// How a weight's gradient is cut into tiles of its elements.
  private struct WeightTiles: Sendable {
    let rows: Int
    let inputSize: Int
    let outputSize: Int

    var columnCount: Int { (inputSize + tileColumns - 1) / tileColumns }
    var count: Int { (outputSize + tileRows - 1) / tileRows * columnCount }

    /// Pieces that the rows are cut into, so that there are `least` pieces of work in all.
    func rowPieces(least: Int, leastRows: Int) -> Int {
      max(1, min((least + count - 1) / count, rows / leastRows))
    }
  }
}
