/// Distances of stored numbers in units in the last place.
///
/// The bits of a finite number, read as sign and size, are mapped to integers in the order of the values:
/// k(x) = ±size, so that neighbours differ by 1, denormals among them, and −0 and +0 are both 0. The
/// distance is |k(x) − k(y)|; through zero it counts all numbers on the way. Of integers it is |x − y|.
enum UnitDistance {
  /// Distances of bits of floats, whose highest bit is the sign.
  @inline(__always) static func ofFloats<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    difference(key(x), key(y))
  }

  /// k(x), moved by half of all bit patterns to be positive.
  @inline(__always) private static func key<Bits: FixedWidthInteger & UnsignedInteger>(
    _ bits: Bits
  ) -> Bits {
    let sign: Bits = 1 << Bits(Bits.bitWidth - 1)
    return bits >= sign ? sign &- (bits &- sign) : sign &+ bits
  }

  /// Distances of bits of integers with a sign.
  @inline(__always) static func ofIntegers<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    let sign: Bits = 1 << Bits(Bits.bitWidth - 1)
    return difference(x ^ sign, y ^ sign)
  }

  /// |x − y|.
  @inline(__always) static func difference<Bits: FixedWidthInteger & UnsignedInteger>(
    _ x: Bits, _ y: Bits
  ) -> Bits {
    x > y ? x &- y : y &- x
  }
}
