/// Scaled dot-product attention of packed sequences, each position seeing itself and what is before
/// it in its own sequence; several query heads may share a key-value head.
public enum CausalAttention {
  /// Sizes of one attention layer.
  public struct Heads: Sendable, Equatable {
    /// Query heads.
    public let queryCount: Int
    /// Key and value heads; divides `queryCount`.
    ///
    /// Query head h uses key-value head h / (queryCount / keyValueCount).
    public let keyValueCount: Int
    /// Width of a head.
    public let dimension: Int

    /// Sizes given.
    public init(queryCount: Int, keyValueCount: Int, dimension: Int) {
      precondition(
        keyValueCount > 0 && queryCount % keyValueCount == 0,
        "attention: \(queryCount) query heads do not share \(keyValueCount) key-value heads")
      (self.queryCount, self.keyValueCount, self.dimension) = (queryCount, keyValueCount, dimension)
    }
  }

  /// Queries that are computed together: their scores against all earlier keys are the scratch of
  /// one thread, 128 × context floats.
  static let blockQueries = 128

  private struct Work: Sendable {
    let sequence: Range<Int>
    let queries: Range<Int>
    let head: Int
  }

  /// softmax(s q kᵀ + mask) v for every sequence and head, s = 1/√dimension unless set otherwise.
  ///
  /// - Parameters:
  ///   - queries: `[rows, queryCount · dimension]`, rotated.
  ///   - keys: `[rows, keyValueCount · dimension]`, rotated.
  ///   - values: `[rows, keyValueCount · dimension]`.
  ///   - sequences: rows of each sequence; together they cover all rows.
  ///   - heads: Sizes of the layer.
  ///   - settings: Scale, window and soft cap; nil for 1/√dimension and neither.
  ///   - output: `[rows, queryCount · dimension]`.
  public static func forward(
    queries: Span<Float>, keys: Span<Float>, values: Span<Float>, sequences: [Range<Int>],
    heads: Heads, settings: Settings? = nil, into output: inout MutableSpan<Float>
  ) {
    let settings = settings ?? Settings(heads)
    let rows = sequences.last?.upperBound ?? 0
    let queryWidth = heads.queryCount * heads.dimension
    let keyWidth = heads.keyValueCount * heads.dimension
    precondition(
      queries.count == rows * queryWidth && output.count == queries.count
        && keys.count == rows * keyWidth && values.count == keys.count,
      "attention: \(queries.count), \(keys.count), \(values.count) elements for \(rows) rows of "
        + "\(queryWidth) and \(keyWidth)")
    let work = sequences.flatMap { sequence in
      stride(from: sequence.lowerBound, to: sequence.upperBound, by: blockQueries).flatMap {
        start in
        (0..<heads.queryCount).map { head in
          Work(
            sequence: sequence, queries: start..<min(start + blockQueries, sequence.upperBound),
            head: head)
        }
      }
    }
    unsafe queries.withUnsafeBufferPointer { queries in
      unsafe keys.withUnsafeBufferPointer { keys in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe output.withUnsafeMutableBufferPointer { output in
            nonisolated(unsafe) let (q, k, v, o) = unsafe (queries, keys, values, output)
            Parallel.forEach(work.count) { index in
              unsafe attend(work[index], heads: heads, settings, q, k, v, into: o)
            }
          }
        }
      }
    }
  }

  @unsafe private static func attend(
    _ work: Work, heads: Heads, _ settings: Settings, _ queries: UnsafeBufferPointer<Float>,
    _ keys: UnsafeBufferPointer<Float>, _ values: UnsafeBufferPointer<Float>,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    guard let q = queries.baseAddress, let k = keys.baseAddress, let v = values.baseAddress,
      let o = output.baseAddress
    else { return }
    let queryWidth = heads.queryCount * heads.dimension
    let keyWidth = heads.keyValueCount * heads.dimension
    let queryOffset = work.queries.lowerBound * queryWidth + work.head * heads.dimension
    let keyHead = work.head / (heads.queryCount / heads.keyValueCount)
    let queryCount = work.queries.count
    // From the first key that the block's first query sees to the last that its last one sees.
    let firstKey =
      work.sequence.lowerBound
      + settings.hiddenCount(of: work.queries.lowerBound + 1 - work.sequence.lowerBound)
    let keyOffset = firstKey * keyWidth + keyHead * heads.dimension
    let keyCount = work.queries.upperBound - firstKey
    var scores = FloatBuffer(uninitialized: queryCount * keyCount)
    var span = scores.mutableSpan
    unsafe span.withUnsafeMutableBufferPointer { scores in
      guard let scores = scores.baseAddress else { return }
      unsafe MatrixMultiply.small(
        q + queryOffset, stride: queryWidth, k + keyOffset, stride: keyWidth, transposed: true,
        rows: queryCount, columns: keyCount, inner: heads.dimension,
        scale: settings.scale, into: scores, stride: keyCount)
      for query in 0..<queryCount {
        let visible = work.queries.lowerBound + query + 1 - firstKey
        let row = unsafe UnsafeMutableBufferPointer(
          start: scores + query * keyCount, count: keyCount)
        unsafe weigh(row, visible: visible, settings)
      }
      unsafe MatrixMultiply.small(
        scores, stride: keyCount, v + keyOffset, stride: keyWidth, transposed: false,
        rows: queryCount, columns: heads.dimension, inner: keyCount, scale: 1,
        into: o + queryOffset, stride: queryWidth)
    }
  }

  /// Softmax over the first `visible` scores; the rest, which lie in the future, become 0.
  @unsafe static func softmax(_ row: UnsafeMutableBufferPointer<Float>, visible: Int) {
    guard let base = row.baseAddress else { return }
    let whole = visible / 8 * 8
    var maxima = SIMD8<Float>(repeating: -.infinity)
    for index in stride(from: 0, to: whole, by: 8) {
      let scores = unsafe Lanes.floats(base + index)
      maxima.replace(with: scores, where: scores .> maxima)
    }
    var largest = maxima.max()
    for index in whole..<visible { largest = unsafe max(largest, row[index]) }
    var sum = 0.0
    var lanes = SIMD8<Float>(repeating: 0)
    for index in stride(from: 0, to: whole, by: 8) {
      let e = unsafe Lanes.exp(Lanes.floats(base + index) - largest)
      unsafe Lanes.store(e, to: base + index)
      lanes += e
    }
    for index in whole..<visible {
      let e = unsafe Lanes.exp(SIMD8(repeating: row[index] - largest))[0]
      unsafe row[index] = e
      sum += Double(e)
    }
    sum += Double(lanes.sum())
    let scale = Float(1 / sum)
    for index in 0..<visible { unsafe row[index] *= scale }
    for index in visible..<row.count { unsafe row[index] = 0 }
  }
}
