/// Scaled dot-product attention of packed sequences, each position seeing itself and what is before
/// it in its own sequence; several query heads may share a key-value head.
package enum CausalAttention {
  /// Sizes of one attention layer.
  package struct Heads: Sendable, Equatable {
    /// Query heads.
    package let queryCount: Int
    /// Key and value heads; divides `queryCount`.
    ///
    /// Query head h uses key-value head h / (queryCount / keyValueCount).
    package let keyValueCount: Int
    /// Width of a head.
    package let dimension: Int

    /// Sizes given.
    package init(queryCount: Int, keyValueCount: Int, dimension: Int) {
      precondition(
        keyValueCount > 0 && queryCount % keyValueCount == 0,
        "attention: \(queryCount) query heads do not share \(keyValueCount) key-value heads")
      (self.queryCount, self.keyValueCount, self.dimension) = (queryCount, keyValueCount, dimension)
    }
  }

  /// Queries that are computed together backward.
  static let blockQueries = 128
  /// Queries that are computed together forward: their scores against all earlier keys are the
  /// scratch of one thread, 64 × context floats.
  ///
  /// Fewer than backward, because half as much is multiplied of the future, which is then thrown
  /// away.
  private static let forwardBlockQueries = 64

  /// Rows of one sequence, and the rows of what it goes on from.
  package struct Segment: Sendable, Equatable {
    /// Its own rows.
    package let rows: Range<Int>
    /// Rows, somewhere before, of the positions before its own; empty where it begins a text.
    package let prefix: Range<Int>

    /// Both given.
    package init(rows: Range<Int>, prefix: Range<Int> = 0..<0) {
      precondition(
        prefix.isEmpty || prefix.upperBound <= rows.lowerBound,
        "attention: the prefix \(prefix) does not come before \(rows)")
      (self.rows, self.prefix) = (rows, prefix)
    }

    func position(ofRow row: Int) -> Int { prefix.count + row - rows.lowerBound }

    /// Its rows in blocks of positions, the same for every text.
    func blocks(of size: Int) -> [Range<Int>] {
      var blocks: [Range<Int>] = []
      var start = rows.lowerBound
      while start < rows.upperBound {
        let end = min(start + size - position(ofRow: start) % size, rows.upperBound)
        blocks.append(start..<end)
        start = end
      }
      return blocks
    }
  }

  private struct Work: Sendable {
    let segment: Segment
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
  package static func forward(
    queries: Span<Float>, keys: Span<Float>, values: Span<Float>, sequences: [Range<Int>],
    heads: Heads, settings: Settings? = nil, into output: inout MutableSpan<Float>
  ) {
    forward(
      queries: queries, keys: keys, values: values, segments: sequences.map { Segment(rows: $0) },
      heads: heads, settings: settings, into: &output)
  }

  /// The same for sequences that may go on from rows of others, whose keys and values they see as
  /// their own past.
  ///
  /// Segments cover all rows, in their order.
  package static func forward(
    queries: Span<Float>, keys: Span<Float>, values: Span<Float>, segments: [Segment],
    heads: Heads, settings: Settings? = nil, into output: inout MutableSpan<Float>
  ) {
    let settings = settings ?? Settings(heads)
    let rows = segments.last?.rows.upperBound ?? 0
    let queryWidth = heads.queryCount * heads.dimension
    let keyWidth = heads.keyValueCount * heads.dimension
    precondition(
      queries.count == rows * queryWidth && output.count == queries.count
        && keys.count == rows * keyWidth && values.count == keys.count,
      "attention: \(queries.count), \(keys.count), \(values.count) elements for \(rows) rows of "
        + "\(queryWidth) and \(keyWidth)")
    let work = segments.flatMap { segment in
      segment.blocks(of: forwardBlockQueries).flatMap { queries in
        (0..<heads.queryCount).map { Work(segment: segment, queries: queries, head: $0) }
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
    let keyHead = work.head / (heads.queryCount / heads.keyValueCount)
    let (segment, width) = (work.segment, heads.dimension)
    // Products of one size for each block of positions, whatever the text's length and wherever its
    // rows are, so that a row's bits depend on what it sees alone: where a block begins before the
    // own rows it has the prefix's queries too, where it ends after them zeros.
    let lead = segment.position(ofRow: work.queries.lowerBound) % forwardBlockQueries
    let queryCount = forwardBlockQueries
    let tail = queryCount - lead - work.queries.count
    // From the first key that the block's first query sees to the last that its last one sees.
    let firstPosition = segment.position(ofRow: work.queries.lowerBound) - lead
    let hidden = settings.hiddenCount(of: firstPosition + 1)
    let keyCount = firstPosition + queryCount - hidden
    let prefix = segment.prefix.dropFirst(hidden)
    let ownCount = keyCount - tail - prefix.count
    let (headOffset, queryOffset) = (keyHead * width, work.head * width)
    let ownOffset = (work.queries.upperBound - ownCount) * keyWidth + headOffset
    var keys = unsafe Stretch(k + ownOffset, stride: keyWidth)
    var values = unsafe Stretch(v + ownOffset, stride: keyWidth)
    var asked = unsafe Stretch(
      q + work.queries.lowerBound * queryWidth + queryOffset, stride: queryWidth)
    let target = unsafe o + work.queries.lowerBound * queryWidth + queryOffset
    let isWhole = lead == 0 && tail == 0
    let sizes = (isWhole && prefix.isEmpty ? 0 : keyCount * width, isWhole ? 0 : queryCount * width)
    var gathered = FloatBuffer(uninitialized: 2 * sizes.0 + 2 * sizes.1)
    var gatheredSpan = gathered.mutableSpan
    var scores = FloatBuffer(uninitialized: queryCount * keyCount)
    var span = scores.mutableSpan
    unsafe gatheredSpan.withUnsafeMutableBufferPointer { gathered in
      var (output, outputStride) = unsafe (target, queryWidth)
      if sizes.0 > 0, let start = gathered.baseAddress {
        let shared = prefix.lowerBound * keyWidth + headOffset
        let rows = (prefix.count, ownCount, tail)
        unsafe keys.gather(after: k + shared, rows, width: width, into: start)
        unsafe values.gather(after: v + shared, rows, width: width, into: start + sizes.0)
      }
      if !isWhole, let start = gathered.baseAddress {
        let before = (segment.prefix.upperBound - lead) * queryWidth + queryOffset
        unsafe asked.gather(
          after: q + before, (lead, work.queries.count, tail), width: width,
          into: start + 2 * sizes.0)
        unsafe (output, outputStride) = (start + 2 * sizes.0 + sizes.1, width)
      }
      unsafe span.withUnsafeMutableBufferPointer { scores in
        guard let scores = scores.baseAddress else { return }
        unsafe MatrixMultiply.small(
          asked.start, stride: asked.stride, keys.start, stride: keys.stride, transposed: true,
          rows: queryCount, columns: keyCount, inner: width,
          scale: settings.scale, into: scores, stride: keyCount)
        for query in 0..<queryCount - tail {
          let row = unsafe UnsafeMutableBufferPointer(
            start: scores + query * keyCount, count: keyCount)
          unsafe weigh(row, visible: firstPosition + query + 1 - hidden, settings)
        }
        unsafe MatrixMultiply.small(
          scores, stride: keyCount, values.start, stride: values.stride, transposed: false,
          rows: queryCount, columns: width, inner: keyCount, scale: 1,
          into: output, stride: outputStride)
      }
      if isWhole { return }
      for row in 0..<work.queries.count {
        unsafe (target + row * queryWidth).update(
          from: output + (lead + row) * width, count: width)
      }
    }
  }

  /// One head's queries, keys or values.
  @unsafe private struct Stretch {
    var start: UnsafePointer<Float>
    var stride: Int

    init(_ start: UnsafePointer<Float>, stride: Int) {
      unsafe (self.start, self.stride) = (start, stride)
    }

    /// Copies the rows of a prefix, which have the same stride, and its own one after another, and
    /// rows of zeros after them.
    mutating func gather(
      after prefix: UnsafePointer<Float>, _ rows: (prefix: Int, own: Int, zeros: Int), width: Int,
      into target: UnsafeMutablePointer<Float>
    ) {
      for row in 0..<rows.prefix {
        unsafe (target + row * width).update(from: prefix + row * stride, count: width)
      }
      for row in 0..<rows.own {
        unsafe (target + (rows.prefix + row) * width).update(
          from: start + row * stride, count: width)
      }
      unsafe (target + (rows.prefix + rows.own) * width).update(
        repeating: 0, count: rows.zeros * width)
      unsafe (start, stride) = (UnsafePointer(target), width)
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
