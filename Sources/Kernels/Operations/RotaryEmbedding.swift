import Foundation

/// Rotary position embedding in the half-split layout of Llama and Qwen: element i of a head is
/// rotated with element i + angleCount; where there are fewer angles than half the head's width, the
/// head's rest is left alone.
public enum RotaryEmbedding {
  /// Cosines and sines of the angles of positions 0, 1, … under one or several sets of frequencies.
  public struct Table: Sendable {
    /// Positions in the table, of all sections together.
    public let positionCount: Int
    /// Angles per position: half the width of a head, or of its rotated part.
    public let angleCount: Int
    let cosines: [Float]
    let sines: [Float]

    /// One set of frequencies.
    public struct Section: Sendable, Equatable {
      /// Positions 0..<positionCount.
      public var positionCount: Int
      /// Radians per position.
      public var frequencies: [Float]
      /// Cosines and sines are multiplied by this.
      public var magnitude: Float

      /// Parts given.
      public init(positionCount: Int, frequencies: [Float], magnitude: Float = 1) {
        self.positionCount = positionCount
        self.frequencies = frequencies
        self.magnitude = magnitude
      }
    }

    /// Angles position · base^(−2i/headDimension).
    public init(positionCount: Int, headDimension: Int, base: Double) {
      let frequencies = RotaryEmbedding.frequencies(dimension: headDimension, base: base)
      self.init([Section(positionCount: positionCount, frequencies: frequencies)])
    }

    /// Sections one after the other: position p of the second is at the first's count + p.
    ///
    /// Frequencies and angles are rounded to Float before the cosine, as PyTorch does it: at
    /// position 30,000 the rounding moves an angle by 1e-3, so an exact table would be *further*
    /// from the model that was trained.
    public init(_ sections: [Section]) {
      positionCount = sections.reduce(0) { $0 + $1.positionCount }
      angleCount = sections.first?.frequencies.count ?? 0
      var cosines: [Float] = []
      var sines: [Float] = []
      cosines.reserveCapacity(positionCount * angleCount)
      sines.reserveCapacity(positionCount * angleCount)
      for section in sections {
        precondition(section.frequencies.count == angleCount, "rotary: sections of two widths")
        for position in 0..<section.positionCount {
          for frequency in section.frequencies {
            let angle = Double(Float(position) * frequency)
            cosines.append(Float(cos(angle)) * section.magnitude)
            sines.append(Float(sin(angle)) * section.magnitude)
          }
        }
      }
      self.cosines = cosines
      self.sines = sines
    }
  }

  /// base^(−2i/dimension) for i in 0..<dimension/2, rounded as PyTorch rounds it.
  public static func frequencies(dimension: Int, base: Double) -> [Float] {
    (0..<dimension / 2).map { index in
      1 / Float(pow(base, Double(Float(2 * index) / Float(dimension))))
    }
  }

  /// Rotates every head of every row in place.
  ///
  /// - Parameters:
  ///   - heads: `[rows, headCount · headDimension]`.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - headDimension: Width of a head; nil for twice the table's angles.
  ///   - table: Cosines and sines.
  public static func apply(
    to heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int,
    headDimension: Int? = nil, table: Table
  ) {
    rotate(
      &heads, positions: positions, headCount: headCount,
      headDimension: headDimension ?? 2 * table.angleCount, table: table, direction: 1)
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
    rotate(
      &gradient, positions: positions, headCount: headCount, headDimension: 2 * table.angleCount,
      table: table, direction: -1)
  }

  @inline(__always) private static func rotate(
    _ heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int, headDimension: Int,
    table: Table, direction: Float
  ) {
    let half = table.angleCount
    let width = headCount * headDimension
    precondition(2 * half <= headDimension, "rotary: \(half) angles for \(headDimension) elements")
    RowBlocks.forEach(of: &heads, rows: positions.count, width: width, blockRows: 64) {
      block, elements in
      for row in block {
        let angles = Int(positions[row]) * half
        for head in 0..<headCount {
          let start = (row - block.lowerBound) * width + head * headDimension
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
