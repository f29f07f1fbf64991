import Foundation

/// Rotary position embedding in the half-split layout of Llama and Qwen: element i of a head is
/// rotated with element i + headDimension/2.
public enum RotaryEmbedding {
  /// Cosines and sines of every angle up to a context length.
  public struct Table: Sendable {
    /// Positions in the table.
    public let positionCount: Int
    /// Angles per position: half the head's width.
    public let angleCount: Int
    let cosines: [Float]
    let sines: [Float]

    /// Angles position · base^(−2i/headDimension).
    ///
    /// Frequencies and angles are rounded to Float before the cosine, as PyTorch does it: at
    /// position 30,000 the rounding moves an angle by 1e-3, so an exact table would be *further*
    /// from the model that was trained.
    public init(positionCount: Int, headDimension: Int, base: Double) {
      self.positionCount = positionCount
      angleCount = headDimension / 2
      let frequencies = (0..<headDimension / 2).map { index in
        1 / Float(pow(base, Double(Float(2 * index) / Float(headDimension))))
      }
      var cosines: [Float] = []
      var sines: [Float] = []
      cosines.reserveCapacity(positionCount * frequencies.count)
      sines.reserveCapacity(positionCount * frequencies.count)
      for position in 0..<positionCount {
        for frequency in frequencies {
          let angle = Double(Float(position) * frequency)
          cosines.append(Float(cos(angle)))
          sines.append(Float(sin(angle)))
        }
      }
      self.cosines = cosines
      self.sines = sines
    }
  }

  /// Rotates heads of every row in place.
  ///
  /// - Parameters:
  ///   - heads: `[rows, rowWidth]`, a row's heads first.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - rowWidth: Elements of a row; nil if it has nothing behind its heads.
  ///   - table: Cosines and sines.
  public static func apply(
    to heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int,
    rowWidth: Int? = nil, table: Table
  ) {
    rotate(&heads, positions, headCount, rowWidth, table, direction: 1)
  }

  /// The backward pass, in place: a rotation's gradient is rotated back.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, rowWidth]`, a row's heads first.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - rowWidth: Elements of a row; nil if it has nothing behind its heads.
  ///   - table: Cosines and sines.
  public static func backward(
    _ gradient: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int,
    rowWidth: Int? = nil, table: Table
  ) {
    rotate(&gradient, positions, headCount, rowWidth, table, direction: -1)
  }

  private static func rotate(
    _ heads: inout MutableSpan<Float>, _ positions: Span<Int32>, _ headCount: Int,
    _ rowWidth: Int?, _ table: Table, direction: Float
  ) {
    let half = table.angleCount
    let width = rowWidth ?? headCount * half * 2
    precondition(
      headCount * half * 2 <= width, "rotary embedding: \(headCount) heads in rows of \(width)")
    RowBlocks.forEach(of: &heads, rows: positions.count, width: width, blockRows: 64) {
      block, elements in
      unsafe elements.withUnsafeMutableBufferPointer { elements in
        unsafe table.cosines.withUnsafeBufferPointer { cosines in
          unsafe table.sines.withUnsafeBufferPointer { sines in
            guard let first = elements.baseAddress, let c = cosines.baseAddress,
              let s = sines.baseAddress
            else { return }
            for row in block {
              let position = Int(positions[row])
              precondition(
                position >= 0 && position < table.positionCount,
                "rotary embedding: position \(position) of \(table.positionCount)")
              for head in 0..<headCount {
                let start = (row - block.lowerBound) * width + head * half * 2
                unsafe rotate(
                  first + start, first + start + half, c + position * half, s + position * half,
                  half, direction)
              }
            }
          }
        }
      }
    }
  }

  /// x, y → x cos − y sin, y cos + x sin, the sines times `direction`.
  @inline(__always) @unsafe private static func rotate(
    _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ cosines: UnsafePointer<Float>, _ sines: UnsafePointer<Float>, _ count: Int,
    _ direction: Float
  ) {
    let whole = count / 8 * 8
    for index in stride(from: 0, to: whole, by: 8) {
      let (a, b) = unsafe (Lanes.floats(x + index), Lanes.floats(y + index))
      let c = unsafe Lanes.floats(cosines + index)
      let s = unsafe direction * Lanes.floats(sines + index)
      unsafe Lanes.store(a * c - b * s, to: x + index)
      unsafe Lanes.store(b * c + a * s, to: y + index)
    }
    for index in whole..<count {
      let (a, b) = unsafe (x[index], y[index])
      let (c, s) = unsafe (cosines[index], direction * sines[index])
      unsafe x[index] = a * c - b * s
      unsafe y[index] = b * c + a * s
    }
  }
}
