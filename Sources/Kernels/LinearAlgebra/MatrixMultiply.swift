internal import COpenBLAS

/// Products of row-major matrices; the only file that names BLAS.
package enum MatrixMultiply {
  /// Most rows and columns of the output that one thread computes in one call.
  ///
  /// Fixed, so that the bits of a result don't depend on the number of threads. Large enough that
  /// packing the operands, done again for each tile, stays below 5 % of the arithmetic.
  static let tileRows = 256
  static let tileColumns = 768

  /// One BLAS thread per call: the threads are ours (see `Parallel`).
  private static let isConfigured: Bool = {
    tokenshift_blas_set_thread_count(1)
    return true
  }()

  /// The processor core whose kernels OpenBLAS runs, for provenance.
  package static var coreName: String { unsafe String(cString: tokenshift_blas_core_name()) }

  /// What happens to the output's previous contents.
  package enum Output: Sendable {
    /// Overwritten.
    case overwrite
    /// Added to: a residual stream.
    case accumulate
  }

  /// A linear layer without its bias: `output = input · weightᵀ`.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputSize]`.
  ///   - weight: `[outputSize, inputSize]`, as checkpoints store it.
  ///   - rows: Rows of input and output.
  ///   - inputSize: Elements of an input row.
  ///   - outputSize: Elements of an output row.
  ///   - mode: What happens to the output's previous contents.
  ///   - output: `[rows, outputSize]`.
  package static func linear(
    _ input: Span<Float>, weight: Span<Float>, rows: Int, inputSize: Int, outputSize: Int,
    _ mode: Output = .overwrite, into output: inout MutableSpan<Float>
  ) {
    precondition(
      input.count == rows * inputSize && weight.count == outputSize * inputSize
        && output.count == rows * outputSize,
      "linear: \(input.count) × \(weight.count) → \(output.count) is not "
        + "[\(rows), \(inputSize)] × [\(outputSize), \(inputSize)]ᵀ")
    guard rows > 0, outputSize > 0 else { return }
    let rowTiles = (rows + tileRows - 1) / tileRows
    let columnTiles = (outputSize + tileColumns - 1) / tileColumns
    // Tiles of equal width, so that no thread is left with a narrow rest: 1,024 is 2 × 512.
    let tileWidth = (outputSize + 16 * columnTiles - 1) / (16 * columnTiles) * 16
    unsafe input.withUnsafeBufferPointer { input in
      unsafe weight.withUnsafeBufferPointer { weight in
        unsafe output.withUnsafeMutableBufferPointer { output in
          nonisolated(unsafe) let a = input.baseAddress
          nonisolated(unsafe) let b = weight.baseAddress
          nonisolated(unsafe) let c = output.baseAddress
          Parallel.forEach(rowTiles * columnTiles) { tile in
            let row = tile / columnTiles * tileRows
            let column = tile % columnTiles * tileWidth
            guard let a = unsafe a, let b = unsafe b, let c = unsafe c else { return }
            unsafe small(
              a + row * inputSize, stride: inputSize, b + column * inputSize, stride: inputSize,
              transposed: true, rows: min(tileRows, rows - row),
              columns: min(tileWidth, outputSize - column), inner: inputSize, scale: 1,
              keep: mode == .accumulate ? 1 : 0, into: c + row * outputSize + column,
              stride: outputSize)
          }
        }
      }
    }
  }

  /// One product on the calling thread: `output = scale · op(a) · op(b) + keep · output`.
  ///
  /// For attention and backward passes, which call it from many threads with views into wider rows.
  /// `op` is the matrix as it lies or, where it is said to be transposed, its transpose.
  @unsafe static func small(
    _ a: UnsafePointer<Float>, stride aStride: Int, transposedFirst: Bool = false,
    _ b: UnsafePointer<Float>, stride bStride: Int,
    transposed: Bool, rows: Int, columns: Int, inner: Int, scale: Float, keep: Float = 0,
    into output: UnsafeMutablePointer<Float>, stride outputStride: Int
  ) {
    precondition(isConfigured)
    unsafe cblas_sgemm(
      CblasRowMajor, transposedFirst ? CblasTrans : CblasNoTrans,
      transposed ? CblasTrans : CblasNoTrans,
      Int32(rows), Int32(columns), Int32(inner), scale, a, Int32(aStride), b, Int32(bStride), keep,
      output, Int32(outputStride))
  }
}
