/// The letters in which byte-level vocabularies write bytes: each of the 256 bytes is one visible
/// character, so that a token is a string whatever its bytes are.
///
/// The 188 bytes that are visible characters of Latin-1 stand for themselves; the other 68 are, in
/// their order, U+0100, U+0101 and so on. A space is `Ġ`, a line feed `Ċ`.
enum ByteAlphabet {
  private static let limit: UInt32 = 0x144

  /// For each scalar below U+0144 its byte, or -1.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: Int(limit))
    var next = 0x100
    for byte in 0..<256 {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
        bytes[byte] = Int16(byte)
      default:
        bytes[next] = Int16(byte)
        next += 1
      }
    }
    return bytes
  }()

  /// The bytes that a token stands for, or nil if a character of it isn't a letter of the alphabet.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(token.utf8.count)
    for scalar in token.unicodeScalars {
      guard scalar.value < limit, bytes[Int(scalar.value)] >= 0 else { return nil }
      result.append(UInt8(bytes[Int(scalar.value)]))
    }
    return result
  }
}
