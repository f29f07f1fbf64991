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

  /// Rotates every head of every row in place.
  ///
  /// - Parameters:
  ///   - heads: `[rows, headCount · headDimension]`.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - table: Cosines and sines.
  public static func apply(
    to heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int, table: Table
  ) {
    rotate(&heads, positions: positions, headCount: headCount, table: table, direction: 1)
  }

  /// The backward pass, in place: a rotation's gradient is rotated back.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, headCount · headDimension]`.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - table: Cosines and sines.
  public static func backward(
    _ gradient: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int, table: Table
  ) {
    rotate(&gradient, positions: positions, headCount: headCount, table: table, direction: -1)
  }

  @inline(__always) private static func rotate(
    _ heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int, table: Table,
    direction: Float
  ) {
    let half = table.angleCount
    let width = headCount * half * 2
    RowBlocks.forEach(of: &heads, rows: positions.count, width: width, blockRows: 64) {
      block, elements in
      for row in block {
        let angles = Int(positions[row]) * half
        for head in 0..<headCount {
          let start = (row - block.lowerBound) * width + head * half * 2
          for index in 0..<half {
            let x = elements[start + index]
            let y = elements[start + half + index]
            let c = table.cosines[angles + index]
            let s = direction * table.sines[angles + index]
            elements[start + index] = x * c - y * s
            elements[start + half + index] = y * c + x * s
          }
        }
      }
    }
  }
}
