internal import Crypto

/// SHA-256 of several parts, each with its length, so that none runs into the next.
struct Digest {
  private var hash = SHA256()

  mutating func add(_ text: String) { add(bytes: Array(text.utf8)) }

  mutating func add(bytes: [UInt8]) {
    add(UInt64(bytes.count))
    hash.update(data: bytes)
  }

  mutating func add(_ number: UInt64) {
    hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) })
  }

  /// Numbers by their bits.
  mutating func add(_ values: some Collection<Float>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values { Self.append(value.bitPattern, to: &bytes) }
    add(bytes: bytes)
  }

  mutating func add(_ values: some Collection<UInt32>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values { Self.append(value, to: &bytes) }
    add(bytes: bytes)
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// In hexadecimal digits.
  func text() -> String {
    hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func of(_ texts: [String]) -> String {
    var digest = Digest()
    for text in texts { digest.add(text) }
    return digest.text()
  }
}
