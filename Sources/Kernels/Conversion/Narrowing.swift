/// Rounding of floats to a stored type.
public enum Narrowing {
  /// Rounds to the nearest bfloat16, halves to even, as PyTorch does; 2 bytes each, little-endian.
  ///
  /// What is larger than any bfloat16 by half a unit becomes infinite; NaN stays NaN.
  ///
  /// - Parameters:
  ///   - floats: any number of them.
  ///   - halves: as many; overwritten with bit patterns.
  public static func bfloat16(_ floats: Span<Float>, into halves: inout MutableSpan<UInt16>) {
    precondition(
      floats.count == halves.count, "Narrowing: \(floats.count) floats, room for \(halves.count)")
    for index in floats.indices {
      let bits = floats[index].bitPattern
      // Adding just under half a unit, and one more if the last bit kept is odd, carries as it
      // should. A NaN could carry into infinity: its quiet bit is set instead.
      let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
      let quiet = bits >> 16 | 0x40
      let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
      halves[index] = UInt16(truncatingIfNeeded: isNaN ? quiet : rounded).littleEndian
    }
  }
}
