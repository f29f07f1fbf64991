package import Files
internal import Kernels

extension Tensor {
  /// A tensor in memory, in a type that checkpoints keep weights in.
  ///
  /// Numbers are rounded to the nearest of the type, halves to even, as PyTorch does. Beside the
  /// result only one block of rows exists as floats.
  ///
  /// - Parameters:
  ///   - shape: at least one axis.
  ///   - elementType: F32, F16 or BF16.
  ///   - name: where it comes from, for messages.
  ///   - fill: writes the floats of some rows of the first axis, `[rows.count, rowSize]`.
  /// - Throws: `FileError` if the system has no memory left.
  package init(
    shape: [Int], elementType: ElementType, named name: String,
    filledBy fill: (_ rows: Range<Int>, _ floats: inout MutableSpan<Float>) -> Void
  ) throws(FileError) {
    precondition(elementType.isWidenable && !shape.isEmpty, "Tensor: \(shape) of \(elementType)")
    let (rows, width) = (shape[0], shape.dropFirst().reduce(1, *))
    let blocks = RowSlices(rows: rows, width: width)
    switch elementType {
    case .float16:
      let memory = try MappedFile(named: name, halves: rows * width) { halves in
        blocks.forEach(fill) { start, floats in
          for index in floats.indices {
            halves[start + index] = Float16(floats[index]).bitPattern.littleEndian
          }
        }
      }
      self.init(shape: shape, elementType: elementType, file: memory, byteOffset: 0)
    case .bfloat16:
      let memory = try MappedFile(named: name, halves: rows * width) { halves in
        var rounded: [UInt16] = []
        blocks.forEach(fill) { start, floats in
          if rounded.count != floats.count {
            rounded = [UInt16](repeating: 0, count: floats.count)
          }
          var span = rounded.mutableSpan
          Narrowing.bfloat16(floats, into: &span)
          for index in floats.indices { halves[start + index] = span[index] }
        }
      }
      self.init(shape: shape, elementType: elementType, file: memory, byteOffset: 0)
    default:
      var result = [Float](repeating: 0, count: rows * width)
      blocks.forEach(fill) { start, floats in
        for index in floats.indices { result[start + index] = floats[index] }
      }
      self.init(shape: shape, floats: result)
    }
  }
}

/// A matrix in blocks of rows that are small enough to be scratch.
private struct RowSlices {
  let rows: Int
  let width: Int

  /// Calls `fill` and `store` for each block; `store` gets the place of its first element.
  func forEach(
    _ fill: (Range<Int>, inout MutableSpan<Float>) -> Void,
    store: (_ start: Int, _ floats: Span<Float>) -> Void
  ) {
    let count = max(1, min(rows, (1 << 20) / max(width, 1)))
    var buffer = FloatBuffer(uninitialized: count * width)
    for start in stride(from: 0, to: rows, by: count) {
      let block = start..<min(start + count, rows)
      buffer.withMutableSpan(0..<block.count * width) { fill(block, &$0) }
      store(start * width, buffer.span.extracting(first: block.count * width))
    }
  }
}
