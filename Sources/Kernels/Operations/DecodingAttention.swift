/// Attention of one new position per row against the keys and values kept for it: those of its
/// prompt, which several rows may share, and those of its own continuation.
package enum DecodingAttention {
  /// Where the keys and values of a row are.
  package struct Row: Sendable {
    /// Rows of the prompt in the packed prompt cache.
    package var prompt: Range<Int>
    /// Which slot of the continuation cache is this row's.
    package var slot: Int
    /// Positions in that slot, the new one included.
    package var count: Int

    /// Places given.
    package init(prompt: Range<Int>, slot: Int, count: Int) {
      (self.prompt, self.slot, self.count) = (prompt, slot, count)
    }
  }

  /// Rows of one piece of work: enough to make a thread's wake-up small.
  private static let blockRows = 8

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
  package static func forward(
    queries: Span<Float>, promptKeys: Span<Float>, promptValues: Span<Float>, keys: Span<Float>,
    values: Span<Float>, capacity: Int, rows: [Row], heads: CausalAttention.Heads,
    settings: CausalAttention.Settings? = nil, into output: inout MutableSpan<Float>
  ) {
    let settings = settings ?? CausalAttention.Settings(heads)
    let queryWidth = heads.queryCount * heads.dimension
    let keyWidth = heads.keyValueCount * heads.dimension
    precondition(
      queries.count == rows.count * queryWidth && output.count == queries.count
        && promptKeys.count == promptValues.count && keys.count == values.count,
      "decoding: \(queries.count) and \(output.count) elements for \(rows.count) rows")
    for row in rows {
      precondition(
        row.count <= capacity && (row.slot + 1) * capacity * keyWidth <= keys.count
          && row.prompt.upperBound * keyWidth <= promptKeys.count,
        "decoding: \(row) does not lie in \(keys.count) and \(promptKeys.count) elements")
    }
    let longest = rows.reduce(0) { max($0, $1.prompt.count + $1.count) }
    RowBlocks.forEach(of: &output, rows: rows.count, width: queryWidth, blockRows: blockRows) {
      block, output in
      var scores = FloatBuffer(uninitialized: longest * heads.queryCount)
      var scoreSpan = scores.mutableSpan
      unsafe queries.withUnsafeBufferPointer { queries in
        unsafe promptKeys.withUnsafeBufferPointer { promptKeys in
          unsafe promptValues.withUnsafeBufferPointer { promptValues in
            unsafe keys.withUnsafeBufferPointer { keys in
              unsafe values.withUnsafeBufferPointer { values in
                unsafe scoreSpan.withUnsafeMutableBufferPointer { scores in
                  unsafe output.withUnsafeMutableBufferPointer { output in
                    guard let q = queries.baseAddress, let k = keys.baseAddress,
                      let v = values.baseAddress, let s = scores.baseAddress,
                      let o = output.baseAddress
                    else { return }
                    for row in block {
                      let place = rows[row]
                      // What the window leaves out is first of the prompt's positions, then of the
                      // row's own. Either stretch may be empty.
                      let hidden = settings.hiddenCount(of: place.prompt.count + place.count)
                      let prompt = place.prompt.dropFirst(hidden)
                      let hiddenOwn = hidden - (place.prompt.count - prompt.count)
                      unsafe attend(
                        q + row * queryWidth,
                        (
                          Stretch(
                            promptKeys.baseAddress ?? k, promptValues.baseAddress ?? v,
                            first: prompt.lowerBound * keyWidth, count: prompt.count),
                          Stretch(
                            k, v, first: (place.slot * capacity + hiddenOwn) * keyWidth,
                            count: place.count - hiddenOwn)
                        ), heads, settings, scores: s,
                        into: o + (row - block.lowerBound) * queryWidth)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Positions one after the other.
  @unsafe private struct Stretch {
    let keys: UnsafePointer<Float>
    let values: UnsafePointer<Float>
    let count: Int

    init(
      _ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, first: Int, count: Int
    ) {
      unsafe (self.keys, self.values, self.count) = (keys + first, values + first, count)
    }
  }

  /// All heads of one row: one pass over the keys and one over the values, as they lie in memory.
  @unsafe private static func attend(
    _ query: UnsafePointer<Float>, _ stretches: (Stretch, Stretch),
    _ heads: CausalAttention.Heads, _ settings: CausalAttention.Settings,
    scores: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let (prompt, own) = unsafe stretches
    let count = unsafe prompt.count + own.count
    let scale = settings.scale
    unsafe score(query, prompt, heads, scale, into: scores, stride: count)
    unsafe score(query, own, heads, scale, into: scores + prompt.count, stride: count)
    for head in 0..<heads.queryCount {
      let row = unsafe UnsafeMutableBufferPointer(start: scores + head * count, count: count)
      if let cap = settings.softCap { unsafe SoftCap.apply(cap, to: row) }
      unsafe CausalAttention.softmax(row, visible: count)
    }
    unsafe output.update(repeating: 0, count: heads.queryCount * heads.dimension)
    unsafe add(prompt, heads, weights: scores, stride: count, to: output)
    unsafe add(own, heads, weights: scores + prompt.count, stride: count, to: output)
  }

  /// scores `[queryCount, stride]` = scale · q · k of each key of the stretch.
  @inline(__always) @unsafe private static func score(
    _ query: UnsafePointer<Float>, _ stretch: Stretch, _ heads: CausalAttention.Heads,
    _ scale: Float, into scores: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let (width, sharing) = (heads.dimension, heads.queryCount / heads.keyValueCount)
    var key = unsafe stretch.keys
    for index in 0..<(unsafe stretch.count) {
      for head in 0..<heads.queryCount {
        if head > 0 && head % sharing == 0 { unsafe key += width }
        unsafe scores[head * stride + index] = scale * dot(query + head * width, key, width)
      }
      unsafe key += width
    }
  }

  @inline(__always) @unsafe private static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int
  ) -> Float {
    var lanes = Lanes.Floats.zero
    var index = 0
    while index + 8 <= count {
      lanes += unsafe Lanes.floats(a + index) * Lanes.floats(b + index)
      index += 8
    }
    var sum = lanes.sum()
    while index < count {
      unsafe sum += a[index] * b[index]
      index += 1
    }
    return sum
  }

  /// output `[queryCount · dimension]` += Σ weight · value over the stretch.
  @inline(__always) @unsafe private static func add(
    _ stretch: Stretch, _ heads: CausalAttention.Heads, weights: UnsafePointer<Float>, stride: Int,
    to output: UnsafeMutablePointer<Float>
  ) {
    let (width, sharing) = (heads.dimension, heads.queryCount / heads.keyValueCount)
    var value = unsafe stretch.values
    for index in 0..<(unsafe stretch.count) {
      for head in 0..<heads.queryCount {
        if head > 0 && head % sharing == 0 { unsafe value += width }
        let (weight, target) = unsafe (weights[head * stride + index], output + head * width)
        var column = 0
        while column + 8 <= width {
          let sum = unsafe Lanes.floats(target + column) + weight * Lanes.floats(value + column)
          unsafe Lanes.store(sum, to: target + column)
          column += 8
        }
        while column < width {
          unsafe target[column] += weight * value[column]
          column += 1
        }
      }
      unsafe value += width
    }
  }
}
