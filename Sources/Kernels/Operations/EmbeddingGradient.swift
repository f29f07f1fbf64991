/// The backward pass of looking rows up in an embedding.
package enum EmbeddingGradient {
  /// Columns that one thread adds up: rows of one token meet in one thread, in their order.
  private static let columnBlock = 32

  /// dEmbedding[id] += dOutput[row] for every row, in the order of the rows.
  ///
  /// - Parameters:
  ///   - dOutput: `[ids.count, width]`.
  ///   - ids: the row of the embedding that each row came from.
  ///   - width: Elements of a row.
  ///   - dEmbedding: `[vocabulary, width]`, accumulated into.
  package static func accumulate(
    _ dOutput: Span<Float>, ids: Span<Int32>, width: Int, into dEmbedding: inout MutableSpan<Float>
  ) {
    precondition(
      dOutput.count == ids.count * width && dEmbedding.count % max(width, 1) == 0,
      "embedding backward: \(dOutput.count) elements for \(ids.count) rows of \(width)")
    let vocabulary = dEmbedding.count / max(width, 1)
    unsafe dEmbedding.withUnsafeMutableBufferPointer { dEmbedding in
      nonisolated(unsafe) let target = unsafe dEmbedding
      Parallel.forEach((width + columnBlock - 1) / columnBlock) { block in
        let columns = block * columnBlock..<min(width, (block + 1) * columnBlock)
        for row in ids.indices {
          let id = Int(ids[row])
          precondition(id >= 0 && id < vocabulary, "embedding backward: row \(id) of \(vocabulary)")
          for column in columns {
            unsafe target[id * width + column] += dOutput[row * width + column]
          }
        }
      }
    }
  }
}
