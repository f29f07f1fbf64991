/// Attention of one new position per row against the keys and values kept for it: those of its
/// prompt, which several rows may share, and those of its own continuation.
public enum DecodingAttention {
  /// Where the keys and values of a row are.
  public struct Row: Sendable {
    /// Rows of the prompt in the packed prompt cache.
    public var prompt: Range<Int>
    /// Which slot of the continuation cache is this row's.
    public var slot: Int
    /// Positions in that slot, the new one included.
    public var count: Int

    /// Places given.
    public init(prompt: Range<Int>, slot: Int, count: Int) {
      (self.prompt, self.slot, self.count) = (prompt, slot, count)
    }
  }

  /// softmax(s q kᵀ) v for every row and head, s = 1/√dimension unless set otherwise.
  ///
  /// - Parameters:
  ///   - queries: `[rows, queryCount · dimension]`, rotated.
  ///   - promptKeys: `[prompt rows, keyValueCount · dimension]`, packed.
  ///   - promptValues: likewise.
  ///   - keys: `[slots, capacity, keyValueCount · dimension]`; the new position's is there already.
  ///   - values: likewise.
  ///   - capacity: positions of a slot.
  ///   - rows: one for each query row.
  ///   - heads: sizes.
  ///   - settings: scale, window and soft cap; nil for 1/√dimension and neither.
  ///   - output: `[rows, queryCount · dimension]`.
  public static func forward(
    queries: Span<Float>, promptKeys: Span<Float>, promptValues: Span<Float>, keys: Span<Float>,
    values: Span<Float>, capacity: Int, rows: [Row], heads: CausalAttention.Heads,
    settings: CausalAttention.Settings? = nil, into output: inout MutableSpan<Float>
  ) {
    let settings = settings ?? CausalAttention.Settings(heads)
    let queryWidth = heads.queryCount * heads.dimension
    let keyWidth = heads.keyValueCount * heads.dimension
    precondition(
      queries.count == rows.count * queryWidth && output.count == queries.count,
      "decoding: \(queries.count) and \(output.count) elements for \(rows.count) rows")
    RowBlocks.forEach(of: &output, rows: rows.count, width: queryWidth, blockRows: 1) {
      block, output in
      let row = rows[block.lowerBound]
      precondition(row.count <= capacity, "decoding: \(row.count) positions in \(capacity)")
      // What the window leaves out is first of the prompt's, then of the row's own positions.
      let hidden = settings.hiddenCount(of: row.prompt.count + row.count)
      let prompt = row.prompt.dropFirst(hidden)
      let hiddenOwn = hidden - (row.prompt.count - prompt.count)
      let own = row.slot * capacity + hiddenOwn..<row.slot * capacity + row.count
      let count = prompt.count + own.count
      var scores = FloatBuffer(uninitialized: count)
      for head in 0..<heads.queryCount {
        let query = block.lowerBound * queryWidth + head * heads.dimension
        let offset = head / (heads.queryCount / heads.keyValueCount) * heads.dimension
        var next = 0
        for key in prompt {
          scores[next] = dot(
            queries, query, promptKeys, key * keyWidth + offset, heads.dimension)
          next += 1
        }
        for key in own {
          scores[next] = dot(queries, query, keys, key * keyWidth + offset, heads.dimension)
          next += 1
        }
        normalise(&scores, settings)
        let target = head * heads.dimension
        for column in 0..<heads.dimension { output[target + column] = 0 }
        next = 0
        for key in prompt {
          add(
            scores[next], promptValues, key * keyWidth + offset, heads.dimension, to: &output,
            at: target)
          next += 1
        }
        for key in own {
          add(
            scores[next], values, key * keyWidth + offset, heads.dimension, to: &output,
            at: target)
          next += 1
        }
      }
    }
  }

  @inline(__always) private static func dot(
    _ a: Span<Float>, _ aStart: Int, _ b: Span<Float>, _ bStart: Int, _ count: Int
  ) -> Float {
    var lanes = SIMD8<Float>(repeating: 0)
    let whole = count / 8 * 8
    precondition(
      aStart >= 0 && aStart + count <= a.count && bStart >= 0 && bStart + count <= b.count)
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for index in stride(from: 0, to: whole, by: 8) {
          let x = unsafe Lanes.floats(a + aStart + index)
          lanes += unsafe x * Lanes.floats(b + bStart + index)
        }
      }
    }
    var sum = lanes.sum()
    for index in whole..<count { sum += a[aStart + index] * b[bStart + index] }
    return sum
  }

  @inline(__always) private static func add(
    _ weight: Float, _ values: Span<Float>, _ start: Int, _ count: Int,
    to output: inout MutableSpan<Float>, at target: Int
  ) {
    for index in 0..<count { output[target + index] += weight * values[start + index] }
  }

  /// Softmax of the scaled and capped scores, in place.
  private static func normalise(
    _ scores: inout FloatBuffer, _ settings: CausalAttention.Settings
  ) {
    for index in 0..<scores.count { scores[index] *= settings.scale }
    if let cap = settings.softCap {
      var span = scores.mutableSpan
      unsafe span.withUnsafeMutableBufferPointer { unsafe SoftCap.apply(cap, to: $0) }
    }
    var largest = -Float.infinity
    for index in 0..<scores.count { largest = max(largest, scores[index]) }
    var sum = 0.0
    let whole = scores.count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      var x = SIMD8<Float>()
      for lane in 0..<8 { x[lane] = scores[index + lane] - largest }
      let e = Lanes.exp(x)
      for lane in 0..<8 { scores[index + lane] = e[lane] }
      sum += Double(e.sum())
    }
    for index in whole..<scores.count {
      let e = Lanes.exp(SIMD8<Float>(repeating: scores[index] - largest))[0]
      scores[index] = e
      sum += Double(e)
    }
    let factor = Float(1 / sum)
    for index in 0..<scores.count { scores[index] *= factor }
  }
}
