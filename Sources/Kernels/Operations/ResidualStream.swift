/// The stream that every block of a decoder adds to.
package enum ResidualStream {
  /// stream += branch; both of one size.
  package static func add(_ branch: Span<Float>, to stream: inout MutableSpan<Float>) {
    RowBlocks.forEach(of: &stream, rows: branch.count, width: 1, blockRows: 16_384) {
      range, elements in
      for index in range { elements[index - range.lowerBound] += branch[index] }
    }
  }

  /// stream *= factor.
  package static func scale(_ stream: inout MutableSpan<Float>, by factor: Float) {
    RowBlocks.forEach(of: &stream, rows: stream.count, width: 1, blockRows: 16_384) {
      range, elements in
      for index in elements.indices { elements[index] *= factor }
    }
  }
}
