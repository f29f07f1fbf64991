internal import Kernels
internal import Tensors

/// Memory for one matrix widened to single precision while it is being multiplied.
///
/// Widening costs one write and one read of the matrix against `2 · rows` operations per element:
/// below 3 % for a batch of 1,000 rows, and it saves keeping a second copy of the model.
public struct WidenedMatrix: ~Copyable {
  private var buffer = FloatBuffer(uninitialized: 0)

  /// No memory yet; it grows to the largest matrix it is asked for.
  public init() {}

  /// Calls `body` with the floats of some rows of `tensor`.
  mutating func withFloats(
    of tensor: Tensor, rows: Range<Int>, _ body: (Span<Float>) -> Void
  ) {
    if tensor.withStoredFloats(rows: rows, body) { return }
    let width = tensor.rowSize
    let count = rows.count * width
    if buffer.count < count { buffer = FloatBuffer(uninitialized: count) }
    buffer.withMutableSpan(0..<count) { floats in
      RowBlocks.forEach(of: &floats, rows: rows.count, width: width, blockRows: 256) {
        block, elements in
        let range = rows.lowerBound + block.lowerBound..<rows.lowerBound + block.upperBound
        tensor.widen(rows: range, into: &elements)
      }
    }
    body(buffer.span.extracting(first: count))
  }
}

extension Tensor {
  /// Rows as floats; the loader has let only widenable types through.
  func widen(rows: Range<Int>, into floats: inout MutableSpan<Float>) {
    do {
      try copyFloats(rows: rows, into: &floats)
    } catch {
      preconditionFailure("\(error): the type is checked when weights are loaded")
    }
  }
}
