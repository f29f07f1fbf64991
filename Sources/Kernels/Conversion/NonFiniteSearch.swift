/// Finds NaN and infinity among stored numbers without converting them.
///
/// A block of 4,096 numbers is tested without a branch, which vectorises; only a block that holds
/// such a number is searched one by one.
package enum NonFiniteSearch {
  private static let blockSize = 4096

  /// Index of the first NaN or infinity among the floats, nil if there is none.
  package static func firstIndex(in floats: Span<Float>) -> Int? {
    unsafe firstIndex32(in: floats.bytes)
  }

  /// Index of the first NaN or infinity in single precision.
  package static func firstIndex32(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7F80_0000 as UInt32)
  }

  /// Index of the first NaN or infinity in half precision.
  package static func firstIndexHalf(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7C00 as UInt16)
  }

  /// Index of the first NaN or infinity in bfloat16.
  package static func firstIndexBrain(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7F80 as UInt16)
  }

  /// Index of the first NaN or infinity in double precision.
  package static func firstIndex64(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7FF0_0000_0000_0000 as UInt64)
  }

  /// Index of the first NaN or infinity in 8-bit floats with 5 bits of exponent.
  package static func firstIndexE5M2(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7C as UInt8)
  }

  /// Index of the first NaN in 8-bit floats with 4 bits of exponent, which have no infinity.
  package static func firstIndexE4M3(in bytes: RawSpan) -> Int? {
    search(bytes, exponent: 0x7F as UInt8)
  }

  /// A number is not finite if all bits of `exponent` are set in it.
  @inline(__always)
  private static func search<Bits: FixedWidthInteger>(
    _ bytes: RawSpan, exponent: Bits
  ) -> Int? {
    let width = MemoryLayout<Bits>.size
    let count = bytes.byteCount / width
    precondition(
      count * width == bytes.byteCount,
      "NonFiniteSearch: \(bytes.byteCount) bytes are no whole number of \(width)-byte elements")
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let source = buffer.baseAddress else { return nil }
      var start = 0
      while start < count {
        let length = min(blockSize, count &- start)
        let block = unsafe source + width &* start
        // The largest exponent tells whether one is full: a maximum of integers vectorises.
        var largest: Bits = 0
        for index in 0..<length {
          let bits = unsafe block.loadUnaligned(fromByteOffset: width &* index, as: Bits.self)
          largest = max(largest, bits & exponent)
        }
        if largest == exponent {
          return (0..<length).first { index in
            let bits = unsafe block.loadUnaligned(fromByteOffset: width &* index, as: Bits.self)
            return bits & exponent == exponent
          }.map { start + $0 }
        }
        start += length
      }
      return nil
    }
  }
}
