/// Bytes that grow by numbers in little-endian order.
struct LittleEndianBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ values: [UInt8]) { bytes += values }

  mutating func append<Number: FixedWidthInteger>(_ values: [Number]) {
    bytes.reserveCapacity(bytes.count + values.count * Number.bitWidth / 8)
    for value in values {
      for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
      }
    }
  }

  mutating func append(_ values: [Float]) { append(values.map(\.bitPattern)) }

  mutating func append(_ values: [Double]) { append(values.map(\.bitPattern)) }

  /// The numbers in `bytes`; an incomplete one at the end is ignored.
  static func decode<Number: FixedWidthInteger>(
    _ bytes: some Collection<UInt8>, as type: Number.Type
  ) -> [Number] {
    var numbers: [Number] = []
    var (number, shift) = (0 as Number, 0)
    for byte in bytes {
      number |= Number(truncatingIfNeeded: byte) << shift
      shift += 8
      if shift == Number.bitWidth {
        numbers.append(number)
        (number, shift) = (0, 0)
      }
    }
    return numbers
  }
}

/// The checksum of IEEE 802.3, as zlib and PNG use it.
struct CRC32 {
  private var state: UInt32 = .max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  mutating func update(_ bytes: some Sequence<UInt8>) {
    let table = Self.table
    for byte in bytes {
      state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
    }
  }

  /// Entry b is the remainder of b times x³², modulo the reversed polynomial.
  private static let table: [UInt32] = (0..<256).map { (byte: UInt32) in
    (0..<8).reduce(byte) { remainder, _ in
      remainder & 1 == 1 ? 0xEDB8_8320 ^ (remainder >> 1) : remainder >> 1
    }
  }
}
