package import Files
internal import Kernels

extension Tensor {
  /// Number of steps of the first axis; a scalar is one row of one element.
  package var rowCount: Int { shape.first ?? 1 }

  /// Writes some rows of the first axis as floats, widened exactly.
  ///
  /// - Parameters:
  ///   - rows: Which steps of the first axis, within `0..<rowCount`.
  ///   - destination: `[rows.count, rowSize]`, overwritten.
  /// - Throws: `TensorError.notWidenable` for types other than F32, F16 and BF16.
  package func copyFloats(
    rows: Range<Int>, into destination: inout MutableSpan<Float>
  ) throws(TensorError) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= rowCount,
      "Tensor: rows \(rows) do not lie in \(shape)")
    precondition(
      destination.count == rows.count * rowSize,
      "Tensor: \(rows.count) rows of \(shape) do not fill \(destination.count) floats")
    let elements = rows.lowerBound * rowSize..<rows.upperBound * rowSize
    switch storage {
    case .floats(let floats):
      Widening.float32(floats.span.extracting(elements), into: &destination)
    case .mapped(let file, let byteOffset):
      let width = elementType.byteCount
      let bytes = file.bytes.extracting(
        byteOffset + elements.lowerBound * width..<byteOffset + elements.upperBound * width)
      switch elementType {
      case .float32: Widening.float32(bytes, into: &destination)
      case .float16: Widening.float16(bytes, into: &destination)
      case .bfloat16: Widening.bfloat16(bytes, into: &destination)
      default: throw .notWidenable(elementType)
      }
    }
  }

  /// Calls `body` with some rows of the first axis where they are floats already: in memory, or
  /// mapped in single precision at an aligned address.
  ///
  /// - Returns: whether it did.
  package func withStoredFloats(rows: Range<Int>, _ body: (Span<Float>) -> Void) -> Bool {
    let elements = rows.lowerBound * rowSize..<rows.upperBound * rowSize
    switch storage {
    case .floats(let floats):
      body(floats.span.extracting(elements))
      return true
    case .mapped(let file, let byteOffset):
      guard elementType == .float32 else { return false }
      return file.withFloats(at: byteOffset + 4 * elements.lowerBound, count: elements.count, body)
    }
  }

  /// Calls `body` with the bytes of some rows of the first axis where they are mapped, as stored.
  package func withMappedBytes(rows: Range<Int>, _ body: (RawSpan) -> Void) {
    guard case .mapped(let file, let byteOffset) = storage else { return }
    let size = rowSize * elementType.byteCount
    body(
      file.bytes.extracting(
        byteOffset + rows.lowerBound * size..<byteOffset + rows.upperBound * size))
  }

  /// Calls `body` with the bytes of some rows of the first axis as they are stored, wherever that is.
  package func withStoredBytes(rows: Range<Int>, _ body: (RawSpan) -> Void) {
    guard case .floats(let floats) = storage else { return withMappedBytes(rows: rows, body) }
    StoredBytes.with(
      floats.span.extracting(rows.lowerBound * rowSize..<rows.upperBound * rowSize), body)
  }

  /// All elements as floats, widened exactly, in row-major order.
  ///
  /// - Throws: `TensorError.notWidenable` for types other than F32, F16 and BF16.
  package func floats() throws(TensorError) -> [Float] {
    if case .floats(let floats) = storage { return floats }
    return try floats(rows: 0..<rowCount)
  }

  /// Some rows of the first axis as floats, widened exactly, in row-major order.
  ///
  /// - Throws: `TensorError.notWidenable` for types other than F32, F16 and BF16.
  package func floats(rows: Range<Int>) throws(TensorError) -> [Float] {
    var result = [Float](repeating: 0, count: rows.count * rowSize)
    var span = result.mutableSpan
    try copyFloats(rows: rows, into: &span)
    return result
  }

  /// Index in row-major order of the first NaN or infinity, nil if every element is finite.
  ///
  /// The stored bits are searched, without widening; integers and truth values are always finite.
  ///
  /// - Parameter piece: a multiple of 8 bytes after which the memory of mapped elements may go to
  ///   others, so that a large tensor is never there whole; nil keeps it.
  /// - Returns: an index in the whole tensor.
  package func firstNonFiniteIndex(lettingGoEvery piece: Int? = nil) -> Int? {
    switch storage {
    case .floats(let floats):
      return NonFiniteSearch.firstIndex(in: floats.span)
    case .mapped(let file, let byteOffset):
      let size = piece ?? max(byteCount, 1)
      for start in stride(from: 0, to: byteCount, by: size) {
        let part = byteOffset + start..<byteOffset + min(start + size, byteCount)
        let index = firstNonFiniteIndex(in: file.bytes.extracting(part))
        if piece != nil { file.expect(.later, of: part) }
        if let index { return start / elementType.byteCount + index }
      }
      return nil
    }
  }

  private func firstNonFiniteIndex(in bytes: RawSpan) -> Int? {
    switch elementType {
    case .float64: NonFiniteSearch.firstIndex64(in: bytes)
    case .float32: NonFiniteSearch.firstIndex32(in: bytes)
    case .float16: NonFiniteSearch.firstIndexHalf(in: bytes)
    case .bfloat16: NonFiniteSearch.firstIndexBrain(in: bytes)
    case .float8e5m2: NonFiniteSearch.firstIndexE5M2(in: bytes)
    case .float8e4m3: NonFiniteSearch.firstIndexE4M3(in: bytes)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: nil
    }
  }

  /// Whether the elements lie in a file, which can be forgotten and read again, rather than in
  /// memory of their own.
  package var isMapped: Bool {
    guard case .mapped(let file, _) = storage else { return false }
    return file.isOfFile
  }

  /// Tells the system what becomes of some rows of the first axis; nothing for those in memory.
  package func expect(_ use: MappedFile.Use, ofRows rows: Range<Int>) {
    guard case .mapped(let file, let byteOffset) = storage else { return }
    let size = rowSize * elementType.byteCount
    file.expect(
      use, of: byteOffset + rows.lowerBound * size..<byteOffset + rows.upperBound * size)
  }
}
