/// Memory for a layer's input rounded to bfloat16, kept from product to product.
package struct ProductScratch: ~Copyable {
  fileprivate var buffer = FloatBuffer(uninitialized: 0)

  /// No memory yet; it grows to the largest input it is asked for.
  package init() {}

  fileprivate mutating func reserve(_ count: Int) {
    if buffer.count < count { buffer = FloatBuffer(uninitialized: count) }
  }
}

extension MatrixMultiply {
  /// Whether bfloat16 products run on an instruction of this processor.
  ///
  /// Elsewhere `linear(…, bfloat16:)` takes the products of the rounded numbers in single precision,
  /// which differs in the order of additions alone.
  package static var hasBFloat16Products: Bool { BFloat16Product.isNative }

  /// Whether bfloat16 products are the same bits for any number of threads: not by an instruction
  /// where oneDNN starts threads that can't be held back (a build without OpenMP).
  package static var hasFixedBits: Bool {
    !BFloat16Product.isNative || BFloat16Product.holdsThreads
  }

  /// Rows that a product's rows are filled up to a multiple of, so that there are few shapes.
  private static let rowMultiple = 32
  /// Most columns of a tile.
  ///
  /// Narrow, so that threads share the work evenly: 128 columns run as fast.
  private static let bfloat16TileColumns = 512

  /// A linear layer without its bias, `output = input · weightᵀ`: the weight as stored, the input
  /// rounded to bfloat16 (nearest, halves to even), products exact, sums in single precision.
  ///
  /// On processors that have the instruction, an element's bits depend on its row and column alone,
  /// not on the other rows and not on the number of threads.
  ///
  /// - Parameters:
  ///   - input: `[rows, inputSize]`.
  ///   - weight: `[outputSize, inputSize]` in bfloat16; need not be aligned.
  ///   - rows: Rows of input and output.
  ///   - inputSize: Elements of an input row.
  ///   - outputSize: Elements of an output row.
  ///   - mode: What happens to the output's previous contents.
  ///   - isNative: Whether to use the processor's instruction, which must be there.
  ///   - scratch: Memory kept between calls.
  ///   - output: `[rows, outputSize]`.
  package static func linear(
    _ input: Span<Float>, bfloat16 weight: RawSpan, rows: Int, inputSize: Int, outputSize: Int,
    _ mode: Output = .overwrite, isNative: Bool = hasBFloat16Products,
    scratch: inout ProductScratch, into output: inout MutableSpan<Float>
  ) {
    check(input.count, weight, .bfloat16, output.count, rows, inputSize, outputSize)
    guard rows > 0, outputSize > 0, inputSize > 0 else { return }
    guard isNative else {
      scratch.reserve(input.count)
      scratch.buffer.withMutableSpan(0..<input.count) { rounded in
        RowBlocks.forEach(of: &rounded, rows: rows, width: inputSize, blockRows: 64) {
          block, elements in
          let range = block.lowerBound * inputSize..<block.upperBound * inputSize
          Narrowing.roundToBFloat16(input.extracting(range), into: &elements)
        }
      }
      return linear(
        scratch.buffer.span.extracting(first: input.count), weight: weight, as: .bfloat16,
        rows: rows, inputSize: inputSize, outputSize: outputSize, mode, into: &output)
    }
    let paddedRows = (rows + rowMultiple - 1) / rowMultiple * rowMultiple
    scratch.reserve(paddedRows * inputSize / 2)
    var floats = scratch.buffer.mutableSpan
    unsafe input.withUnsafeBufferPointer { input in
      unsafe weight.withUnsafeBytes { weight in
        unsafe output.withUnsafeMutableBufferPointer { output in
          unsafe floats.withUnsafeMutableBytes { rounded in
            guard let input = input.baseAddress, let weight = weight.baseAddress,
              let output = output.baseAddress,
              let rounded = unsafe rounded.baseAddress?.assumingMemoryBound(to: UInt16.self)
            else { return }
            unsafe round(input, rows: rows, paddedRows: paddedRows, inputSize, into: rounded)
            unsafe multiply(
              UnsafeRawPointer(rounded), weight, rows: rows, inputSize: inputSize,
              outputSize: outputSize, mode, into: output)
          }
        }
      }
    }
  }

  /// The same with a weight in memory, `[outputSize, inputSize]` bit patterns.
  package static func linear(
    _ input: Span<Float>, bfloat16 weight: Span<UInt16>, rows: Int, inputSize: Int,
    outputSize: Int, _ mode: Output = .overwrite, isNative: Bool = hasBFloat16Products,
    scratch: inout ProductScratch, into output: inout MutableSpan<Float>
  ) {
    linear(
      input, bfloat16: unsafe weight.bytes, rows: rows, inputSize: inputSize,
      outputSize: outputSize, mode, isNative: isNative, scratch: &scratch, into: &output)
  }

  /// The rows as bfloat16, and rows of zeros after them.
  @unsafe private static func round(
    _ input: UnsafePointer<Float>, rows: Int, paddedRows: Int, _ inputSize: Int,
    into rounded: UnsafeMutablePointer<UInt16>
  ) {
    nonisolated(unsafe) let (source, target) = unsafe (input, rounded)
    let (count, blockSize) = (rows * inputSize, 1 << 16)
    Parallel.forEach((count + blockSize - 1) / blockSize) { block in
      let start = block * blockSize
      unsafe Narrowing.bfloat16(
        source + start, count: min(blockSize, count - start), into: target + start)
    }
    unsafe (target + count).update(repeating: 0, count: (paddedRows - rows) * inputSize)
  }

  @unsafe private static func multiply(
    _ input: UnsafeRawPointer, _ weight: UnsafeRawPointer, rows: Int, inputSize: Int,
    outputSize: Int, _ mode: Output, into output: UnsafeMutablePointer<Float>
  ) {
    let columnTiles = (outputSize + bfloat16TileColumns - 1) / bfloat16TileColumns
    // Tall where there are enough of them for many threads: oneDNN rearranges a tile's weights anew
    // for each tile.
    let isTall = rows / (2 * tileRows) * columnTiles >= 16
    let tileRows = isTall ? 2 * tileRows : tileRows
    let rowTiles = (rows + tileRows - 1) / tileRows
    // Of equal width, in whole blocks of oneDNN's kernel.
    let tileWidth = (outputSize + 64 * columnTiles - 1) / (64 * columnTiles) * 64
    nonisolated(unsafe) let (a, b, c) = unsafe (input, weight, output)
    Parallel.forEach(rowTiles * columnTiles) { tile in
      let row = tile / columnTiles * tileRows
      let column = tile % columnTiles * tileWidth
      let (height, width) = (min(tileRows, rows - row), min(tileWidth, outputSize - column))
      guard width > 0 else { return }
      let padded = (height + rowMultiple - 1) / rowMultiple * rowMultiple
      let (source, part) = unsafe (a + 2 * row * inputSize, b + 2 * column * inputSize)
      let target = unsafe c + row * outputSize + column
      let isDirect = mode == .overwrite && padded == height
      let product = BFloat16Product.planned(
        BFloat16Product.Shape(
          rows: padded, columns: width, inner: inputSize, stride: isDirect ? outputSize : width))
      if isDirect { return unsafe product.run(source, part, into: target) }
      var buffer = FloatBuffer(uninitialized: padded * width)
      var span = buffer.mutableSpan
      unsafe span.withUnsafeMutableBufferPointer { buffer in
        guard let sums = buffer.baseAddress else { return }
        unsafe product.run(source, part, into: sums)
        for row in 0..<height {
          let (from, to) = unsafe (sums + row * width, target + row * outputSize)
          if mode == .overwrite {
            unsafe to.update(from: from, count: width)
          } else {
            for column in 0..<width { unsafe to[column] += from[column] }
          }
        }
      }
    }
  }
}
