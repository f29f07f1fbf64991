internal import Foundation

/// Products with the difference D of two stored matrices, which is never there as a whole.
package enum DifferenceProduct {
  /// Dᵀ D x over some rows of D, in single precision, on the calling thread.
  ///
  /// Elements that aren't finite on both sides count as unchanged, and rows of equal bytes aren't
  /// looked at any further.
  ///
  /// - Parameters:
  ///   - before: `[rows, columns]` numbers of `types.before`, which need not be aligned.
  ///   - after: as many of `types.after`.
  ///   - types: how they are stored.
  ///   - columns: of D, at least 1.
  ///   - scale: what D is multiplied with, so that its squares are numbers: 1 / max |d|, about.
  ///   - vector: x, `[columns]`.
  /// - Returns: `[columns]`.
  package static func gram(
    before: RawSpan, after: RawSpan, _ types: StoredDifference.Types, columns: Int, scale: Double,
    vector: Span<Float>
  ) -> [Float] {
    let (widthA, widthB) = (types.before.byteCount, types.after.byteCount)
    let rows = before.byteCount / (widthA * columns)
    precondition(
      vector.count == columns && before.byteCount == rows * columns * widthA
        && after.byteCount == rows * columns * widthB,
      "DifferenceProduct: \(before.byteCount) and \(after.byteCount) bytes for \(columns) columns, "
        + "\(vector.count) numbers")
    // Whole vectors of eight.
    let padded = (columns + 7) / 8 * 8
    var (product, difference, x) = (
      [Float](repeating: 0, count: padded), [Float](repeating: 0, count: padded),
      [Float](repeating: 0, count: padded)
    )
    for index in 0..<columns { x[index] = vector[index] }
    unsafe before.withUnsafeBytes { before in
      unsafe after.withUnsafeBytes { after in
        guard let a = before.baseAddress, let b = after.baseAddress else { return }
        let isOneType = types.before == types.after
        for row in 0..<rows {
          let (first, second) = unsafe (a + row * columns * widthA, b + row * columns * widthB)
          if isOneType, unsafe memcmp(first, second, columns * widthA) == 0 { continue }
          unsafe subtract(first, second, types, columns, scale, from: &difference)
          let weight = dot(difference, x)
          add(weight, times: difference, to: &product)
        }
      }
    }
    return Array(product.prefix(columns))
  }

  /// scale · (after − before) of a row; 0 where one of them isn't finite.
  ///
  /// Scaled first, which is exact for a power of two, since the difference of two large numbers may be
  /// larger than any single.
  @inline(__always) @unsafe private static func subtract(
    _ before: UnsafeRawPointer, _ after: UnsafeRawPointer, _ types: StoredDifference.Types,
    _ columns: Int, _ scale: Double, from difference: inout [Float]
  ) {
    unsafe difference.withUnsafeMutableBufferPointer { target in
      guard let target = target.baseAddress else { return }
      switch (types.before, types.after) {
      case (.float32, .float32):
        unsafe subtract(before, after, columns, Float(scale), into: target) { (bits: UInt32) in
          Float(bitPattern: bits)
        }
      case (.bfloat16, .bfloat16):
        unsafe subtract(before, after, columns, Float(scale), into: target) { (bits: UInt16) in
          Float(bitPattern: UInt32(bits) << 16)
        }
      case (.float16, .float16):
        unsafe subtract(before, after, columns, Float(scale), into: target) { (bits: UInt16) in
          Float(Float16(bitPattern: bits))
        }
      default: unsafe subtractWidened(before, after, types, columns, scale, into: target)
      }
    }
  }

  @inline(__always) @unsafe
  private static func subtract<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ before: UnsafeRawPointer, _ after: UnsafeRawPointer, _ count: Int, _ scale: Float,
    into target: UnsafeMutablePointer<Float>, _ value: (Bits) -> Float
  ) {
    let width = MemoryLayout<Bits>.size
    for index in 0..<count {
      let x = unsafe value(before.loadUnaligned(fromByteOffset: width &* index, as: Bits.self))
      let y = unsafe value(after.loadUnaligned(fromByteOffset: width &* index, as: Bits.self))
      let difference = y * scale - x * scale
      unsafe target[index] =
        difference.magnitude <= .greatestFiniteMagnitude ? difference : 0
    }
  }

  /// The same of any types, by way of Double.
  @inline(never) @unsafe private static func subtractWidened(
    _ before: UnsafeRawPointer, _ after: UnsafeRawPointer, _ types: StoredDifference.Types,
    _ columns: Int, _ scale: Double, into target: UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * columns) { scratch in
      guard let x = scratch.baseAddress else { return }
      let y = unsafe x + columns
      unsafe types.before.widen(before, count: columns, into: x)
      unsafe types.after.widen(after, count: columns, into: y)
      for index in 0..<columns {
        let difference = unsafe (y[index] - x[index]) * scale
        unsafe target[index] = difference.isFinite ? Float(difference) : 0
      }
    }
  }

  private static func dot(_ first: [Float], _ second: [Float]) -> Float {
    unsafe first.withUnsafeBufferPointer { first in
      unsafe second.withUnsafeBufferPointer { second in
        guard let a = first.baseAddress, let b = second.baseAddress else { return 0 }
        // Four sums, since each waits for its own last addition.
        var sums = (
          Lanes.Floats.zero, Lanes.Floats.zero, Lanes.Floats.zero, Lanes.Floats.zero
        )
        var index = 0
        while index + 32 <= first.count {
          unsafe sums.0 += Lanes.floats(a + index) * Lanes.floats(b + index)
          unsafe sums.1 += Lanes.floats(a + index + 8) * Lanes.floats(b + index + 8)
          unsafe sums.2 += Lanes.floats(a + index + 16) * Lanes.floats(b + index + 16)
          unsafe sums.3 += Lanes.floats(a + index + 24) * Lanes.floats(b + index + 24)
          index += 32
        }
        while index < first.count {
          unsafe sums.0 += Lanes.floats(a + index) * Lanes.floats(b + index)
          index += 8
        }
        return ((sums.0 + sums.1) + (sums.2 + sums.3)).sum()
      }
    }
  }

  private static func add(_ weight: Float, times row: [Float], to product: inout [Float]) {
    unsafe row.withUnsafeBufferPointer { row in
      unsafe product.withUnsafeMutableBufferPointer { product in
        guard let source = row.baseAddress, let target = product.baseAddress else { return }
        for index in stride(from: 0, to: row.count, by: 8) {
          unsafe Lanes.store(
            Lanes.floats(target + index) + weight * Lanes.floats(source + index),
            to: target + index)
        }
      }
    }
  }
}
