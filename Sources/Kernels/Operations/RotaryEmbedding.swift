import Foundation

/// Rotary position embedding in the half-split layout of Llama and Qwen: element i of a head is
/// rotated with element i + angleCount; where there are fewer angles than half the head's width, the
/// head's rest is left alone.
package enum RotaryEmbedding {
  /// Cosines and sines of the angles of positions 0, 1, … under one or several sets of frequencies.
  package struct Table: Sendable {
    /// Positions in the table, of all sections together.
    package let positionCount: Int
    /// Angles per position: half the width of a head, or of its rotated part.
    package let angleCount: Int
    let cosines: [Float]
    let sines: [Float]

    /// One set of frequencies.
    package struct Section: Sendable, Equatable {
      /// Positions 0..<positionCount.
      package var positionCount: Int
      /// Radians per position.
      package var frequencies: [Float]
      /// Cosines and sines are multiplied by this.
      package var magnitude: Float

      /// Parts given.
      package init(positionCount: Int, frequencies: [Float], magnitude: Float = 1) {
        self.positionCount = positionCount
        self.frequencies = frequencies
        self.magnitude = magnitude
      }
    }

    /// Angles position · base^(−2i/headDimension).
    package init(positionCount: Int, headDimension: Int, base: Double) {
      let frequencies = RotaryEmbedding.frequencies(dimension: headDimension, base: base)
      self.init([Section(positionCount: positionCount, frequencies: frequencies)])
    }

    /// Sections one after the other: position p of the second is at the first's count + p.
    ///
    /// Frequencies and angles are rounded to Float before the cosine, as PyTorch does it: at
    /// position 30,000 the rounding moves an angle by 1e-3, so an exact table would be *further*
    /// from the model that was trained.
    package init(_ sections: [Section]) {
      positionCount = sections.reduce(0) { $0 + $1.positionCount }
      angleCount = sections.first?.frequencies.count ?? 0
      var cosines: [Float] = []
      var sines: [Float] = []
      cosines.reserveCapacity(positionCount * angleCount)
      sines.reserveCapacity(positionCount * angleCount)
      for section in sections {
        precondition(section.frequencies.count == angleCount, "rotary: sections of two widths")
        let rows = Parallel.map(section.positionCount) { position in
          section.frequencies.map { frequency in
            let angle = Double(Float(position) * frequency)
            return (
              cosine: Float(cos(angle)) * section.magnitude,
              sine: Float(sin(angle)) * section.magnitude
            )
          }
        }
        for row in rows {
          for angle in row {
            cosines.append(angle.cosine)
            sines.append(angle.sine)
          }
        }
      }
      self.cosines = cosines
      self.sines = sines
    }
  }

  /// base^(−2i/dimension) for i in 0..<dimension/2, rounded as PyTorch rounds it.
  package static func frequencies(dimension: Int, base: Double) -> [Float] {
    (0..<dimension / 2).map { index in
      1 / Float(pow(base, Double(Float(2 * index) / Float(dimension))))
    }
  }

  /// Rotates heads of every row in place.
  ///
  /// - Parameters:
  ///   - heads: `[rows, rowWidth]`, a row's heads first.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - headDimension: Width of a head; nil for twice the table's angles.
  ///   - rowWidth: Elements of a row; nil if it has nothing after its heads.
  ///   - table: Cosines and sines.
  package static func apply(
    to heads: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int,
    headDimension: Int? = nil, rowWidth: Int? = nil, table: Table
  ) {
    rotate(&heads, positions, headCount, headDimension, rowWidth, table, direction: 1)
  }

  /// The backward pass, in place: a rotation's gradient is rotated back.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, rowWidth]`, a row's heads first.
  ///   - positions: `[rows]`, each below the table's position count.
  ///   - headCount: Heads of a row.
  ///   - rowWidth: Elements of a row; nil if it has nothing after its heads.
  ///   - table: Cosines and sines.
  package static func backward(
    _ gradient: inout MutableSpan<Float>, positions: Span<Int32>, headCount: Int,
    rowWidth: Int? = nil, table: Table
  ) {
    rotate(&gradient, positions, headCount, nil, rowWidth, table, direction: -1)
  }

  private static func rotate(
    _ heads: inout MutableSpan<Float>, _ positions: Span<Int32>, _ headCount: Int,
    _ headDimension: Int?, _ rowWidth: Int?, _ table: Table, direction: Float
  ) {
    let half = table.angleCount
    let headDimension = headDimension ?? 2 * half
    let width = rowWidth ?? headCount * headDimension
    precondition(
      2 * half <= headDimension && headCount * headDimension <= width,
      "rotary: \(half) angles, \(headCount) heads of \(headDimension) in rows of \(width)")
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
                "rotary: position \(position) of \(table.positionCount)")
              for head in 0..<headCount {
                let start = (row - block.lowerBound) * width + head * headDimension
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
