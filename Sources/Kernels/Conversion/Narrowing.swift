/// Rounding of floats to a stored type.
package enum Narrowing {
  /// Rounds to the nearest bfloat16, halves to even, as PyTorch does; 2 bytes each, little-endian.
  ///
  /// What is larger than any bfloat16 by half a unit becomes infinite; NaN stays NaN.
  ///
  /// - Parameters:
  ///   - floats: any number of them.
  ///   - halves: as many; overwritten with bit patterns.
  package static func bfloat16(_ floats: Span<Float>, into halves: inout MutableSpan<UInt16>) {
    precondition(
      floats.count == halves.count, "Narrowing: \(floats.count) floats, room for \(halves.count)")
    unsafe floats.withUnsafeBufferPointer { floats in
      unsafe halves.withUnsafeMutableBufferPointer { halves in
        guard let source = floats.baseAddress, let target = halves.baseAddress else { return }
        unsafe bfloat16(source, count: floats.count, into: target)
      }
    }
  }

  /// The same between pointers: without bounds to check, the loop vectorises.
  @unsafe static func bfloat16(
    _ floats: UnsafePointer<Float>, count: Int, into halves: UnsafeMutablePointer<UInt16>
  ) {
    for index in 0..<count {
      unsafe halves[index] =
        UInt16(truncatingIfNeeded: rounded(floats[index].bitPattern) >> 16).littleEndian
    }
  }

  /// The nearest bfloat16 of each float, as a float.
  ///
  /// - Parameters:
  ///   - floats: any number of them.
  ///   - result: as many; overwritten.
  static func roundToBFloat16(_ floats: Span<Float>, into result: inout MutableSpan<Float>) {
    precondition(
      floats.count == result.count, "Narrowing: \(floats.count) floats, room for \(result.count)")
    unsafe floats.withUnsafeBufferPointer { floats in
      unsafe result.withUnsafeMutableBufferPointer { result in
        guard let source = floats.baseAddress, let target = result.baseAddress else { return }
        for index in 0..<floats.count {
          unsafe target[index] = Float(bitPattern: rounded(source[index].bitPattern))
        }
      }
    }
  }

  /// A float's bits with the upper half rounded and the lower half 0.
  @inline(__always) static func rounded(_ bits: UInt32) -> UInt32 {
    // Adding just under half a unit, and one more if the last bit kept is odd, carries as it
    // should. A NaN could carry into infinity: its quiet bit is set instead.
    let nearest = bits &+ 0x7FFF &+ (bits >> 16 & 1)
    let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
    return (isNaN ? bits | 0x40_0000 : nearest) & 0xFFFF_0000
  }
}
