/// How a number of a tensor is stored, as far as two of them are compared.
package enum StoredNumber: Sendable, CaseIterable {
  case float64, float32, float16, bfloat16
  /// 8-bit floats, of which the first have 5 bits of exponent and infinities, the others 4 and none.
  case float8e5m2, float8e4m3
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64

  /// Bytes of one.
  package var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float8e5m2, .float8e4m3, .int8, .uint8: 1
    }
  }

  /// Widens `count` numbers to Double; exact but for integers beyond 2⁵³, which are rounded.
  ///
  /// - Parameters:
  ///   - source: `count` numbers, which need not be aligned.
  ///   - count: how many.
  ///   - target: room for as many.
  @unsafe func widen(
    _ source: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .float64:
      unsafe Self.convert(source, count, target) { (bits: UInt64) in
        Double(bitPattern: bits)
      }
    case .float32:
      unsafe Self.convert(source, count, target) { (bits: UInt32) in
        Double(Float(bitPattern: bits))
      }
    case .float16:
      unsafe Self.convert(source, count, target) { (bits: UInt16) in
        Double(Float(Float16(bitPattern: bits)))
      }
    case .bfloat16:
      unsafe Self.convert(source, count, target) { (bits: UInt16) in
        Double(Float(bitPattern: UInt32(bits) << 16))
      }
    // The upper half of a half-precision number.
    case .float8e5m2:
      unsafe Self.convert(source, count, target) { (bits: UInt8) in
        Double(Float(Float16(bitPattern: UInt16(bits) << 8)))
      }
    // As the bits of a half its exponent is less by 8; the one NaN has all others set.
    case .float8e4m3:
      unsafe Self.convert(source, count, target) { (bits: UInt8) in
        let size = UInt16(bits & 0x7F)
        let half = Float16(bitPattern: UInt16(bits & 0x80) << 8 | size << 7)
        return size == 0x7F ? .nan : Double(Float(half)) * 256
      }
    case .int8: unsafe Self.convert(source, count, target) { (bits: Int8) in Double(bits) }
    case .int16: unsafe Self.convert(source, count, target) { (bits: Int16) in Double(bits) }
    case .int32: unsafe Self.convert(source, count, target) { (bits: Int32) in Double(bits) }
    case .int64: unsafe Self.convert(source, count, target) { (bits: Int64) in Double(bits) }
    case .uint8: unsafe Self.convert(source, count, target) { (bits: UInt8) in Double(bits) }
    case .uint16: unsafe Self.convert(source, count, target) { (bits: UInt16) in Double(bits) }
    case .uint32: unsafe Self.convert(source, count, target) { (bits: UInt32) in Double(bits) }
    case .uint64: unsafe Self.convert(source, count, target) { (bits: UInt64) in Double(bits) }
    }
  }

  @inline(__always) @unsafe private static func convert<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ count: Int, _ target: UnsafeMutablePointer<Double>,
    _ value: (Bits) -> Double
  ) {
    let width = MemoryLayout<Bits>.size
    for index in 0..<count {
      unsafe target[index] =
        value(source.loadUnaligned(fromByteOffset: width &* index, as: Bits.self))
    }
  }

  /// Rounds numbers to the type, halves to even, and writes their bits.
  ///
  /// - Parameters:
  ///   - numbers: `count` of them; for 16 bits such as have an exact single, or they were rounded twice.
  ///   - count: how many.
  ///   - bits: room for as many of this type.
  @unsafe func round(
    _ numbers: UnsafePointer<Double>, count: Int, into bits: UnsafeMutableRawPointer
  ) {
    switch self {
    case .float32:
      let target = unsafe bits.assumingMemoryBound(to: UInt32.self)
      for index in 0..<count { unsafe target[index] = Float(numbers[index]).bitPattern }
    case .float16:
      let target = unsafe bits.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count {
        unsafe target[index] = Float16(Float(numbers[index])).bitPattern
      }
    case .bfloat16:
      let target = unsafe bits.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count {
        let single = unsafe Float(numbers[index]).bitPattern
        unsafe target[index] = UInt16(truncatingIfNeeded: Narrowing.rounded(single) >> 16)
      }
    default: preconditionFailure("StoredNumber: nothing is rounded to \(self)")
    }
  }
}
