extension MatrixMultiply {
  /// How a weight that is not in memory as floats is stored.
  package enum Stored: Sendable {
    /// IEEE 754 single precision, perhaps not aligned.
    case float32
    /// IEEE 754 half precision.
    case float16
    /// The upper half of a single.
    case bfloat16

    /// Bytes of an element.
    var width: Int { self == .float32 ? 4 : 2 }
  }

  /// Pieces of work that there are at least, if there are so many tiles: a piece widens its weights
  /// once for all its tiles.
  private static let leastPieces = 16

  /// A linear layer without its bias, `output = input · weightᵀ`, in single precision: each tile of
  /// the weight is widened exactly when it is needed.
  ///
  /// The same bits as of the weight widened first.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputSize]`.
  ///   - weight: `[outputSize, inputSize]` as `stored`; need not be aligned.
  ///   - stored: The weight's type.
  ///   - rows: Rows of input and output.
  ///   - inputSize: Elements of an input row.
  ///   - outputSize: Elements of an output row.
  ///   - mode: What happens to the output's previous contents.
  ///   - output: `[rows, outputSize]`.
  package static func linear(
    _ input: Span<Float>, weight: RawSpan, as stored: Stored, rows: Int, inputSize: Int,
    outputSize: Int, _ mode: Output = .overwrite, into output: inout MutableSpan<Float>
  ) {
    check(input.count, weight, stored, output.count, rows, inputSize, outputSize)
    guard rows > 0, outputSize > 0 else { return }
    let rowTiles = (rows + tileRows - 1) / tileRows
    let columnTiles = (outputSize + tileColumns - 1) / tileColumns
    let tileWidth = (outputSize + 16 * columnTiles - 1) / (16 * columnTiles) * 16
    let group = max(1, rowTiles * columnTiles / leastPieces)
    let groups = (rowTiles + group - 1) / group
    let rowBytes = inputSize * stored.width
    unsafe input.withUnsafeBufferPointer { input in
      unsafe weight.withUnsafeBytes { weight in
        unsafe output.withUnsafeMutableBufferPointer { output in
          nonisolated(unsafe) let a = input.baseAddress
          nonisolated(unsafe) let b = unsafe weight
          nonisolated(unsafe) let c = output.baseAddress
          Parallel.forEach(groups * columnTiles) { piece in
            let column = piece % columnTiles * tileWidth
            let width = min(tileWidth, outputSize - column)
            var widened = FloatBuffer(uninitialized: width * inputSize)
            var floats = widened.mutableSpan
            let bytes = unsafe UnsafeRawBufferPointer(
              rebasing: b[column * rowBytes..<(column + width) * rowBytes])
            widen(unsafe bytes.bytes, stored, into: &floats)
            unsafe floats.withUnsafeMutableBufferPointer { floats in
              guard let a = unsafe a, let b = floats.baseAddress, let c = unsafe c else { return }
              let first = piece / columnTiles * group
              for tile in first..<min(first + group, rowTiles) {
                let row = tile * tileRows
                unsafe small(
                  a + row * inputSize, stride: inputSize, b, stride: inputSize, transposed: true,
                  rows: min(tileRows, rows - row), columns: width, inner: inputSize, scale: 1,
                  keep: mode == .accumulate ? 1 : 0, into: c + row * outputSize + column,
                  stride: outputSize)
              }
            }
          }
        }
      }
    }
  }

  static func check(
    _ inputCount: Int, _ weight: RawSpan, _ stored: Stored, _ outputCount: Int, _ rows: Int,
    _ inputSize: Int, _ outputSize: Int
  ) {
    precondition(
      inputCount == rows * inputSize
        && weight.byteCount == outputSize * inputSize * stored.width
        && outputCount == rows * outputSize,
      "linear: \(inputCount) × \(weight.byteCount) bytes → \(outputCount) is not "
        + "[\(rows), \(inputSize)] × [\(outputSize), \(inputSize)]ᵀ of \(stored)")
  }

  private static func widen(
    _ bytes: RawSpan, _ stored: Stored, into floats: inout MutableSpan<Float>
  ) {
    switch stored {
    case .float32: Widening.float32(bytes, into: &floats)
    case .float16: Widening.float16(bytes, into: &floats)
    case .bfloat16: Widening.bfloat16(bytes, into: &floats)
    }
  }
}
